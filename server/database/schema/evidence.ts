import type { Generated } from 'kysely'
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
}
