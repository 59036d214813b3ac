import type { Category } from '../controls/criteria.ts'
import type { Conclusion } from '../database/schema/testing.ts'
import { labelOf, type StateOf } from '../web/states.ts'
import type { ReadControl, ReadCriterion, Reading } from './reading.ts'

export type Show = 'exceptions' | 'unsigned' | 'untested'

/** What the address of the page asks for; empty lists, no words and null ask for everything. */
export type MatrixQuery = {
  by: 'criterion' | 'control' | null
  show: Show | null
  conclusion: StateOf<'conclusion'> | null
  category: Category | null
  series: readonly string[]
  words: string
}

const gravest: readonly Conclusion[] = ['not_effective', 'design_deficiency', 'effective_with_exceptions', 'effective', 'not_tested_no_occurrence']

/** One conclusion for a control: the gravest of its test lines, and none while a line has none or there is no line. */
export function conclusionOf({ testLines }: ReadControl): StateOf<'conclusion'> {
  const found = testLines.map(({ conclusion }) => conclusion)
  if (found.length === 0 || found.includes(null)) return 'not_concluded'
  return gravest.find((one) => found.includes(one)) ?? 'not_concluded'
}

/** Every control once, by its conclusion; the counts add up to the number of controls. */
export function tallyOf({ controls }: Reading) {
  const counted = Map.groupBy(controls, conclusionOf)
  const order = ['effective', 'effective_with_exceptions', 'not_tested_no_occurrence', 'not_effective', 'design_deficiency', 'not_concluded'] as const
  return order.map((conclusion) => {
    const { word, icon } = labelOf('conclusion', conclusion)
    return { conclusion, count: counted.get(conclusion)?.length ?? 0, word, icon }
  })
}

/** Whether a criterion is asked for, by its category, its series or its own id ('CC6' asks for all of that series). */
export function isAsked({ id, category, series }: Pick<ReadCriterion, 'id' | 'category' | 'series'>, query: MatrixQuery): boolean {
  if (query.category !== null && category !== query.category) return false
  if (query.series.length > 0 && !query.series.includes(series)) return false
  return !namesCriterion(query.words) || id === query.words.toUpperCase() || series === query.words.toUpperCase()
}

/** Whether the filters let a control through; those of tests mean nothing in a Type 1. */
export function isShown(control: ReadControl, query: MatrixQuery): boolean {
  return (query.conclusion === null || conclusionOf(control) === query.conclusion) && (query.show === null || shows[query.show](control)) && says(control, query.words)
}

function namesCriterion(words: string): boolean {
  return /^(?:CC|A|C|PI|P)[1-9](?:\.[1-9])?$/i.test(words)
}

function says({ number, wording, ownerTitle, testLines }: ReadControl, words: string): boolean {
  if (words === '' || namesCriterion(words)) return true
  const text = [number, wording, ownerTitle, ...testLines.flatMap(({ reference, title, performed, results, exceptions }) => [
    reference, title, ...[...performed, ...results].map((one) => one.text), ...exceptions.map((one) => one.number),
  ])].join('\n').toLowerCase()
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word))
}

const shows: Readonly<Record<Show, (control: ReadControl) => boolean>> = {
  exceptions: ({ testLines }) => testLines.some(({ exceptions, counts }) => counts.deviatingItems > 0 || exceptions.some(({ state }) => state !== 'cleared')),
  unsigned: ({ testLines }) => testLines.length === 0 || testLines.some(({ prepared, reviewed }) => !prepared || !reviewed),
  untested: ({ testLines }) => testLines.length === 0 || testLines.some(({ counts, noOccurrence }) => noOccurrence !== null || counts.cells === 0 || counts.pendingCells > 0),
}
