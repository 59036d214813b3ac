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
}
