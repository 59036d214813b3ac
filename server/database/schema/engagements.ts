import type { ColumnType, Generated } from 'kysely'
import type { Role } from '../../scope.ts'
import type { WrittenAt } from './accounts.ts'

/** How much a mailed link opens: the request, the request once a mailed code is given beside it, or nothing without signing in. */
export type LinkPolicy = 'link' | 'link_and_code' | 'account_only'

export type EngagementTable = {
  id: Generated<string>
  client_id: string
  system_name: string
  type: 1 | 2
  as_of: string | null
  period_start: string | null
  period_end: string | null
  zone: string
  categories: string[]
  phase: Generated<string>
  link_days: Generated<number>
  /** Whether the client's lead looks at answers before they go to the firm. */
  client_gate: Generated<boolean>
  link_policy: Generated<LinkPolicy>
  /** Which version of the firm's sampling policy it started with, and keeps. */
  sampling_policy_version: Generated<number>
  /** An examination ends in a report; a readiness assessment ends in a list of gaps. */
  purpose: Generated<'examination' | 'readiness'>
  /** The engagement it was rolled forward from. */
  rolled_from: string | null
  /** Counts changes of client, system, type, dates and categories, so that two tabs do not overwrite each other. */
  setup_version: Generated<number>
  /** ISO days. Retention runs from the release by the years the firm's policy said when it started. */
  report_date: string | null
  release_date: string | null
  assembly_days: Generated<number>
  retention_years: Generated<number>
  retention_until: ColumnType<string | null, never, never>
  /** Stops destruction whatever the retention says. */
  legal_hold: Generated<boolean>
  archived_at: Date | null
  archived_by: string | null
  /** Which version of the firm's policy it started with, and keeps. */
  firm_policy_version: Generated<number>
  created_at: WrittenAt
  created_by: string
}

export type MembershipTable = {
  engagement_id: string
  person_id: string
  role: Role
  added_at: WrittenAt
  removed_at: Date | null
}

export type CounterTable = {
  engagement_id: string
  series: string
  last: number
}
