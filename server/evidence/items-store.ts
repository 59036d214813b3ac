import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Claim } from './statement.ts'

export type SampleItem = Awaited<ReturnType<typeof listItems>>[number]

/** The items of a draw that stand, in the order drawn, each with the cells of its row and their headings. */
export async function listItems(trx: Tx, scope: EngagementScope, drawId: string) {
  return await itemsOf(trx, scope, drawId).execute()
}

/** Those of them that one request asks for: its own where the draw was divided or gone on with, else all that no other request asks for. */
export async function listRequestItems(trx: Tx, scope: EngagementScope, request: { readonly id: string, readonly draw_id: string | null }): Promise<SampleItem[]> {
  if (request.draw_id === null) return []
  const items = await listItems(trx, scope, request.draw_id)
  const asked = await trx.selectFrom('request_item').innerJoin('sample_item', (join) => join.onRef('sample_item.engagement_id', '=', 'request_item.engagement_id').onRef('sample_item.id', '=', 'request_item.item_id'))
    .select(['item_id', 'request_id']).where('request_item.engagement_id', '=', scope.engagement.id).where('sample_item.draw_id', '=', request.draw_id).execute()
  const askedBy = new Map(asked.map(({ item_id: item, request_id: by }) => [item, by]))
  const divided = asked.some(({ request_id: by }) => by === request.id)
  return items.filter(({ id }) => divided ? askedBy.get(id) === request.id : !askedBy.has(id))
}

function itemsOf(trx: Tx, scope: EngagementScope, drawId: string) {
  return trx.selectFrom('standing_item')
    .innerJoin('population_row', (join) => join.onRef('population_row.engagement_id', '=', 'standing_item.engagement_id')
      .onRef('population_row.population_id', '=', 'standing_item.population_id').onRef('population_row.row_number', '=', 'standing_item.row_number'))
    .innerJoin('population', (join) => join.onRef('population.engagement_id', '=', 'standing_item.engagement_id').onRef('population.id', '=', 'standing_item.population_id'))
    .select(['standing_item.id', 'standing_item.rank', 'standing_item.key', 'standing_item.row_number', 'population_row.cells', 'population_row.occurred_on',
      'population.header', 'population.key_column'])
    .where('standing_item.engagement_id', '=', scope.engagement.id).where('standing_item.draw_id', '=', drawId)
    .orderBy('standing_item.rank')
}

/** What was claimed of items that have no evidence, in one version. */
export async function listClaims(trx: Tx, scope: EngagementScope, submissionId: string): Promise<Claim[]> {
  return await trx.selectFrom('item_claim').select(['item_id as itemId', 'claim', 'words'])
    .where('engagement_id', '=', scope.engagement.id).where('submission_id', '=', submissionId).execute()
}

/** Replaces the claims of a draft; one without words is not kept. Items the request does not ask for are ignored. */
export async function replaceClaims(trx: Tx, scope: EngagementScope, submissionId: string, request: { readonly id: string, readonly draw_id: string | null }, claims: readonly Claim[]): Promise<void> {
  const drawn = new Set((await listRequestItems(trx, scope, request)).map(({ id }) => id))
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
