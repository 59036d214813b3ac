import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'

export type Colleague = { readonly name: string, readonly email: string, readonly words: string }

export type HandoverRow = Awaited<ReturnType<typeof lockHandover>>

/** One of the client's people on the engagement by mail address, or null. */
export async function findContact(trx: Tx, scope: EngagementScope, email: string): Promise<{ id: string, name: string } | null> {
  return await trx.selectFrom('membership').innerJoin('person', 'person.id', 'membership.person_id').select(['person.id', 'person.name'])
    .where('membership.engagement_id', '=', scope.engagement.id).where('membership.role', 'in', ['owner', 'lead', 'sponsor']).where('person.email', '=', email.toLowerCase())
    .where('membership.removed_at', 'is', null).where('person.removed_at', 'is', null).executeTakeFirst() ?? null
}

/** Lays a hand-over before the lead; one that waits already for this request is declined by it. Returns its id. */
export async function insertHandover(trx: Tx, scope: EngagementScope, requestId: string, { name, email, words }: Colleague): Promise<string> {
  await trx.updateTable('handover').set({ status: 'declined', decided_at: sql<Date>`app_now()`, decided_by: personOf(scope) })
    .where('engagement_id', '=', scope.engagement.id).where('request_id', '=', requestId).where('status', '=', 'asked').execute()
  const { id } = await trx.insertInto('handover').values({ engagement_id: scope.engagement.id, request_id: requestId, name, email: email.toLowerCase(), words, asked_by: personOf(scope)! })
    .returning('id').executeTakeFirstOrThrow()
  return id
}

/** The hand-over with the number of its request, locked; throws NotFound. */
export async function lockHandover(trx: Tx, scope: EngagementScope, id: string) {
  return await trx.selectFrom('handover')
    .innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'handover.engagement_id').onRef('request.id', '=', 'handover.request_id'))
    .selectAll('handover').select('request.number')
    .where('handover.engagement_id', '=', scope.engagement.id).where('handover.id', '=', id).forUpdate('handover').executeTakeFirstOrThrow(() => new NotFound())
}

export async function updateHandover(trx: Tx, scope: EngagementScope, id: string, status: 'approved' | 'declined'): Promise<void> {
  await trx.updateTable('handover').set({ status, decided_at: sql<Date>`app_now()`, decided_by: personOf(scope) })
    .where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
}

/** Whom the owner of this request named and the lead has not decided on, or null. */
export async function findAsked(trx: Tx, scope: EngagementScope, requestId: string): Promise<{ name: string, email: string } | null> {
  return await trx.selectFrom('handover').select(['name', 'email'])
    .where('engagement_id', '=', scope.engagement.id).where('request_id', '=', requestId).where('status', '=', 'asked').executeTakeFirst() ?? null
}

/** The hand-overs that wait for the lead, longest waiting first. */
export async function listAsked(trx: Tx, scope: EngagementScope) {
  return await trx.selectFrom('handover')
    .innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'handover.engagement_id').onRef('request.id', '=', 'handover.request_id'))
    .innerJoin('person', 'person.id', 'handover.asked_by')
    .select(['handover.id', 'handover.name', 'handover.email', 'handover.words', 'handover.asked_at', 'person.name as from', 'request.number', 'request.title'])
    .where('handover.engagement_id', '=', scope.engagement.id).where('handover.status', '=', 'asked').orderBy('handover.asked_at').execute()
}
