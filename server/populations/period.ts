import { Temporal } from 'temporal-polyfill'
import { Refused } from '../errors.ts'
import type { DateReading } from './dates.ts'

/** First and last day, ISO and both included, in a zone. */
export type Days = { readonly start: string, readonly end: string, readonly zone: string }

/** The half-open interval of a period: from midnight of its first day until midnight after its last, in milliseconds since the epoch. */
export type Period = Days & { readonly from: number, readonly until: number }

/** The bounds of a period in its zone, whatever the length of its days. Refuses an end before the start. */
export function periodBounds({ start, end, zone }: Days): Period {
  if (end < start) throw new Refused(`The period ends on ${end}, before it starts on ${start}.`)
  const from = Temporal.PlainDate.from(start).toZonedDateTime(zone).epochMilliseconds
  const until = Temporal.PlainDate.from(end).add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds
  return { start, end, zone, from, until }
}

/** Whether a reading lies in the period: moments by the interval, dates alone as dates. */
export function isInPeriod(value: DateReading, period: Period): boolean {
  if (value.instant === null) return value.local >= period.start && value.local <= period.end
  return value.instant >= period.from && value.instant < period.until
}

/** A reading in words, in the zone and with its name: "Sep 30, 2025, 23:55 EDT". */
export function inWords(value: DateReading, zone: string): string {
  if (value.instant === null) return dayInWords(value.local)
  const whole = value.instant % 60_000 === 0
  return new Intl.DateTimeFormat('en-US', {
    timeZone: zone, year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit',
    ...(whole ? {} : { second: '2-digit' }), hourCycle: 'h23', timeZoneName: 'short',
  }).format(value.instant)
}

/** An ISO date in words: "Sep 30, 2025". */
export function dayInWords(day: string): string {
  return new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', year: 'numeric', month: 'short', day: 'numeric' }).format(Date.parse(`${day}T00:00:00Z`))
}
