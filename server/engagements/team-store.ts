import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { RequestStatus } from '../database/schema/requests.ts'
import type { EngagementScope, FirmRank, Role } from '../scope.ts'

export type TeamMember = {
  readonly personId: string
  readonly name: string
  readonly email: string
  readonly title: string
  readonly rank: FirmRank | null
  readonly role: Role
  readonly side: 'firm' | 'client'
  readonly addedAt: Date
  /** Whether the person can sign in ('active'), was invited to, or has no account ('none'). */
  readonly account: 'active' | 'invited' | 'none'
}

/** Everybody on the engagement, the firm first, by name. */
export async function listTeam(trx: Tx, scope: EngagementScope): Promise<TeamMember[]> {
  const result = await sql<TeamMember>`
    select person.id as "personId", person.name, email, title, rank, role, organization.kind as side, added_at as "addedAt", standing as account
    from membership
      join person on person.id = membership.person_id
      join organization on organization.id = person.organization_id
      join account_standing(array(select person_id from membership where engagement_id = ${scope.engagement.id})) standings on standings.person_id = person.id
    where engagement_id = ${scope.engagement.id} and membership.removed_at is null and person.removed_at is null
    order by organization.kind desc, person.name`.execute(trx)
  return result.rows
}

/** The firm's people who are not on the engagement. */
export async function listFirmCandidates(trx: Tx, scope: EngagementScope): Promise<{ id: string, name: string, rank: FirmRank | null }[]> {
  return await trx.selectFrom('person').innerJoin('organization', 'organization.id', 'person.organization_id')
    .select(['person.id', 'person.name', 'person.rank'])
    .where('organization.kind', '=', 'firm').where('person.removed_at', 'is', null)
    .where('person.id', 'not in', trx.selectFrom('membership').select('person_id').where('engagement_id', '=', scope.engagement.id).where('removed_at', 'is', null))
    .orderBy('person.name').execute()
}

export type FoundPerson = { readonly id: string, readonly name: string, readonly side: 'firm' | 'client', readonly rank: FirmRank | null, readonly organizationId: string }

/** Somebody of the firm or of the engagement's client who has not left; null for anybody else. */
export async function findPerson(trx: Tx, scope: EngagementScope, personId: string): Promise<FoundPerson | null> {
  return await trx.selectFrom('person').innerJoin('organization', 'organization.id', 'person.organization_id')
    .select(['person.id', 'person.name', 'person.rank', 'person.organization_id as organizationId', 'organization.kind as side'])
    .where('person.id', '=', personId).where('person.removed_at', 'is', null)
    .where((where) => where.or([where('organization.kind', '=', 'firm'), where('organization.id', '=', scope.engagement.clientId)]))
    .executeTakeFirst() ?? null
}

/** Puts somebody on the team, back on it after they had left, or gives them another role. */
export async function saveMembership(trx: Tx, scope: EngagementScope, personId: string, role: Role): Promise<void> {
  await trx.insertInto('membership').values({ engagement_id: scope.engagement.id, person_id: personId, role })
    .onConflict((conflict) => conflict.columns(['engagement_id', 'person_id']).doUpdateSet({ role, removed_at: null })).execute()
}

export async function endMembership(trx: Tx, scope: EngagementScope, personId: string): Promise<void> {
  await trx.updateTable('membership').set({ removed_at: sql<Date>`app_now()` })
    .where('engagement_id', '=', scope.engagement.id).where('person_id', '=', personId).where('removed_at', 'is', null).execute()
}

/** Ends every living answer link of somebody who leaves; returns how many by request. */
export async function endLinksOf(trx: Tx, scope: EngagementScope, personId: string): Promise<{ requestId: string, links: number }[]> {
  const ended = await trx.updateTable('answer_link').set({ ended_at: sql<Date>`app_now()`, end_reason: 'left' })
    .where('engagement_id', '=', scope.engagement.id).where('person_id', '=', personId).where('ended_at', 'is', null)
    .returning('request_id').execute()
  return [...Map.groupBy(ended, (link) => link.request_id)].map(([requestId, links]) => ({ requestId, links: links.length }))
}

/** Requests that wait for an owner who has left. */
export async function listOrphans(trx: Tx, scope: EngagementScope): Promise<{ number: number, title: string, status: RequestStatus, owner: string }[]> {
  return await trx.selectFrom('request')
    .innerJoin('membership', (join) => join.onRef('membership.engagement_id', '=', 'request.engagement_id').onRef('membership.person_id', '=', 'request.owner_id'))
    .innerJoin('person', 'person.id', 'membership.person_id')
    .select(['request.number', 'request.title', 'request.status', 'person.name as owner'])
    .where('request.engagement_id', '=', scope.engagement.id).where('membership.removed_at', 'is not', null)
    .where('request.status', 'not in', ['accepted', 'cancelled', 'not_applicable'])
    .orderBy('request.number').execute()
}
