import { sql } from 'kysely'
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { inScope, type Tx } from '../../server/database/connect.ts'
import type { Scope } from '../../server/scope.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { fill } from './filling.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const { db } = testApp.site
for (const team of [ours, outsiders]) await fill(owner, team)

const tables = (await sql<{ name: string }>`select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
  where table_schema = 'public' and column_name = 'engagement_id' and table_type = 'BASE TABLE' order by 1`.execute(owner)).rows.map(({ name }) => name)
const nobody: Scope = { actor: { kind: 'job', name: 'test' }, side: 'program', organizationId: null, rank: null, role: null, engagement: null, address: 'job', at: null }

/** Keys that belong to more than one engagement by their nature. */
const otherKeys = new Set([
  // Logs: one for each engagement and one for the firm, which has none.
  'trail_head_pkey', 'trail_head_one_firm_log', 'trail_entry_pkey', 'trail_detail_pkey', 'access_entry_pkey',
  // Mails of an account belong to no engagement.
  'mail_pkey',
  // A log's entries point at their log, which is the engagement.
  'trail_entry_log_fkey', 'trail_detail_log_sequence_fkey',
])

/** Tables of the firm's own workpapers, which the client's side never reads. */
const workpapers = new Set(['engagement_record', 'archive_addition', 'extension_decision', 'criterion_effect', 'opinion', 'client_view', 'handed_item', 'template_use', 'design_evaluation', 'observation', 'review_record', 'review_note', 'review_note_answer', 'result_sentence', 'matrix_layout', 'matrix_export_file'])

t.test('what the firm wrote for itself is not there for the client’s side, whatever is asked', async (t) => {
  const seen = async (scope: Scope, table: string) => inScope(db, scope, async (trx) => (await sql<{ row: string }>`select to_jsonb(x)::text as row from ${sql.table(table)} x`.execute(trx)).rows.map(({ row }) => row))
  const silent: Scope = { ...ours.staff.scope, side: '' as 'program' }
  for (const scope of [ours.lead.scope, ours.owner.scope, silent]) {
    for (const table of workpapers) t.strictSame(await seen(scope, table), [], table)
    t.notMatch((await seen(scope, 'comment')).join(), '"internal": true')
    for (const table of ['submission', 'evidence_file']) t.notMatch((await seen(scope, table)).join(), '"channel": "auditor"')
  }
  t.match((await seen(ours.staff.scope, 'comment')).join(), '"internal": true')
  t.match((await seen(ours.staff.scope, 'submission')).join(), '"channel": "auditor"')
})

t.test('every table below an engagement is behind the fence, its owner too', async (t) => {
  t.ok(tables.length >= 29, `${tables.length} tables`)
  const { rows } = await sql<{ name: string, on: boolean, forced: boolean, policies: number }>`select relname as name, relrowsecurity as on,
    relforcerowsecurity as forced, (select count(*) from pg_policy where polrelid = pg_class.oid) as policies
    from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`.execute(owner)
  for (const table of [...tables, 'engagement', 'sampling_policy', 'firm_policy', 'request_template', 'attribute_template']) {
    const fence = rows.find(({ name }) => name === table)
    t.match(fence, { on: true, forced: true }, table)
    t.ok(fence && fence.policies > 0, `${table} has a policy`)
  }
})

t.test('each of them is tried with rows of two engagements', async (t) => {
  for (const table of tables) {
    const { rows } = await sql<{ id: string }>`select distinct engagement_id as id from ${sql.table(table)} where engagement_id is not null`.execute(owner)
    t.strictSame(rows.map(({ id }) => id).sort(), [ours.engagement.id, outsiders.engagement.id].sort(), `${table}: fill it in filling.ts`)
  }
})

t.test('without a scope nothing of an engagement is seen', async (t) => {
  for (const table of tables) t.strictSame(await inScope(db, nobody, async (trx) => engagementsIn(trx, table)), [], table)
  t.strictSame((await inScope(db, nobody, async (trx) => sql`select id from engagement`.execute(trx))).rows, [])
})

t.test('inside an engagement only its own rows are seen', async (t) => {
  for (const team of [ours, outsiders]) {
    for (const table of tables) t.strictSame(await inScope(db, team.staff.scope, async (trx) => engagementsIn(trx, table)), [team.engagement.id], table)
  }
})

t.test('where several processes work on a statement, each sees the scope and no more', async (t) => {
  const divided = async <T>(scope: Scope, work: (trx: Tx) => Promise<T>): Promise<T> => inScope(db, scope, async (trx) => {
    for (const setting of ['parallel_setup_cost = 0', 'parallel_tuple_cost = 0', 'min_parallel_table_scan_size = 0', 'parallel_leader_participation = off']) await sql`set local ${sql.raw(setting)}`.execute(trx)
    return await work(trx)
  })
  const outside = { ...ours.lead.scope, engagement: null, role: null }
  for (const table of tables) {
    for (const team of [ours, outsiders]) t.strictSame(await divided(team.staff.scope, async (trx) => engagementsIn(trx, table)), [team.engagement.id], table)
    t.strictSame(await divided(nobody, async (trx) => engagementsIn(trx, table)), [], table)
    t.strictSame(await divided(outside, async (trx) => engagementsIn(trx, table)), workpapers.has(table) ? [] : [ours.engagement.id], table)
  }
  const plan = await divided(ours.staff.scope, async (trx) => sql<{ line: string }>`explain (analyze) select distinct engagement_id from population_row`.execute(trx))
  t.match(plan.rows.map((row) => Object.values(row)[0]).join('\n'), /Workers Launched: [1-9]/)
})

t.test('a person outside any engagement sees rows of theirs, until they leave the team', async (t) => {
  const scope = { ...ours.lead.scope, engagement: null, role: null }
  for (const table of tables) t.strictSame(await inScope(db, scope, async (trx) => engagementsIn(trx, table)), workpapers.has(table) ? [] : [ours.engagement.id], table)
  await owner.updateTable('membership').set({ removed_at: new Date() }).where('person_id', '=', ours.lead.id).execute()
  for (const table of tables) t.strictSame(await inScope(db, scope, async (trx) => engagementsIn(trx, table)), [], table)
})

t.test('a row cannot be carried over to another engagement', async (t) => {
  for (const table of tables) {
    const moved = inScope(db, ours.staff.scope, async (trx) => sql`update ${sql.table(table)} set engagement_id = ${outsiders.engagement.id}`.execute(trx))
    await t.rejects(moved, table)
  }
})

t.test('a row of another engagement can neither be changed nor removed', async (t) => {
  for (const table of tables) {
    for (const change of [sql`update ${sql.table(table)} set engagement_id = engagement_id where engagement_id = ${outsiders.engagement.id}`, sql`delete from ${sql.table(table)} where engagement_id = ${outsiders.engagement.id}`]) {
      const touched = await inScope(db, ours.staff.scope, async (trx) => change.execute(trx)).then(({ numAffectedRows }) => Number(numAffectedRows ?? 0n), (error: Error) => error.message)
      t.ok(touched === 0 || /permission denied/.test(String(touched)), `${table}: ${touched}`)
    }
  }
})

t.test('every key below an engagement starts with it, so that rows cannot join across', async (t) => {
  const { rows: unique } = await sql<{ name: string, table: string, first: string }>`
    select index.relname as name, tab.relname as table, coalesce(attname, 'an expression') as first
    from pg_index join pg_class index on index.oid = indexrelid join pg_class tab on tab.oid = indrelid
      left join pg_attribute on attrelid = indrelid and attnum = indkey[0]
    where indisunique and tab.relname = any (${sql`${tables}::text[]`})`.execute(owner)
  for (const { name, table, first } of unique.filter(({ name }) => !otherKeys.has(name))) t.equal(first, 'engagement_id', `${name} of ${table}`)

  const { rows: foreign } = await sql<{ name: string, table: string, to: string, first: string, there: string }>`
    select conname as name, tab.relname as table, target.relname as to, here.attname as first, there.attname as there
    from pg_constraint join pg_class tab on tab.oid = conrelid join pg_class target on target.oid = confrelid
      join pg_attribute here on here.attrelid = conrelid and here.attnum = conkey[1]
      join pg_attribute there on there.attrelid = confrelid and there.attnum = confkey[1]
    where contype = 'f' and tab.relname = any (${sql`${tables}::text[]`})`.execute(owner)
  t.ok(foreign.length > 40)
  for (const { name, table, to, first, there } of foreign.filter(({ name, to }) => !otherKeys.has(name) && to !== 'person' && to !== 'organization')) {
    t.strictSame([first, there], ['engagement_id', to === 'engagement' ? 'id' : 'engagement_id'], `${name} of ${table}`)
  }
})

t.test('a view shows no more than the tables under it', async (t) => {
  const { rows } = await sql<{ name: string, invoker: boolean }>`select relname as name, coalesce(reloptions, '{}') @> array['security_invoker=true'] as invoker
    from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v'`.execute(owner)
  t.ok(rows.length > 0)
  for (const { name, invoker } of rows) t.ok(invoker, `${name} asks as whoever asks`)
})

t.test('an id of another engagement in a form does what one that nobody has does: nothing, in the same words', async (t) => {
  const idIn = async (table: 'control' | 'request' | 'evidence_file' | 'sample_item', team: typeof ours) => (await owner.selectFrom(table).select('id').where('engagement_id', '=', team.engagement.id).executeTakeFirstOrThrow()).id
  const here = { control: await idIn('control', ours), request: await idIn('request', ours), file: await idIn('evidence_file', ours), item: await idIn('sample_item', ours) }
  const there = { control: await idIn('control', outsiders), file: await idIn('evidence_file', outsiders), item: await idIn('sample_item', outsiders), person: outsiders.lead.id }
  const kept = { ownerTitle: 'Manager', frequencies: 'daily', type: 'preventive', nature: 'manual', risk: 'low', criteria: 'CC6.1', text: 'Done daily.', source: 'List' }
  const forms: readonly [string, keyof typeof there, string, Record<string, string>][] = [
    ['/team/firm', 'person', 'personId', { firmRole: 'staff' }], ['/client-view', 'person', 'person', {}], ['/controls', 'person', 'ownerId', { ...kept, number: 'ZX-1' }],
    ['/requests', 'person', 'owner', { kind: 'document', title: 'Policy', ask: 'Send it.' }], ['/requests/R-001/owner', 'person', 'owner', {}],
    [`/team/${ours.staff.id}/departure`, 'person', 'successor', {}], ['/testing/AC-01.T1/assignee', 'person', 'person', {}],
    ['/setup/subservices', 'control', 'monitorId', { name: 'Cloud', service: 'Hosting', method: 'carve_out', criteria: 'CC6.4' }],
    ['/populations/calendars', 'control', 'control', { name: 'Reviews', occurrence: 'one review', every: 'quarter' }],
    ['/testing/AC-01.T1/results', 'item', 'item', { letter: 'A', result: 'pass', version: '0' }], ['/testing/AC-01.T1/results', 'file', 'cite', { item: here.item, letter: 'A', result: 'pass', version: '0' }],
    ['/requests/R-001/reuse', 'file', 'file', {}], ['/requests/R-001/quarantine', 'file', 'file', { reason: 'Names' }],
  ]
  const strays = { control: here.request, file: here.control, item: here.file, person: here.control }
  const entries = async () => (await owner.selectFrom('trail_entry').select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow()).count
  for (const [path, kind, field, form] of forms) {
    const before = await entries()
    const send = async (id: string) => {
      const { status, body } = await ours.manager.post(`${ours.base}${path}`, { ...form, [field]: id })
      return { status, body: body.replaceAll(id, '') }
    }
    const unknown = await send(randomUUID())
    t.ok(unknown.status >= 400 && unknown.status < 500, `${path} ${field} refuses with ${unknown.status}`)
    for (const id of [there[kind], strays[kind]]) t.strictSame(await send(id), unknown, `${path} ${field}`)
    t.equal(await entries(), before, `${path} writes nothing`)
  }
})

t.test('nothing but the log of the firm and mails of accounts stands outside an engagement', async (t) => {
  const { rows } = await sql<{ name: string }>`select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and column_name = 'engagement_id' and is_nullable = 'YES' and table_type = 'BASE TABLE' order by 1`.execute(owner)
  t.strictSame(rows.map(({ name }) => name), ['mail', 'trail_detail', 'trail_entry', 'trail_head'])
})

async function engagementsIn(trx: Tx, table: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select distinct engagement_id as id from ${sql.table(table)} where engagement_id is not null`.execute(trx)
  return rows.map(({ id }) => id)
}
