import { mayStill } from '../access/policy.ts'
import type { PopulationStatus } from '../database/schema/populations.ts'
import type { EngagementScope } from '../scope.ts'
import { zonePlace } from '../web/times.ts'
import type { PageModel } from '../web/view.ts'
import { requestNumber } from '../requests/rules.ts'
import type { CheckName } from './findings.ts'
import { dayInWords } from './period.ts'
import { populationNumber } from './rules.ts'
import type { listUnread } from './statement-store.ts'
import type { listPopulations } from './store.ts'

export type PopulationListPage = PageModel & {
  readonly base: string
  readonly populations: readonly {
    readonly number: string, readonly href: string, readonly name: string, readonly status: PopulationStatus, readonly reading: string
    readonly request: string | null, readonly requestHref: string | null, readonly source: string, readonly rows: number | null, readonly inScope: number | null, readonly draws: number
  }[]
  readonly start: { readonly href: string, readonly label: string } | null
  readonly mayPrepare: boolean
  /** Answers in review that nobody has read as a list yet. */
  readonly unread: readonly { readonly request: string, readonly href: string, readonly title: string, readonly version: number, readonly noneHref: string | null }[]
}

declare module '../web/view.ts' {
  interface Pages {
    'populations/list': PopulationListPage
  }
}

export const checkNames: Readonly<Record<CheckName, string>> = {
  count: 'Count', suspicious_total: 'Truncation', blank_key: 'Blank keys', key_line_break: 'Key line breaks', duplicate_key: 'Repeated keys',
  similar_key: 'Similar keys', duplicate_row: 'Duplicates', sequence: 'Sequence', date: 'Dates', blank_date: 'Blank dates',
  outside_period: 'Outside period', zone_boundary: 'Boundary', coverage: 'Coverage', empty_months: 'Empty months', empty_weeks: 'Empty weeks', empty_days: 'Empty days',
  last_day: 'Last days', scope_filter: 'In scope', hidden_rows: 'Hidden rows', hidden_columns: 'Hidden columns', hidden_sheets: 'Hidden sheets', filtered_rows: 'Filter',
  merged_cells: 'Merged cells', formula_cells: 'Formulas', error_cells: 'Error cells', hidden_times: 'Hidden times', long_numbers: 'Long numbers', mixed_numbers: 'Mixed figures', encoding: 'File', previous: 'Since last version',
}

export function isCheckName(name: string): name is CheckName {
  return Object.hasOwn(checkNames, name)
}

export function listPage(scope: EngagementScope, populations: Awaited<ReturnType<typeof listPopulations>>, unread: Awaited<ReturnType<typeof listUnread>>): PopulationListPage {
  const base = `/engagements/${scope.engagement.id}`
  const mayPrepare = mayStill(scope, 'population.prepare')
  return {
    title: 'Populations',
    tab: 'populations',
    base,
    start: mayStill(scope, 'request.review') ? { href: `${base}/requests?kind=population`, label: 'Population requests' } : null,
    mayPrepare,
    unread: unread.map(({ number, title, version, answer, row_count: rows }) => ({
      request: requestNumber(number), href: `${base}/requests/${requestNumber(number)}`, title, version,
      noneHref: mayPrepare && answer.trim() !== '' && (rows ?? 0) === 0 ? `${base}/populations/statements/new?request=${requestNumber(number)}` : null,
    })),
    populations: populations.map((row) => ({
      number: populationNumber(row.number), href: `${base}/populations/${populationNumber(row.number)}`, name: row.name, status: row.status,
      ...requestOf(base, row.request_number),
      source: row.source_system, rows: row.reading === 'done' ? row.row_count : null, inScope: row.in_scope_count, draws: row.draws, reading: row.reading,
    })),
  }
}

/** The request a population answers, or nulls for a calendar. */
export function requestOf(base: string, number: number | null): { readonly request: string | null, readonly requestHref: string | null } {
  return number === null ? { request: null, requestHref: null } : { request: requestNumber(number), requestHref: `${base}/requests/${requestNumber(number)}` }
}

/** 'Oct 1, 2025 to Sep 30, 2026, New York': the two days, both included. */
export function periodInWords({ engagement }: EngagementScope): string {
  const { periodStart, periodEnd, asOf, zone } = engagement
  return asOf === null ? `${dayInWords(periodStart!)} to ${dayInWords(periodEnd!)}, ${zonePlace(zone)}` : `as of ${dayInWords(asOf)}, ${zonePlace(zone)}`
}
