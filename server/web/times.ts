import { Temporal } from 'temporal-polyfill'

/** A moment (Date, Temporal.Instant, ISO text with an offset) or a calendar day ('2026-10-21', Temporal.PlainDate). */
export type Moment = Date | Temporal.Instant | Temporal.PlainDate | string
export type DateStyle = 'short' | 'medium' | 'long'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const dayOnly = /^\d{4}-\d{2}-\d{2}$/

/** 'Oct 21' (short), 'Oct 21, 2026' (medium) or 'Wednesday, Oct 21, 2026' (long); a moment needs the zone its day is read in. */
export function writeDate(moment: Moment, zone?: string, style: DateStyle = 'medium'): string {
  const day = dayOf(moment, zone)
  const short = `${months[day.month - 1]} ${day.day}`
  if (style === 'short') return short
  const medium = `${short}, ${day.year}`
  return style === 'long' ? `${weekdays[day.dayOfWeek - 1]}, ${medium}` : medium
}

/** 'Oct 20, 2026, 10:42 EDT': the zone is always said. */
export function writeDateTime(moment: Moment, zone: string): string {
  return clockOf(zone).format(moment instanceof Date ? moment : instantOf(moment).epochMilliseconds)
}

/** How long ago in one unit: 'now', '5 min', '3 h', '6 d'; a moment to come reads 'in 3 h'. */
export function writeAgo(moment: Moment, now: Moment): string {
  const seconds = Math.round((millisecondsOf(now) - millisecondsOf(moment)) / 1000)
  const size = Math.abs(seconds)
  if (size < 60) return 'now'
  const words = size < 3600 ? `${Math.floor(size / 60)} min` : size < 86_400 ? `${Math.floor(size / 3600)} h` : `${Math.floor(size / 86_400)} d`
  return seconds < 0 ? `in ${words}` : words
}

/** The machine's form for `<time datetime>`. */
export function writeMachine(moment: Moment): string {
  return isDay(moment) ? dayOf(moment).toString() : instantOf(moment).toString({ smallestUnit: 'second' })
}

/** The short name of a zone at a moment, 'EDT' or 'GMT+2'. */
export function zoneName(zone: string, moment: Moment = new Date()): string {
  const at = isDay(moment) ? dayOf(moment).toZonedDateTime({ timeZone: zone, plainTime: '12:00' }).epochMilliseconds : millisecondsOf(moment)
  return namer(zone).formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? zone
}

// Making one costs more than a page of dates, and there are only so many zones.
const namers = new Map<string, Intl.DateTimeFormat>()
const clocks = new Map<string, Intl.DateTimeFormat>()

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' })
  clocks.set(zone, known)
  return known
}

function namer(zone: string): Intl.DateTimeFormat {
  const known = namers.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'short' })
  namers.set(zone, known)
  return known
}

/** 'America/New_York' as people say it: 'New York'. */
export function zonePlace(zone: string): string {
  return zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ')
}

/** Choices for a zone field: the zones most clients sit in first, then every zone by name. */
export function zoneChoices(now: Moment = new Date()): { value: string, label: string }[] {
  const first = ['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles', 'UTC']
  const rest = Intl.supportedValuesOf('timeZone').filter((zone) => !first.includes(zone))
  return [
    ...first.map((zone) => ({ value: zone, label: `${zonePlace(zone)} (${zoneName(zone, now)})` })),
    ...rest.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') })),
  ]
}

function isDay(moment: Moment): moment is Temporal.PlainDate | string {
  return moment instanceof Temporal.PlainDate || (typeof moment === 'string' && dayOnly.test(moment))
}

function dayOf(moment: Moment, zone?: string): Temporal.PlainDate {
  if (moment instanceof Temporal.PlainDate) return moment
  if (typeof moment === 'string' && dayOnly.test(moment)) return Temporal.PlainDate.from(moment)
  if (!zone) throw new Error('A moment has a day only in a zone')
  return instantOf(moment).toZonedDateTimeISO(zone).toPlainDate()
}

function millisecondsOf(moment: Moment): number {
  return moment instanceof Date ? moment.getTime() : instantOf(moment).epochMilliseconds
}

function instantOf(moment: Moment): Temporal.Instant {
  if (moment instanceof Temporal.Instant) return moment
  if (moment instanceof Date) return Temporal.Instant.fromEpochMilliseconds(moment.getTime())
  if (typeof moment === 'string' && !dayOnly.test(moment)) return Temporal.Instant.from(moment)
  throw new Error('A calendar day is not a moment')
}
