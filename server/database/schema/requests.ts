import type { Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'

export type RequestKind = 'population' | 'sample' | 'configuration' | 'document' | 'inquiry' | 'walkthrough'
export type RequestStatus = 'draft' | 'open' | 'in_progress' | 'client_review' | 'submitted' | 'in_review' | 'accepted'
  | 'returned' | 'not_applicable' | 'cancelled'
export type LinkEnd = 'accepted' | 'cancelled' | 'not_applicable' | 'reassigned' | 'revoked' | 'left'

export type RequestTable = {
  engagement_id: string
  id: Generated<string>
  number: number
  kind: RequestKind
  title: string
  ask: string
  why: Generated<string>
  system: Generated<string>
  example: Generated<string>
  priority: Generated<'normal' | 'high'>
  owner_id: string | null
  due_on: string | null
  original_due_on: string | null
  status: Generated<RequestStatus>
  status_since: WrittenAt
  issued_at: Date | null
  issued_by: string | null
  reviewer_id: string | null
  draw_id: string | null
  version: Generated<number>
  created_at: WrittenAt
  created_by: string
  reference: Generated<string>
  external_id: string | null
  formats: Generated<string>
  recurrence_id: string | null
  span_start: string | null
  span_end: string | null
}

export type Every = 'week' | 'month' | 'quarter' | 'half_year'

export type RecurrenceTable = {
  engagement_id: string
  id: Generated<string>
  title: string
  every: Every
  due_days: number
  switched_on_by: string | null
  created_at: WrittenAt
  created_by: string
}

export type DueChangeTable = {
  engagement_id: string
  id: Generated<string>
  request_id: string
  from_on: string | null
  to_on: string
  reason: Generated<string>
  changed_at: WrittenAt
  changed_by: string | null
}

export type SavedViewTable = {
  engagement_id: string
  id: Generated<string>
  person_id: string
  name: string
  query: string
  shared: Generated<boolean>
  created_at: WrittenAt
}

export type RequestControlTable = {
  engagement_id: string
  request_id: string
  control_id: string
}

export type ChecklistItemTable = {
  engagement_id: string
  request_id: string
  position: number
  text: string
}

export type AnswerLinkTable = {
  engagement_id: string
  id: Generated<string>
  request_id: string
  person_id: string
  token_hash: string
  created_at: WrittenAt
  expires_at: Date
  ended_at: Date | null
  end_reason: LinkEnd | null
}

export type LinkSessionTable = {
  engagement_id: string
  id_hash: string
  link_id: string
  created_at: WrittenAt
  expires_at: Date
  address: string
  code_at: Date | null
}

export type CodePurpose = 'request' | 'list'

export type AnswerCodeTable = {
  engagement_id: string
  id: Generated<string>
  link_id: string
  purpose: CodePurpose
  code_hash: string
  created_at: WrittenAt
  expires_at: Date
  tries: Generated<number>
  used_at: Date | null
}

export type ListSessionTable = {
  engagement_id: string
  id_hash: string
  link_id: string
  created_at: WrittenAt
  expires_at: Date
  ended_at: Date | null
  address: string
}

export type ReminderStep = 'before' | 'on' | 'after'

export type ReminderTable = {
  engagement_id: string
  request_id: string
  due_on: string
  step: ReminderStep
  sent_at: WrittenAt
}

export type HandoverTable = {
  engagement_id: string
  id: Generated<string>
  request_id: string
  name: string
  email: string
  words: Generated<string>
  status: Generated<'asked' | 'approved' | 'declined'>
  asked_at: WrittenAt
  asked_by: string
  decided_at: Date | null
  decided_by: string | null
}
