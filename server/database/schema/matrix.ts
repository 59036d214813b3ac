import type { Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'

export type MatrixExportTable = {
  engagement_id: string
  number: number
  draft: boolean
  reading: string
  content_sha256: string
  exported_at: WrittenAt
  exported_by: string
}

export type MatrixExportFileTable = {
  engagement_id: string
  number: number
  format: string
  sha256: string
  size: Generated<number>
  written_at: WrittenAt
}

/** Which text of a line was rewritten: the tests performed or their results. */
export type SentencePart = 'test' | 'result'

export type ResultSentenceTable = {
  engagement_id: string
  test_line_id: string
  part: SentencePart
  version: number
  /** Null goes back to the sentence that is made from the cells. */
  text: string | null
  written_by: string
  written_at: WrittenAt
}

export type Arrangement = 'criterion' | 'control'
export type ResponsePlace = 'beside' | 'section_v'

export type MatrixLayoutTable = {
  engagement_id: string
  arrangement: Generated<Arrangement>
  responses: Generated<ResponsePlace>
  chosen_by: string
  chosen_at: WrittenAt
}
