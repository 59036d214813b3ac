import { sql } from 'kysely'
import t from 'tap'
import { Temporal } from 'temporal-polyfill'
import { utimesSync } from 'node:fs'
import { Readable } from 'node:stream'
import { inScope } from '../../server/database/connect.ts'
import { todayIn } from '../../server/engagements/calendar.ts'
import { removeFreed } from '../../server/engagements/destruction-actions.ts'
import { main as verify } from '../../server/trail/verify.command.ts'
import { FIRM_LOG, record } from '../../server/trail/record.ts'
import { openApp } from '../support/app.ts'
import { gather, type Member } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { fill } from '../database/filling.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const { db, vault } = testApp.site
const { id, zone, client } = ours.engagement
const today = todayIn(zone)
const there = `${ours.base}/phase/destruction`
const press = (who: Member, form: Record<string, string> = { destroyReason: 'Kept for seven years', destroyClient: client }) => who.post(there, form)
const tables = (await sql<{ name: string }>`select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
  where table_schema = 'public' and column_name = 'engagement_id' and table_type = 'BASE TABLE' order by 1`.execute(owner)).rows.map(({ name }) => name)

for (const team of [ours, outsiders]) await fill(owner, team)
const bytes = await Promise.all(['ours alone', 'of both', 'just arrived again'].map(async (text) => (await vault.store(Readable.from([Buffer.from(text)]))).sha256))
const [alone, shared, young] = bytes as [string, string, string]
for (const one of [alone, shared]) utimesSync(vault.localPath(one), 0, 0)
await owner.transaction().execute(async (trx) => {
  // The filling's entries are no real ones, and a file of seven years is staged.
  await sql`set local session_replication_role = replica`.execute(trx)
  for (const table of ['trail_detail', 'trail_entry', 'trail_head']) await sql`delete from ${sql.table(table)} where engagement_id is not null`.execute(trx)
  await sql`update evidence_file set sha256 = ${alone}, preview = 'ready', preview_sha256 = ${young} where engagement_id = ${id}`.execute(trx)
  await sql`update exception_file set sha256 = ${shared}`.execute(trx)
})
for (const team of [ours, outsiders]) await inScope(db, team.partner.scope, async (trx) => record(trx, team.partner.scope, { kind: 'closing.held', facts: { on: true }, detail: { reason: 'A suit' } }, { kind: 'closing.held', facts: { on: false } }))

async function stage(phase: string, days: number, hold = false): Promise<void> {
  const released = Temporal.PlainDate.from(today).subtract({ years: 7 }).add({ days }).toString()
  await owner.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx)
    await sql`update engagement set phase = ${phase}, report_date = ${released}, release_date = ${released}, legal_hold = ${hold} where id = ${id}`.execute(trx)
  })
}

async function rowsOf(engagement: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const name of tables) counts[name] = (await sql<{ count: number }>`select count(*) from ${sql.table(name)} where engagement_id = ${engagement}`.execute(owner)).rows[0]!.count
  return counts
}

const asProgram = (who: Member, statement = sql`select * from destroy_engagement(${id}, 'why')`) => inScope(db, who.scope, async (trx) => statement.execute(trx)).then(() => 'done', (error: Error) => error.message)

t.test('nothing is destroyed that is not locked, past its retention and free of a hold, by the page or by the program’s role', async (t) => {
  const before = await rowsOf(id)
  for (const [phase, days, hold, words] of [['issued', -3, false, /only a locked file/i], ['withdrawn', -3, false, /only a locked file/i], ['archived', 0, false, /kept until|not over/], ['archived', 400, false, /kept until|not over/], ['archived', -3, true, /legal hold/]] as const) {
    await stage(phase, days, hold)
    const { status, body } = await press(ours.partner)
    t.equal(status, 409, `${phase} ${days} ${hold}`)
    t.match(body, words)
    t.match(await asProgram(ours.partner), words)
    t.notMatch((await ours.partner.get(`${ours.base}/phase`)).body, there, 'nor offered')
  }
  await stage('archived', 0)
  t.match(await inScope(db, { ...ours.partner.scope, at: new Date('2090-01-01') }, async (trx) => sql`select * from destroy_engagement(${id}, 'why')`.execute(trx)).catch((error: Error) => error.message), /not over/, 'whatever time the caller says it is')
  t.strictSame(await rowsOf(id), before)
})

t.test('nobody but its partner destroys a file, and nobody deletes from it by hand', async (t) => {
  await stage('archived', -1)
  for (const who of [ours.reviewer, ours.manager, ours.senior, ours.staff, ours.lead, ours.owner]) {
    t.equal((await press(who)).status, 403, who.role)
    t.match(await asProgram(who), /only the engagement partner/, who.role)
  }
  for (const who of [outsiders.partner, outsiders.manager, outsiders.lead]) {
    t.equal((await press(who)).status, 404, who.role)
    t.match(await asProgram(who), /no such file here/)
    t.match(await asProgram({ ...who, scope: { ...who.scope, engagement: ours.engagement } }), /only the engagement partner/)
  }
  for (const table of tables) t.match(await asProgram(ours.partner, sql`delete from ${sql.table(table)}`), /permission denied|is locked|append-only|stands in|kept/, table)
  for (const table of ['destruction', 'freed_blob']) t.match(await asProgram(ours.partner, sql`insert into ${sql.table(table)} values (${id})`), /permission denied/, table)
})

t.test('it takes a reason and the client’s name', async (t) => {
  t.match((await ours.partner.get(`${ours.base}/phase`)).body, there)
  t.notMatch((await ours.manager.get(`${ours.base}/phase`)).body, there)
  for (const form of [{ destroyReason: '', destroyClient: client }, { destroyReason: 'Old', destroyClient: 'PaySmart' }, {}]) t.equal((await press(ours.partner, form as Record<string, string>)).status, 422)
  t.match((await press(ours.partner, { destroyReason: 'Very old', destroyClient: 'x' })).body, 'Very old')
})

t.test('pressed twice at once, one destruction takes every row of every table, by an owner who is no superuser, and nothing of another engagement', async (t) => {
  await sql`do $$ begin
    if not exists (select from pg_roles where rolname = 'plain_member') then create role plain_member; end if;
  exception when duplicate_object or unique_violation then null; end $$`.execute(owner)
  await sql`do $$ begin execute format('grant %I to plain_member', current_user); end $$`.execute(owner)
  for (const signature of ['destroy_engagement(uuid, text)', 'named_blobs(text[])']) await sql`alter function ${sql.raw(signature)} owner to plain_member`.execute(owner)
  const [mine, theirs] = [await rowsOf(id), await rowsOf(outsiders.engagement.id)]
  for (const [table, count] of Object.entries(mine)) t.ok(count > 0, `${table} has a row: fill it in filling.ts`)

  const answers = await Promise.all([press(ours.partner), press(ours.partner)])
  t.strictSame(answers.map(({ status }) => status).toSorted((a, b) => a - b), [303, 409])
  t.equal((await press(ours.partner)).status, 404, 'and a third time there is nobody on it any more')
  const staying = { trail_head: 1, trail_entry: mine['trail_entry']! + 1, trail_detail: 1 }
  t.strictSame(await rowsOf(id), { ...Object.fromEntries(tables.map((name) => [name, 0])), ...staying })
  t.strictSame(await rowsOf(outsiders.engagement.id), theirs)
  const { rows } = await sql<{ rows: number, files: number, by: string, phase: string }>`select row_count as rows, file_count as files, approved_by as by, phase from destruction join engagement on id = archive_id`.execute(owner)
  const counted = Object.entries(mine).filter(([name]) => !['trail_head', 'trail_entry'].includes(name)).reduce((sum, [, count]) => sum + count, 0)
  t.strictSame(rows, [{ rows: counted, files: mine['evidence_file'], by: ours.partner.id, phase: 'archived' }])
})

t.test('both logs say who destroyed what and why, and the engagement’s still verifies without what it quoted', async (t) => {
  for (const log of [id, FIRM_LOG]) {
    const { rows } = await sql<{ person_id: string, role: string, detail: string }>`select person_id, event::json->>'role' as role, detail from trail_entry join trail_detail using (log, sequence) where log = ${log} and kind = 'engagement.destroyed'`.execute(owner)
    t.match(rows, [{ person_id: ours.partner.id, role: 'partner', detail: /Kept for seven years/ }])
    t.equal(rows.length, 1)
  }
  const lines: string[] = []
  const verified = () => verify({ OWNER_DATABASE_URL: testApp.ownerUrl }, (line) => lines.push(line))
  t.equal(await verified(), true)
  t.match(lines.find((line) => line.startsWith(client)), /every one as it was written; what the first \d+ quoted was destroyed with the file/)
  t.match(lines.find((line) => line.startsWith(outsiders.engagement.client)), /2 entries, every one as it was written$/)
  await owner.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx)
    await sql`delete from trail_detail where engagement_id in (${id}, ${outsiders.engagement.id})`.execute(trx)
  })
  t.equal(await verified(), false)
  t.equal(lines.filter((line) => /its detail is missing/.test(line)).length, 2, 'a missing detail of a living log, or of the destruction itself, is a flaw')
})

t.test('its line says that it was destroyed, to partners and managers of the firm, and nothing else of it opens', async (t) => {
  for (const who of [ours.partner, ours.manager, outsiders.partner]) {
    t.match((await who.get('/engagements')).body, new RegExp(`href="/destroyed/${id}"[^]*Destroyed`))
    t.notMatch((await who.get('/engagements')).body, 'Retention ended')
    const { status, body } = await who.get(`/destroyed/${id}`)
    t.equal(status, 200)
    for (const words of [client, ours.partner.name, 'Kept for seven years']) t.match(body, words)
  }
  t.equal((await ours.staff.get(`/destroyed/${id}`)).status, 403)
  t.equal((await ours.lead.get(`/destroyed/${id}`)).status, 404)
  for (const wrong of [outsiders.engagement.id, 'x']) t.equal((await ours.partner.get(`/destroyed/${wrong}`)).status, 404)
  for (const page of ['', '/phase', '/trail', '/requests']) t.equal((await ours.partner.get(`${ours.base}${page}`)).status, 404)
  t.match((await ours.partner.get('/trail')).body, `approved the destruction of the file of ${client}`)
})

t.test('nothing comes to a destroyed file any more', async (t) => {
  for (const statement of [sql`insert into access_entry (engagement_id, channel, kind, subject, address) values (${id}, 'login', 'x', 'x', 'y')`, sql`update engagement set legal_hold = true`, sql`insert into membership (engagement_id, person_id, role) values (${id}, ${ours.partner.id}, 'partner')`]) {
    t.match(await asProgram(ours.partner, statement), /is destroyed|is append-only|is locked/)
  }
  await t.rejects(sql`delete from destruction`.execute(owner), /append-only/)
  await t.rejects(sql`update destruction set reason = 'other'`.execute(owner), /append-only/)
})

t.test('the job removes the bytes that no engagement names, again and again, but none that just arrived', async (t) => {
  const { rows } = await sql<{ table: string }>`select distinct table_name as table from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE' and column_name like '%sha256' and table_name <> 'freed_blob' and not table_name = any (${tables}::text[])`.execute(owner)
  t.strictSame(rows, [], 'every column that may name bytes is asked')
  t.equal((await sql`select from freed_blob where sha256 = any (${bytes}::text[])`.execute(owner)).rows.length, 3)
  await removeFreed(testApp.site)
  t.strictSame(await Promise.all(bytes.map((one) => vault.has(one))), [false, true, true])
  t.strictSame((await sql<{ sha256: string }>`select sha256 from freed_blob`.execute(owner)).rows, [{ sha256: young }])
  utimesSync(vault.localPath(young), 0, 0)
  t.equal(await removeFreed(testApp.site), 1)
  t.equal(await vault.has(young), false)
  t.equal(await removeFreed(testApp.site), 0)
})
