import { Temporal } from 'temporal-polyfill'

const zones = new Set(Intl.supportedValuesOf('timeZone')).add('UTC')

// What lies outside is a slip of the finger, and what is counted from day to day would have no end.
const [earliest, latest] = ['1970-01-01', '2099-12-31']
const mostDays = 3 * 366

/** Whether a text is an ISO date that exists, from 1970 to 2099: the one bound of every date that is typed. */
export function isDay(text: string): boolean {
  try {
    return text >= earliest && text <= latest && Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text
  } catch {
    return false
  }
}

/** Whether a period from one ISO date to another is no longer than three years, the longest that is counted by days. */
export function isWithinYears(from: string, to: string): boolean {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'day' }).days < mostDays
}

/** Whether a text names a time zone that dates can be read in. */
export function isZone(text: string): boolean {
  return zones.has(text)
}
