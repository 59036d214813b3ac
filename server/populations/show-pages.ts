import { mayStill } from '../access/policy.ts'
import type { PopulationStatus } from '../database/schema/populations.ts'
import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { returnReasons } from '../requests/rules.ts'
import { calendarPanel, type CalendarPanel, type CalendarParts } from './calendar-pages.ts'
import type { Coverage } from './coverage.ts'
import type { DrawCard } from './draws-pages.ts'
import { checkLine, procedureLine, type CheckLine, type ProcedureLine } from './finding-pages.ts'
import { periodInWords, requestOf } from './pages.ts'
import { periodBounds } from './period.ts'
import { procedures } from './procedures.ts'
import type { MarkRow, ProcedureRow } from './procedures-store.ts'
import { populationNumber } from './rules.ts'
import type { listVersions } from './statement-store.ts'
import { findingsOf, type PopulationRow } from './store.ts'
import { stripOf, type Strip } from './strip.ts'

export type PopulationFacts = {
  readonly number: string
  readonly name: string
  readonly status: PopulationStatus
  readonly occurrence: string
  readonly source: string
  readonly query: string
  readonly controls: string
  readonly request: string | null
  readonly requestHref: string | null
  readonly version: number | null
  readonly fileName: string
  readonly fileSha256: string
  /** The file is in quarantine, so its rows are shown nowhere. */
  readonly withheld: boolean
  readonly keyColumn: string
  readonly dateColumn: string
  readonly dateMeaning: string
  readonly sheet: string
  readonly untilColumn: string
  readonly stratumColumn: string
  /** Which rows are in scope at all, in words; '' where all are. */
  readonly only: string
  readonly rows: number | null
  readonly inScope: number | null
  readonly outside: number | null
  readonly outsideWords: string
  readonly declared: number | null
  /** How many rows a reading at work will come to, once it knows. */
  readonly expected: number | null
  readonly preparer: string
  readonly createdAt: Date
  readonly accepter: string | null
  readonly acceptedAt: Date | null
  /** Somebody else than the preparer accepted it, which is a review. */
  readonly reviewed: boolean
  readonly corroboration: string | null
}

/** A figure from elsewhere that the rows in scope are agreed to. */
type Source = { readonly figure: number, readonly words: string, readonly tied: boolean, readonly href: string | null }
type Version = { readonly version: number, readonly word: string, readonly number: string | null, readonly href: string | null, readonly name: string, readonly rows: number | null, readonly inScope: number | null, readonly current: boolean, readonly at: Date | null, readonly reason: string }

export type PopulationShowPage = PageModel & {
  readonly base: string
  readonly here: string
  readonly zone: string
  readonly period: string
  readonly facts: PopulationFacts
  readonly reading: boolean
  readonly failed: string | null
  readonly checks: readonly CheckLine[]
  readonly procedures: readonly ProcedureLine[]
  readonly procedureKinds: readonly { readonly name: string, readonly href: string }[]
  readonly blocked: boolean
  readonly findings: number
  readonly tied: boolean
  readonly sources: readonly Source[]
  readonly strip: Strip | null
  readonly calendar: CalendarPanel | null
  readonly versions: readonly Version[]
  readonly draws: readonly DrawCard[]
  /** Lists of the same answer that are accepted together with this one. */
  readonly siblings: string
  /** Calendars that accepting this list confirms. */
  readonly confirms: string
  readonly deciding: boolean
  readonly mayAccept: boolean
  readonly mayReturn: boolean
  readonly mayMark: boolean
  readonly mayRemap: boolean
  readonly mayDraw: boolean
  readonly empty: boolean
  readonly accepts: string
  readonly acceptForm: FormState
  readonly returnForm: FormState
  readonly reasons: readonly Choice[]
  readonly returning: boolean
}

export type CoveragePage = PageModel & { readonly here: string, readonly number: string, readonly name: string, readonly period: string, readonly inScope: number, readonly strip: Strip }

declare module '../web/view.ts' {
  interface Pages {
    'populations/show': PopulationShowPage
    'populations/coverage': CoveragePage
  }
}

export type Around = {
  readonly controls: readonly string[]
  readonly siblings: readonly number[]
  readonly confirms: readonly number[]
  readonly draws: readonly DrawCard[]
  readonly marks: readonly MarkRow[]
  readonly performed: readonly ProcedureRow[]
  readonly versions: Awaited<ReturnType<typeof listVersions>>
  readonly drawnByWeek: ReadonlyMap<string, number>
  readonly calendar: CalendarParts | null
  readonly acceptForm: FormState
  readonly returnForm: FormState
}

/** The page of one population: what is in scope and what it ties to, how it lies over the period, what was found and done. */
export function showPage(scope: EngagementScope, row: PopulationRow, around: Around): PopulationShowPage {
  const base = `/engagements/${scope.engagement.id}`
  const here = `${base}/populations/${populationNumber(row.number)}`
  const found = findingsOf(row)
  const blocked = found.some(({ mark }) => mark === 'blocks')
  const deciding = row.status === 'checking' && row.reading === 'done'
  const facts = factsOf(base, row, around.controls)
  const mayReview = mayStill(scope, 'request.review')
  const sources = row.reading === 'done' ? sourcesOf(here, row, around.performed) : []
  return {
    title: `${facts.number} ${row.name}`,
    tab: 'populations',
    scripts: ['refresh.js'],
    base, here, facts, sources, blocked, deciding,
    zone: scope.engagement.zone,
    period: periodInWords(scope),
    reading: row.status === 'checking' && (row.reading === 'pending' || row.reading === 'running'),
    failed: row.reading === 'failed' ? row.reading_error : null,
    checks: found.map((one) => checkLine(here, row, one, around.marks)),
    procedures: around.performed.map((one) => procedureLine(here, one)),
    // Nobody exported a calendar, so there is no query or screen to agree it to.
    procedureKinds: Object.entries(procedures).filter(([kind]) => row.source === 'file' || kind === 'other').map(([kind, { name }]) => ({ name, href: `${here}/procedures/new?kind=${kind}` })),
    findings: found.filter(({ mark }) => mark !== 'agrees').length,
    tied: row.reading === 'done' && sources.some(({ tied }) => tied),
    strip: stripFor(scope, row, around.drawnByWeek),
    calendar: around.calendar === null ? null : calendarPanel(scope, row, around.calendar),
    versions: versionsOf(base, row, around.versions),
    draws: around.draws,
    siblings: around.siblings.map(populationNumber).join(', '),
    confirms: around.confirms.map(populationNumber).join(', '),
    mayAccept: deciding && !blocked && mayReview,
    mayReturn: row.status === 'checking' && row.reading !== 'pending' && row.reading !== 'running' && mayReview && row.request_number !== null,
    mayMark: row.reading === 'done' && row.status !== 'returned' && mayStill(scope, 'population.prepare'),
    mayRemap: row.status === 'checking' && row.source === 'file' && mayStill(scope, 'population.prepare'),
    mayDraw: mayStill(scope, 'sample.draw') && (row.status === 'accepted' || row.status === 'locked') && (row.in_scope_count ?? 0) > 0,
    empty: row.reading === 'done' && row.in_scope_count === 0,
    accepts: facts.request === null ? facts.number : `${facts.request} and ${facts.number}`,
    acceptForm: around.acceptForm,
    returnForm: around.returnForm,
    reasons: Object.entries(returnReasons).map(([value, label]) => ({ value, label })),
    returning: around.returnForm.summary.length > 0,
  }
}

/** The strip's numbers as a table, summing to the rows in scope; null where there is no strip. */
export function coveragePage(scope: EngagementScope, row: PopulationRow, drawnByWeek: ReadonlyMap<string, number>): CoveragePage | null {
  const strip = stripFor(scope, row, drawnByWeek)
  const number = populationNumber(row.number)
  return strip && {
    title: `Coverage of ${number}`, tab: 'populations', here: `/engagements/${scope.engagement.id}/populations/${number}`, number, name: row.name,
    period: periodInWords(scope), inScope: row.in_scope_count ?? 0, strip,
  }
}

function stripFor(scope: EngagementScope, row: PopulationRow, drawnByWeek: ReadonlyMap<string, number>): Strip | null {
  if (row.reading !== 'done' || row.coverage === null || (row.row_count ?? 0) === 0) return null
  return stripOf(row.coverage as Coverage, boundsOf(scope), drawnByWeek)
}

function factsOf(base: string, row: PopulationRow, controls: readonly string[]): PopulationFacts {
  return {
    number: populationNumber(row.number), name: row.name, status: row.status, occurrence: row.occurrence, source: row.source_system, query: row.query,
    controls: controls.join(', '), ...requestOf(base, row.request_number),
    version: row.submission_number, fileName: row.file_name, fileSha256: row.file_sha256, withheld: row.withheld,
    keyColumn: row.key_column ?? '', dateColumn: row.date_column ?? '', dateMeaning: row.date_meaning, sheet: row.sheet ?? '', untilColumn: row.until_column ?? '', stratumColumn: row.stratum_column ?? '', only: onlyInWords(row), rows: row.row_count, inScope: row.in_scope_count,
    outside: row.row_count === null || row.in_scope_count === null ? null : row.row_count - row.in_scope_count,
    outsideWords: row.scope_column === null ? 'outside the period' : 'out of scope', declared: row.declared_count, expected: row.expected_rows,
    preparer: row.preparer ?? '', createdAt: row.created_at, accepter: row.accepter, acceptedAt: row.accepted_at,
    reviewed: row.accepted_by !== null && row.accepted_by !== row.created_by, corroboration: row.corroboration,
  }
}

/** What the rows in scope are held against: the statement, and the newest count on a screen and second list. */
function sourcesOf(here: string, row: PopulationRow, performed: readonly ProcedureRow[]): Source[] {
  const newest = (kind: ProcedureRow['kind']) => performed.findLast((one) => one.kind === kind)
  const screen = newest('screen_count')
  const second = newest('second_source')
  return [
    ...row.declared_count === null ? [] : [{ figure: row.declared_count, words: 'declared in the statement', tied: row.declared_count === row.in_scope_count, href: null }],
    ...typeof screen?.shown !== 'number' ? [] : [{ figure: screen.shown, words: 'counted on screen', tied: screen.shown === row.in_scope_count, href: `${here}/procedures/${screen.number}` }],
    ...typeof second?.other_count !== 'number' ? [] : [{ figure: second.other_count, words: `in ${populationNumber(second.other_number!)}, second source`, tied: second.conclusion === 'agrees', href: `${here}/procedures/${second.number}` }],
  ]
}

const versionWords: Readonly<Record<string, string>> = { submitted: 'in review', accepted: 'accepted', returned: 'returned', withdrawn: 'withdrawn', superseded: 'replaced' }

function versionsOf(base: string, row: PopulationRow, versions: Around['versions']): Version[] {
  return versions.map((one) => ({
    version: one.version, word: versionWords[one.status] ?? one.status, name: one.name ?? '', rows: one.row_count, inScope: one.in_scope_count,
    number: one.number === null ? null : populationNumber(one.number), href: one.number === null ? null : `${base}/populations/${populationNumber(one.number)}`,
    current: one.number === row.number, at: one.submitted_at, reason: one.reason ?? '',
  }))
}

function boundsOf({ engagement: { periodStart, periodEnd, asOf, zone } }: EngagementScope) {
  return periodBounds({ start: periodStart ?? asOf!, end: periodEnd ?? asOf!, zone })
}

function onlyInWords({ scope_column: column, scope_keeps: keeps, scope_values: values }: PopulationRow): string {
  if (column === null) return ''
  const said = values.slice(0, 5).map((value) => `“${value}”`).join(', ')
  return `${column} ${keeps ? 'is' : 'is not'} ${said}${values.length > 5 ? ` and ${values.length - 5} more` : ''}`
}
