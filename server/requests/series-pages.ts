import { mayStill } from '../access/policy.ts'
import type { RequestStatus } from '../database/schema/requests.ts'
import type { EngagementScope } from '../scope.ts'
import { writeDate } from '../web/times.ts'
import type { PageModel } from '../web/view.ts'
import { daysLate, isSettled, requestNumber } from './rules.ts'
import type { SeriesRow } from './series-store.ts'
import { everyWords, hasBegun, isOver, spanLabel, spansOf, type Span } from './spans.ts'

/** One span of a series: its request, or that there is none. */
type SpanLine = {
  readonly label: string
  readonly number: string | null
  readonly href: string | null
  readonly status: RequestStatus | null
  readonly due: string | null
  readonly late: number
  readonly missing: string | null
  readonly ahead: boolean
}

type SeriesLine = {
  readonly title: string
  readonly every: string
  readonly dueDays: number
  readonly on: boolean
  readonly href: string
  readonly switching: string | null
  readonly missing: number
  readonly answered: number
  readonly spans: readonly SpanLine[]
}

export type SeriesPage = PageModel & {
  readonly base: string
  readonly period: string
  readonly missing: number
  readonly series: readonly SeriesLine[]
  readonly start: { readonly href: string, readonly label: string } | null
}

declare module '../web/view.ts' {
  interface Pages {
    'requests/series': SeriesPage
  }
}

/** Every series by the spans of the period, so that one that nothing covers stands out. */
export function seriesPage(scope: EngagementScope, rows: readonly SeriesRow[], now: Date): SeriesPage {
  const base = `/engagements/${scope.engagement.id}`
  const { periodStart, periodEnd } = scope.engagement
  const series = rows.map((row) => seriesLine(scope, base, row, now))
  return {
    title: 'Series', tab: 'requests', base,
    period: periodStart && periodEnd ? `${writeDate(periodStart)} to ${writeDate(periodEnd)}` : '',
    missing: series.reduce((sum, { missing }) => sum + missing, 0),
    series,
    start: mayStill(scope, 'request.draft') ? { href: `${base}/requests/new`, label: 'Draft a request that repeats' } : null,
  }
}

function seriesLine(scope: EngagementScope, base: string, row: SeriesRow, now: Date): SeriesLine {
  const { periodStart, periodEnd } = scope.engagement
  const whole = periodStart && periodEnd ? spansOf(row.every, periodStart, periodEnd) : []
  // The period may have been moved since the series was planned: what it asked then still stands, what it lacks shows.
  const planned = row.requests.filter(({ start }) => !whole.some((span) => span.start === start))
  const spans = [...whole, ...planned].toSorted((a, b) => a.start.localeCompare(b.start)).map((span) => spanLine(scope, base, row, span, now))
  return {
    title: row.title, every: everyWords[row.every], dueDays: row.dueDays, on: row.on,
    href: `${base}/requests?series=${row.id}`,
    switching: mayStill(scope, 'request.issue') ? `${base}/requests/series/${row.id}/${row.on ? 'pause' : 'start'}` : null,
    missing: spans.filter(({ missing }) => missing !== null).length,
    answered: spans.filter(({ status }) => status === 'accepted').length,
    spans,
  }
}

function spanLine(scope: EngagementScope, base: string, row: SeriesRow, span: Span, now: Date): SpanLine {
  const { zone } = scope.engagement
  const request = row.requests.find(({ start }) => start === span.start)
  const number = request ? requestNumber(request.number) : null
  return {
    label: spanLabel(span), number, href: number && `${base}/requests/${number}`,
    status: request?.status ?? null, due: request?.dueOn && !isSettled(request.status) ? writeDate(request.dueOn, undefined, 'short') : null,
    late: request ? daysLate(request.status, request.dueOn, zone, now) : 0,
    missing: missingOf(request, isOver(span, zone, now)), ahead: !hasBegun(span, zone, now),
  }
}

function missingOf(request: SeriesRow['requests'][number] | undefined, over: boolean): string | null {
  if (!request) return 'Never asked'
  if (request.status === 'cancelled') return 'Cancelled'
  return over && request.status === 'draft' ? 'Not issued' : null
}
