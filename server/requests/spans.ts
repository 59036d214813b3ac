import { Temporal } from 'temporal-polyfill'
import type { Every } from '../database/schema/requests.ts'

/** Part of the observation period; both days are ISO dates and belong to it. */
export type Span = { readonly start: string, readonly end: string }

export const everyWords: Readonly<Record<Every, string>> = {
  week: 'Every week', month: 'Every month', quarter: 'Every quarter', half_year: 'Every half-year',
}

/** Months a request of this rhythm covers; a week is counted in days. */
const lengths = { month: 1, quarter: 3, half_year: 6 } as const

/**
 * The spans of a period without a gap or an overlap: weeks from Monday to Sunday, months, quarters and halves of the
 * calendar year. The first and the last are cut where the period begins and ends (`from` and `to`, ISO days, inclusive).
 */
export function spansOf(every: Every, from: string, to: string): Span[] {
  const first = Temporal.PlainDate.from(from)
  const last = Temporal.PlainDate.from(to)
  const spans: Span[] = []
  for (let start = first; Temporal.PlainDate.compare(start, last) <= 0;) {
    const whole = nextStart(every, start).subtract({ days: 1 })
    const end = Temporal.PlainDate.compare(whole, last) > 0 ? last : whole
    spans.push({ start: start.toString(), end: end.toString() })
    start = end.add({ days: 1 })
  }
  return spans
}

/** The day that lies `dueDays` after the end of a span. */
export function dueAfter({ end }: Span, dueDays: number): string {
  return Temporal.PlainDate.from(end).add({ days: dueDays }).toString()
}

/** Whether the whole of a span has passed, by the calendar of `zone`. */
export function isOver({ end }: Span, zone: string, now: Date): boolean {
  return end < today(zone, now)
}

/** Whether a span has begun, by the calendar of `zone`. */
export function hasBegun({ start }: Span, zone: string, now: Date): boolean {
  return start <= today(zone, now)
}

/** 'Oct 2025', 'Q4 2025', 'H2 2025', 'Oct 6–12, 2025'; a span that was cut says its days. */
export function spanLabel({ start, end }: Span): string {
  const from = Temporal.PlainDate.from(start)
  const to = Temporal.PlainDate.from(end)
  for (const [every, months] of Object.entries(lengths) as ['month' | 'quarter' | 'half_year', number][]) {
    const begins = from.day === 1 && (from.month - 1) % months === 0
    if (!begins || !from.add({ months }).subtract({ days: 1 }).equals(to)) continue
    if (every === 'month') return `${monthOf(from)} ${from.year}`
    return every === 'quarter' ? `Q${Math.ceil(from.month / 3)} ${from.year}` : `H${from.month === 1 ? 1 : 2} ${from.year}`
  }
  if (from.equals(to)) return `${monthOf(from)} ${from.day}, ${from.year}`
  if (from.year === to.year && from.month === to.month) return `${monthOf(from)} ${from.day}–${to.day}, ${from.year}`
  const began = `${monthOf(from)} ${from.day}${from.year === to.year ? '' : `, ${from.year}`}`
  return `${began} – ${monthOf(to)} ${to.day}, ${to.year}`
}

function nextStart(every: Every, day: Temporal.PlainDate): Temporal.PlainDate {
  if (every === 'week') return day.add({ days: 8 - day.dayOfWeek })
  const months = lengths[every]
  return day.with({ day: 1 }).add({ months: months - (day.month - 1) % months })
}

function monthOf(day: Temporal.PlainDate): string {
  return day.toLocaleString('en-US', { month: 'short' })
}

function today(zone: string, now: Date): string {
  return Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate().toString()
}
