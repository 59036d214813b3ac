import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'

/** What became of a row since the version before. */
export type Change = 'added' | 'removed' | 'changed'
export type ChangeCounts = Readonly<Record<Change, number>>

/** A list as far as comparing goes; `unique` where no key of it is repeated, which is quicker to page through. */
export type Compared = { readonly id: string, readonly header: readonly string[], readonly unique?: boolean }

/** The reading of the same request's last earlier version: of several lists the one of the same name, else of the same key column; null where there is none. */
export async function findPrevious(trx: Tx, scope: EngagementScope, population: { id: string, request_id: string | null, submission_id: string | null, name: string, key_column: string | null }) {
  if (population.request_id === null) return null
  return await trx.selectFrom('population')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'population.engagement_id').onRef('submission.id', '=', 'population.submission_id'))
    .innerJoin('submission as present', (join) => join.onRef('present.engagement_id', '=', 'population.engagement_id').on('present.id', '=', population.submission_id))
    .select(['population.id', 'population.number', 'population.header', 'population.findings', 'submission.number as version',
      sql<boolean>`exists (select from evidence_file where evidence_file.engagement_id = population.engagement_id and evidence_file.id = population.file_id and evidence_file.withheld)`.as('withheld')])
    .where('population.engagement_id', '=', scope.engagement.id).where('population.request_id', '=', population.request_id)
    .where('population.id', '<>', population.id).where('population.reading', '=', 'done').whereRef('submission.number', '<', 'present.number')
    .where((eb) => eb.or([eb('population.name', '=', population.name), eb('population.key_column', '=', population.key_column)]))
    .orderBy('submission.number', 'desc').orderBy((eb) => eb('population.name', '=', population.name), 'desc').orderBy('population.number').limit(1)
    .executeTakeFirst() ?? null
}

/**
 * How many rows were added, removed and changed since `before`. Rows are paired by key, the second of a repeated key
 * with the second, so that added less removed is always the difference of the two counts.
 */
export async function countChanges(trx: Tx, scope: EngagementScope, now: Compared, before: Compared): Promise<ChangeCounts> {
  const { rows } = await sql<ChangeCounts>`select count(*) filter (where old.key is null)::integer as added,
      count(*) filter (where fresh.key is null)::integer as removed,
      count(*) filter (where ${differs(now, before)})::integer as changed
    from ${paired(scope, now)} fresh full join ${paired(scope, before)} old on old.key = fresh.key and old.turn = fresh.turn`.execute(trx)
  return rows[0]!
}

/** One page of the changes of a kind in the order of their keys, after a key and its turn. */
export async function listChanges(trx: Tx, scope: EngagementScope, now: Compared, before: Compared, { change, after, limit }: { change: Change, after: { key: string, turn: number }, limit: number }) {
  if (now.unique === true && before.unique === true) return await listByKey(trx, scope, now, before, { change, after: after.key, limit })
  const which = { added: sql`old.key is null`, removed: sql`fresh.key is null`, changed: differs(now, before) }[change]
  const { rows } = await sql<ChangedRow>`
    select coalesce(fresh.key, old.key) as key, coalesce(fresh.turn, old.turn)::integer as turn, fresh.row_number as row, old.row_number as old_row, fresh.cells, old.cells as old_cells
    from ${paired(scope, now)} fresh full join ${paired(scope, before)} old on old.key = fresh.key and old.turn = fresh.turn
    where ${which} and (coalesce(fresh.key, old.key), coalesce(fresh.turn, old.turn)) > (${after.key}, ${after.turn})
    order by 1, 2 limit ${limit}`.execute(trx)
  return rows
}

export type ChangedRow = { readonly key: string, readonly turn: number, readonly row: number | null, readonly old_row: number | null, readonly cells: string[] | null, readonly old_cells: string[] | null }

/** Where keys are unique the index gives them in order, and the page ends as soon as it is full. */
async function listByKey(trx: Tx, scope: EngagementScope, now: Compared, before: Compared, { change, after, limit }: { change: Change, after: string, limit: number }): Promise<ChangedRow[]> {
  const engagement = scope.engagement.id
  const [from, other] = change === 'removed' ? [before, now] : [now, before]
  const there = sql`from population_row other where other.engagement_id = ${engagement} and other.population_id = ${other.id} and other.key = one.key`
  if (change !== 'changed') {
    const place = change === 'added' ? sql`row_number as row, null::integer as old_row, cells, null::text[] as old_cells` : sql`null::integer as row, row_number as old_row, null::text[] as cells, cells as old_cells`
    const { rows } = await sql<ChangedRow>`select key, 1 as turn, ${place} from population_row one
      where engagement_id = ${engagement} and population_id = ${from.id} and key > ${after} and not exists (select ${there}) order by key limit ${limit}`.execute(trx)
    return rows
  }
  const { rows } = await sql<ChangedRow>`select fresh.key, 1 as turn, fresh.row_number as row, old.row_number as old_row, fresh.cells, old.cells as old_cells
    from population_row fresh join population_row old on old.engagement_id = fresh.engagement_id and old.population_id = ${before.id} and old.key = fresh.key
    where fresh.engagement_id = ${engagement} and fresh.population_id = ${now.id} and fresh.key > ${after} and ${differs(now, before)} order by fresh.key limit ${limit}`.execute(trx)
  return rows
}

function paired(scope: EngagementScope, { id }: Compared) {
  return sql`(select key, row_number() over (partition by key order by row_number) as turn, row_number, cells from population_row
    where engagement_id = ${scope.engagement.id} and population_id = ${id})`
}

/** Only columns that both versions have can differ. */
function differs(now: Compared, before: Compared) {
  const common = now.header.filter((name) => before.header.includes(name))
  const same = now.header.length === before.header.length && now.header.every((name, index) => before.header[index] === name)
  const cells = (table: string, header: readonly string[]) => same
    ? sql`${sql.ref(`${table}.cells`)}`
    : sql`array[${sql.join(common.map((name) => sql`${sql.ref(`${table}.cells`)}[${header.indexOf(name) + 1}::integer]`))}]::text[]`
  return sql`old.key is not null and fresh.key is not null and ${cells('fresh', now.header)} is distinct from ${cells('old', before.header)}`
}
