import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Proposal } from './meetings.ts'

export type MeetingRow = NonNullable<Awaited<ReturnType<typeof findMeeting>>>

/** The meeting about a request with the names of who proposed and who agreed; undefined when none was ever proposed. */
export async function findMeeting(trx: Tx, scope: EngagementScope, requestId: string) {
  return await trx.selectFrom('meeting')
    .innerJoin('person as proposer', 'proposer.id', 'meeting.proposed_by').leftJoin('person as agreed', 'agreed.id', 'meeting.confirmed_by')
    .selectAll('meeting').select(['proposer.name as proposer', 'proposer.email as proposer_email', 'agreed.name as agreed'])
    .where('meeting.engagement_id', '=', scope.engagement.id).where('meeting.request_id', '=', requestId).executeTakeFirst()
}

/** Puts a proposed time in the place of whatever was proposed or agreed before. */
export async function updateProposal(trx: Tx, scope: EngagementScope, requestId: string, { startsAt, minutes, place }: Proposal): Promise<void> {
  const proposed = {
    starts_at: startsAt, minutes, place, status: 'proposed' as const, proposed_by: personOf(scope)!, proposed_side: scope.side === 'firm' ? 'firm' as const : 'client' as const, confirmed_by: null,
  }
  await trx.insertInto('meeting').values({ engagement_id: scope.engagement.id, request_id: requestId, ...proposed })
    .onConflict((conflict) => conflict.columns(['engagement_id', 'request_id']).doUpdateSet((row) => ({ ...proposed, sequence: sql<number>`${row.ref('meeting.sequence')} + 1`, changed_at: sql<Date>`app_now()` }))).execute()
}

/** Agrees to the proposed time, or calls the meeting off. */
export async function updateMeeting(trx: Tx, scope: EngagementScope, requestId: string, status: 'confirmed' | 'cancelled'): Promise<void> {
  await trx.updateTable('meeting').set((row) => ({ status, confirmed_by: status === 'confirmed' ? personOf(scope) : null, sequence: row('sequence', '+', 1), changed_at: sql<Date>`app_now()` }))
    .where('engagement_id', '=', scope.engagement.id).where('request_id', '=', requestId).execute()
}

/** Name and address of people, for an invitation. */
export async function listAddresses(trx: Tx, personIds: readonly string[]) {
  return personIds.length === 0 ? [] : await trx.selectFrom('person').select(['id', 'name', 'email']).where('id', 'in', [...personIds]).execute()
}
