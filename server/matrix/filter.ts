import type { Conclusion } from '../database/schema/testing.ts'
import { labelOf, type StateOf } from '../web/states.ts'
import type { ReadControl, Reading } from './reading.ts'

export type Show = 'exceptions' | 'unsigned' | 'untested'

/** What the address of the page asks for; empty lists and null ask for everything. */
export type MatrixQuery = { by: 'criterion' | 'control', show: Show | null, conclusion: StateOf<'conclusion'> | null, series: readonly string[] }

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

/** Whether the filters let a control through; those of tests mean nothing in a Type 1. */
export function isShown(control: ReadControl, query: MatrixQuery): boolean {
  return (query.conclusion === null || conclusionOf(control) === query.conclusion) && (query.show === null || shows[query.show](control))
}

const shows: Readonly<Record<Show, (control: ReadControl) => boolean>> = {
  exceptions: ({ testLines }) => testLines.some(({ exceptions, counts }) => counts.deviatingItems > 0 || exceptions.some(({ state }) => state !== 'cleared')),
  unsigned: ({ testLines }) => testLines.length === 0 || testLines.some(({ prepared, reviewed }) => !prepared || !reviewed),
  untested: ({ testLines }) => testLines.length === 0 || testLines.some(({ counts, noOccurrence }) => noOccurrence !== null || counts.cells === 0 || counts.pendingCells > 0),
}
