import type { Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'

export type CellResult = 'pass' | 'deviation' | 'not_applicable' | 'pending'
export type Conclusion = 'effective' | 'effective_with_exceptions' | 'not_effective' | 'not_tested_no_occurrence'
  | 'design_deficiency'

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
  kind: 'prepared' | 'reviewed'
  person_id: string
  signed_at: WrittenAt
  line_version: number
  voided_at: Date | null
  voided_by: string | null
  void_reason: string | null
}
