import { Temporal } from 'temporal-polyfill'
import { finding, type Finding } from './findings.ts'
import { dayInWords, type Period } from './period.ts'
import { counted } from '../sheets/table.ts'

/** Rows a week has on average before a week without any is worth a look. */
const busy = 5

/** A list with a row on at least this share of the days is kept day by day. */
const daily = 0.8

/** How the rows lie over the period: those in scope by the Monday of their week, and how many lie before it, after it and without a date. */
export type Coverage = {
  readonly weeks: readonly (readonly [monday: string, rows: number])[]
  readonly undated: number
  readonly before: number
  readonly after: number
}

/** How the rows in the period lie over it: both ends reached, no month, in a busy list no week and in a daily one no day without any. */
export function beginCoverage(period: Period): {
  readonly add: (day: string) => void
  readonly addOutside: (day: string) => void
  readonly ends: () => { readonly first: string | null, readonly last: string | null }
  readonly coverage: (undated: number) => Coverage
  readonly finish: () => Finding[]
} {
  const perDay = new Map<string, number>()
  let rows = 0
  let before = 0
  let after = 0

  const add = (day: string): void => {
    rows++
    perDay.set(day, (perDay.get(day) ?? 0) + 1)
  }
  const addOutside = (day: string): void => {
    if (day < period.start) before++
    else after++
  }
  const coverage = (undated: number): Coverage => {
    const weeks = new Map<string, number>()
    for (const [day, count] of perDay) weeks.set(mondayOf(day), (weeks.get(mondayOf(day)) ?? 0) + count)
    return { weeks: [...weeks].toSorted(([one], [other]) => one < other ? -1 : 1), undated, before, after }
  }
  const ends = () => {
    const days = [...perDay.keys()].sort()
    return { first: days[0] ?? null, last: days.at(-1) ?? null }
  }
  const finish = (): Finding[] => {
    const { first, last } = ends()
    if (first === null || last === null) return [finding('coverage', 'finding', 'No row lies in the period.')]
    return [checkEnds(first, last, rows, period), checkMonths(perDay, period), ...checkWeeks(perDay, rows, period), ...checkDays(perDay, period)]
  }
  return { add, addOutside, ends, coverage, finish }
}

function checkEnds(first: string, last: string, rows: number, period: Period): Finding {
  const length = daysBetween(period.start, period.end) + 1
  // Five times the usual distance between rows is rare by chance; a week covers holidays in daily lists.
  const tolerated = Math.max(7, (5 * length) / rows)
  const early = daysBetween(period.start, first)
  const late = daysBetween(last, period.end)
  const words = `First row ${dayInWords(first)}, last row ${dayInWords(last)}`
  const bare = [
    ...(early > tolerated ? [`${counted(early, 'day')} at the start`] : []),
    ...(late > tolerated ? [`${counted(late, 'day')} at the end`] : []),
  ]
  if (bare.length === 0) return finding('coverage', 'agrees', `${words}: both ends of the period are reached.`)
  return finding('coverage', 'finding', `${words}. No rows for ${bare.join(' and ')} of the period: ask whether the export covers it all.`)
}

function checkMonths(perDay: ReadonlyMap<string, number>, period: Period): Finding {
  const filled = new Set([...perDay.keys()].map((day) => day.slice(0, 7)))
  const empty: string[] = []
  let all = 0
  const last = Temporal.PlainYearMonth.from(period.end.slice(0, 7))
  for (let month = Temporal.PlainYearMonth.from(period.start.slice(0, 7)); Temporal.PlainYearMonth.compare(month, last) <= 0; month = month.add({ months: 1 })) {
    all++
    if (!filled.has(month.toString())) empty.push(month.toString())
  }
  if (empty.length === 0) return finding('empty_months', 'agrees', all === 1 ? 'The month of the period has rows.' : `Each of the ${all} months has rows.`)
  return finding('empty_months', 'finding', `${empty.length} of ${counted(all, 'month')} without a row: ${shown(empty)}. Ask whether nothing happened then.`, behind(empty))
}

function checkWeeks(perDay: ReadonlyMap<string, number>, rows: number, period: Period): Finding[] {
  const filled = new Set([...perDay.keys()].map(mondayOf))
  const empty: string[] = []
  let all = 0
  let monday = Temporal.PlainDate.from(mondayOf(period.start))
  // A week cut short by the edge of the period may well be empty, so only whole ones count.
  if (monday.toString() < period.start) monday = monday.add({ days: 7 })
  for (; monday.add({ days: 6 }).toString() <= period.end; monday = monday.add({ days: 7 })) {
    all++
    if (!filled.has(monday.toString())) empty.push(`the week of ${dayInWords(monday.toString())}`)
  }
  if (all === 0 || rows / all < busy) return []
  if (empty.length === 0) return [finding('empty_weeks', 'agrees', `Each of the ${all} whole weeks has rows.`)]
  return [finding('empty_weeks', 'finding', `${empty.length} of ${all} whole weeks without a row in a list with ${Math.round(rows / all)} a week: ${shown(empty)}.`, behind(empty))]
}

/** Days without a row in a list kept day by day, or weekday by weekday: each one is explained or missing. */
function checkDays(perDay: ReadonlyMap<string, number>, period: Period): Finding[] {
  const days = daysOf(period)
  const weekdays = days.filter((day) => !isWeekend(day))
  const weekends = [...perDay.keys()].filter(isWeekend).length
  const expected = weekends <= perDay.size / 50 ? weekdays : days
  if (expected.length < 20 || perDay.size < expected.length * daily) return []
  const empty = expected.filter((day) => !perDay.has(day))
  const noun = expected === weekdays ? 'weekday' : 'day'
  if (empty.length === 0) return [finding('empty_days', 'agrees', `Each of the ${counted(expected.length, noun)} of the period has a row.`)]
  return [finding('empty_days', 'finding', `${expected.length - empty.length} of ${counted(expected.length, noun)} have a row; ${empty.length} ${empty.length === 1 ? 'has' : 'have'} none: ${shown(empty)}. Ask for an explanation of each, such as a bank holiday.`, behind(empty))]
}

function daysOf(period: Period): string[] {
  const days: string[] = []
  for (let day = Temporal.PlainDate.from(period.start); day.toString() <= period.end; day = day.add({ days: 1 })) days.push(day.toString())
  return days
}

function isWeekend(day: string): boolean {
  return [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())
}

/** The Monday of the week of an ISO day. */
export function mondayOf(day: string): string {
  const moment = Date.parse(`${day}T00:00:00Z`)
  return new Date(moment - ((new Date(moment).getUTCDay() + 6) % 7) * 86_400_000).toISOString().slice(0, 10)
}

/** Days from one ISO day to another, negative where it comes before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
}

function shown(names: readonly string[]): string {
  return names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ')
}

function behind(names: readonly string[]): { rows: readonly number[], notes: readonly string[], count: number } {
  return { rows: [], notes: names.slice(0, 100), count: names.length }
}
