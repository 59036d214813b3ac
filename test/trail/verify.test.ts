import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { leafHash } from '../../server/trail/leaf.ts'
import { record } from '../../server/trail/record.ts'
import { main } from '../../server/trail/verify.command.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'

/** What somebody with the database in their hands does to a log of ten entries, and what verify then says of it. */
const forgeries: readonly { readonly title: string, readonly by: (log: string) => string[], readonly says: RegExp }[] = [
  { title: 'an event is edited', by: (log) => [`update trail_entry set event = replace(event, '"to":"p4"', '"to":"p5"') where log = '${log}' and sequence = 4`], says: /entry 4 of 10: its text does not give its leaf hash/ },
  { title: 'a column is edited', by: (log) => [`update trail_entry set person_id = null where log = '${log}' and sequence = 2`], says: /entry 2 of 10: its columns/ },
  { title: 'the time is edited', by: (log) => [`update trail_entry set at = at - interval '1 day' where log = '${log}' and sequence = 7`], says: /entry 7 of 10: its columns/ },
  { title: 'a detail is edited', by: (log) => [`update trail_detail set detail = replace(detail, '127.0.0.1', '10.0.0.1') where log = '${log}' and sequence = 0`], says: /entry 0 of 10: its detail is not the one/ },
  { title: 'a detail is removed', by: (log) => [`delete from trail_detail where log = '${log}' and sequence = 3`], says: /entry 3 of 10: its detail is missing/ },
  { title: 'an entry is removed', by: (log) => [`delete from trail_detail where log = '${log}' and sequence = 5`, `delete from trail_entry where log = '${log}' and sequence = 5`], says: /entry 5 of 10: entry 5 is missing/ },
  { title: 'the end is cut off', by: (log) => [`delete from trail_detail where log = '${log}' and sequence >= 8`, `delete from trail_entry where log = '${log}' and sequence >= 8`], says: /entry 8 of 10: the log ends after 8 entries/ },
  { title: 'entries change places', by: (log) => [`update trail_entry a set event = b.event, leaf = b.leaf from trail_entry b where a.log = '${log}' and b.log = a.log and a.sequence = 6 and b.sequence = 1`], says: /entry 6 of 10: its text says it is entry 1/ },
]

for (const { title, by, says } of forgeries) {
  t.test(`verify names the first bad entry when ${title}`, async (t) => {
    const testApp = await openApp(t)
    const { ours } = await gather(testApp)
    const owner = ownerOf(t, testApp)
    for (let index = 0; index < 10; index++) {
      await inScope(testApp.site.db, ours.staff.scope, async (trx) => record(trx, ours.staff.scope, { kind: 'phase.changed', facts: { from: 'x', to: `p${index}` } }))
    }
    t.match(await verify(testApp.ownerUrl), { holds: true, lines: [/The firm: 0 entries/, /PaySmart Global.*: 10 entries, every one as it was written/] })
    for (const table of ['trail_entry', 'trail_detail']) await sql`alter table ${sql.table(table)} disable trigger user`.execute(owner)
    for (const statement of by(ours.engagement.id)) await sql.raw(statement).execute(owner)
    const { holds, lines } = await verify(testApp.ownerUrl)
    t.equal(holds, false)
    t.match(lines.find((line) => line.startsWith('PaySmart')), says)
    const page = await ours.staff.get(`${ours.base}/trail`)
    if (/missing|log ends/.test(says.source) && !/detail is missing/.test(says.source)) t.match(page.body, 'Entries missing')
    else t.match(page.body, 'Not as written')
  })
}

t.test('a forger who also makes a new leaf is still told by the place the text claims', async (t) => {
  const testApp = await openApp(t)
  const { ours } = await gather(testApp)
  const owner = ownerOf(t, testApp)
  await inScope(testApp.site.db, ours.staff.scope, async (trx) => record(trx, ours.staff.scope, { kind: 'phase.changed', facts: { from: 'x', to: 'y' } }))
  await sql`alter table trail_entry disable trigger user`.execute(owner)
  const { event } = await owner.selectFrom('trail_entry').select('event').executeTakeFirstOrThrow()
  const forged = event.replace('"sequence":0', '"sequence":9')
  await owner.updateTable('trail_entry').set({ event: forged, leaf: leafHash(Buffer.from(forged)) }).execute()
  t.match(await verify(testApp.ownerUrl), { holds: false, lines: [/./, /its text says it is entry 9/] })
})

t.test('where there is no database, verify says so and makes none', async (t) => {
  const folder = join(t.testdir(), 'nowhere')
  await t.rejects(main({ DATA_DIR: folder }, () => {}), { message: /nothing to verify/ })
  t.notOk(existsSync(folder))
  await t.rejects(main({ DATABASE_URL: 'postgres://a', QUEUE_DATABASE_URL: 'postgres://b', PUBLIC_URL: 'https://a.example', SECRET: 'abcdefghijklmnopqrstuvwxyz0123456789', SMTP_URL: 'smtp://a' }, () => {}), { message: /OWNER_DATABASE_URL is missing/ })
})

async function verify(ownerUrl: string): Promise<{ holds: boolean, lines: string[] }> {
  const lines: string[] = []
  const holds = await main({ OWNER_DATABASE_URL: ownerUrl }, (line) => lines.push(line))
  return { holds, lines: lines.toSorted((a, b) => Number(b.startsWith('The firm')) - Number(a.startsWith('The firm'))) }
}
