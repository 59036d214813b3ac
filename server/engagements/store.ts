import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { RequestStatus } from '../database/schema/requests.ts'
import type { EngagementFacts, EngagementScope, PersonScope, Role } from '../scope.ts'
import type { FirmPolicy } from './firm-policy.ts'

export type NewEngagement = Omit<EngagementFacts, 'client' | 'firm' | 'phase'>

/** The clients of the firm by name. */
export async function listClients(trx: Tx): Promise<{ id: string, name: string }[]> {
  return await trx.selectFrom('organization').select(['id', 'name']).where('kind', '=', 'client').orderBy('name').execute()
}

/** Lets one engagement be begun at a time, so that a button pressed twice finds what came of the first press. */
export async function lockCreation(trx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('new engagement', 0))`.execute(trx)
}

/** Writes a draft of an engagement with its first member; the transaction must have entered it. */
export async function insertEngagement(trx: Tx, scope: PersonScope, engagement: NewEngagement, role: Role, policy: FirmPolicy): Promise<void> {
  await trx.insertInto('engagement').values({
    id: engagement.id, client_id: engagement.clientId, system_name: engagement.system, type: engagement.type, as_of: engagement.asOf,
    period_start: engagement.periodStart, period_end: engagement.periodEnd, zone: engagement.zone,
    ...engagement.purpose ? { purpose: engagement.purpose } : {}, categories: [...engagement.categories], phase: 'draft', created_by: scope.actor.id,
    firm_policy_version: policy.version, assembly_days: policy.assemblyDays, retention_years: policy.retentionYears, link_policy: policy.linkPolicy, link_days: policy.linkDays,
  }).execute()
  await trx.insertInto('membership').values({ engagement_id: engagement.id, person_id: scope.actor.id, role }).execute()
}

/** The engagement's phase, locked until the transaction ends; also what changes of the team wait for. Rows that point at the engagement may still be written, or they and the log would wait for each other. */
export async function lockPhase(trx: Tx, scope: EngagementScope): Promise<string> {
  const row = await trx.selectFrom('engagement').select('phase').where('id', '=', scope.engagement.id).forNoKeyUpdate().executeTakeFirstOrThrow()
  return row.phase
}

export type OwnEngagement = Omit<EngagementFacts, 'clientId' | 'firm' | 'categories'> & {
  readonly role: Role
  readonly requests: number
  readonly accepted: number
  readonly withFirm: number
  readonly exceptions: number
  /** Days on which something is due that the client has not sent, with how many; ascending. */
  readonly due: readonly { readonly on: string, readonly count: number }[]
}

/**
 * The engagements the person is on: those at work first, then by client. What a control owner or the client may not see
 * is not counted.
 */
export async function listOwnEngagements(trx: Tx, scope: PersonScope): Promise<OwnEngagement[]> {
  const result = await sql<OwnEngagement>`
    select engagement.id, client.name as client, system_name as system, type, as_of as "asOf", period_start as "periodStart",
      period_end as "periodEnd", zone, phase, role, coalesce(asked.requests, 0) as requests, coalesce(asked.accepted, 0) as accepted,
      coalesce(asked.with_firm, 0) as "withFirm", coalesce(awaited.due, '[]') as due,
      (select count(*) from exception where engagement_id = engagement.id and status <> 'cleared'
        and (${scope.side} = 'firm' or (role <> 'owner' and released_at is not null))) as exceptions
    from membership
      join engagement on engagement.id = membership.engagement_id
      join organization client on client.id = engagement.client_id
      left join lateral (select count(*) as requests, count(*) filter (where status = 'accepted') as accepted,
          count(*) filter (where status in ('submitted', 'in_review')) as with_firm
        from request where engagement_id = engagement.id and status not in ('draft', 'cancelled', 'not_applicable')
          and (role <> 'owner' or owner_id = ${scope.actor.id})) asked on true
      left join lateral (select json_agg(json_build_object('on', due_on, 'count', count) order by due_on) as due
        from (select due_on, count(*) from request where engagement_id = engagement.id and due_on is not null
          and status in ('open', 'in_progress', 'returned') and (role <> 'owner' or owner_id = ${scope.actor.id}) group by due_on) days) awaited on true
    where membership.person_id = ${scope.actor.id} and membership.removed_at is null
    order by phase in ('issued', 'archived', 'withdrawn'), client.name, coalesce(period_end, as_of) desc
    limit 500`.execute(trx)
  return result.rows
}

/** How many requests stand in each state, as the scope may see them. */
export async function countRequests(trx: Tx, scope: EngagementScope): Promise<{ status: RequestStatus, count: number }[]> {
  let query = trx.selectFrom('request').select(['status', sql<number>`count(*)`.as('count')]).where('engagement_id', '=', scope.engagement.id)
  if (scope.side === 'client') query = query.where('status', '<>', 'draft')
  if (scope.role === 'owner' && scope.actor.kind === 'person') query = query.where('owner_id', '=', scope.actor.id)
  return await query.groupBy('status').execute()
}

export type Facts = { readonly controls: number, readonly unconfirmed: number, readonly exceptions: number, readonly covered: readonly string[], readonly leads: number }

/** What the overview counts besides requests. */
export async function countFacts(trx: Tx, scope: EngagementScope): Promise<Facts> {
  const { id } = scope.engagement
  const result = await sql<Facts>`select
    (select count(*) from control where engagement_id = ${id}) as controls,
    (select count(*) from control join control_wording wording on wording.engagement_id = control.engagement_id
      and wording.control_id = control.id and wording.version = control.wording_version
      where control.engagement_id = ${id} and wording.confirmed_at is null) as unconfirmed,
    (select count(*) from exception where engagement_id = ${id} and status <> 'cleared'
      and (${scope.side} = 'firm' or released_at is not null)) as exceptions,
    array(select distinct criterion from covered_criterion where engagement_id = ${id}) as covered,
    (select count(*) from membership where engagement_id = ${id} and role = 'lead' and removed_at is null) as leads`.execute(trx)
  return result.rows[0]!
}

/** The criteria that are accounted for: by a control, by a carved-out organization that is monitored, or as not applicable. */
export async function listCovered(trx: Tx, scope: EngagementScope): Promise<string[]> {
  const rows = await trx.selectFrom('covered_criterion').select('criterion').distinct().where('engagement_id', '=', scope.engagement.id).execute()
  return rows.map(({ criterion }) => criterion)
}
