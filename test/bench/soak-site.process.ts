import type { Test } from 'tap'
import { sql } from 'kysely'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { serveAway } from './away.ts'
import { copyEngagement } from './growth/copies.ts'
import { raiseEngagement } from './growth/engagement.ts'
import { openLink } from './growth/pages.ts'

/** Somebody at work: what they are, the cookie that says so, their engagement's address and, for an owner, the request they answer. */
export type Worker = { readonly role: string, readonly cookie: string, readonly base: string, readonly answer: string }

/** Where the application listens, who works there and the address of its database. */
export type SoakSite = { readonly address: string, readonly ownerUrl: string, readonly workers: readonly Worker[] }

const [engagements] = process.argv.slice(2).map(Number) as [number]
const ends: (() => unknown)[] = []
// What a test takes care of when it ends is all that is asked of one here.
const t = { teardown: (end: () => unknown) => ends.unshift(end) } as unknown as Test
const testApp = await openApp(t, { TRUSTED_PROXIES: '127.0.0.1' })
const { ours } = await gather(testApp)
const owner = ownerOf(t, testApp)
await raiseEngagement(owner, ours, 'small')
// Each engagement has a team of its own.
await copyEngagement(owner, ours, { engagements, doubles: engagements })
await owner.transaction().execute(async (trx) => {
  // Not by the moves that lead there.
  await sql`set local session_replication_role = replica`.execute(trx)
  await sql`update engagement set phase = 'fieldwork'`.execute(trx)
})
const { rows } = await sql<{ id: string, engagement: string, role: string, request: string }>`select person_id as id, engagement_id as engagement, role,
    (select id from request where request.engagement_id = membership.engagement_id and status = 'open' and number between 2 and 9000 order by number limit 1) as request
  from membership where role in ('partner', 'manager', 'senior', 'staff', 'quality_reviewer', 'owner') and exists (select from test_line where test_line.engagement_id = membership.engagement_id) order by engagement_id, role`.execute(owner)
const workers: Worker[] = []
for (const { id, engagement, role, request } of rows) {
  const session = await testApp.site.sessions.begin(id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'bench' })
  const cookie = role === 'owner' ? await openLink(testApp, owner, engagement, request, id) : `${session.name}=${session.value}`
  workers.push({ role, cookie, base: `/engagements/${engagement}`, answer: `/answer/requests/${request}` })
}
const said: SoakSite = { address: await testApp.app.listen({ host: '127.0.0.1', port: 0 }), ownerUrl: testApp.ownerUrl, workers }
await serveAway(said, async () => {
  for (const end of ends) await end()
})
