import { may } from '../access/policy.ts'
import type { PopulationStatus } from '../database/schema/populations.ts'
import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { requestNumber } from '../requests/rules.ts'
import type { Peek } from './peek.ts'
import type { CheckName, Finding } from './findings.ts'
import { dayInWords } from './period.ts'
import { populationNumber } from './rules.ts'
import { findingsOf, type listPopulations, type PopulationRow } from './store.ts'

export type PopulationListPage = PageModel & {
  readonly base: string
  readonly populations: readonly { number: string, href: string, name: string, status: PopulationStatus, request: string, source: string, rows: number | null, inScope: number | null, draws: number, reading: string }[]
}

export type MappingPage = PageModel & {
  readonly base: string
  readonly action: string
  readonly back: string
  readonly heading: string
  readonly file: { readonly name: string, readonly request: string }
  readonly form: FormState
  readonly columns: readonly Choice[]
  readonly head: Pick<Peek, 'header' | 'rows'>
  readonly period: string
}

type CheckLine = { readonly mark: Finding['mark'], readonly name: string, readonly sentence: string, readonly notes: readonly string[], readonly rows: string, readonly count: number }

export type PopulationFacts = {
  readonly number: string
  readonly name: string
  readonly status: PopulationStatus
  readonly occurrence: string
  readonly source: string
  readonly query: string
  readonly request: string
  readonly version: number
  readonly fileName: string
  readonly fileSha256: string
  readonly fileHref: string
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
  readonly draws: readonly DrawCard[]
  readonly mayAccept: boolean
  readonly mayRemap: boolean
  readonly mayDraw: boolean
  readonly empty: boolean
  readonly acceptForm: FormState
}

export type DrawCard = {
  readonly number: string
  readonly method: 'random' | 'all'
  readonly size: number
  readonly populationSize: number
  readonly filter: string | null
  readonly algorithm: string
  readonly seed: string
  readonly keysSha256: string
  readonly fileSha256: string
  readonly reason: string
  readonly drawnAt: Date
  readonly drawer: string
  readonly request: { readonly number: string, readonly href: string } | null
  readonly tests: readonly { readonly reference: string, readonly href: string }[]
  readonly first: readonly { readonly rank: number, readonly key: string, readonly digest: string }[]
  readonly shell: string
  readonly keysHref: string
  readonly recordHref: string
  readonly itemsHref: string
}

export type DrawFormPage = PageModel & {
  readonly base: string
  readonly here: string
  readonly heading: string
  readonly inScope: number
  readonly form: FormState
  readonly lines: readonly { readonly id: string, readonly reference: string, readonly wording: string, readonly chosen: boolean }[]
  readonly columns: readonly Choice[]
  readonly owners: readonly Choice[]
  readonly suggestion: string
}

export type RowsPage = PageModel & {
  readonly here: string
  readonly heading: string
  readonly header: readonly string[]
  readonly rows: readonly { readonly row: number, readonly inScope: boolean, readonly cells: readonly string[] }[]
  readonly outside: boolean
  readonly next: string | null
}

export type ItemsPage = PageModel & {
  readonly here: string
  readonly heading: string
  readonly items: readonly { readonly rank: number, readonly key: string, readonly digest: string, readonly row: number }[]
  readonly shown: number
  readonly size: number
}

declare module '../web/view.ts' {
  interface Pages {
    'populations/list': PopulationListPage
    'populations/map': MappingPage
    'populations/show': PopulationShowPage
    'populations/draw': DrawFormPage
    'populations/rows': RowsPage
    'populations/items': ItemsPage
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
    populations: populations.map((row) => ({
      number: populationNumber(row.number), href: `${base}/populations/${populationNumber(row.number)}`, name: row.name, status: row.status,
      request: requestNumber(row.request_number), source: row.source_system, rows: row.row_count, inScope: row.in_scope_count, draws: row.draws, reading: row.reading,
    })),
  }
}

export function showPage(scope: EngagementScope, row: PopulationRow, draws: readonly DrawCard[], acceptForm: FormState): PopulationShowPage {
  const base = `/engagements/${scope.engagement.id}`
  const number = populationNumber(row.number)
  const findings = findingsOf(row)
  const preparing = may(scope.role, 'population.prepare')
  return {
    title: `${number} ${row.name}`,
    tab: 'populations',
    scripts: ['refresh.js'],
    base,
    here: `${base}/populations/${number}`,
    zone: scope.engagement.zone,
    period: periodInWords(scope),
    facts: {
      number, name: row.name, status: row.status, occurrence: row.occurrence, source: row.source_system, query: row.query,
      request: requestNumber(row.request_number), version: row.submission_number, fileName: row.file_name, fileSha256: row.file_sha256,
      fileHref: `${base}/requests/${requestNumber(row.request_number)}/files/${row.file_id}`,
      keyColumn: row.key_column ?? '', dateColumn: row.date_column ?? '', dateMeaning: row.date_meaning, rows: row.row_count, inScope: row.in_scope_count,
      outside: row.row_count === null || row.in_scope_count === null ? null : row.row_count - row.in_scope_count, declared: row.declared_count,
      preparer: row.preparer ?? '', createdAt: row.created_at, accepter: row.accepter, acceptedAt: row.accepted_at, corroboration: row.corroboration,
    },
    reading: row.reading === 'pending' || row.reading === 'running',
    failed: row.reading === 'failed' ? row.reading_error : null,
    checks: findings.map((found) => ({ mark: found.mark, name: checkNames[found.check], sentence: found.sentence, notes: found.notes.slice(0, 5), rows: found.rows.slice(0, 20).join(', '), count: found.count })),
    blocked: findings.some(({ mark }) => mark === 'blocks'),
    draws,
    mayAccept: preparing && row.status === 'checking' && row.reading === 'done' && !findings.some(({ mark }) => mark === 'blocks'),
    mayRemap: preparing && row.status === 'checking',
    mayDraw: may(scope.role, 'sample.draw') && (row.status === 'accepted' || row.status === 'locked') && (row.in_scope_count ?? 0) > 0,
    empty: row.in_scope_count === 0,
    acceptForm,
  }
}

/** 'Oct 1, 2025 00:00 to Oct 1, 2026 00:00' would be exact; people say the two days. */
export function periodInWords({ engagement }: EngagementScope): string {
  const { periodStart, periodEnd, asOf, zone } = engagement
  return asOf === null ? `${dayInWords(periodStart!)} to ${dayInWords(periodEnd!)}, ${zone}` : `as of ${dayInWords(asOf)}, ${zone}`
}
