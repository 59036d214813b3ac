import { type Category, criteriaInScope, orderCriteria, seriesOf } from '../controls/criteria.ts'
import { coverageOf, isCovered, type Assumed } from '../engagements/coverage.ts'
import { count } from '../testing/counts.ts'
import { groundOf, unaccounted, unsettled } from './accounted.ts'
import { disagreements } from './agreement.ts'
import { testsPerformed } from './performed.ts'
import type { Edited, Item, LineFacts, ReadCell, ReadControl, ReadCriterion, ReadException, ReadLine, Reading, Sentence } from './reading.ts'
import { resultsOfTests } from './sentences.ts'
import { join, tieText } from './sentence.ts'

/** A result as it was recorded; what the grid does not hold yet is left out and reads as pending. */
export type CellInput = Pick<ReadCell, 'item' | 'attribute' | 'result'> & Partial<Pick<ReadCell, 'note' | 'citations' | 'stale'>> & { daysLate?: number | null }

/** What stands instead of a sentence that is made. */
export type EditedText = Omit<Edited, 'made'> & { text: string }

export type LineInput = Omit<LineFacts, 'reference' | 'wholePopulation' | 'cells' | 'counts' | 'stale' | 'latenesses' | 'retestOf'> & {
  sequence: number
  /** The sequence of the line this one tests again. */
  retestOf: number | null
  cells: CellInput[]
  /** Where the cells were counted already: the counts, and `items` and `cells` are empty. */
  counted?: Pick<LineFacts, 'counts' | 'stale' | 'latenesses'>
  edited?: { test: EditedText | null, result: EditedText | null }
}

export type ControlInput = Omit<ReadControl, 'testLines' | 'design'> & { design?: ReadControl['design'], testLines: LineInput[] }

export type MatrixInput = Pick<Reading, 'stamp' | 'draft' | 'engagement' | 'legend'> & Partial<Pick<Reading, 'layout' | 'subservices' | 'csocs' | 'cuecs'>> & {
  controls: ControlInput[]
  /** Criteria declared not applicable, with the reason that the description discloses. */
  notApplicable?: { criterion: string, reason: string }[]
  /** What carved-out organizations are expected to do, and which control here monitors them. */
  assumed?: readonly Assumed[]
  /** Exceptions of a criterion that no control meets. */
  criterionExceptions?: { criterion: string, exception: ReadException }[]
}

/**
 * The one reading of the cells: every count and sentence on the page and in the exports is made here, once.
 * Throws where a cell belongs to no item or attribute of its line, or stands twice.
 */
export function assemble(input: MatrixInput): Reading {
  const { stamp, draft, engagement, legend, subservices = [], csocs = [], cuecs = [], assumed = [] } = input
  const categories = orderCategories(engagement.categories)
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
    carveOuts: subservices.filter(({ name, method, criteria: helped }) => method === 'carve_out'
      && (helped.includes(one.id) || assumed.some(({ criterion, organization }) => criterion === one.id && organization === name))).map(({ name }) => name),
    exceptions: (input.criterionExceptions ?? []).filter(({ criterion }) => criterion === one.id).map(({ exception }) => exception),
  }))
  const reading: Reading = {
    stamp, draft, engagement: { ...engagement, categories }, layout: input.layout ?? { arrangement: 'criterion', responses: 'beside' },
    criteria, uncovered: uncoveredOf(criteria, assumed), controls, subservices, csocs, cuecs, legend,
  }
  return freeze(structuredClone(reading))
}

function orderCategories(chosen: readonly Category[]): Category[] {
  return [...new Set(criteriaInScope(chosen).map(({ category }) => category))]
}

// By the rule of the page of coverage, but that what was evaluated as an exception of its own holds nothing up.
function uncoveredOf(criteria: readonly ReadCriterion[], assumed: readonly Assumed[]): string[] {
  const mappings = criteria.flatMap(({ id, controls }) => controls.map((number) => ({ criterion: id, number })))
  const exclusions = criteria.flatMap(({ id, notApplicable: reason }) => reason === null ? [] : [{ criterion: id, reason }])
  const open = coverageOf(criteria.map(({ id }) => id), mappings, assumed, exclusions).filter(({ state }) => !isCovered(state))
  return open.map(({ criterion }) => criterion).filter((id) => !criteria.some((one) => one.id === id && one.exceptions.some(isEvaluated)))
}

function isEvaluated({ state }: ReadException): boolean {
  return state === 'evaluated' || state === 'response_received' || state === 'final'
}

function readControl({ testLines, design = null, ...control }: ControlInput, inScope: ReadonlySet<string>, { engagement }: MatrixInput): ReadControl {
  // A Type 1 examination tests no operation, so nothing of it can reach a page or an export.
  const lines = engagement.type === 1 ? [] : testLines
  const origin = (line: LineInput) => line.retestOf ?? line.sequence
  return {
    ...control, design,
    criteria: orderCriteria(control.criteria).filter((id) => inScope.has(id)),
    testLines: lines.toSorted((a, b) => origin(a) - origin(b) || a.sequence - b.sequence).map((line) => readLine(control, line, engagement)),
  }
}

function readLine({ number, wording }: Pick<ReadControl, 'number' | 'wording'>, input: LineInput, engagement: Reading['engagement']): ReadLine {
  const { sequence, retestOf, counted, edited = { test: null, result: null }, ...line } = input
  const reference = `${number}.T${sequence}`
  const cells = fillGrid(reference, line.items, line.attributes.map(({ letter }) => letter), line.cells)
  const facts: LineFacts = {
    ...line, reference, cells, retestOf: retestOf === null ? null : `${number}.T${retestOf}`, wholePopulation: line.draw?.method === 'all',
    ...counted ?? {
      counts: count(cells), stale: cells.filter(({ stale, result }) => stale && result !== 'pending').length,
      latenesses: line.cells.filter(({ result }) => result === 'deviation').map(({ daysLate }) => daysLate ?? null),
    },
  }
  // Rows come in any order, and the same data have one hash.
  facts.latenesses = facts.latenesses.toSorted((a, b) => (a ?? -1) - (b ?? -1))
  const made = { performed: testsPerformed(facts, engagement), results: resultsOfTests(facts, engagement) }
  const stray = [
    ...edited.test ? unaccounted(edited.test.text, groundOf(facts, engagement, wording, made.performed)).map((why) => `Tests performed: ${why}`) : [],
    ...edited.result ? unsettled(edited.result.text, groundOf(facts, engagement, wording, made.results)).map((why) => `Results: ${why}`) : [],
  ]
  return {
    ...facts,
    performed: edited.test ? [retie(edited.test.text, made.performed)] : made.performed,
    results: edited.result ? [retie(edited.result.text, made.results)] : made.results,
    edited: { test: editOf(edited.test, made.performed), result: editOf(edited.result, made.results) },
    disagreements: [...disagreements(facts), ...stray],
  }
}

// The numbers of an edited text still open what they count, in the order in which the sentence that is made says them.
function retie(text: string, made: readonly Sentence[]): Sentence {
  return tieText(text, made.flatMap(({ ties }) => ties))
}

function editOf(text: EditedText | null, made: readonly Sentence[]): Edited | null {
  return text && { version: text.version, by: text.by, at: text.at, made: join(made).text }
}

function fillGrid(reference: string, items: readonly Item[], letters: readonly string[], recorded: readonly CellInput[]): ReadCell[] {
  const left = new Map(recorded.map((cell) => [place(cell.item, cell.attribute), cell]))
  if (left.size !== recorded.length) throw new Error(`${reference} holds two results for one cell`)
  const cells = items.flatMap(({ key, further }) => letters.map((attribute): ReadCell => {
    const cell = left.get(place(key, attribute))
    left.delete(place(key, attribute))
    return {
      item: key, attribute, further, result: cell?.result ?? 'pending', note: cell?.note ?? '',
      citations: cell?.citations ?? [], stale: cell?.stale ?? false,
    }
  }))
  if (left.size > 0) throw new Error(`${reference} holds a result for an item or attribute that it does not have`)
  return cells
}

// A letter is one character, so no two pairs read alike.
function place(item: string, attribute: string): string {
  return `${attribute}${item}`
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(freeze)
  }
  return value
}
