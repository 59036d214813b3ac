import type { Selectable } from 'kysely'
import type { Schema } from '../database/schema/schema.ts'

export type Row<T extends keyof Schema> = Selectable<Schema[T]>

/** The tables of which rows may come along into the next engagement; no other table below an engagement is ever read for it. */
export const carried = [
  'membership', 'system_fact', 'subservice', 'subservice_criterion', 'csoc', 'csoc_criterion', 'cuec', 'cuec_criterion', 'criterion_exclusion',
  'control', 'control_wording', 'control_criterion', 'recurrence', 'request', 'request_control', 'checklist_item',
  'test_line', 'test_procedure', 'attribute', 'tickmark',
] as const

export type CarriedTable = typeof carried[number]

/** Every row of those tables that an engagement has. */
export type Source = { readonly [T in CarriedTable]: readonly Row<T>[] }

/** What an engagement has that never comes along: how much of it, for the report. */
export const left = [
  ['submission', 'Answers and submitted versions'], ['evidence_file', 'Files of evidence'], ['comment', 'Comments and notes'],
  ['population', 'Populations'], ['draw', 'Draws'], ['sample_item', 'Items of samples'], ['line_item', 'Items of tests that no draw made'],
  ['cell', 'Results of tests'], ['sign_off', 'Sign-offs'], ['design_evaluation', 'Evaluations of design'], ['exception', 'Exceptions'],
  ['evidence_mark', 'Marks on evidence'], ['matrix_export', 'Exports'], ['readiness_assessment', 'Readiness assessments of criteria'],
] as const
