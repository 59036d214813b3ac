import type { Generated, JSONColumnType } from 'kysely'
import type { WrittenAt } from './accounts.ts'

export type ExceptionStatus = 'identified' | 'client_confirming' | 'confirmed' | 'cleared' | 'evaluated'
  | 'response_received' | 'final'

/** An exception stands either on a line whose items deviate, or on a criterion that no control meets. */
export type ExceptionTable = {
  engagement_id: string
  id: Generated<string>
  number: number
  test_line_id: string | null
  criterion: string | null
  problem: Generated<string>
  expected: Generated<string>
  cause: Generated<string>
  cause_type: 'people' | 'process' | 'system' | 'design' | null
  spread: 'isolated' | 'systematic' | null
  /** What proves that it happened nowhere else. */
  isolated_basis: Generated<string>
  intent: 'not_intentional' | 'intentional' | null
  impact: Generated<string>
  affected_from: string | null
  affected_to: string | null
  detected_by_client: boolean | null
  compensating: Generated<string>
  discussed_with: Generated<string>
  discussed_on: string | null
  evaluation: Generated<string>
  /** On the newest release; null while the client has not answered it. */
  client_position: 'agreed' | 'disputed' | null
  client_words: Generated<string>
  clear_reason: Generated<string>
  status: Generated<ExceptionStatus>
  status_since: WrittenAt
  /** When the firm put it to the client, the last time; null while the client knows nothing of it. */
  released_at: Date | null
  version: Generated<number>
  opened_at: WrittenAt
  opened_by: string
}

/** One deviating cell as the client was told of it. */
export type ReleasedItem = {
  readonly key: string
  readonly letter: string
  readonly question: string
  readonly note: string
  readonly cites: readonly { readonly name: string, readonly request: number, readonly version: number, readonly place: string, readonly fileId: string }[]
}

/** What the client was told, which stays as it was told. */
export type ExceptionReleaseTable = {
  engagement_id: string
  exception_id: string
  number: number
  problem: string
  cause: Generated<string>
  sentence: Generated<string>
  tested: number
  deviating: number
  items: JSONColumnType<readonly ReleasedItem[]>
  released_by: string | null
  released_at: WrittenAt
}

export type ExceptionAnswerTable = {
  engagement_id: string
  exception_id: string
  number: number
  release: number
  position: 'agreed' | 'disputed'
  words: Generated<string>
  given_by: string
  given_at: WrittenAt
}

export type ExceptionFileTable = {
  engagement_id: string
  id: Generated<string>
  exception_id: string
  answer: number
  position: number
  name: string
  size: number
  sha256: string
  media_type: string
  kind: string
}

export type ExceptionResponseTable = {
  engagement_id: string
  exception_id: string
  version: number
  /** The release it answers; null on responses from before releases were kept. */
  release: number | null
  declined: Generated<boolean>
  text: Generated<string>
  remediation: Generated<string>
  remediation_on: string | null
  written_at: WrittenAt
  written_by: string
}

/** Whether to select further items, decided before looking; size 0 is the decision not to. */
export type ExtensionDecisionTable = {
  engagement_id: string
  exception_id: string
  number: number
  size: number
  reason: string
  seen_items: number
  seen_deviating: number
  decided_by: string
  decided_at: WrittenAt
}

export type EffectKind = 'met' | 'not_met' | 'not_determined'
export type OpinionKind = 'unqualified' | 'qualified' | 'adverse' | 'disclaimer'

export type CriterionEffectTable = {
  engagement_id: string
  criterion: string
  version: number
  effect: EffectKind
  memo: string
  recorded_by: string
  recorded_at: WrittenAt
}

export type OpinionTable = {
  engagement_id: string
  version: number
  kind: OpinionKind
  memo: string
  recorded_by: string
  recorded_at: WrittenAt
}
