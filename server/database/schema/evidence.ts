import type { ColumnType, Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'

export type SubmissionStatus = 'draft' | 'submitted' | 'withdrawn' | 'accepted' | 'returned'
export type Channel = 'login' | 'link' | 'auditor'

export type SubmissionTable = {
  engagement_id: string
  id: Generated<string>
  request_id: string
  number: number
  status: Generated<SubmissionStatus>
  source_system: Generated<string>
  query: Generated<string>
  generated_by: Generated<string>
  generated_at: Generated<string>
  generated_zone: Generated<string>
  row_count: number | null
  edits: Generated<string>
  answer: Generated<string>
  ticked: Generated<number[]>
  started_at: WrittenAt
  submitted_at: Date | null
  submitted_by: string | null
  channel: Channel | null
  decided_at: Date | null
  decided_by: string | null
  reason_code: string | null
  reason: string | null
  /** When it was handed to the client's own lead, who looks at it before the firm does. */
  handed_at: Date | null
  handed_by: string | null
  handed_channel: 'login' | 'link' | null
  proposal: 'not_applicable' | 'cannot_provide' | null
  proposal_words: Generated<string>
  address: Generated<string>
}

export type WarningCode = 'narrow' | 'cut_off' | 'same_bytes' | 'dates' | 'unticked'

export type AnswerWarningTable = {
  engagement_id: string
  submission_id: string
  code: WarningCode
  /** Of the file it concerns, '' where it concerns the whole answer. */
  sha256: Generated<string>
  finding: Generated<string>
  words: Generated<string>
  said_by: string
  said_at: WrittenAt
}

export type LeadReturnTable = {
  engagement_id: string
  id: Generated<string>
  submission_id: string
  words: string
  returned_by: string
  returned_at: WrittenAt
}

export type EvidenceFileTable = {
  engagement_id: string
  id: Generated<string>
  request_id: string
  submission_id: string
  item_id: string | null
  position: number
  name: string
  size: number
  sha256: string
  media_type: string
  kind: 'image' | 'text' | 'csv' | 'pdf' | 'zip' | 'office' | 'mail' | 'other'
  warnings: Generated<string[]>
  uploaded_at: WrittenAt
  uploaded_by: string
  channel: Channel
  preview: Generated<'pending' | 'ready' | 'none'>
  preview_sha256: string | null
  preview_reason: string | null
  width: number | null
  height: number | null
  /** The file of another version, or of another request, whose very bytes these are. */
  taken_from: string | null
  withheld: Generated<boolean>
  /** Records of a text that are not blank, a header among them; null until counted. */
  lines: number | null
  /** 256 characters of 0 and 1, or null. */
  picture_hash: string | null
}

export type FileDecisionTable = {
  engagement_id: string
  file_id: string
  decision: 'accepted' | 'returned'
  reason_code: string | null
  words: Generated<string>
  decided_by: string
  decided_at: WrittenAt
}

export type SeenPart = 'system' | 'account' | 'value' | 'moment'

export type ReviewRecordTable = {
  engagement_id: string
  submission_id: string
  seen: Generated<SeenPart[]>
  document_version: Generated<string>
  approver: Generated<string>
  effective_on: string | null
  recorded_by: string
  recorded_at: WrittenAt
}

export type ObservationTable = {
  engagement_id: string
  submission_id: string
  source: string
  observer: string
  observed_at: string
  observed_zone: string
  subject: Generated<string>
  subject_role: Generated<string>
  /** Questions with their answers, or steps with what was seen. */
  lines: ColumnType<{ text: string, answer: string }[], string | undefined, never>
}

export type QuarantineTable = {
  engagement_id: string
  sha256: string
  file_id: string
  status: Generated<'asked' | 'kept' | 'released'>
  reason: string
  asked_by: string
  asked_at: WrittenAt
  decided_by: string | null
  decided_at: Date | null
}

export type MeetingTable = {
  engagement_id: string
  request_id: string
  starts_at: Date
  minutes: number
  place: Generated<string>
  status: Generated<'proposed' | 'confirmed' | 'cancelled'>
  proposed_by: string
  proposed_side: 'firm' | 'client'
  confirmed_by: string | null
  sequence: Generated<number>
  changed_at: WrittenAt
}

/** `words` is the database's own, for looking things up. */
export type EvidenceTextTable = {
  engagement_id: string
  sha256: string
  content: string
}

export type EvidenceReadingTable = {
  engagement_id: string
  sha256: string
  kind: 'picture' | 'pages' | 'rows' | 'lines' | 'entries' | 'mail' | 'none'
  total: Generated<number>
  facts: ColumnType<unknown, string | undefined, never>
  rows_sha256: string | null
  reason: string | null
  read_at: WrittenAt
}

/** A page of a document or a file of an archive: its picture, its text, or why there is none. */
export type EvidenceLeafTable = {
  engagement_id: string
  sha256: string
  leaf: number
  picture_sha256: string | null
  width: number | null
  height: number | null
  text: string | null
  reason: string | null
  drawn_at: WrittenAt
}
