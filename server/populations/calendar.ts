import type { Every } from '../database/schema/populations.ts'

/** One occasion on which a periodic control was due: its key, and the first and last day it is about. */
export type Expected = { readonly key: string, readonly first: string, readonly last: string }

/** How often, in words for a choice and for a count. */
export const everyWords: Readonly<Record<Every, { readonly word: string, readonly noun: string, readonly hint: string }>> = {
  half_year: { word: 'Each half-year', noun: 'half-year', hint: '2026-H1' },
  quarter: { word: 'Each quarter', noun: 'quarter', hint: '2026-Q1' },
  month: { word: 'Each month', noun: 'month', hint: '2026-03' },
  week: { word: 'Each week', noun: 'week', hint: '2026-W07, Monday to Sunday' },
  business_day: { word: 'Each business day', noun: 'business day', hint: '2026-03-05, Monday to Friday; holidays are left out one by one, with the reason' },
  day: { word: 'Each day', noun: 'day', hint: '2026-03-05, weekends included' },
}

const DAY = 86_400_000

/**
 * Every occasion of the period, oldest first. An occasion is due at the end of its span, so it belongs to the period in
 * which its last day lies; days of the period are days of the engagement's calendar, whatever the zone.
 */
export function expectedItems(every: Every, period: { readonly start: string, readonly end: string }): Expected[] {
  const items: Expected[] = []
  for (let at = Date.parse(`${period.start}T00:00:00Z`); isoDay(at) <= period.end;) {
    const item = spanAt(every, at)
    if (item !== null && item.last <= period.end) items.push(item)
    at = item === null ? at + DAY : Date.parse(`${item.last}T00:00:00Z`) + DAY
  }
  return items
}

/** The span a day lies in; null for a weekend day among business days. */
function spanAt(every: Every, at: number): Expected | null {
  const day = new Date(at)
  const [year, month] = [day.getUTCFullYear(), day.getUTCMonth()]
  if (every === 'day' || every === 'business_day') {
    if (every === 'business_day' && [0, 6].includes(day.getUTCDay())) return null
    return { key: isoDay(at), first: isoDay(at), last: isoDay(at) }
  }
  if (every === 'week') return weekAt(at)
  const months = { month: 1, quarter: 3, half_year: 6 }[every]
  const first = month - (month % months)
  const name = { month: String(month + 1).padStart(2, '0'), quarter: `Q${first / 3 + 1}`, half_year: `H${first / 6 + 1}` }[every]
  return { key: `${year}-${name}`, first: isoDay(Date.UTC(year, first, 1)), last: isoDay(Date.UTC(year, first + months, 0)) }
}

/** ISO 8601: a week belongs to the year of its Thursday. */
function weekAt(at: number): Expected {
  const monday = at - ((new Date(at).getUTCDay() + 6) % 7) * DAY
  const year = new Date(monday + 3 * DAY).getUTCFullYear()
  const week = Math.floor((monday + 3 * DAY - Date.UTC(year, 0, 1)) / (7 * DAY)) + 1
  return { key: `${year}-W${String(week).padStart(2, '0')}`, first: isoDay(monday), last: isoDay(monday + 6 * DAY) }
}

/** The ISO day of a moment in milliseconds, in UTC. */
export function isoDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
