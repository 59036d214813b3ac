import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope } from '../scope.ts'

/** Whether the client's lead looks at answers before they go to the firm. */
export async function hasGate(trx: Tx, scope: EngagementScope): Promise<boolean> {
  const row = await trx.selectFrom('engagement').select('client_gate').where('id', '=', scope.engagement.id).executeTakeFirstOrThrow()
  return row.client_gate
}

/** The same, locked until the transaction ends. */
export async function lockGate(trx: Tx, scope: EngagementScope): Promise<boolean> {
  const row = await trx.selectFrom('engagement').select('client_gate').where('id', '=', scope.engagement.id).forNoKeyUpdate().executeTakeFirstOrThrow()
  return row.client_gate
}

export async function updateGate(trx: Tx, scope: EngagementScope, on: boolean): Promise<void> {
  await trx.updateTable('engagement').set({ client_gate: on }).where('id', '=', scope.engagement.id).execute()
}

/** Notes who handed a draft to the lead, and when. */
export async function updateHanded(trx: Tx, scope: EngagementScope, submissionId: string): Promise<void> {
  await trx.updateTable('submission')
    .set({ handed_at: sql<Date>`app_now()`, handed_by: personOf(scope), handed_channel: scope.actor.kind === 'link' ? 'link' : 'login' })
    .where('engagement_id', '=', scope.engagement.id).where('id', '=', submissionId).execute()
}

export async function insertLeadReturn(trx: Tx, scope: EngagementScope, submissionId: string, words: string): Promise<void> {
  await trx.insertInto('lead_return').values({ engagement_id: scope.engagement.id, submission_id: submissionId, words, returned_by: personOf(scope)! }).execute()
}

/** Why the lead last sent this draft back, or null. */
export async function findLeadReturn(trx: Tx, scope: EngagementScope, submissionId: string) {
  return await trx.selectFrom('lead_return').innerJoin('person', 'person.id', 'lead_return.returned_by')
    .select(['lead_return.words', 'lead_return.returned_at as at', 'person.name as by'])
    .where('lead_return.engagement_id', '=', scope.engagement.id).where('lead_return.submission_id', '=', submissionId)
    .orderBy('lead_return.returned_at', 'desc').limit(1).executeTakeFirst() ?? null
}

/** The answers that wait for the lead, longest waiting first. */
export async function listWithLead(trx: Tx, scope: EngagementScope) {
  return await trx.selectFrom('request')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'request.engagement_id').onRef('submission.request_id', '=', 'request.id').on('submission.status', '=', 'draft'))
    .leftJoin('person as owner', 'owner.id', 'submission.handed_by')
    .select(['request.number', 'request.title', 'request.due_on', 'request.status_since as since', 'owner.name as from', 'submission.number as version',
      (eb) => eb.selectFrom('answer_warning').whereRef('answer_warning.engagement_id', '=', 'submission.engagement_id').whereRef('answer_warning.submission_id', '=', 'submission.id')
        .select((warning) => warning.fn.countAll<number>().as('count')).as('warnings')])
    .where('request.engagement_id', '=', scope.engagement.id).where('request.status', '=', 'client_review').where('submission.handed_at', 'is not', null)
    .orderBy('request.status_since').orderBy('request.number').execute()
}

/** The client's leads on the engagement. */
export async function listLeads(trx: Tx, scope: EngagementScope): Promise<{ id: string, name: string }[]> {
  return await trx.selectFrom('membership').innerJoin('person', 'person.id', 'membership.person_id').select(['person.id', 'person.name'])
    .where('membership.engagement_id', '=', scope.engagement.id).where('membership.role', '=', 'lead')
    .where('membership.removed_at', 'is', null).where('person.removed_at', 'is', null).orderBy('person.name').execute()
}
