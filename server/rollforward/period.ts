import { Temporal } from 'temporal-polyfill'
import type { EngagementFacts } from '../scope.ts'

export type Dates = Pick<EngagementFacts, 'type' | 'asOf' | 'periodStart' | 'periodEnd'>

/**
 * The dates after these: a period starts the day after the last one and is as long, in whole months where the last one
 * was whole months, else in days; an as-of date moves by a year, that of a readiness assessment by half a year.
 */
export function nextDates({ type, asOf, periodStart, periodEnd, purpose }: Dates & Pick<EngagementFacts, 'purpose'>): Dates {
  if (type === 1 || periodStart === null || periodEnd === null) {
    const day = asOf === null ? null : Temporal.PlainDate.from(asOf).add({ months: purpose === 'readiness' ? 6 : 12 }).toString()
    return { type: 1, asOf: day, periodStart: null, periodEnd: null }
  }
  const start = Temporal.PlainDate.from(periodStart)
  const next = Temporal.PlainDate.from(periodEnd).add({ days: 1 })
  const months = start.until(next, { largestUnit: 'months' })
  const length = months.days === 0 && months.months > 0 ? { months: months.months } : { days: start.until(next).days }
  return { type: 2, asOf: null, periodStart: next.toString(), periodEnd: next.add(length).subtract({ days: 1 }).toString() }
}

/** The day an engagement looks back from: the end of its period, or its as-of date. */
export function endOf({ type, asOf, periodEnd }: Dates): string {
  const day = type === 1 ? asOf : periodEnd
  if (day === null) throw new Error('The engagement has no dates')
  return day
}

/** A due date as far from the new end as it was from the old one; what would fall on a weekend falls on the Monday after. */
export function shiftDue(dueOn: string, oldEnd: string, newEnd: string): string {
  const distance = Temporal.PlainDate.from(oldEnd).until(Temporal.PlainDate.from(dueOn)).days
  const day = Temporal.PlainDate.from(newEnd).add({ days: distance })
  return (day.dayOfWeek < 6 ? day : day.add({ days: 8 - day.dayOfWeek })).toString()
}
