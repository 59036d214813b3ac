import type { Bench } from './bench.ts'
import { openDesk } from './desk.ts'
import { servePage } from './floors/page.ts'

export const bench: Bench = {
  what: 'the first byte of the request list, 400 requests with 2,000 files, against a bare server with one query and one template',
  aim: { most: 100 },
  unit: 'ms',
  prepare: async (size, ending) => {
    const desk = await openDesk(size, ending)
    const path = `${desk.ours.base}/requests`
    const { body } = await desk.firstByte(path)
    const bare = await servePage(desk.ownerUrl, `select request.number, request.title, request.kind, request.due_on, request.status, owner.name, count(file.id)
      from request join person owner on owner.id = owner_id left join evidence_file file on file.engagement_id = request.engagement_id and file.request_id = request.id
      where request.engagement_id = $1 group by request.engagement_id, request.id, owner.name order by status_since`, [desk.ours.engagement.id], body, ending)
    const rows = body.match(/data-state=/g)?.length ?? 0
    return { ours: async () => (await desk.firstByte(path)).ms, floor: async () => (await desk.firstByte('/', bare)).ms, figures: () => ({ rows: String(rows), bytes: String(body.length) }) }
  },
}
