import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'

export type CitableFile = Awaited<ReturnType<typeof listItemFiles>>[number]
export type Citation = { readonly fileId: string, readonly place: string }
/** `recorded`: the firm's own record of it is its evidence, so that a result needs no file. */
export type DrawnItem = { readonly id: string, readonly rank: number, readonly key: string, readonly row_number: number, readonly further: boolean, readonly recorded: boolean }
type LineKey = { readonly id: string, readonly draw_id: string | null }

/** Where the items of a line come from: the draw with its list, or, where the line has items of its own, what is said of each. */
export type Source = Pick<Awaited<ReturnType<typeof findDrawn>>, 'header' | 'file_id' | 'file_name' | 'file_version'> & {
  readonly key_column: string | null
  readonly drawn: Awaited<ReturnType<typeof findDrawn>> | null
}

/** The source of a line's items. */
export async function findSource(trx: Tx, scope: EngagementScope, line: LineKey): Promise<Source> {
  if (line.draw_id === null) return { header: ['Date', 'Who', 'Role', 'Record'], key_column: null, file_id: null, file_name: null, file_version: null, drawn: null }
  const drawn = await findDrawn(trx, scope, line.draw_id)
  return { header: drawn.header, key_column: drawn.key_column, file_id: drawn.file_id, file_name: drawn.file_name, file_version: drawn.file_version, drawn }
}

/** The draw of a line with the list it was drawn from; a calendar has no file and no request. */
export async function findDrawn(trx: Tx, scope: EngagementScope, drawId: string) {
  return await trx.selectFrom('draw')
    .innerJoin('population', (join) => join.onRef('population.engagement_id', '=', 'draw.engagement_id').onRef('population.id', '=', 'draw.population_id'))
    .leftJoin('evidence_file', (join) => join.onRef('evidence_file.engagement_id', '=', 'population.engagement_id').onRef('evidence_file.id', '=', 'population.file_id'))
    .leftJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'evidence_file.engagement_id').onRef('submission.id', '=', 'evidence_file.submission_id'))
    .leftJoin('request', (join) => join.onRef('request.engagement_id', '=', 'population.engagement_id').onRef('request.id', '=', 'population.request_id'))
    .select(['draw.id', 'draw.number', 'draw.method', 'draw.size', 'draw.population_size', 'draw.filter_column', 'draw.filter_value', 'draw.seed',
      'population.id as population_id', 'population.number as population_number', 'population.name as population_name', 'population.header',
      'population.key_column', 'population.date_column', 'population.file_id', 'population.request_id', 'evidence_file.name as file_name',
      'evidence_file.sha256 as file_sha256', 'evidence_file.kind as file_kind', 'submission.number as file_version', 'request.number as request_number'])
    .where('draw.engagement_id', '=', scope.engagement.id).where('draw.id', '=', drawId).executeTakeFirstOrThrow()
}

/** Items that stand for the line, by their ids or all of them, in the order drawn or entered. */
export async function listDrawn(trx: Tx, scope: EngagementScope, line: Pick<LineKey, 'id'>, ids?: readonly string[]): Promise<DrawnItem[]> {
  let query = tested(trx, scope).where('tested_item.test_line_id', '=', line.id)
  if (ids) query = query.where('tested_item.id', 'in', ids.length > 0 ? ids : [null as unknown as string])
  return await query.orderBy('tested_item.rank').execute()
}

/** The same with the row of the population of each or, of one that no draw made, what was entered. */
export async function listItems(trx: Tx, scope: EngagementScope, line: Pick<LineKey, 'id'>) {
  return await tested(trx, scope)
    .leftJoin('population_row', (join) => join.onRef('population_row.engagement_id', '=', 'tested_item.engagement_id')
      .onRef('population_row.population_id', '=', 'tested_item.population_id').onRef('population_row.row_number', '=', 'tested_item.row_number'))
    .leftJoin('request', (join) => join.onRef('request.engagement_id', '=', 'own.engagement_id').onRef('request.id', '=', 'own.request_id'))
    .select([sql<string[]>`coalesce(population_row.cells, array[coalesce(own.occurred_on::text, ''), own.person, own.person_role,
        concat_ws(': ', 'R-' || lpad(request.number::text, greatest(3, length(request.number::text)), '0'), nullif(own.words, ''))])`.as('cells'),
      sql<string | null>`coalesce(population_row.occurred_on, own.occurred_on)`.as('occurred_on'), 'request.number as request_number'])
    .where('tested_item.test_line_id', '=', line.id).orderBy('tested_item.rank').execute()
}

/** Items of every line of the engagement. */
export async function listTested(trx: Tx, scope: EngagementScope): Promise<Map<string, (DrawnItem & { line: string })[]>> {
  const rows = await tested(trx, scope).select('tested_item.test_line_id as line').orderBy('tested_item.rank').execute()
  return Map.groupBy(rows, ({ line }) => line)
}

function tested(trx: Tx, scope: EngagementScope) {
  return trx.selectFrom('tested_item').leftJoin('line_item as own', (join) => join.onRef('own.engagement_id', '=', 'tested_item.engagement_id').onRef('own.id', '=', 'tested_item.id'))
    .select(['tested_item.id', 'tested_item.rank', 'tested_item.key', 'tested_item.row_number', 'tested_item.further',
      sql<boolean>`coalesce(own.words <> '' or exists (select from observation join submission on submission.engagement_id = observation.engagement_id and submission.id = observation.submission_id
        where submission.engagement_id = own.engagement_id and submission.request_id = own.request_id and submission.status in ('submitted', 'accepted')), false)`.as('recorded')])
    .where('tested_item.engagement_id', '=', scope.engagement.id)
}

/** How many items each draw of the engagement has by now. */
export async function listDrawSizes(trx: Tx, scope: EngagementScope) {
  return await trx.selectFrom('draw').innerJoin('population', (join) => join.onRef('population.engagement_id', '=', 'draw.engagement_id').onRef('population.id', '=', 'draw.population_id'))
    .select(['draw.id', 'draw.number', 'draw.population_size', 'population.number as population_number', 'population.name as population_name',
      (eb) => eb.selectFrom('standing_item').select((count) => count.fn.countAll<number>().as('count')).whereRef('standing_item.engagement_id', '=', 'draw.engagement_id').whereRef('standing_item.draw_id', '=', 'draw.id').as('size')])
    .where('draw.engagement_id', '=', scope.engagement.id).execute()
}

/** Files of the newest answer to the sample request of the line's draw, or those of one item; `item_id` is null for one that serves every item. An item that no draw made has those of the request it names. */
export async function listItemFiles(trx: Tx, scope: EngagementScope, line: LineKey, itemId?: string) {
  if (line.draw_id === null) return await listOwnFiles(trx, scope, line.id, itemId)
  let query = answered(trx, scope).select('evidence_file.item_id').where('request.draw_id', '=', line.draw_id)
  if (itemId !== undefined) query = query.where((eb) => eb.or([eb('evidence_file.item_id', '=', itemId), eb('evidence_file.item_id', 'is', null)]))
  return await query.orderBy('evidence_file.position').execute()
}

async function listOwnFiles(trx: Tx, scope: EngagementScope, lineId: string, itemId?: string) {
  let query = answered(trx, scope)
    .innerJoin('line_item', (join) => join.onRef('line_item.engagement_id', '=', 'request.engagement_id').onRef('line_item.request_id', '=', 'request.id'))
    .select((eb) => eb.ref('line_item.id').$castTo<string | null>().as('item_id')).where('line_item.test_line_id', '=', lineId)
  if (itemId !== undefined) query = query.where('line_item.id', '=', itemId)
  return await query.orderBy('evidence_file.position').execute()
}

function answered(trx: Tx, scope: EngagementScope) {
  return trx.selectFrom('request')
    .innerJoinLateral((eb) => eb.selectFrom('submission').select(['submission.id', 'submission.number', 'submission.status'])
      .whereRef('submission.engagement_id', '=', 'request.engagement_id').whereRef('submission.request_id', '=', 'request.id')
      .where('submission.status', 'in', ['submitted', 'accepted']).orderBy('submission.number', 'desc').limit(1).as('newest'), (join) => join.onTrue())
    .innerJoin('evidence_file', (join) => join.onRef('evidence_file.engagement_id', '=', 'request.engagement_id').onRef('evidence_file.submission_id', '=', 'newest.id'))
    .select(['evidence_file.id', 'evidence_file.name', 'newest.number as version', 'request.id as request_id', 'request.number as request_number'])
    .where('request.engagement_id', '=', scope.engagement.id)
}

/** What the owner says of items that have no evidence, in the newest answer to the sample request. */
export async function listItemClaims(trx: Tx, scope: EngagementScope, drawId: string) {
  return await trx.selectFrom('item_claim')
    .innerJoin('sample_item', (join) => join.onRef('sample_item.engagement_id', '=', 'item_claim.engagement_id').onRef('sample_item.id', '=', 'item_claim.item_id'))
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'item_claim.engagement_id').onRef('submission.id', '=', 'item_claim.submission_id'))
    .select(['item_claim.item_id', 'item_claim.claim', 'item_claim.words', 'submission.number as version'])
    .where('item_claim.engagement_id', '=', scope.engagement.id).where('sample_item.draw_id', '=', drawId)
    .where('submission.status', 'in', ['submitted', 'accepted']).orderBy('submission.number').execute()
}

/**
 * Which of these files a result may cite, their names by their ids: those of an answer that was submitted and has not
 * come back. Their requests stay as they are until the transaction ends, so that none is returned while a result is
 * written on it.
 */
export async function holdCitable(trx: Tx, scope: EngagementScope, fileIds: readonly string[]): Promise<Map<string, string>> {
  if (fileIds.length === 0) return new Map()
  const rows = await trx.selectFrom('evidence_file')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'evidence_file.engagement_id').onRef('submission.id', '=', 'evidence_file.submission_id'))
    .innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'evidence_file.engagement_id').onRef('request.id', '=', 'evidence_file.request_id'))
    .select(['evidence_file.id', 'evidence_file.name']).where('evidence_file.engagement_id', '=', scope.engagement.id).where('evidence_file.id', 'in', fileIds)
    .where('submission.status', 'in', ['submitted', 'accepted']).orderBy('request.id').forShare('request').execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Letters of attributes on which something was ever entered. */
export async function listUsedLetters(trx: Tx, scope: EngagementScope, lineId: string): Promise<string[]> {
  const rows = await trx.selectFrom('cell').select('letter').distinct().where('engagement_id', '=', scope.engagement.id).where('test_line_id', '=', lineId).orderBy('letter').execute()
  return rows.map(({ letter }) => letter)
}

/** Populations that answer a request for the control: the ones whose emptiness may say that it had nothing to do. */
export async function listPopulationsOf(trx: Tx, scope: EngagementScope, controlId: string) {
  return await trx.selectFrom('population')
    .innerJoin('request_control', (join) => join.onRef('request_control.engagement_id', '=', 'population.engagement_id').onRef('request_control.request_id', '=', 'population.request_id'))
    .select(['population.id', 'population.number', 'population.name', 'population.status', 'population.in_scope_count', 'population.corroboration'])
    .where('population.engagement_id', '=', scope.engagement.id).where('request_control.control_id', '=', controlId)
    .orderBy('population.number').execute()
}
