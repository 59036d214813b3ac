import type { ColumnType, Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'

export type MilestoneKind = 'kick_off' | 'population_due' | 'sample_due' | 'fieldwork_end' | 'draft' | 'report' | 'assembly'
export type ReadinessState = 'in_place' | 'missing' | 'badly_designed' | 'undocumented'
export type RemediationStatus = 'open' | 'in_progress' | 'remediated' | 'verified'
export type HandedKind = 'answer' | 'review' | 'control' | 'series' | 'line' | 'exception' | 'gap'

export type RollReportTable = {
  engagement_id: string
  /** What came along and what did not, as written by the rolling forward. */
  report: ColumnType<object, string, never>
  made_at: WrittenAt
  made_by: string
}

export type MilestoneTable = {
  engagement_id: string
  kind: MilestoneKind
  due_on: string
  version: Generated<number>
  moved_at: WrittenAt
  moved_by: string
}

export type ReadinessAssessmentTable = {
  engagement_id: string
  criterion: string
  state: ReadinessState
  gap: Generated<string>
  owner_id: string | null
  due_on: string | null
  /** How far the client has come with the gap; null when there is none. */
  status: RemediationStatus | null
  status_since: WrittenAt
  version: Generated<number>
  assessed_at: WrittenAt
  assessed_by: string
}

export type RemediationNoteTable = {
  engagement_id: string
  id: Generated<string>
  criterion: string
  from_status: RemediationStatus
  to_status: RemediationStatus
  words: Generated<string>
  written_at: WrittenAt
  written_by: string
}

export type CalendarTokenTable = {
  id: Generated<string>
  person_id: string
  token_hash: string
  made_at: WrittenAt
  ended_at: Date | null
}

export type HandedItemTable = {
  engagement_id: string
  id: Generated<string>
  kind: HandedKind
  /** Id of the thing, or the criterion of a gap. */
  subject: string
  from_id: string
  to_id: string
  handed_at: WrittenAt
  handed_by: string
}

export type ClientViewTable = {
  engagement_id: string
  id: Generated<string>
  session_id: string
  viewer_id: string
  shown_id: string
  begun_at: WrittenAt
  ended_at: Date | null
}
