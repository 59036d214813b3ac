import { Temporal } from 'temporal-polyfill'

export const zone = 'America/New_York'

/** Days on which banks in the United States rest, within and shortly after the period. */
const bankHolidays = new Set([
  '2025-10-13', '2025-11-11', '2025-11-27', '2025-12-25', '2026-01-01', '2026-01-19', '2026-02-16', '2026-05-25', '2026-06-19', '2026-07-03', '2026-09-07', '2026-10-12',
])

/** The moment of a wall clock in New York: '2026-10-05 09:12', seconds as you like. */
export function clock(local: string): Date {
  return new Date(Temporal.PlainDateTime.from(local.replace(' ', 'T')).toZonedDateTime(zone).epochMilliseconds)
}

/** '2026-10-05 09:12:00 EDT', as a system in New York prints a moment. */
export function printLocal(moment: Date): string {
  const local = Temporal.Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO(zone)
  return `${local.toPlainDate().toString()} ${local.toPlainTime().toString({ smallestUnit: 'second' })} ${local.offset === '-04:00' ? 'EDT' : 'EST'}`
}

/** '2026-10-05T13:12:00Z' */
export function printUtc(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`
}

/** The ISO day `days` after another; negative goes back. */
export function plusDays(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString()
}

/** Whether people at PaySmart work on that ISO day. */
export function isBusinessDay(day: string): boolean {
  return Temporal.PlainDate.from(day).dayOfWeek < 6 && !bankHolidays.has(day)
}

/** The ISO day `count` business days after another; 0 gives the day itself. */
export function plusBusinessDays(day: string, count: number): string {
  let at = day
  for (let left = count; left > 0;) {
    at = plusDays(at, 1)
    if (isBusinessDay(at)) left -= 1
  }
  return at
}
