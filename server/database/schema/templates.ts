import type { Generated, JSONColumnType } from 'kysely'
import type { WrittenAt } from './accounts.ts'
import type { RequestKind } from './requests.ts'

export type Nature = 'inquiry' | 'observation' | 'inspection' | 'reperformance'
export type TemplateProcedure = { readonly nature: Nature, readonly text: string }
export type TemplateAttribute = { readonly letter: string, readonly question: string, readonly expected: string, readonly clause: string, readonly problem?: string }

export type RequestTemplateTable = {
  id: Generated<string>
  organization_id: string
  kind: RequestKind
  title: string
  ask: string
  why: Generated<string>
  checklist: Generated<string[]>
  example: Generated<string>
  formats: Generated<string>
  criteria: Generated<string[]>
  keywords: Generated<string[]>
  /** Days from the end of the period (or the as-of date) to the due date; negative before it. */
  due_days: number | null
  version: Generated<number>
  changed_by: string
  changed_at: WrittenAt
  removed_at: Date | null
}

export type AttributeTemplateTable = {
  id: Generated<string>
  organization_id: string
  title: string
  item_noun: Generated<string>
  procedures: JSONColumnType<TemplateProcedure[]>
  attributes: JSONColumnType<TemplateAttribute[]>
  criteria: Generated<string[]>
  keywords: Generated<string[]>
  version: Generated<number>
  changed_by: string
  changed_at: WrittenAt
  removed_at: Date | null
}

export type TemplateUseTable = {
  engagement_id: string
  id: Generated<string>
  template_id: string
  template_version: number
  request_id: string | null
  test_line_id: string | null
  control_id: string | null
  applied_by: string
  applied_at: WrittenAt
}
