import type { ColumnType } from 'kysely'
import type { WrittenAt } from './accounts.ts'

/** What the policy says beside its rates: each size for low, moderate and high risk. */
export type PolicySizes = {
  readonly periodic: Readonly<Record<'annual' | 'semiannual' | 'quarterly' | 'monthly' | 'semimonthly' | 'weekly' | 'daily', readonly [number, number, number]>>
  /** Of events, when there are `large` or more. */
  readonly events: readonly [number, number, number]
  /** Percent of the events when there are fewer than `large`. */
  readonly shares: readonly [number, number, number]
  readonly large: number
  /** No sample of events is smaller; so few events are all tested. */
  readonly fewest: number
}

export type SamplingPolicyTable = {
  organization_id: string
  version: number
  sizes: ColumnType<PolicySizes, string, never>
  confidence: number
  tolerable: number
  entered_by: string
  entered_at: WrittenAt
}
