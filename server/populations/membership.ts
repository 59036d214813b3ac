import { readDate, type DateFormat, type DateReading } from './dates.ts'
import { finding, quoted, rowList, type Finding } from './findings.ts'
import { dayInWords, inWords, isInPeriod, type Period } from './period.ts'
import { counted } from '../sheets/table.ts'

export type Membership = 'in' | 'outside' | 'blank' | 'unreadable'

/** A column of dates and the one way they are written, or null where it holds no date. */
type Dates = { readonly column: string, readonly format: DateFormat | null }

/**
 * The checks on the date column: readable, filled, inside the period of the engagement in its zone. With a column of last days a
 * row lies in the period when its span overlaps it, and a blank last day goes on without end.
 */
export function beginMembership({ column, format }: Dates, period: Period, until: Dates | null = null): {
  readonly add: (row: number, text: string, lastText?: string) => { readonly reading: DateReading | null, readonly membership: Membership }
  readonly totals: () => { readonly inside: number, readonly outside: number, readonly blank: number }
  readonly finish: () => Finding[]
} {
  const unreadable = rowList()
  const blank = rowList()
  const outside = rowList()
  const boundary = rowList()
  const unreadableLast = rowList()
  const reversed = rowList()
  let inside = 0

  const add = (row: number, text: string, lastText = ''): { reading: DateReading | null, membership: Membership } => {
    if (text.trim() === '') {
      blank.add(row)
      return { reading: null, membership: 'blank' }
    }
    const reading = format === null ? null : readDate(text, format, period.zone)
    if (format === null || reading === null) {
      unreadable.add(row, () => quoted(text))
      return { reading: null, membership: 'unreadable' }
    }
    if (until !== null && lastText.trim() !== '') {
      const last = until.format === null ? null : readDate(lastText, until.format, period.zone)
      if (last === null) {
        unreadableLast.add(row, () => quoted(lastText))
        return { reading, membership: 'unreadable' }
      }
      if (isBefore(last, reading)) reversed.add(row, () => `${text.trim()} to ${lastText.trim()}`)
      return settle(row, reading, isBeforeEnd(reading, period) && isFromStart(last, period), () => `${text.trim()} to ${lastText.trim()}`)
    }
    if (until !== null) return settle(row, reading, isBeforeEnd(reading, period), () => `from ${text.trim()} on`)
    const belongs = isInPeriod(reading, period)
    const note = (): string => `${text.trim()} is ${inWords(reading, period.zone)}: ${belongs ? 'inside' : 'outside'}`
    if (reading.instant !== null && belongs !== isInPeriod({ instant: null, local: dayWritten(text, reading, format) }, period)) boundary.add(row, note)
    return settle(row, reading, belongs, note)
  }
  const settle = (row: number, reading: DateReading, belongs: boolean, note: () => string): { reading: DateReading, membership: Membership } => {
    if (belongs) inside++
    else outside.add(row, note)
    return { reading, membership: belongs ? 'in' : 'outside' }
  }

  const days = `${dayInWords(period.start)} to ${dayInWords(period.end)}`
  const finish = (): Finding[] => [
    unreadable.count > 0
      ? finding('date', 'blocks', `${counted(unreadable.count, 'cell')} in “${column}” cannot be read as a date of the column's format.`, unreadable)
      : finding('date', 'agrees', `Every date in “${column}” can be read.`),
    ...(unreadableLast.count > 0 ? [finding('last_day', 'blocks', `${counted(unreadableLast.count, 'cell')} in “${until!.column}” cannot be read as a date of the column's format.`, unreadableLast)]
      : reversed.count > 0 ? [finding('last_day', 'finding', `${counted(reversed.count, 'row')} whose last day in “${until!.column}” comes before the first. Ask which is right.`, reversed)] : []),
    ...(blank.count > 0 ? [finding('blank_date', 'finding', `${counted(blank.count, 'row')} without a date in “${column}”. They stay in scope, because work that was never done has no date; ask what each one is.`, blank)] : []),
    outside.count > 0
      ? finding('outside_period', 'finding', `${counted(outside.count, 'row')} outside the period ${days} (${period.zone}). They are left out of the population.`, outside)
      : finding('outside_period', 'agrees', `Every dated row lies in the period ${days} (${period.zone}).`),
    ...(boundary.count > 0 ? [finding('zone_boundary', 'agrees', `${counted(boundary.count, 'row')} whose place is decided by the zone: the day as written lies on the other side of the period's edge.`, boundary)] : []),
  ]
  return { add, finish, totals: () => ({ inside, outside: outside.count, blank: blank.count }) }
}

function isBefore(one: DateReading, other: DateReading): boolean {
  return one.instant !== null && other.instant !== null ? one.instant < other.instant : one.local < other.local
}

function isBeforeEnd(first: DateReading, period: Period): boolean {
  return first.instant === null ? first.local <= period.end : first.instant < period.until
}

function isFromStart(last: DateReading, period: Period): boolean {
  return last.instant === null ? last.local >= period.start : last.instant >= period.from
}

/** The calendar day that stands in the cell, before any zone is applied. */
function dayWritten(text: string, reading: DateReading, format: DateFormat): string {
  const written = format.order === 'ymd' ? /^\s*(\d{4})\D(\d{1,2})\D(\d{1,2})/.exec(text) : null
  if (written === null) return format.zone === undefined ? new Date(reading.instant ?? 0).toISOString().slice(0, 10) : reading.local
  return `${written[1]}-${written[2]?.padStart(2, '0')}-${written[3]?.padStart(2, '0')}`
}
