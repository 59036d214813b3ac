import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope } from '../scope.ts'

export type SavedView = { readonly id: string, readonly name: string, readonly query: string, readonly by: string, readonly mine: boolean }

/** The views this person saved, and those that colleagues of the same organization share. */
export async function listViews(trx: Tx, scope: EngagementScope): Promise<SavedView[]> {
  const person = personOf(scope)
  const rows = await trx.selectFrom('saved_view').innerJoin('person', 'person.id', 'saved_view.person_id')
    .select(['saved_view.id', 'saved_view.name', 'saved_view.query', 'saved_view.person_id', 'person.name as by'])
    .where('saved_view.engagement_id', '=', scope.engagement.id)
    .where((eb) => eb.or([eb('saved_view.person_id', '=', person), eb.and([eb('saved_view.shared', '=', true), eb('person.organization_id', '=', scope.organizationId)])]))
    .orderBy('saved_view.name').limit(100).execute()
  return rows.map(({ id, name, query, by, person_id: owner }) => ({ id, name, query, by, mine: owner === person }))
}

/** Saves a view under a name; the same name again replaces what it showed. */
export async function saveView(trx: Tx, scope: EngagementScope, view: { readonly name: string, readonly query: string, readonly shared: boolean }): Promise<void> {
  await trx.insertInto('saved_view').values({ engagement_id: scope.engagement.id, person_id: personOf(scope)!, ...view })
    .onConflict((conflict) => conflict.columns(['engagement_id', 'person_id', 'name']).doUpdateSet({ query: view.query, shared: view.shared })).execute()
}

/** Forgets a view of this person's own; returns whether there was one. */
export async function deleteView(trx: Tx, scope: EngagementScope, id: string): Promise<boolean> {
  const result = await trx.deleteFrom('saved_view').where('engagement_id', '=', scope.engagement.id).where('id', '=', id).where('person_id', '=', personOf(scope)!).executeTakeFirst()
  return Number(result.numDeletedRows) > 0
}
