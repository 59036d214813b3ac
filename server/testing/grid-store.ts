import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'

export type CitableFile = Awaited<ReturnType<typeof listItemFiles>>[number]
export type Citation = { readonly fileId: string, readonly place: string }
export type DrawnItem = { readonly id: string, readonly rank: number, readonly key: string, readonly row_number: number }

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

/** Items of the draw that stand, by their ids or all of them, in the order drawn. */
export async function listDrawn(trx: Tx, scope: EngagementScope, drawId: string, ids?: readonly string[]): Promise<DrawnItem[]> {
  let query = trx.selectFrom('standing_item').select(['id', 'rank', 'key', 'row_number']).where('engagement_id', '=', scope.engagement.id).where('draw_id', '=', drawId)
  if (ids) query = query.where('id', 'in', ids.length > 0 ? ids : [null as unknown as string])
  return await query.orderBy('rank').execute()
}

/** How many items each draw of the engagement has by now. */
export async function listDrawSizes(trx: Tx, scope: EngagementScope) {
  return await trx.selectFrom('draw').innerJoin('population', (join) => join.onRef('population.engagement_id', '=', 'draw.engagement_id').onRef('population.id', '=', 'draw.population_id'))
    .select(['draw.id', 'draw.number', 'draw.population_size', 'population.number as population_number', 'population.name as population_name',
      (eb) => eb.selectFrom('standing_item').select((count) => count.fn.countAll<number>().as('count')).whereRef('standing_item.engagement_id', '=', 'draw.engagement_id').whereRef('standing_item.draw_id', '=', 'draw.id').as('size')])
    .where('draw.engagement_id', '=', scope.engagement.id).execute()
}

/** Files of the newest answer to the sample request of the draw, or those of one item; `item_id` is null for one that serves every item. */
export async function listItemFiles(trx: Tx, scope: EngagementScope, drawId: string, itemId?: string) {
  let query = trx.selectFrom('request')
    .innerJoinLateral((eb) => eb.selectFrom('submission').select(['submission.id', 'submission.number', 'submission.status'])
      .whereRef('submission.engagement_id', '=', 'request.engagement_id').whereRef('submission.request_id', '=', 'request.id')
      .where('submission.status', 'in', ['submitted', 'accepted']).orderBy('submission.number', 'desc').limit(1).as('newest'), (join) => join.onTrue())
    .innerJoin('evidence_file', (join) => join.onRef('evidence_file.engagement_id', '=', 'request.engagement_id').onRef('evidence_file.submission_id', '=', 'newest.id'))
    .select(['evidence_file.id', 'evidence_file.item_id', 'evidence_file.name', 'newest.number as version', 'request.id as request_id', 'request.number as request_number'])
    .where('request.engagement_id', '=', scope.engagement.id).where('request.draw_id', '=', drawId)
  if (itemId !== undefined) query = query.where((eb) => eb.or([eb('evidence_file.item_id', '=', itemId), eb('evidence_file.item_id', 'is', null)]))
  return await query.orderBy('evidence_file.position').execute()
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
 * Which of these files a result may cite: those of an answer that was submitted and has not come back. Their requests
 * stay as they are until the transaction ends, so that none is returned while a result is written on it.
 */
export async function holdCitable(trx: Tx, scope: EngagementScope, fileIds: readonly string[]): Promise<Set<string>> {
  if (fileIds.length === 0) return new Set()
  const rows = await trx.selectFrom('evidence_file')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'evidence_file.engagement_id').onRef('submission.id', '=', 'evidence_file.submission_id'))
    .innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'evidence_file.engagement_id').onRef('request.id', '=', 'evidence_file.request_id'))
    .select('evidence_file.id').where('evidence_file.engagement_id', '=', scope.engagement.id).where('evidence_file.id', 'in', fileIds)
    .where('submission.status', 'in', ['submitted', 'accepted']).orderBy('request.id').forShare('request').execute()
  return new Set(rows.map(({ id }) => id))
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
