import type { Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'
import type { LinkPolicy } from './engagements.ts'

/** What the start and the end of an engagement rest on. Only independence is each person's own. */
export type RecordKind = 'acceptance' | 'independence' | 'terms' | 'control_matrix' | 'assertion' | 'representation' | 'subsequent_events' | 'quality_review' | 'assembly'

/** A file beside a record; all four or none. */
type Attached = { file_sha256: string | null, file_name: string | null, file_size: number | null, media_type: string | null }

export type EngagementRecordTable = Attached & {
  engagement_id: string
  id: Generated<string>
  kind: RecordKind
  /** Whose independence; of every other kind, who recorded it. */
  person_id: string
  /** Counts the entries of a kind; the highest is the one in force, unless it takes back what stood. */
  version: number
  stands: Generated<boolean>
  dated_on: string
  note: Generated<string>
  recorded_by: string
  recorded_at: WrittenAt
}

export type ArchiveAdditionTable = Attached & {
  engagement_id: string
  id: Generated<string>
  number: number
  reason: string
  text: Generated<string>
  made_by: string
  made_at: WrittenAt
  reviewed_by: string | null
  reviewed_at: Date | null
  authorized_by: string | null
  authorized_at: Date | null
}

export type FirmPolicyTable = {
  organization_id: string
  version: number
  retention_years: number
  assembly_days: number
  link_policy: LinkPolicy
  link_days: number
  firm_idle_minutes: number
  client_idle_minutes: number
  quality_review: boolean
  entered_by: string
  entered_at: WrittenAt
}
