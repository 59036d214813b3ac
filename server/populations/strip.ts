import { figure } from '../sheets/table.ts'
import { isoDay } from './calendar.ts'
import { mondayOf, type Coverage } from './coverage.ts'
import { dayInWords } from './period.ts'

export type Week = { readonly monday: string, readonly words: string, readonly rows: number, readonly drawn: number, readonly partial: boolean }

/** The picture of a period week by week. `x` and `width` are percent of its width, `y` and `height` pixels. */
export type Strip = {
  readonly label: string
  readonly most: number
  readonly before: number
  readonly after: number
  readonly undated: number
  readonly drawn: number
  readonly edges: readonly number[]
  readonly bars: readonly { readonly x: number, readonly y: number, readonly width: number, readonly height: number, readonly words: string }[]
  readonly empties: readonly { readonly x: number, readonly width: number }[]
  readonly marks: readonly { readonly x: number, readonly y: number }[]
  readonly months: readonly { readonly x: number, readonly word: string }[]
  readonly weeks: readonly Week[]
}

const DAY = 86_400_000
const BASE = 72
const TALLEST = 64
const MARK = 8
/** Squares over one another before the picture would run out of its space; the table has the counts. */
const STACKED = 3
const LEFT = 1.5
const WIDTH = 97

/** The strip of a list: its rows by week, how many of each were drawn, and what lies before and after. */
export function stripOf(coverage: Coverage, period: { readonly start: string, readonly end: string }, drawn: ReadonlyMap<string, number>): Strip {
  const weeks = weeksOf(coverage, period, drawn)
  const most = Math.max(1, ...weeks.map(({ rows }) => rows))
  const step = WIDTH / weeks.length
  const at = (index: number) => round(LEFT + index * step)
  const inside = weeks.reduce((sum, { rows }) => sum + rows, 0)
  const empty = weeks.filter(({ rows, partial }) => rows === 0 && !partial).length
  return {
    label: `Rows by week: ${figure(inside)} in ${weeks.length} weeks, at most ${figure(most)} in one, ${empty === 0 ? 'no whole week without any' : `${empty} without any`}${coverage.before + coverage.after > 0 ? `; ${figure(coverage.before)} before and ${figure(coverage.after)} after the period` : ''}`,
    most, before: coverage.before, after: coverage.after, undated: coverage.undated, drawn: weeks.reduce((sum, week) => sum + week.drawn, 0),
    edges: [LEFT, LEFT + WIDTH],
    bars: weeks.flatMap(({ rows, words }, index) => {
      // One row in a busy list still has to be seen.
      const height = Math.max(2, Math.round((TALLEST * rows) / most))
      return rows === 0 ? [] : [{ x: at(index), y: BASE - height, width: round(step * 0.8), height, words: `${words}: ${figure(rows)}` }]
    }),
    empties: weeks.flatMap(({ rows, partial }, index) => rows === 0 && !partial ? [{ x: at(index), width: round(step * 0.8) }] : []),
    marks: weeks.flatMap((week, index) => Array.from({ length: Math.min(STACKED, week.drawn) }, (_, turn) => ({ x: at(index), y: BASE + 5 + turn * MARK }))),
    months: monthsOf(weeks).map(({ index, word }) => ({ x: at(index), word })),
    weeks,
  }
}

function weeksOf({ weeks }: Coverage, period: { readonly start: string, readonly end: string }, drawn: ReadonlyMap<string, number>): Week[] {
  const rows = new Map(weeks)
  const found: Week[] = []
  for (let at = Date.parse(`${mondayOf(period.start)}T00:00:00Z`); isoDay(at) <= period.end; at += 7 * DAY) {
    const monday = isoDay(at)
    found.push({
      monday, words: `Week of ${dayInWords(monday)}`, rows: rows.get(monday) ?? 0, drawn: drawn.get(monday) ?? 0,
      partial: monday < period.start || isoDay(at + 6 * DAY) > period.end,
    })
  }
  return found
}

/** The first week of each month, named; the very first one also where the month began before. */
function monthsOf(weeks: readonly Week[]): { index: number, word: string }[] {
  const named: { index: number, word: string }[] = []
  let last = ''
  for (const [index, { monday }] of weeks.entries()) {
    // The week belongs to the month of its Thursday.
    const thursday = Date.parse(`${monday}T00:00:00Z`) + 3 * DAY
    const month = isoDay(thursday).slice(0, 7)
    if (month === last) continue
    last = month
    named.push({ index, word: new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', month: 'short' }).format(thursday) })
  }
  return named
}

function round(percent: number): number {
  return Math.round(percent * 100) / 100
}
