import type { StateOf } from '../web/states.ts'
import { addressOf, hrefOf } from './addresses.ts'
import { isAsked, isShown, type MatrixQuery } from './filter.ts'
import { byCriterion, standing } from './layout.ts'
import type { ReadControl, ReadLine, Reading, Sentence, Signature } from './reading.ts'
import { join, stretches } from './sentence.ts'

/** Words of a sentence; where they are numbers that were counted, `href` opens what they count. */
export type Words = { readonly text: string, readonly href: string | null }

/** One test line as the page prints it; `test` is null for a control that has none. */
export type LineView = {
  readonly test: string | null
  /** The test's grid, or the form that plans the first test. */
  readonly href: string
  /** Said where a control has several lines. */
  readonly title: string | null
  readonly performed: readonly (readonly Words[])[]
  readonly results: readonly Words[]
  readonly exceptions: readonly { readonly number: string, readonly href: string }[]
  readonly disagreements: readonly string[]
  /** How many review notes are open. */
  readonly notes: number
  /** Where its sentences are written by hand, and whether one is. */
  readonly sentences: string
  readonly edited: boolean
  readonly conclusion: StateOf<'conclusion'>
  readonly prepared: Signature | null
  readonly reviewed: Signature | null
}

export type RowView =
  | { readonly kind: 'control', readonly number: string, readonly href: string, readonly wording: string, readonly confirmed: boolean, readonly criteria: string, readonly span: number, readonly lines: readonly LineView[] }
  | { readonly kind: 'see', readonly number: string, readonly href: string, readonly at: string }
  | { readonly kind: 'remark', readonly label: string, readonly text: string, readonly href: string | null }
  | { readonly kind: 'uncovered', readonly href: string }

/** Rows under one criterion; without one they are all controls in their own order. */
export type GroupView = { readonly criterion: { readonly id: string, readonly title: string } | null, readonly rows: readonly RowView[] }

/** The matrix as rows of the page; a control is printed in full at the first criterion that is shown, and referred to afterwards. */
export function groupsOf(reading: Reading, query: MatrixQuery, base: string): GroupView[] {
  const shown = new Set(reading.controls.filter((control) => isShown(control, query)))
  const criteria = reading.criteria.filter((criterion) => isAsked(criterion, query))
  const ids = new Set(criteria.map(({ id }) => id))
  if ((query.by ?? reading.layout.arrangement) === 'control') {
    const rows = reading.controls.filter((control) => shown.has(control) && (ids.size === reading.criteria.length || control.criteria.some((id) => ids.has(id))))
    return rows.length === 0 ? [] : [{ criterion: null, rows: rows.map((control) => controlRow(control, base)) }]
  }
  const everything = query.show === null && query.conclusion === null && (query.words === '' || ids.size < reading.criteria.length)
  const printedAt = new Map<ReadControl, string>()
  return byCriterion(reading).flatMap(({ series }) => series).flatMap((series) => series.criteria).filter(({ id }) => ids.has(id)).map(({ id, title, entries }) => ({
    criterion: { id, title },
    rows: entries.flatMap((entry): RowView[] => {
      if (entry.kind === 'remark') return everything ? [remarkRow(entry, reading.uncovered.includes(id), base)] : []
      const { control } = entry
      if (!shown.has(control)) return []
      const at = printedAt.get(control)
      if (at !== undefined) return [{ kind: 'see', number: control.number, href: hrefOf(base, 'controls', control.number), at }]
      printedAt.set(control, id)
      return [controlRow(control, base)]
    }),
  })).filter(({ rows }) => rows.length > 0)
}

function remarkRow({ label, text }: { label: string, text: string }, isUncovered: boolean, base: string): RowView {
  if (label === '–' && isUncovered) return { kind: 'uncovered', href: `${base}/controls` }
  return { kind: 'remark', label, text, href: label.startsWith('E-') ? hrefOf(base, 'exceptions', label) : null }
}

function controlRow(control: ReadControl, base: string): RowView {
  const { number, wording, wordingConfirmed, testLines } = control
  const lines = testLines.length > 0 ? testLines.map((line) => lineView(line, testLines.length > 1, base)) : [untested(number, base)]
  return {
    kind: 'control', number, href: hrefOf(base, 'controls', number), wording, confirmed: wordingConfirmed,
    criteria: control.criteria.join(', '), span: lines.length, lines,
  }
}

function lineView(line: ReadLine, several: boolean, base: string): LineView {
  const { reference, title, performed, results, exceptions, disagreements, conclusion, prepared, reviewed, notes, edited } = line
  return {
    test: reference, href: hrefOf(base, 'testing', reference), title: several ? title || reference : null,
    performed: performed.map((one) => wordsOf(one, line, base)), results: wordsOf(join(results), line, base),
    exceptions: standing(exceptions).map(({ number }) => ({ number, href: hrefOf(base, 'exceptions', number) })),
    disagreements, conclusion: conclusion ?? 'not_concluded', prepared, reviewed,
    notes: notes.length, sentences: hrefOf(base, 'matrix/sentences', reference), edited: edited.test !== null || edited.result !== null,
  }
}

function untested(control: string, base: string): LineView {
  return {
    test: null, href: `${base}/testing/new?control=${encodeURIComponent(control)}`, title: null, performed: [], results: [], exceptions: [], disagreements: [],
    conclusion: 'not_concluded', prepared: null, reviewed: null, notes: 0, sentences: '', edited: false,
  }
}

function wordsOf(sentence: Sentence, { reference, population }: ReadLine, base: string): Words[] {
  return stretches(sentence).map(({ text, ties: [first] }) => {
    if (!first) return { text, href: null }
    if (first.opens) return { text, href: addressOf(hrefOf(base, 'matrix/cells', reference), first.opens) }
    return { text, href: population ? hrefOf(base, 'populations', population.number) : hrefOf(base, 'testing', reference) }
  })
}
