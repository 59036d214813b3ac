import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Claim } from './statement.ts'

export type SampleItem = Awaited<ReturnType<typeof listItems>>[number]

/** The items of a draw in the order drawn, each with the cells of its row and their headings. */
export async function listItems(trx: Tx, scope: EngagementScope, drawId: string) {
  return await trx.selectFrom('sample_item')
    .innerJoin('population_row', (join) => join.onRef('population_row.engagement_id', '=', 'sample_item.engagement_id')
      .onRef('population_row.population_id', '=', 'sample_item.population_id').onRef('population_row.row_number', '=', 'sample_item.row_number'))
    .innerJoin('population', (join) => join.onRef('population.engagement_id', '=', 'sample_item.engagement_id').onRef('population.id', '=', 'sample_item.population_id'))
    .select(['sample_item.id', 'sample_item.rank', 'sample_item.key', 'sample_item.row_number', 'population_row.cells', 'population_row.occurred_on',
      'population.header', 'population.key_column'])
    .where('sample_item.engagement_id', '=', scope.engagement.id).where('sample_item.draw_id', '=', drawId)
    .orderBy('sample_item.rank').execute()
}

/** What was claimed of items that have no evidence, in one version. */
export async function listClaims(trx: Tx, scope: EngagementScope, submissionId: string): Promise<Claim[]> {
  return await trx.selectFrom('item_claim').select(['item_id as itemId', 'claim', 'words'])
    .where('engagement_id', '=', scope.engagement.id).where('submission_id', '=', submissionId).execute()
}

/** Replaces the claims of a draft; one without words is not kept. Items outside the draw are ignored. */
export async function replaceClaims(trx: Tx, scope: EngagementScope, submissionId: string, drawId: string, claims: readonly Claim[]): Promise<void> {
  const rows = await trx.selectFrom('sample_item').select('id').where('engagement_id', '=', scope.engagement.id).where('draw_id', '=', drawId).execute()
  const drawn = new Set(rows.map(({ id }) => id))
  const kept = claims.filter(({ itemId, words }) => words !== '' && drawn.has(itemId))
  const before = await listClaims(trx, scope, submissionId)
  if (sameClaims(before, kept)) return
  await trx.deleteFrom('item_claim').where('engagement_id', '=', scope.engagement.id).where('submission_id', '=', submissionId).execute()
  if (kept.length === 0) return
  await trx.insertInto('item_claim').values(kept.map(({ itemId, claim, words }) => ({
    engagement_id: scope.engagement.id, submission_id: submissionId, item_id: itemId, claim, words, claimed_by: personOf(scope)!,
  }))).execute()
}

function sameClaims(left: readonly Claim[], right: readonly Claim[]): boolean {
  const told = (claims: readonly Claim[]) => JSON.stringify(claims.map(({ itemId, claim, words }) => JSON.stringify([itemId, claim, words])).toSorted())
  return told(left) === told(right)
}
