import { may } from '../access/policy.ts'
import type { PopulationStatus } from '../database/schema/populations.ts'
import type { EngagementScope } from '../scope.ts'
import type { FormState } from '../web/form.ts'
import { zonePlace } from '../web/times.ts'
import type { PageModel } from '../web/view.ts'
import { requestNumber } from '../requests/rules.ts'
import type { DrawCard } from './draws-pages.ts'
import type { CheckName, Finding } from './findings.ts'
import { dayInWords } from './period.ts'
import { populationNumber } from './rules.ts'
import { findingsOf, type listPopulations, type listRows, type PopulationRow } from './store.ts'

const NOTES = 5

export type PopulationListPage = PageModel & {
  readonly base: string
  readonly populations: readonly {
    readonly number: string, readonly href: string, readonly name: string, readonly status: PopulationStatus, readonly reading: string
    readonly request: string, readonly requestHref: string, readonly source: string, readonly rows: number | null, readonly inScope: number | null, readonly draws: number
  }[]
  readonly start: { readonly href: string, readonly label: string } | null
}

type CheckLine = { readonly mark: Finding['mark'], readonly name: string, readonly sentence: string, readonly notes: readonly string[], readonly more: number, readonly count: number, readonly href: string | null }

export type PopulationFacts = {
  readonly number: string
  readonly name: string
  readonly status: PopulationStatus
  readonly occurrence: string
  readonly source: string
  readonly query: string
  readonly controls: string
  readonly request: string
  readonly requestHref: string
  readonly version: number
  readonly fileName: string
  readonly fileSha256: string
  readonly keyColumn: string
  readonly dateColumn: string
  readonly dateMeaning: string
  readonly rows: number | null
  readonly inScope: number | null
  readonly outside: number | null
  readonly declared: number | null
  readonly preparer: string
  readonly createdAt: Date
  readonly accepter: string | null
  readonly acceptedAt: Date | null
  /** Somebody else than the preparer accepted it, which is a review. */
  readonly reviewed: boolean
  readonly corroboration: string | null
}

export type PopulationShowPage = PageModel & {
  readonly base: string
  readonly here: string
  readonly zone: string
  readonly period: string
  readonly facts: PopulationFacts
  readonly reading: boolean
  readonly failed: string | null
  readonly checks: readonly CheckLine[]
  readonly blocked: boolean
  readonly findings: number
  readonly tied: boolean
  readonly draws: readonly DrawCard[]
  /** Lists of the same answer that are accepted together with this one. */
  readonly siblings: string
  readonly deciding: boolean
  readonly mayAccept: boolean
  readonly mayRemap: boolean
  readonly mayDraw: boolean
  readonly empty: boolean
  readonly acceptForm: FormState
}

export type RowsPage = PageModel & {
  readonly here: string
  readonly number: string
  readonly name: string
  readonly header: readonly string[]
  readonly rows: readonly { readonly row: number, readonly inScope: boolean, readonly cells: readonly string[] }[]
  readonly which: string
  readonly filtered: boolean
  readonly next: string | null
}

declare module '../web/view.ts' {
  interface Pages {
    'populations/list': PopulationListPage
    'populations/show': PopulationShowPage
    'populations/rows': RowsPage
  }
}

const checkNames: Readonly<Record<CheckName, string>> = {
  count: 'Count', suspicious_total: 'Truncation', blank_key: 'Blank keys', key_line_break: 'Key line breaks', duplicate_key: 'Repeated keys',
  similar_key: 'Similar keys', duplicate_row: 'Duplicates', sequence: 'Sequence', date: 'Dates', blank_date: 'Blank dates',
  outside_period: 'Outside period', zone_boundary: 'Boundary', coverage: 'Coverage', empty_months: 'Empty months', empty_weeks: 'Empty weeks', encoding: 'File',
}

export function listPage(scope: EngagementScope, populations: Awaited<ReturnType<typeof listPopulations>>): PopulationListPage {
  const base = `/engagements/${scope.engagement.id}`
  return {
    title: 'Populations',
    tab: 'populations',
    base,
    start: may(scope.role, 'request.review') ? { href: `${base}/requests?kind=population`, label: 'Population requests' } : null,
    populations: populations.map((row) => ({
      number: populationNumber(row.number), href: `${base}/populations/${populationNumber(row.number)}`, name: row.name, status: row.status,
      request: requestNumber(row.request_number), requestHref: `${base}/requests/${requestNumber(row.request_number)}`,
      source: row.source_system, rows: row.reading === 'done' ? row.row_count : null, inScope: row.in_scope_count, draws: row.draws, reading: row.reading,
    })),
  }
}

type Around = { readonly controls: readonly string[], readonly siblings: readonly number[], readonly draws: readonly DrawCard[], readonly acceptForm: FormState }

export function showPage(scope: EngagementScope, row: PopulationRow, { controls, siblings, draws, acceptForm }: Around): PopulationShowPage {
  const base = `/engagements/${scope.engagement.id}`
  const here = `${base}/populations/${populationNumber(row.number)}`
  const findings = findingsOf(row)
  const blocked = findings.some(({ mark }) => mark === 'blocks')
  const deciding = row.status === 'checking' && row.reading === 'done'
  return {
    title: `${populationNumber(row.number)} ${row.name}`,
    tab: 'populations',
    scripts: ['refresh.js'],
    base,
    here,
    zone: scope.engagement.zone,
    period: periodInWords(scope),
    facts: factsOf(base, row, controls),
    reading: row.status === 'checking' && (row.reading === 'pending' || row.reading === 'running'),
    failed: row.reading === 'failed' ? row.reading_error : null,
    checks: findings.map((found) => checkLine(here, found)),
    blocked,
    findings: findings.filter(({ mark }) => mark !== 'agrees').length,
    tied: row.reading === 'done' && row.declared_count === row.in_scope_count,
    draws,
    siblings: siblings.map(populationNumber).join(', '),
    deciding,
    mayAccept: deciding && !blocked && may(scope.role, 'request.review'),
    mayRemap: row.status === 'checking' && may(scope.role, 'population.prepare'),
    mayDraw: may(scope.role, 'sample.draw') && (row.status === 'accepted' || row.status === 'locked') && (row.in_scope_count ?? 0) > 0,
    empty: row.reading === 'done' && row.in_scope_count === 0,
    acceptForm,
  }
}

function factsOf(base: string, row: PopulationRow, controls: readonly string[]): PopulationFacts {
  return {
    number: populationNumber(row.number), name: row.name, status: row.status, occurrence: row.occurrence, source: row.source_system, query: row.query,
    controls: controls.join(', '), request: requestNumber(row.request_number), requestHref: `${base}/requests/${requestNumber(row.request_number)}`,
    version: row.submission_number, fileName: row.file_name, fileSha256: row.file_sha256,
    keyColumn: row.key_column ?? '', dateColumn: row.date_column ?? '', dateMeaning: row.date_meaning, rows: row.row_count, inScope: row.in_scope_count,
    outside: row.row_count === null || row.in_scope_count === null ? null : row.row_count - row.in_scope_count, declared: row.declared_count,
    preparer: row.preparer ?? '', createdAt: row.created_at, accepter: row.accepter, acceptedAt: row.accepted_at,
    reviewed: row.accepted_by !== null && row.accepted_by !== row.created_by, corroboration: row.corroboration,
  }
}

function checkLine(here: string, found: Finding): CheckLine {
  // Without a row behind it a note only repeats the sentence.
  const notes = found.rows.length === 0 ? [] : found.notes.slice(0, NOTES)
  const href = found.check === 'outside_period' && found.count > 0 ? `${here}/rows?outside=1` : found.rows.length > 0 ? `${here}/rows?check=${found.check}` : null
  return { mark: found.mark, name: checkNames[found.check], sentence: found.sentence, notes, more: notes.length === 0 ? 0 : found.count - notes.length, count: found.count, href }
}

export type RowsQuery = { readonly after: number, readonly outside: boolean, readonly check: CheckName | null }

/** One page of the list's rows; `rows` holds one more than is shown when there is a next page. */
export function rowsPage(scope: EngagementScope, population: PopulationRow, rows: Awaited<ReturnType<typeof listRows>>, query: RowsQuery, shown: number): RowsPage {
  const number = populationNumber(population.number)
  const here = `/engagements/${scope.engagement.id}/populations/${number}`
  const found = query.check === null ? null : findingsOf(population).find(({ check }) => check === query.check) ?? null
  const last = rows[shown - 1]
  const behind = found === null ? '' : `${checkNames[found.check]}: ${found.sentence}${found.count > found.rows.length ? ` The first ${found.rows.length} are shown.` : ''}`
  return {
    title: `Rows of ${number}`,
    tab: 'populations',
    here,
    number,
    name: population.name,
    header: population.header,
    rows: rows.slice(0, shown).map((row) => ({ row: row.row_number, inScope: row.in_period, cells: row.cells })),
    which: query.outside ? 'Rows outside the period, which are left out' : behind === '' ? 'All rows as they stand in the file' : behind,
    filtered: query.outside || query.check !== null,
    next: rows.length > shown && last ? `${here}/rows?after=${last.row_number}${query.outside ? '&outside=1' : ''}${query.check === null ? '' : `&check=${query.check}`}` : null,
  }
}

export function isCheckName(name: string): name is CheckName {
  return Object.hasOwn(checkNames, name)
}

/** 'Oct 1, 2025 to Sep 30, 2026, New York': the two days, both included. */
export function periodInWords({ engagement }: EngagementScope): string {
  const { periodStart, periodEnd, asOf, zone } = engagement
  return asOf === null ? `${dayInWords(periodStart!)} to ${dayInWords(periodEnd!)}, ${zonePlace(zone)}` : `as of ${dayInWords(asOf)}, ${zonePlace(zone)}`
}
