import { type Category, criteriaInScope, orderCriteria, seriesOf } from '../controls/criteria.ts'
import { count } from '../testing/counts.ts'
import { disagreements } from './agreement.ts'
import type { Item, LineFacts, ReadCell, ReadControl, ReadCriterion, ReadLine, Reading } from './reading.ts'
import { resultsOfTests, testsPerformed } from './sentences.ts'

/** A result as it was recorded; what the grid does not hold yet is left out and reads as pending. */
export type CellInput = Pick<ReadCell, 'item' | 'attribute' | 'result'> & Partial<Pick<ReadCell, 'note' | 'citations' | 'stale' | 'daysLate'>>

export type LineInput = Omit<LineFacts, 'reference' | 'wholePopulation' | 'cells' | 'counts'> & { sequence: number, cells: CellInput[] }

export type ControlInput = Omit<ReadControl, 'testLines'> & { testLines: LineInput[] }

export type MatrixInput = Pick<Reading, 'stamp' | 'draft' | 'engagement' | 'legend'> & {
  controls: ControlInput[]
  /** Criteria declared not applicable, with the reason that the description discloses. */
  notApplicable?: { criterion: string, reason: string }[]
  /** Criteria for which a carved-out organization's controls are assumed. */
  carveOuts?: { criterion: string, organization: string }[]
}

/**
 * The one reading of the cells: every count and sentence on the page and in the exports is made here, once.
 * Throws where a cell belongs to no item or attribute of its line, or stands twice.
 */
export function assemble(input: MatrixInput): Reading {
  const categories = orderCategories(input.engagement.categories)
  const inScope = criteriaInScope(categories)
  const ids = new Set(inScope.map(({ id }) => id))
  const byNumber = new Intl.Collator('en', { numeric: true })
  const controls = input.controls
    .map((control) => readControl(control, ids, input))
    .sort((a, b) => byNumber.compare(a.number, b.number))
  const criteria = inScope.map((one): ReadCriterion => ({
    ...one,
    seriesTitle: seriesOf(one.series)?.title ?? '',
    controls: controls.filter((control) => control.criteria.includes(one.id)).map(({ number }) => number),
    notApplicable: input.notApplicable?.find(({ criterion }) => criterion === one.id)?.reason ?? null,
    carveOuts: (input.carveOuts ?? []).filter(({ criterion }) => criterion === one.id).map(({ organization }) => organization),
  }))
  const uncovered = criteria.filter((one) => one.controls.length + one.carveOuts.length === 0 && one.notApplicable === null).map(({ id }) => id)
  const { stamp, draft, engagement, legend } = input
  return freeze(structuredClone({ stamp, draft, engagement: { ...engagement, categories }, criteria, uncovered, controls, legend }))
}

function orderCategories(chosen: readonly Category[]): Category[] {
  return [...new Set(criteriaInScope(chosen).map(({ category }) => category))]
}

function readControl(control: ControlInput, inScope: ReadonlySet<string>, input: MatrixInput): ReadControl {
  const { number, ownerTitle, wording, wordingVersion, wordingConfirmed, criteria } = control
  // A Type 1 examination tests no operation, so nothing of it can reach a page or an export.
  const lines = input.engagement.type === 1 ? [] : control.testLines
  return {
    number, ownerTitle, wording, wordingVersion, wordingConfirmed,
    criteria: orderCriteria(criteria).filter((id) => inScope.has(id)),
    testLines: lines.toSorted((a, b) => a.sequence - b.sequence).map((line) => readLine(number, line, input.engagement)),
  }
}

function readLine(control: string, { sequence, ...line }: LineInput, engagement: Reading['engagement']): ReadLine {
  const reference = `${control}.T${sequence}`
  const cells = fillGrid(reference, line.items, line.attributes.map(({ letter }) => letter), line.cells)
  const facts: LineFacts = {
    ...line, reference, cells, wholePopulation: line.draw?.method === 'all', counts: count(cells),
  }
  return {
    ...facts,
    performed: testsPerformed(facts),
    results: resultsOfTests(facts, engagement),
    disagreements: disagreements(facts),
  }
}

function fillGrid(reference: string, items: readonly Item[], letters: readonly string[], recorded: readonly CellInput[]): ReadCell[] {
  const left = new Map(recorded.map((cell) => [place(cell.item, cell.attribute), cell]))
  if (left.size !== recorded.length) throw new Error(`${reference} holds two results for one cell`)
  const cells = items.flatMap(({ key, further }) => letters.map((attribute): ReadCell => {
    const cell = left.get(place(key, attribute))
    left.delete(place(key, attribute))
    return {
      item: key, attribute, further, result: cell?.result ?? 'pending', note: cell?.note ?? '',
      citations: cell?.citations ?? [], stale: cell?.stale ?? false, daysLate: cell?.daysLate ?? null,
    }
  }))
  if (left.size > 0) throw new Error(`${reference} holds a result for an item or attribute that it does not have`)
  return cells
}

function place(item: string, attribute: string): string {
  return JSON.stringify([item, attribute])
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(freeze)
  }
  return value
}
