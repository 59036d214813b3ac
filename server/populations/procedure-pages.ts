import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import type { ProcedureKind } from '../database/schema/populations.ts'
import type { listReadLists } from './calendar-store.ts'
import { dayInWords } from './period.ts'
import type { Change, ChangeCounts, listChanges } from './previous-store.ts'
import { procedures, type Outcome } from './procedures.ts'
import type { findProcedure } from './procedures-store.ts'
import { populationNumber } from './rules.ts'
import type { PopulationRow } from './store.ts'

/** What a procedure found, for its form and its record. */
export type OutcomeView = {
  readonly items: readonly { readonly item: string, readonly row: number | null, readonly inScope: boolean, readonly href: string | null }[]
  readonly both: number | null
  readonly sides: readonly { readonly head: string, readonly count: number, readonly keys: readonly string[], readonly more: number }[]
}

export type ProcedureFormPage = PageModel & {
  readonly here: string
  readonly number: string
  readonly name: string
  readonly inScope: number
  readonly kind: ProcedureKind
  readonly head: string
  readonly ask: string
  readonly form: FormState
  readonly lists: readonly Choice[]
  readonly conclusions: readonly Choice[]
  readonly query: string
  readonly looked: OutcomeView | null
}

export type ProcedurePage = PageModel & {
  readonly here: string
  readonly number: string
  readonly name: string
  readonly zone: string
  readonly head: string
  readonly conclusion: 'agrees' | 'differs'
  readonly words: string
  readonly performer: string
  readonly performedOn: string
  readonly madeAt: Date
  readonly shown: number | null
  readonly inScope: number
  readonly other: { readonly number: string, readonly name: string, readonly href: string } | null
  readonly outcome: OutcomeView
}

export type ChangesPage = PageModel & {
  readonly here: string
  readonly number: string
  readonly name: string
  readonly before: { readonly number: string, readonly href: string, readonly version: number }
  readonly kinds: readonly { readonly word: string, readonly count: number, readonly href: string, readonly current: boolean }[]
  readonly header: readonly string[]
  readonly rows: readonly { readonly key: string, readonly place: string, readonly cells: readonly { readonly text: string, readonly was: string | null }[] }[]
  readonly next: string | null
}

declare module '../web/view.ts' {
  interface Pages {
    'populations/procedure-form': ProcedureFormPage
    'populations/procedure': ProcedurePage
    'populations/changes': ChangesPage
  }
}

export const conclusions: readonly Choice[] = [
  { value: 'agrees', label: 'Agrees', hint: 'Nothing speaks against completeness and accuracy.' },
  { value: 'differs', label: 'Differs', hint: 'Something is missing or wrong; the words say what.' },
]

type FormParts = { readonly kind: ProcedureKind, readonly lists: Awaited<ReturnType<typeof listReadLists>>, readonly form: FormState, readonly looked: { readonly outcome: Outcome, readonly other: number | null } | null }

export function procedureFormPage(scope: EngagementScope, population: PopulationRow, { kind, lists, form, looked }: FormParts): ProcedureFormPage {
  const number = populationNumber(population.number)
  const here = hereOf(scope, population)
  return {
    title: `${procedures[kind].name} on ${number}`, tab: 'populations', here, number, name: population.name, inScope: population.in_scope_count ?? 0,
    kind, head: procedures[kind].name, ask: procedures[kind].ask, form, conclusions, query: population.query,
    lists: lists.map((list) => ({ value: String(list.number), label: `${populationNumber(list.number)} ${list.name}` })),
    looked: looked === null ? null : outcomeView(here, number, looked.outcome, looked.other === null ? '' : populationNumber(looked.other)),
  }
}

export function procedurePage(scope: EngagementScope, population: PopulationRow, one: Awaited<ReturnType<typeof findProcedure>>): ProcedurePage {
  const number = populationNumber(population.number)
  const here = hereOf(scope, population)
  const other = one.other_number === null ? null : populationNumber(one.other_number)
  return {
    title: `${procedures[one.kind].name} on ${number}`, tab: 'populations', here, number, name: population.name, zone: scope.engagement.zone,
    head: procedures[one.kind].name, conclusion: one.conclusion, words: one.words, performer: one.performer, performedOn: dayInWords(one.performed_on), madeAt: one.made_at,
    shown: one.shown, inScope: population.in_scope_count ?? 0,
    other: other === null ? null : { number: other, name: one.other_name ?? '', href: `/engagements/${scope.engagement.id}/populations/${other}` },
    outcome: outcomeView(here, number, one.outcome as Outcome, other ?? ''),
  }
}

const changeWords: Readonly<Record<Change, string>> = { added: 'added', removed: 'removed', changed: 'changed' }

type ChangeParts = { readonly before: { readonly number: number, readonly version: number, readonly header: readonly string[] }, readonly counts: ChangeCounts, readonly change: Change, readonly rows: Awaited<ReturnType<typeof listChanges>>, readonly shown: number }

/** The rows that changed in one way since the version before; `rows` holds one more than is shown when there is a next page. */
export function changesPage(scope: EngagementScope, population: PopulationRow, { before, counts, change, rows, shown }: ChangeParts): ChangesPage {
  const here = hereOf(scope, population)
  const header = change === 'removed' ? before.header : population.header
  const last = rows[shown - 1]
  return {
    title: `Changes in ${populationNumber(population.number)}`, tab: 'populations', here, number: populationNumber(population.number), name: population.name,
    before: { number: populationNumber(before.number), href: `/engagements/${scope.engagement.id}/populations/${populationNumber(before.number)}`, version: before.version },
    kinds: (['added', 'removed', 'changed'] as const).map((kind) => ({ word: changeWords[kind], count: counts[kind], href: `${here}/changes?change=${kind}`, current: kind === change })),
    header,
    rows: rows.slice(0, shown).map((row) => ({
      key: row.key,
      place: [row.row === null ? '' : `row ${row.row}`, row.old_row === null ? '' : `was row ${row.old_row}`].filter(Boolean).join(', '),
      cells: (row.cells ?? row.old_cells ?? []).map((text, index) => ({ text, was: change === 'changed' ? formerly(row.old_cells, before.header, header[index] ?? '', text) : null })),
    })),
    next: rows.length > shown && last ? `${here}/changes?${new URLSearchParams({ change, after: last.key, turn: String(last.turn) }).toString()}` : null,
  }
}

function formerly(cells: readonly string[] | null, header: readonly string[], name: string, now: string): string | null {
  const index = header.indexOf(name)
  const was = index < 0 ? null : cells?.[index] ?? null
  return was === null || was === now ? null : was
}

function outcomeView(here: string, number: string, outcome: Outcome, other: string): OutcomeView {
  const { items = [], both = null, missingHere = 0, missingThere = 0, keysHere = [], keysThere = [] } = outcome
  return {
    items: items.map((one) => ({ ...one, href: one.row === null ? null : `${here}/rows?after=${one.row - 1}&at=${one.row}` })),
    both,
    sides: both === null ? [] : [
      { head: `In ${other}, missing in ${number}`, count: missingHere, keys: keysHere, more: missingHere - keysHere.length },
      { head: `In ${number}, missing in ${other}`, count: missingThere, keys: keysThere, more: missingThere - keysThere.length },
    ],
  }
}

function hereOf(scope: EngagementScope, population: PopulationRow): string {
  return `/engagements/${scope.engagement.id}/populations/${populationNumber(population.number)}`
}
