import { Temporal } from 'temporal-polyfill'

export const zone = 'America/New_York'

/** Days of the period on which banks in the United States rest. */
export const bankHolidays: readonly string[] = [
  '2025-10-13', '2025-11-11', '2025-11-27', '2025-12-25', '2026-01-01', '2026-01-19', '2026-02-16', '2026-05-25', '2026-06-19', '2026-09-07',
]

// On the Friday before July 4 offices are closed and banks are open.
const holidays = new Set([...bankHolidays, '2026-07-03', '2026-10-12'])

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
  return Temporal.PlainDate.from(day).dayOfWeek < 6 && !holidays.has(day)
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

/** Every ISO day of the period. */
export const periodDays: readonly string[] = Array.from({ length: 365 }, (_one, index) => plusDays('2025-10-01', index))

/** Every day of the period on which banks are open. */
export const bankDays: readonly string[] = periodDays.filter((day) => Temporal.PlainDate.from(day).dayOfWeek < 6 && !bankHolidays.includes(day))

/** The business day on or after that ISO day. */
export function businessDayFrom(day: string): string {
  return isBusinessDay(day) ? day : plusBusinessDays(day, 1)
}

/** The weekday `count` weekdays from an ISO day, negative before it; 0 gives the day itself, or the Friday before. */
export function workday(day: string, count: number): string {
  let at = count > 0 ? day : plusDays(day, -Math.max(0, Temporal.PlainDate.from(day).dayOfWeek - 5))
  for (let left = Math.abs(count); left > 0;) {
    at = plusDays(at, Math.sign(count))
    if (Temporal.PlainDate.from(at).dayOfWeek < 6) left -= 1
  }
  return at
}
