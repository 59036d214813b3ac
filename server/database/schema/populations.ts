import type { ColumnType, Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'

export type PopulationStatus = 'requested' | 'received' | 'checking' | 'returned' | 'accepted' | 'locked'

export type PopulationTable = {
  engagement_id: string
  id: Generated<string>
  number: number
  request_id: string
  submission_id: string
  file_id: string
  name: string
  occurrence: string
  source_system: Generated<string>
  query: Generated<string>
  declared_count: number | null
  header: Generated<string[]>
  key_column: string | null
  date_column: string | null
  date_meaning: Generated<string>
  date_format: ColumnType<unknown, string | null | undefined, string | null>
  status: Generated<PopulationStatus>
  reading: Generated<'pending' | 'running' | 'done' | 'failed'>
  reading_error: string | null
  row_count: number | null
  in_scope_count: number | null
  findings: ColumnType<unknown, string | undefined, string>
  corroboration: string | null
  created_at: WrittenAt
  created_by: string
  accepted_at: Date | null
  accepted_by: string | null
  locked_at: Date | null
  version: Generated<number>
}

export type PopulationRowTable = {
  engagement_id: string
  population_id: string
  row_number: number
  key: string
  occurred_on: string | null
  in_period: boolean
  cells: string[]
}

export type DrawTable = {
  engagement_id: string
  id: Generated<string>
  number: number
  population_id: string
  filter_column: string | null
  filter_value: string | null
  method: 'random' | 'all'
  algorithm: Generated<string>
  seed: string
  size: number
  population_size: number
  keys_sha256: string
  file_sha256: string
  reason: Generated<string>
  drawn_at: WrittenAt
  drawn_by: string
}

export type SampleItemTable = {
  engagement_id: string
  id: Generated<string>
  draw_id: string
  rank: number
  population_id: string
  row_number: number
  key: string
  digest: string
}

export type ItemClaimTable = {
  engagement_id: string
  submission_id: string
  item_id: string
  claim: 'not_applicable' | 'cannot_provide'
  words: string
  claimed_at: WrittenAt
  claimed_by: string
}
