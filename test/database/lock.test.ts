import { sql } from 'kysely'
import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { openApp } from '../support/app.ts'
import { gather, type Team } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { fill } from './filling.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
for (const team of [ours, outsiders]) await fill(owner, team)

const apart = new Set(['access_entry', 'archive_addition', 'trail_detail', 'trail_entry', 'trail_head'])
const tables = (await sql<{ name: string }>`select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
  where table_schema = 'public' and column_name = 'engagement_id' and table_type = 'BASE TABLE' order by 1`.execute(owner)).rows.map(({ name }) => name).filter((name) => !apart.has(name))
const columnsOf = new Map(await Promise.all(tables.map(async (table) => {
  const { rows } = await sql<{ name: string, changeable: boolean }>`select column_name as name, has_column_privilege('tickmark_app', ${table}, column_name, 'update') as changeable
    from information_schema.columns where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER'`.execute(owner)
  return [table, rows] as const
})))

type Who = 'the program' | 'the owner'

/** What a statement on rows of an engagement comes to, undone afterwards: the number of rows, or why not. */
async function tried(who: Who, statement: string, team: Team = ours): Promise<string> {
  let outcome = ''
  const work = async (trx: Parameters<Parameters<typeof inScope>[2]>[0]) => {
    const { numAffectedRows } = await sql.raw(statement).execute(trx)
    outcome = `touched ${numAffectedRows} rows`
    throw new Error('undone')
  }
  await (who === 'the owner' ? owner.transaction().execute(work) : inScope(testApp.site.db, team.partner.scope, work)).catch((error: Error) => { outcome ||= error.message })
  return outcome
}

/** Every kind of write on a table's rows of our engagement. A copy of a row asks the lock before any key. */
function writesOf(table: string): string[] {
  const columns = columnsOf.get(table)!
  const names = columns.map(({ name }) => `"${name}"`).join(', ')
  const first = columns.find(({ changeable }) => changeable)?.name ?? 'engagement_id'
  const rows = `engagement_id = '${ours.engagement.id}'`
  return [
    `insert into ${table} (${names}) overriding system value select ${names} from ${table} where ${rows} limit 1`,
    `update ${table} set "${first}" = "${first}" where ${rows}`, `delete from ${table} where ${rows}`,
  ]
}

t.test('of a file that is locked no row of any table is added, changed or deleted, by the program or by the owner', async (t) => {
  await sql`update engagement set phase = 'archived', archived_at = now() where id = ${ours.engagement.id}`.execute(owner)
  t.ok(tables.length > 70, `${tables.length} tables, those of today and those to come`)
  for (const table of tables) {
    const writes = writesOf(table).filter((statement) => table !== 'mail' || !statement.startsWith('update'))
    for (const statement of writes) {
      t.match(await tried('the owner', statement), /the file is locked|is append-only|stands in/, `the owner: ${statement.slice(0, 60)}`)
      t.match(await tried('the program', statement), /the file is locked|is append-only|permission denied|stands in/, `the program: ${statement.slice(0, 60)}`)
    }
  }
})

t.test('its row stands as it is but for the legal hold', async (t) => {
  const { id } = ours.engagement
  for (const change of ["phase = 'issued'", "phase = 'fieldwork'", "report_date = '2026-01-01'", 'archived_at = null', "system_name = 'other'", "zone = 'UTC'"]) {
    t.match(await tried('the owner', `update engagement set ${change} where id = '${id}'`), /locked|taken back/, change)
    t.match(await tried('the program', `update engagement set ${change} where id = '${id}'`), /locked|taken back/, change)
  }
  t.match(await tried('the owner', `delete from engagement where id = '${id}'`), /locked/)
  t.match(await tried('the program', `update engagement set legal_hold = true where id = '${id}'`), /touched 1/)
})

t.test('the logs go on, additions come and are reviewed, and the other engagement is untouched', async (t) => {
  const { id } = ours.engagement
  t.match(await tried('the program', `insert into archive_addition (engagement_id, number, reason, text, made_by) values ('${id}', 7, 'Late letter', 'It came', '${ours.staff.id}')`), /touched 1/)
  t.match(await tried('the program', `update archive_addition set reviewed_by = '${ours.senior.id}', reviewed_at = now() where reviewed_at is null`), /touched 1/)
  t.match(await tried('the program', `update archive_addition set reviewed_by = '${ours.staff.id}', reviewed_at = now()`), /check constraint/, 'nobody reviews their own')
  t.match(await tried('the program', `insert into counter (engagement_id, series, last) values ('${id}', 'addition', 1)`), /touched 1/)
  t.match(await tried('the program', `insert into access_entry (engagement_id, channel, kind, subject, address) values ('${id}', 'login', 'file_downloaded', 'x', 'y')`), /touched 1/)
  t.match(await tried('the program', `update trail_head set size = size + 1 where engagement_id = '${id}'`), /touched 1/)
  for (const table of ['control', 'request', 'saved_view']) t.match(await tried('the owner', `update ${table} set engagement_id = engagement_id where engagement_id = '${outsiders.engagement.id}'`), /touched/, table)
})

/** What goes on while a report is issued and its file assembled; each other table below an engagement is frozen with it. */
const goingOn = new Set([
  'answer_code', 'answer_link', 'client_view', 'counter', 'engagement_record', 'evidence_leaf', 'evidence_reading', 'evidence_text', 'handed_item', 'link_session', 'list_session', 'mail',
  'matrix_export_file', 'membership', 'milestone', 'quarantine', 'reminder', 'saved_view', 'sheet_heading', 'sheet_import', 'thread_visit',
])

for (const phase of ['issued', 'withdrawn', 'reporting'] as const) {
  t.test(`of an engagement that is ${phase} no row that its report rests on ${phase === 'reporting' ? 'is frozen yet' : 'is added, changed or deleted, by the program or by the owner'}`, async (t) => {
    const id = outsiders.engagement.id
    await owner.transaction().execute(async (trx) => {
      await sql`set local session_replication_role = replica`.execute(trx)
      await sql`update engagement set phase = ${phase} where id = ${id}`.execute(trx)
    })
    for (const table of tables) {
      for (const statement of writesOf(table).map((one) => one.replaceAll(ours.engagement.id, id))) {
        // Of a file, what is found out about it later may still be noted.
        const frozen = phase !== 'reporting' && !goingOn.has(table) && !(table === 'evidence_file' && statement.startsWith('update'))
        for (const who of ['the owner', 'the program'] as const) {
          const outcome = await tried(who, statement, outsiders)
          const words = `${who}: ${statement.slice(0, 60)}`
          if (frozen) t.match(outcome, who === 'the owner' ? /is issued|is append-only|stands in|cannot be changed/ : /is issued|is append-only|stands in|cannot be changed|permission denied/, words)
          else t.notMatch(outcome, /is issued|is locked/, words)
        }
      }
    }
  })
}

t.test('an engagement whose report is issued goes back nowhere, and its row says what the report says', async (t) => {
  const id = outsiders.engagement.id
  await sql`update engagement set phase = 'issued' where id = ${id}`.execute(owner)
  for (const phase of ['reporting', 'fieldwork', 'withdrawn']) t.match(await tried('the owner', `update engagement set phase = '${phase}' where id = '${id}'`), /taken back/)
  for (const change of ["report_date = '2026-01-01'", "system_name = 'other'", "categories = '{security,privacy}'", "zone = 'UTC'", "link_days = 3"]) {
    t.match(await tried('the owner', `update engagement set ${change} where id = '${id}'`), /taken back|is issued/, change)
  }
  for (const change of ["preview = preview", "name = 'other.csv'"]) t.match(await tried('the owner', `update evidence_file set ${change} where engagement_id = '${id}'`), change.startsWith('name') ? /is issued|cannot be changed|stands/ : /touched/, change)
  t.match(await tried('the program', `update engagement set legal_hold = true where id = '${id}'`, outsiders), /touched 1/)
  t.match(await tried('the owner', `update engagement set phase = 'archived', archived_at = now() where id = '${id}'`), /touched 1/)
})

t.test('a table made later is locked as soon as it is protected', async (t) => {
  const later = owner.transaction().execute(async (trx) => {
    await sql`create table later (engagement_id uuid not null references engagement, word text)`.execute(trx)
    await sql`select protect_engagement_table('later'::regclass)`.execute(trx)
    await sql`insert into later values (${ours.engagement.id}, 'x')`.execute(trx)
  })
  await t.rejects(later, /the file is locked/)
})
