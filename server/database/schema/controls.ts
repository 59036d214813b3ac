import type { Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'

export type Frequency = 'annual' | 'semiannual' | 'quarterly' | 'monthly' | 'semimonthly' | 'weekly' | 'daily'
  | 'multiple_daily' | 'event_driven' | 'continuous'

export type ControlTable = {
  engagement_id: string
  id: Generated<string>
  number: string
  owner_title: Generated<string>
  owner_id: string | null
  frequencies: Frequency[]
  type: 'preventive' | 'detective' | 'corrective'
  nature: 'manual' | 'automated' | 'it_dependent_manual'
  risk: Generated<'low' | 'moderate' | 'high'>
  wording_version: Generated<number>
  version: Generated<number>
  effective_from: string | null
  effective_to: string | null
  key_systems: Generated<string>
  ipe: Generated<string[]>
  /** The control this one took the place of within the period. */
  replaces: string | null
  created_at: WrittenAt
}

export type ControlWordingTable = {
  engagement_id: string
  control_id: string
  version: number
  text: string
  source: string
  entered_by: string
  entered_at: WrittenAt
  confirmed_by: string | null
  confirmed_at: Date | null
}

export type ControlCriterionTable = {
  engagement_id: string
  control_id: string
  criterion: string
}
