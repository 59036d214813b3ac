import type { ColumnType, Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'

export type MailTable = {
  id: Generated<string>
  engagement_id: string | null
  person_id: string
  template: string
  facts: ColumnType<Record<string, unknown>, string, string>
  link_sealed: string | null
  created_at: WrittenAt
  sent_at: Date | null
  attempts: Generated<number>
  last_error: string | null
  request_id: string | null
  code_sealed: string | null
  good_until: Date | null
  outcome: 'bounced' | 'late' | null
  given_up_at: Date | null
}

export type DigestChoiceTable = {
  person_id: string
  zone: string | null
  stopped_at: Date | null
}

export type DigestTable = {
  person_id: string
  day: string
  things: number
  made_at: WrittenAt
}
