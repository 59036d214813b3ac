import { sql, type RawBuilder } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
import type { RowFilter } from './store.ts'

/** A row in scope with the digest of `seed:key` that gives it its place in the order of the seed. */
export type Placed = { readonly key: string, readonly row: number, readonly digest: string }

/** What a draw is made from: the rows in scope of a list that meet the filter. */
export type Frame = { readonly populationId: string, readonly filter: RowFilter }

/** How many keys there are and the SHA-256 of keys.txt, computed where the rows are, so that a million need no room here. */
export async function readFrame(trx: Tx, scope: EngagementScope, frame: Frame): Promise<{ count: number, keysSha256: string }> {
  const result = await sql<{ count: number, keysSha256: string }>`select count(*) as count,
    encode(sha256(convert_to(coalesce(string_agg(key || chr(10), '' order by row_number), ''), 'UTF8')), 'hex') as "keysSha256"
    ${rowsOf(scope, frame)}`.execute(trx)
  return result.rows[0]!
}

/** The lowest `n` of the order of the seed (sha256-rank-v1), of one stratum or of all, without the items of `except`, a draw. */
export async function lowest(trx: Tx, scope: EngagementScope, frame: Frame, seed: string, n: number, { stratum, except }: { readonly stratum?: { readonly column: number, readonly value: string } | undefined, readonly except?: string | undefined } = {}): Promise<Placed[]> {
  const result = await sql<Placed>`select key, row_number as row, encode(hash, 'hex') as digest
    from (select key, row_number, ${hashOf(seed)} as hash ${rowsOf(scope, frame)}
      ${stratum ? sql`and cells[${stratum.column + 1}::integer] = ${stratum.value}` : sql``}
      ${except === undefined ? sql`` : sql`and not exists (select from sample_item item where item.engagement_id = ${scope.engagement.id} and item.draw_id = ${except} and item.key = population_row.key)`}) ranked
    order by hash limit ${n}`.execute(trx)
  return result.rows
}

/** The rows at these places of keys.txt, counted from 0. */
export async function rowsAt(trx: Tx, scope: EngagementScope, frame: Frame, seed: string, places: readonly number[]): Promise<Placed[]> {
  const result = await sql<Placed>`select key, row_number as row, encode(${hashOf(seed)}, 'hex') as digest
    from (select key, row_number, row_number() over (order by row_number) - 1 as place ${rowsOf(scope, frame)}) placed
    where place = any (${[...places]}::bigint[]) order by place`.execute(trx)
  return result.rows
}

/** The rows with these keys, in no order. */
export async function rowsWith(trx: Tx, scope: EngagementScope, frame: Frame, seed: string, keys: readonly string[]): Promise<Placed[]> {
  const result = await sql<Placed>`select key, row_number as row, encode(${hashOf(seed)}, 'hex') as digest ${rowsOf(scope, frame)} and key = any (${[...keys]}::text[])`.execute(trx)
  return result.rows
}

/** How many rows each value of a column has; a blank is a stratum of its own. */
export async function countStrata(trx: Tx, scope: EngagementScope, frame: Frame, column: number): Promise<Map<string, number>> {
  const result = await sql<{ name: string, count: number }>`select coalesce(cells[${column + 1}::integer], '') as name, count(*) as count ${rowsOf(scope, frame)} group by 1 order by 1 limit 1001`.execute(trx)
  return new Map(result.rows.map(({ name, count }) => [name, count]))
}

/** The part each row in scope belongs to, in the order of the list, a page at a time. */
export async function listParts(trx: Tx, scope: EngagementScope, frame: Frame, column: number, { after, limit }: { readonly after: number, readonly limit: number }): Promise<{ part: string, row: number }[]> {
  const result = await sql<{ part: string, row: number }>`select coalesce(cells[${column + 1}::integer], '') as part, row_number as row
    ${rowsOf(scope, frame)} and row_number > ${after} order by row_number limit ${limit}`.execute(trx)
  return result.rows
}

function rowsOf(scope: EngagementScope, { populationId, filter }: Frame): RawBuilder<unknown> {
  return sql`from population_row where engagement_id = ${scope.engagement.id} and population_id = ${populationId} and in_period
    ${filter === null ? sql`` : sql`and cells[${filter.column + 1}::integer] = ${filter.value}`}`
}

function hashOf(seed: string): RawBuilder<unknown> {
  return sql`sha256(convert_to(${`${seed}:`} || key, 'UTF8'))`
}
