import { mayStill } from '../access/policy.ts'
import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import { number as written, plural } from '../web/helpers.ts'
import type { PageModel } from '../web/view.ts'
import type { Finding } from './findings.ts'
import { checkNames } from './pages.ts'
import { procedures, ticks } from './procedures.ts'
import type { MarkRow, ProcedureRow } from './procedures-store.ts'
import { populationNumber } from './rules.ts'
import type { PopulationRow } from './store.ts'

const NOTES = 4

type Mark = { readonly tick: MarkRow['tick'], readonly word: string, readonly note: string, readonly maker: string, readonly at: Date, readonly stale: boolean }

export type CheckLine = {
  readonly check: string, readonly mark: Finding['mark'], readonly name: string, readonly sentence: string, readonly notes: readonly string[], readonly more: number
  readonly count: number, readonly rowsHref: string | null, readonly href: string, readonly tick: Mark | null
}

export type ProcedureLine = { readonly conclusion: 'agrees' | 'differs', readonly name: string, readonly words: string, readonly figure: string, readonly href: string, readonly performer: string, readonly performedOn: string }

export type FindingPage = PageModel & {
  readonly here: string
  readonly number: string
  readonly name: string
  readonly zone: string
  readonly line: CheckLine
  readonly notes: readonly { readonly text: string, readonly row: number | null, readonly href: string | null }[]
  readonly more: number
  readonly marks: readonly Mark[]
  readonly mayMark: boolean
  readonly form: FormState
  readonly ticks: readonly Choice[]
}

declare module '../web/view.ts' {
  interface Pages {
    'populations/finding': FindingPage
  }
}

/** One check as the table shows it, with the newest mark on it. */
export function checkLine(here: string, row: PopulationRow, found: Finding, marks: readonly MarkRow[]): CheckLine {
  // Without a row behind it a note only repeats the sentence.
  const notes = found.rows.length === 0 ? [] : found.notes.slice(0, NOTES)
  const newest = marks.find(({ check_name: check }) => check === found.check)
  return {
    check: found.check, mark: found.mark, name: checkNames[found.check], sentence: found.sentence, notes, more: notes.length === 0 ? 0 : found.count - notes.length,
    count: found.count, rowsHref: rowsBehind(here, row, found), href: `${here}/checks/${found.check}`, tick: newest ? markOf(newest, found) : null,
  }
}

/** One of the auditor's procedures as the table shows it. */
export function procedureLine(here: string, one: ProcedureRow): ProcedureLine {
  const { items, both, missingHere = 0, missingThere = 0 } = one.outcome as { items?: { row: number | null, inScope: boolean }[], both?: number, missingHere?: number, missingThere?: number }
  const figure = items ? `${items.filter(({ row, inScope }) => row !== null && inScope).length} of ${items.length}`
    : one.shown !== null ? written(one.shown)
      : both !== undefined ? (missingHere + missingThere === 0 ? written(both) : `${written(missingHere + missingThere)} missing`) : '–'
  return {
    conclusion: one.conclusion, name: procedures[one.kind].name, words: one.words, figure, href: `${here}/procedures/${one.number}`,
    performer: one.performer, performedOn: one.performed_on,
  }
}

/** The page of one finding: all that is behind it, and the marks on it. */
export function findingPage(scope: EngagementScope, row: PopulationRow, found: Finding, marks: readonly MarkRow[], form: FormState): FindingPage {
  const number = populationNumber(row.number)
  const here = `/engagements/${scope.engagement.id}/populations/${number}`
  const line = checkLine(here, row, found, marks)
  return {
    title: `${line.name} in ${number}`,
    tab: 'populations',
    here, number, name: row.name, zone: scope.engagement.zone, line,
    notes: notesOf(here, found),
    more: Math.max(0, found.count - Math.max(found.notes.length, found.rows.length)),
    marks: marks.filter(({ check_name: check }) => check === found.check).map((mark) => markOf(mark, found)),
    mayMark: row.status !== 'returned' && mayStill(scope, 'population.prepare'),
    form,
    ticks: Object.entries(ticks).map(([value, { word, hint }]) => ({ value, label: word, hint })),
  }
}

/** What to say of a list that goes back: the findings that are for somebody to judge, and what the procedures missed. */
export function findingsInWords(found: readonly Finding[], performed: readonly ProcedureRow[]): string {
  return [
    ...found.filter(({ mark }) => mark !== 'agrees').map((one) => `${checkNames[one.check]}: ${one.sentence}${behindInWords(one)}`),
    ...performed.filter(({ conclusion }) => conclusion === 'differs').map((one) => `${procedures[one.kind].name}: ${one.words}${missingInWords(one)}`),
  ].join('\n')
}

function behindInWords({ rows, notes, count }: Finding): string {
  if (rows.length === 0) return ''
  const shown = notes.length > 0 ? notes.slice(0, 3).map((note, index) => `row ${written(rows[index]!)}, ${note}`) : rows.slice(0, 5).map((row) => `row ${written(row)}`)
  return ` (${shown.join('; ')}${count > shown.length ? `; ${written(count - shown.length)} more` : ''})`
}

function missingInWords({ kind, outcome, shown }: ProcedureRow): string {
  const { items = [], keysHere = [], missingHere = 0 } = outcome as { items?: { item: string, row: number | null }[], keysHere?: string[], missingHere?: number }
  if (kind === 'screen_count') return ` The screen shows ${written(shown ?? 0)}.`
  const lost = kind === 'reverse_test' ? items.filter(({ row }) => row === null).map(({ item }) => item) : keysHere
  const count = kind === 'reverse_test' ? lost.length : missingHere
  return count === 0 ? '' : ` ${plural(count, 'item')} not in this list: ${lost.slice(0, 5).join(', ')}${count > 5 ? ' and more' : ''}.`
}

function notesOf(here: string, { rows, notes }: Finding) {
  if (rows.length === 0) return notes.map((text) => ({ text, row: null, href: null }))
  return rows.map((row, index) => ({ text: notes[index] ?? '', row, href: `${here}/rows?after=${row - 1}&at=${row}` }))
}

function rowsBehind(here: string, row: PopulationRow, found: Finding): string | null {
  if (found.count === 0) return null
  // Where a filter leaves rows out as well, only the first ones can be told apart.
  if (found.check === 'outside_period' && row.scope_column === null) return `${here}/rows?scope=out`
  if (found.check === 'previous') return `${here}/changes`
  const column = found.check === 'blank_date' ? row.date_column : found.check === 'blank_key' ? row.key_column : null
  if (column !== null) return `${here}/rows?${new URLSearchParams({ column, how: 'blank' }).toString()}`
  return found.rows.length > 0 ? `${here}/rows?check=${found.check}` : null
}

function markOf(mark: MarkRow, found: Finding): Mark {
  return { tick: mark.tick, word: ticks[mark.tick].word, note: mark.note, maker: mark.maker, at: mark.made_at, stale: mark.sentence !== found.sentence }
}
