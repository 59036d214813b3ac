import type { Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'

export type ExceptionStatus = 'identified' | 'client_confirming' | 'confirmed' | 'cleared' | 'evaluated'
  | 'response_received' | 'final'

export type ExceptionTable = {
  engagement_id: string
  id: Generated<string>
  number: number
  test_line_id: string
  problem: Generated<string>
  cause: Generated<string>
  cause_type: 'people' | 'process' | 'system' | 'design' | null
  spread: 'isolated' | 'systematic' | null
  compensating: Generated<string>
  evaluation: Generated<string>
  client_position: 'agreed' | 'disputed' | null
  client_words: Generated<string>
  clear_reason: Generated<string>
  status: Generated<ExceptionStatus>
  status_since: WrittenAt
  /** When the firm put it to the client; null while the client knows nothing of it. */
  released_at: Date | null
  version: Generated<number>
  opened_at: WrittenAt
  opened_by: string
}

export type ExceptionResponseTable = {
  engagement_id: string
  exception_id: string
  version: number
  declined: Generated<boolean>
  text: Generated<string>
  remediation_on: string | null
  written_at: WrittenAt
  written_by: string
}
