import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { Assumed } from '../engagements/coverage.ts'
import type { EngagementScope } from '../scope.ts'
import { list } from './lists-store.ts'

/** What an engagement's setup says about others' controls and about criteria that do not apply. */
export type Setup = {
  subservices: { name: string, service: string, method: 'carve_out' | 'inclusive', criteria: string[] }[]
  csocs: { organization: string, text: string, criteria: string[] }[]
  cuecs: { text: string, criteria: string[] }[]
  exclusions: { criterion: string, reason: string }[]
  /** What is expected of carved-out organizations, by criterion, with the number of the client's control that monitors them. */
  assumed: Assumed[]
}

/** Its columns for a statement that reads one instant. */
export function setupOf(id: string) {
  return sql`
    ${list(sql`select name, service, method, array(select criterion from subservice_criterion served where served.engagement_id = one.engagement_id and served.subservice_id = one.id) as criteria
      from subservice one where engagement_id = ${id} order by position, id`)} as subservices,
    ${list(sql`select subservice.name as organization, one.text,
        array(select criterion from csoc_criterion served where served.engagement_id = one.engagement_id and served.csoc_id = one.id) as criteria
      from csoc one join subservice on subservice.engagement_id = one.engagement_id and subservice.id = one.subservice_id
      where one.engagement_id = ${id} order by subservice.position, subservice.id, one.position, one.id`)} as csocs,
    ${list(sql`select text, array(select criterion from cuec_criterion served where served.engagement_id = one.engagement_id and served.cuec_id = one.id) as criteria
      from cuec one where engagement_id = ${id} order by position, id`)} as cuecs,
    ${list(sql`select criterion, reason from criterion_exclusion where engagement_id = ${id}`)} as exclusions,
    ${list(sql`select criterion, subservice.name as organization, control.number as monitor
      from csoc_criterion served join csoc on csoc.engagement_id = served.engagement_id and csoc.id = served.csoc_id
        join subservice on subservice.engagement_id = csoc.engagement_id and subservice.id = csoc.subservice_id
        left join control on control.engagement_id = subservice.engagement_id and control.id = subservice.monitor_id
      where served.engagement_id = ${id} and subservice.method = 'carve_out' order by subservice.position, subservice.id, criterion`)} as assumed`
}

/** The day that the report bears, or null while it is not set. */
export async function findReportDate(trx: Tx, scope: EngagementScope): Promise<string | null> {
  const { report_date: day } = await trx.selectFrom('engagement').select('report_date').where('id', '=', scope.engagement.id).executeTakeFirstOrThrow()
  return day
}
