import { clockOf, dayName } from './zones.ts'

/** How a whole column writes its dates. */
export type DateFormat = {
  /** `ymd` is ISO 8601 and its relatives with the year first. */
  readonly order: 'ymd' | 'dmy' | 'mdy'
  readonly separator: '-' | '/' | '.'
  /** `none`: dates alone. `zoned`: each value states Z or an offset. `naive`: a time without either, whose zone has to be asked. */
  readonly time: 'none' | 'naive' | 'zoned'
  /** The zone of naive times, once somebody has said it. */
  readonly zone?: string
}

/** `instant` is milliseconds since the epoch, null for a date alone; `local` is the ISO date in the zone asked for, or the date itself. */
export type DateReading = { readonly instant: number | null, readonly local: string }

/** One value taken apart, before anybody knows which part is the day. */
export type DateParts = {
  readonly yearFirst: boolean
  readonly separator: '-' | '/' | '.'
  readonly time: DateFormat['time']
  readonly numbers: readonly [number, number, number]
  /** Milliseconds since midnight on the clock that was read. */
  readonly clock: number
  /** Minutes ahead of UTC, 0 where the value states none. */
  readonly offset: number
}

const shape = /^(\d{4}|\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{1,2})(?:(?:[T ]|, )(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([AaPp])\.?[Mm]\.?)?)?(?: ?(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?$/

/**
 * One value read by the format of its column, or null where it is blank or does not follow the format.
 * `zone` is the engagement's. Dates alone are never shifted. Naive times need `format.zone`.
 */
export function readDate(text: string, format: DateFormat, zone: string): DateReading | null {
  const parts = takeApart(text)
  if (parts === null || !follows(parts, format)) return null
  const midnight = midnightOf(parts, format.order)
  if (midnight === null) return null
  if (parts.time === 'none') return { instant: null, local: dayName(midnight / 86_400_000) }
  const reading = midnight + parts.clock
  if (parts.time === 'naive' && format.zone === undefined) throw new TypeError('naive times are read only once their zone is known')
  const instant = parts.time === 'naive' ? clockOf(format.zone ?? zone).momentOf(reading) : reading - parts.offset * 60_000
  return { instant, local: clockOf(zone).dayOf(instant) }
}

/** The numbers of one value, whatever its order; null where it is no date at all. A year of two digits is none. */
export function takeApart(text: string): DateParts | null {
  const match = shape.exec(text.trim())
  if (match === null) return null
  const [, first = '', separator, second = '', third = '', hour, minute, seconds, fraction, half, offsetText] = match
  const yearFirst = first.length === 4
  if (yearFirst === (third.length === 4)) return null
  if (hour === undefined && offsetText !== undefined) return null
  const clock = hour === undefined ? 0 : clockReading(Number(hour), Number(minute), Number(seconds ?? 0), fraction, half)
  const offset = offsetText === undefined ? 0 : minutesAhead(offsetText)
  if (clock === null || offset === null) return null
  return {
    yearFirst, clock, offset,
    separator: separator as DateParts['separator'],
    time: hour === undefined ? 'none' : offsetText === undefined ? 'naive' : 'zoned',
    numbers: [Number(first), Number(second), Number(third)],
  }
}

/** Midnight of the day in this order, as if in UTC, or null where there is no such day. */
export function midnightOf(parts: DateParts, order: DateFormat['order']): number | null {
  const [first, second, third] = parts.numbers
  const [year, month, day] = order === 'ymd' ? [first, second, third] : order === 'dmy' ? [third, second, first] : [third, first, second]
  if (year < 1900 || month < 1 || month > 12 || day < 1) return null
  const midnight = Date.UTC(year, month - 1, day)
  return new Date(midnight).getUTCDate() === day ? midnight : null
}

function follows(parts: DateParts, format: DateFormat): boolean {
  return parts.yearFirst === (format.order === 'ymd') && parts.separator === format.separator && parts.time === format.time
}

function clockReading(hour: number, minute: number, second: number, fraction: string | undefined, half: string | undefined): number | null {
  if (minute > 59 || second > 59) return null
  if (half === undefined ? hour > 23 : hour < 1 || hour > 12) return null
  const hours = half === undefined ? hour : (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  // Digits beyond the millisecond are cut, never rounded: rounding could carry a row over midnight.
  const milliseconds = fraction === undefined ? 0 : Number(fraction.padEnd(3, '0').slice(0, 3))
  return ((hours * 60 + minute) * 60 + second) * 1000 + milliseconds
}

function minutesAhead(text: string): number | null {
  if (!/^[+-]/.test(text)) return 0
  const digits = text.slice(1).replace(':', '')
  const hours = Number(digits.slice(0, 2))
  const minutes = Number(digits.slice(2) || 0)
  if (hours > 18 || minutes > 59) return null
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
