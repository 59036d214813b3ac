import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { clearCriteria, writeCriteria } from './description-store.ts'
import type { Dependents, Examined } from './setup-scope.ts'

export type SubserviceFields = { readonly name: string, readonly service: string, readonly method: 'carve_out' | 'inclusive', readonly criteria: readonly string[], readonly monitorId: string | null }

/** What the engagement examines, as it stands. */
export async function findExamined(trx: Tx, scope: EngagementScope): Promise<Examined> {
  return await trx.selectFrom('engagement')
    .select(['system_name as system', 'type', 'as_of as asOf', 'period_start as periodStart', 'period_end as periodEnd', 'zone', 'categories'])
    .where('id', '=', scope.engagement.id).executeTakeFirstOrThrow()
}

export async function updateExamined(trx: Tx, scope: EngagementScope, after: Examined): Promise<void> {
  await trx.updateTable('engagement').set((row) => ({
    system_name: after.system, type: after.type, as_of: after.asOf, period_start: after.periodStart, period_end: after.periodEnd,
    zone: after.zone, categories: [...after.categories], setup_version: row('setup_version', '+', 1),
  })).where('id', '=', scope.engagement.id).execute()
}

/** What rests on the scope by now; drafts of requests do not, for they can still be changed. */
export async function findDependents(trx: Tx, scope: EngagementScope): Promise<Dependents> {
  const { id } = scope.engagement
  const { rows } = await sql<Dependents>`select
    (select count(*) from request where engagement_id = ${id} and status not in ('draft', 'cancelled')) as issued,
    (select count(*) from population where engagement_id = ${id} and status in ('accepted', 'locked')) as populations,
    (select count(*) from test_line where engagement_id = ${id}) as tests,
    (select coalesce(json_agg(mapped order by by, criterion), '[]') from (
      select criterion, number as by from control_criterion mapping join control on control.engagement_id = mapping.engagement_id and control.id = mapping.control_id where mapping.engagement_id = ${id}
      union select criterion, name from subservice_criterion mapping join subservice on subservice.engagement_id = mapping.engagement_id and subservice.id = mapping.subservice_id where mapping.engagement_id = ${id}
      union select criterion, 'A control expected of ' || name from csoc_criterion mapping join csoc on csoc.engagement_id = mapping.engagement_id and csoc.id = mapping.csoc_id
        join subservice on subservice.engagement_id = csoc.engagement_id and subservice.id = csoc.subservice_id where mapping.engagement_id = ${id}
      union select criterion, 'A control expected of user entities' from cuec_criterion where engagement_id = ${id}
      union select criterion, 'A declaration that it is not applicable' from criterion_exclusion where engagement_id = ${id}) mapped) as mapped`.execute(trx)
  return rows[0]!
}

/** Writes a subservice organization after the last one and returns its id. */
export async function insertSubservice(trx: Tx, scope: EngagementScope, { name, service, method, criteria, monitorId }: SubserviceFields): Promise<string> {
  const { id } = scope.engagement
  const by = personOf(scope)!
  const { rows } = await sql<{ id: string }>`insert into subservice (engagement_id, position, name, service, method, monitor_id, side, created_by, changed_by)
    values (${id}, (select coalesce(max(position), 0) + 1 from subservice where engagement_id = ${id}), ${name}, ${service}, ${method}, ${monitorId}, 'firm', ${by}, ${by}) returning id`.execute(trx)
  await writeCriteria(trx, scope, 'subservice', rows[0]!.id, criteria)
  return rows[0]!.id
}

export async function updateSubservice(trx: Tx, scope: EngagementScope, subserviceId: string, { name, service, method, criteria, monitorId }: SubserviceFields): Promise<void> {
  await trx.updateTable('subservice').set((row) => ({ name, service, method, monitor_id: monitorId, version: row('version', '+', 1), changed_at: sql<Date>`app_now()`, changed_by: personOf(scope)! }))
    .where('engagement_id', '=', scope.engagement.id).where('id', '=', subserviceId).execute()
  await clearCriteria(trx, scope, 'subservice', subserviceId)
  await writeCriteria(trx, scope, 'subservice', subserviceId, criteria)
}

/** Deletes the organization with its criteria; what is expected of it must be gone. */
export async function deleteSubservice(trx: Tx, scope: EngagementScope, subserviceId: string): Promise<void> {
  await clearCriteria(trx, scope, 'subservice', subserviceId)
  await trx.deleteFrom('subservice').where('engagement_id', '=', scope.engagement.id).where('id', '=', subserviceId).execute()
}

/** The roles that somebody on the team has. */
export async function listRoles(trx: Tx, scope: EngagementScope) {
  const rows = await trx.selectFrom('membership').select('role').distinct().where('engagement_id', '=', scope.engagement.id).where('removed_at', 'is', null).execute()
  return rows.map(({ role }) => role)
}
