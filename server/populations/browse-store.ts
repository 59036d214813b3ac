import { sql, type RawBuilder } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { containing } from '../database/pattern.ts'
import type { EngagementScope } from '../scope.ts'
import type { Browse, Cursor } from './browse.ts'

export type BrowsedRow = { readonly row_number: number, readonly key: string, readonly occurred_on: string | null, readonly in_period: boolean, readonly cells: string[] }

/** `next`: where to go on, null at the end. `full`: the page is full; otherwise the search was broken off at `next` because it took long. */
export type BrowsedPage = { readonly rows: readonly BrowsedRow[], readonly next: Cursor | null, readonly full: boolean }

export type Listed = { readonly id: string, readonly header: readonly string[], readonly key_column: string | null }

/** Rows looked through at once, and how long a page looks for what it wants before it shows what there is. */
export type Pace = { readonly window: number, readonly patienceMs: number }

const usual: Pace = { window: 5_000, patienceMs: 30 }

type Stage = { readonly dated: boolean | null, readonly value: RawBuilder<unknown> | null }

/**
 * One page of a list. It is found by an index and its own place in the order, so its time does not grow with the list;
 * what only looking at each row can find is looked for in windows, for as long as patience lasts.
 */
export async function browseRows(trx: Tx, scope: EngagementScope, list: Listed, browse: Browse, limit: number, pace = usual): Promise<BrowsedPage> {
  const began = performance.now()
  const searches = browse.filter !== null && !isKeyEqual(list, browse)
  const rows: BrowsedRow[] = []
  for (const [index, stage] of stagesOf(browse).entries()) {
    // A place among the blank days is past all the dated ones.
    if (browse.sort === 'date' && index === 0 && browse.after !== null && browse.after.value === null) continue
    let after = index === 0 || browse.after?.value === null ? browse.after : null
    for (;;) {
      const until = searches ? await findEdge(trx, scope, list, browse, stage, { after, window: pace.window }) : null
      rows.push(...await readRows(trx, scope, list, browse, stage, { after, until, limit: limit + 1 - rows.length }))
      if (rows.length > limit) return { rows: rows.slice(0, limit), next: placeOf(rows[limit - 1]!, browse), full: true }
      if (until === null) break
      after = until
      if (performance.now() - began > pace.patienceMs) return { rows, next: until, full: false }
    }
  }
  return { rows, next: null, full: rows.length === limit }
}

/** The row of a key, or null. */
export async function findRowOf(trx: Tx, scope: EngagementScope, populationId: string, key: string): Promise<number | null> {
  const row = await trx.selectFrom('population_row').select('row_number').where('engagement_id', '=', scope.engagement.id)
    .where('population_id', '=', populationId).where('key', '=', key).orderBy('row_number').limit(1).executeTakeFirst()
  return row?.row_number ?? null
}

function isKeyEqual(list: Listed, { filter }: Browse): boolean {
  return filter !== null && filter.how === 'equals' && list.header[filter.column] === list.key_column
}

function stagesOf({ sort }: Browse): readonly Stage[] {
  if (sort === 'row') return [{ dated: null, value: null }]
  if (sort === 'key') return [{ dated: null, value: sql`key` }]
  return [{ dated: true, value: sql`occurred_on` }, { dated: false, value: null }]
}

type Span = { readonly after: Cursor | null, readonly until: Cursor | null, readonly limit: number }

async function readRows(trx: Tx, scope: EngagementScope, list: Listed, browse: Browse, stage: Stage, { after, until, limit }: Span): Promise<BrowsedRow[]> {
  const { rows } = await sql<BrowsedRow>`select row_number, key, occurred_on, in_period, cells from population_row
    where ${within(scope, list, stage)} ${beyond(browse, stage, after)} ${until === null ? sql`` : upTo(browse, stage, until)} ${meeting(list, browse)}
    order by ${orderOf(browse, stage)} limit ${limit}`.execute(trx)
  return rows
}

/** Where the window after a place ends; null when it reaches the end of the list. */
async function findEdge(trx: Tx, scope: EngagementScope, list: Listed, browse: Browse, stage: Stage, { after, window }: { readonly after: Cursor | null, readonly window: number }): Promise<Cursor | null> {
  const { rows } = await sql<{ row: number, value: string | null }>`select row_number as row, ${stage.value ?? sql`null`} as value from population_row
    where ${within(scope, list, stage)} ${beyond(browse, stage, after)}
    order by ${orderOf(browse, stage)} offset ${window - 1}::integer limit 1`.execute(trx)
  return rows[0] ?? null
}

function within(scope: EngagementScope, { id }: Listed, { dated }: Stage) {
  const place = sql`engagement_id = ${scope.engagement.id} and population_id = ${id}`
  return dated === null ? place : dated ? sql`${place} and occurred_on is not null` : sql`${place} and occurred_on is null`
}

function meeting(list: Listed, browse: Browse) {
  const { filter, scope } = browse
  const period = scope === 'all' ? sql`` : scope === 'in' ? sql`and in_period` : sql`and not in_period`
  if (filter === null) return period
  if (isKeyEqual(list, browse)) return sql`${period} and key = ${filter.value}`
  if (filter.column < 0 && filter.how === 'equals') return sql`${period} and ${filter.value} = any (cells)`
  const cell = filter.column < 0 ? sql`array_to_string(cells, chr(31))` : sql`cells[${filter.column + 1}::integer]`
  if (filter.how === 'equals') return sql`${period} and ${cell} = ${filter.value}`
  if (filter.how === 'blank') return sql`${period} and ${cell} !~ '\\S'`
  return sql`${period} and ${cell} ilike ${containing(filter.value)}`
}

function beyond(browse: Browse, stage: Stage, after: Cursor | null) {
  if (after === null) return sql``
  if (stage.value === null) return isDown(browse, stage) ? sql`and row_number < ${after.row}` : sql`and row_number > ${after.row}`
  if (after.value === null) return sql``
  return isDown(browse, stage) ? sql`and (${stage.value}, row_number) < (${after.value}, ${after.row})` : sql`and (${stage.value}, row_number) > (${after.value}, ${after.row})`
}

function upTo(browse: Browse, stage: Stage, until: Cursor) {
  if (stage.value === null) return isDown(browse, stage) ? sql`and row_number >= ${until.row}` : sql`and row_number <= ${until.row}`
  return isDown(browse, stage) ? sql`and (${stage.value}, row_number) >= (${until.value}, ${until.row})` : sql`and (${stage.value}, row_number) <= (${until.value}, ${until.row})`
}

function orderOf(browse: Browse, stage: Stage) {
  const direction = isDown(browse, stage) ? sql`desc` : sql`asc`
  return stage.value === null ? sql`row_number ${direction}` : sql`${stage.value} ${direction}, row_number ${direction}`
}

/** Rows without a day stand last whichever way the days run, in the order of the file. */
function isDown({ descending }: Browse, { dated }: Stage): boolean {
  return descending && dated !== false
}

function placeOf(row: BrowsedRow, { sort }: Browse): Cursor {
  return { row: row.row_number, value: sort === 'key' ? row.key : sort === 'date' ? row.occurred_on : null }
}
