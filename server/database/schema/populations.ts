import type { ColumnType, Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'

export type PopulationStatus = 'requested' | 'received' | 'checking' | 'returned' | 'accepted' | 'locked'

/** How often a periodic control is due. */
export type Every = 'half_year' | 'quarter' | 'month' | 'week' | 'business_day' | 'day'

export type PopulationTable = {
  engagement_id: string
  id: Generated<string>
  number: number
  /** Where the items come from: a list that was read, the calendar of a periodic control, or the statement that nothing occurred. */
  source: Generated<'file' | 'calendar' | 'statement'>
  /** Null for a calendar only; the file also for a statement. */
  request_id: string | null
  submission_id: string | null
  file_id: string | null
  every: Every | null
  /** SHA-256 of the keys of a calendar, one a line. */
  items_sha256: string | null
  /** The client's list a calendar is matched with, and confirmed by. */
  list_id: string | null
  coverage: ColumnType<unknown, string | null | undefined, string | null>
  name: string
  occurrence: string
  source_system: Generated<string>
  query: Generated<string>
  declared_count: number | null
  header: Generated<string[]>
  /** The sheet of a workbook and its row of column names; null where there are none, or they were found. */
  sheet: string | null
  header_row: number | null
  key_column: string | null
  date_column: string | null
  /** The last day of an occurrence that lasts; it then belongs to the period by overlap. */
  until_column: string | null
  stratum_column: string | null
  /** Rows whose cell of this column is one of the values are all that is in scope, or, where \`scope_keeps\` is false, are not. */
  scope_column: string | null
  scope_keeps: Generated<boolean>
  scope_values: Generated<string[]>
  /** How many rows a reading at work will come to; null while it still reads the dates of the whole column. */
  expected_rows: number | null
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

export type DrawMethod = 'random' | 'systematic' | 'stratified' | 'haphazard' | 'targeted' | 'all'
export type Stratum = { readonly name: string, readonly size: number, readonly drawn: number }

export type DrawTable = {
  engagement_id: string
  id: Generated<string>
  number: number
  population_id: string
  filter_column: string | null
  filter_value: string | null
  method: DrawMethod
  /** The column that divides the list, and how many of each part were drawn. */
  stratum_column: string | null
  strata: ColumnType<readonly Stratum[] | null, string | null | undefined, never>
  /** Why there is a second draw for a test that had one. */
  second_reason: Generated<string>
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
  stratum: string | null
  /** Why this very item, where the auditor picked it. */
  note: Generated<string>
  /** Selected by an extension, or in the place of an item that was. */
  further: Generated<boolean>
  /** The step that added it; null for the items of the draw itself. */
  step: number | null
}

export type StepGround = 'deviation' | 'other' | 'void' | 'duplicate' | 'out_of_scope' | 'not_applied'

export type DrawStepTable = {
  engagement_id: string
  draw_id: string
  number: number
  kind: 'extension' | 'replacement'
  size: number
  ground: StepGround
  reason: string
  replaced_id: string | null
  taken_at: WrittenAt
  taken_by: string
}

export type RequestItemTable = {
  engagement_id: string
  request_id: string
  item_id: string
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

export type PopulationControlTable = {
  engagement_id: string
  population_id: string
  control_id: string
}

export type CalendarOmissionTable = {
  engagement_id: string
  population_id: string
  key: string
  reason: string
  agreed_at: WrittenAt
  agreed_by: string
}

/** What the auditor made of a finding: seen and agreed, explained by the client, or an exception. */
export type Tick = 'agreed' | 'explained' | 'exception'

export type PopulationMarkTable = {
  engagement_id: string
  id: Generated<string>
  population_id: string
  check_name: string
  tick: Tick
  note: string
  /** The finding as it stood when it was marked. */
  sentence: string
  made_at: WrittenAt
  made_by: string
}

export type ProcedureKind = 'query_logic' | 'screen_count' | 'reverse_test' | 'second_source' | 'other'

export type PopulationProcedureTable = {
  engagement_id: string
  id: Generated<string>
  number: number
  population_id: string
  kind: ProcedureKind
  performed_on: string
  words: string
  conclusion: 'agrees' | 'differs'
  shown: number | null
  other_id: string | null
  outcome: ColumnType<unknown, string | undefined, never>
  made_at: WrittenAt
  made_by: string
}
