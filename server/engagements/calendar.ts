import { Temporal } from 'temporal-polyfill'
import type { EngagementFacts } from '../scope.ts'
import { writeDate } from '../web/times.ts'

/** The ISO date in `zone` at `now`. */
export function todayIn(zone: string, now: Date = new Date()): string {
  return Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate().toString()
}

/** Splits what is due by day into what is late, the day that comes next and how much is due on it. */
export function readDue(due: readonly { readonly on: string, readonly count: number }[], today: string): { overdue: number, nextOn: string | null } {
  const overdue = due.filter(({ on }) => on < today).reduce((sum, { count }) => sum + count, 0)
  return { overdue, nextOn: due.find(({ on }) => on >= today)?.on ?? null }
}

/** 'Oct 1, 2025 to Sep 30, 2026' or 'as of Oct 31, 2026'. */
export function writeSpan({ type, asOf, periodStart, periodEnd }: Pick<EngagementFacts, 'type' | 'asOf' | 'periodStart' | 'periodEnd'>): string {
  if (type === 1) return `as of ${asOf ? writeDate(asOf) : ''}`
  return `${periodStart ? writeDate(periodStart) : ''} to ${periodEnd ? writeDate(periodEnd) : ''}`
}
