import { writeDate } from '../web/times.ts'
import type { Milestone } from './milestones.ts'
import type { DueDay } from './milestones-store.ts'

/** The picture of an engagement's days. `x` and `width` are percent of its width, `y` and `height` pixels. */
export type Timeline = {
  readonly label: string
  readonly period: { readonly x: number, readonly width: number } | null
  readonly today: number | null
  readonly bars: readonly { readonly x: number, readonly y: number, readonly height: number, readonly late: boolean, readonly words: string }[]
  readonly marks: readonly { readonly x: number, readonly y: number, readonly place: number, readonly over: boolean, readonly words: string }[]
  readonly months: readonly { readonly x: number, readonly word: string }[]
}

const DAY = 86_400_000
const LEFT = 2
const WIDTH = 96
const BASE = 104
const TALLEST = 48
/** Percent of the width under which two milestones would stand on one another. */
const CLOSE = 3

/** The days from the first thing that happens to the last, with a margin; null where there is nothing to draw. */
export function timelineOf(milestones: readonly Milestone[], days: readonly DueDay[], period: { readonly start: string, readonly end: string } | null, today: string): Timeline | null {
  const all = [...milestones.map(({ on }) => on), ...days.map(({ on }) => on), ...period ? [period.end] : []].toSorted()
  if (all.length === 0) return null
  // What is long past would push everything else together, so the picture begins at most a year before it ends.
  const last = at(all.at(-1)!) + 7 * DAY
  const first = Math.max(at(all[0]!) - 7 * DAY, last - 400 * DAY)
  const x = (day: string) => round(LEFT + WIDTH * Math.min(1, Math.max(0, (at(day) - first) / (last - first))))
  const most = Math.max(1, ...days.map(({ numbers }) => numbers.length))
  const total = days.reduce((sum, { numbers }) => sum + numbers.length, 0)
  const shown = (day: string) => at(day) >= first
  let row = 0
  let before = -100
  return {
    label: `${milestones.length} milestones from ${writeDate(milestones[0]?.on ?? all[0]!)} to ${writeDate(milestones.at(-1)?.on ?? all.at(-1)!)}; ${total} requests due on ${days.length} days, at most ${most} on one. The table below has every day.`,
    period: period && shown(period.end) ? { x: x(period.start), width: round(x(period.end) - x(period.start)) } : null,
    today: at(today) >= first && at(today) <= last ? x(today) : null,
    bars: days.filter(({ on }) => shown(on)).map(({ on, numbers, open }) => {
      const height = Math.max(4, Math.round(TALLEST * numbers.length / most))
      return { x: x(on), y: BASE - height, height, late: open > 0 && on < today, words: `${writeDate(on)}: ${numbers.length} due, ${open} open` }
    }),
    marks: milestones.map((milestone, index) => {
      const place = x(milestone.on)
      row = place - before < CLOSE ? row + 1 : 0
      before = place
      return { x: place, y: 12 + row % 3 * 15, place: index + 1, over: milestone.on < today, words: milestone.on }
    }),
    months: monthsFrom(first, last).map(({ day, word }) => ({ x: x(day), word })),
  }
}

function monthsFrom(first: number, last: number): { day: string, word: string }[] {
  const found: { day: string, word: string }[] = []
  const start = new Date(first)
  const step = last - first > 250 * DAY ? 2 : 1
  for (let month = 1; ; month += step) {
    const day = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + month, 1))
    if (day.getTime() > last) return found
    found.push({ day: day.toISOString().slice(0, 10), word: day.toLocaleDateString('en-US', { month: 'short', year: month === 1 || day.getUTCMonth() < step ? 'numeric' : undefined, timeZone: 'UTC' }) })
  }
}

function at(day: string): number {
  return Date.parse(`${day}T00:00:00Z`)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
