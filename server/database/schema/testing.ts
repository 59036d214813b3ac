import type { Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'
import type { Frequency } from './controls.ts'

export type CellResult = 'pass' | 'deviation' | 'not_applicable' | 'pending'
export type Conclusion = 'effective' | 'effective_with_exceptions' | 'not_effective' | 'not_tested_no_occurrence'
  | 'design_deficiency'

export type LineKind = 'sample' | 'configuration' | 'walkthrough' | 'observation'
export type RollforwardResult = 'unchanged' | 'covered'
export type SignatureKind = 'prepared' | 'reviewed' | 'partner'
export type DesignConclusion = 'suitable' | 'deficient' | 'not_evaluated'

export type TestLineTable = {
  engagement_id: string
  id: Generated<string>
  control_id: string
  sequence: number
  title: Generated<string>
  item_noun: Generated<string>
  control_wording_version: number
  population_id: string | null
  draw_id: string | null
  no_occurrence: Generated<boolean>
  event: Generated<string>
  corroboration: Generated<string>
  conclusion: Conclusion | null
  version: Generated<number>
  created_at: WrittenAt
  created_by: string
  kind: Generated<LineKind>
  frequency: Frequency | null
  span_from: string | null
  span_to: string | null
  interim_on: string | null
  rollforward: Generated<string>
  rollforward_result: RollforwardResult | null
  rollforward_on: string | null
  rollforward_request_id: string | null
  retest_of: string | null
  significant: Generated<boolean>
  assignee_id: string | null
}

export type LineItemTable = {
  engagement_id: string
  id: Generated<string>
  test_line_id: string
  position: number
  label: string
  occurred_on: string | null
  request_id: string | null
  person: Generated<string>
  person_role: Generated<string>
  words: Generated<string>
}

/** A view: every item that stands for a line, drawn or its own. */
export type TestedItemView = {
  engagement_id: string
  test_line_id: string
  id: string
  rank: number
  key: string
  row_number: number
  further: boolean
  population_id: string | null
}

export type DesignEvaluationTable = {
  engagement_id: string
  id: Generated<string>
  control_id: string
  wording_version: number
  looked_at: Generated<string>
  request_id: string | null
  conclusion: DesignConclusion
  deficiency: Generated<string>
  implemented: Generated<boolean>
  seen_on: string | null
  prepared_by: string
  prepared_at: WrittenAt
  reviewed_by: string | null
  reviewed_at: Date | null
  voided_by: string | null
  voided_at: Date | null
  void_reason: Generated<string>
}

export type TestProcedureTable = {
  engagement_id: string
  test_line_id: string
  position: number
  nature: 'inquiry' | 'observation' | 'inspection' | 'reperformance'
  text: string
}

export type AttributeTable = {
  engagement_id: string
  test_line_id: string
  letter: string
  question: string
  expected: Generated<string>
  clause: Generated<string>
  problem: Generated<string>
}

export type CellTable = {
  engagement_id: string
  test_line_id: string
  item_id: string
  letter: string
  result: CellResult
  note: Generated<string>
  stale: Generated<boolean>
  version: Generated<number>
  set_at: WrittenAt
  set_by: string
}

export type CitationTable = {
  engagement_id: string
  test_line_id: string
  item_id: string
  letter: string
  file_id: string
  place: Generated<string>
}

export type SignOffTable = {
  engagement_id: string
  id: Generated<string>
  test_line_id: string
  kind: SignatureKind
  person_id: string
  signed_at: WrittenAt
  line_version: number
  voided_at: Date | null
  voided_by: string | null
  void_reason: string | null
}

export type NoteStatus = 'open' | 'answered' | 'cleared'

export type ReviewNoteTable = {
  engagement_id: string
  id: Generated<string>
  number: number
  test_line_id: string
  item_id: string | null
  letter: string | null
  text: string
  status: Generated<NoteStatus>
  opened_by: string
  opened_at: WrittenAt
  cleared_by: string | null
  cleared_at: Date | null
}

export type ReviewNoteAnswerTable = {
  engagement_id: string
  id: Generated<string>
  review_note_id: string
  kind: 'answer' | 'refusal'
  text: string
  said_by: string
  said_at: WrittenAt
}
