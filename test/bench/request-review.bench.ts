import type { Bench } from './bench.ts'
import { openDesk } from './desk.ts'
import { servePage } from './floors/page.ts'

export const bench: Bench = {
  what: 'the first byte of the review of one request among 400 with 2,000 files, against a bare server with one query and one template',
  aim: { most: 150 },
  unit: 'ms',
  prepare: async (size, ending) => {
    const desk = await openDesk(size, ending)
    const { number, id } = await desk.owner.selectFrom('request').select(['number', 'id']).where('engagement_id', '=', desk.ours.engagement.id).where('status', '=', 'in_review').orderBy('number').executeTakeFirstOrThrow()
    const path = `${desk.ours.base}/requests/R-${String(number).padStart(3, '0')}`
    const { body } = await desk.firstByte(path)
    const bare = await servePage(desk.ownerUrl, 'select file.*, submission.answer from evidence_file file join submission on submission.id = file.submission_id where file.engagement_id = $1 and file.request_id = $2', [desk.ours.engagement.id, id], body, ending)
    return { ours: async () => (await desk.firstByte(path)).ms, floor: async () => (await desk.firstByte('/', bare)).ms, figures: () => ({ bytes: String(body.length) }) }
  },
}
