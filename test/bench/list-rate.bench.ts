import { startAway } from './away.ts'
import type { Bench } from './bench.ts'
import type { DeskSite } from './desk-site.process.ts'
import { openLoad } from './load.ts'

/** The rows of the list in one statement, as plainly as they can be had. */
const plainList = `select request.number, request.title, request.kind, request.due_on, request.status, owner.name, count(file.id)
  from request join person owner on owner.id = owner_id left join evidence_file file on file.engagement_id = request.engagement_id and file.request_id = request.id
  where request.engagement_id = $1 group by request.engagement_id, request.id, owner.name order by status_since`

export const bench: Bench = {
  what: 'request list, 500 requests on the page, signed in, over 16 connections, against a bare server with one query and one template of the same bytes',
  aim: { rate: 0.7 },
  unit: '/s',
  also: [
    { what: '– half of the answers within', aim: {}, unit: 'ms' },
    { what: '– 99 in 100 answers within', aim: {}, unit: 'ms' },
  ],
  prepare: async (size, ending) => {
    const site = await startAway<DeskSite>('desk-site.process.ts', [size === 'full' ? '500' : '20'], ending)
    const { address, list, cookie, ownerUrl, engagement } = site.said
    const bare = await startAway<{ address: string, bytes: number }>('floors/page.process.ts', [ownerUrl, plainList, engagement, `${address}${list}`, cookie], ending)
    const ask = await openLoad(ending)
    const rate = async (url: string) => {
      const { rate, half, most } = await ask({ url, headers: { cookie }, connections: 16, seconds: size === 'full' ? 5 : 0.1 })
      return [rate, half, most]
    }
    return { ours: async () => rate(`${address}${list}`), floor: async () => rate(bare.said.address), figures: () => ({ bytes: String(bare.said.bytes) }) }
  },
}
