import { Temporal } from 'temporal-polyfill'
import type { ReminderStep } from '../database/schema/requests.ts'

/** The working days of a due date's reminders: three before, on it or the last one before a weekend, two after. */
export function reminderDays(dueOn: string): Readonly<Record<ReminderStep, string>> {
  const due = Temporal.PlainDate.from(dueOn)
  return {
    before: addWorkingDays(due, -3).toString(),
    on: (isWorkingDay(due) ? due : addWorkingDays(due, -1)).toString(),
    after: addWorkingDays(due, 2).toString(),
  }
}

/** How many working days a reminder that missed its day may still go out; later it is dropped. */
const LATE_DAYS = 2

/**
 * Which reminder is right today, or null. All days are ISO and of the engagement's zone; `since` is the day on which the
 * request last came to its owner, which was a mail of its own.
 */
export function reminderOf({ dueOn, since, today }: { dueOn: string, since: string, today: string }): ReminderStep | null {
  const now = Temporal.PlainDate.from(today)
  if (!isWorkingDay(now)) return null
  const days = reminderDays(dueOn)
  const step = (['after', 'on', 'before'] as const).find((one) => days[one] <= today)
  if (step === undefined || days[step] <= since) return null
  if (step === 'before') return today < days.on ? step : null
  if (step === 'on') return today <= dueOn ? step : null
  return today <= addWorkingDays(Temporal.PlainDate.from(days.after), LATE_DAYS).toString() ? step : null
}

/** The day so many working days after a day, or before it; Monday to Friday, for holidays differ. */
export function addWorkingDays(day: Temporal.PlainDate, count: number): Temporal.PlainDate {
  let left = Math.abs(count)
  let result = day
  while (left > 0) {
    result = result.add({ days: Math.sign(count) })
    if (isWorkingDay(result)) left -= 1
  }
  return result
}

function isWorkingDay(day: Temporal.PlainDate): boolean {
  return day.dayOfWeek <= 5
}
