import { businessDayFrom, periodDays, plusBusinessDays, plusDays } from './calendar.ts'
import type { Chance } from './chance.ts'
import type { List } from './list.ts'

const joinerCount = 46
const leaverCount = 31
const staffCount = 212

export const jobs: readonly (readonly [string, readonly string[]])[] = [
  ['Engineering', ['Software Engineer', 'Test Engineer', 'Engineering Manager']],
  ['Customer Success', ['Support Specialist', 'Onboarding Consultant']],
  ['Treasury', ['Treasury Analyst', 'Settlement Analyst']],
  ['Sales', ['Account Executive', 'Sales Engineer']],
  ['Product', ['Product Manager', 'Product Designer']],
  ['Finance', ['Accountant', 'Payroll Specialist']],
  ['Risk', ['Fraud Analyst', 'Risk Analyst']],
]
const places = ['Boston', 'Charlotte', 'Remote, US']
const managers = ['M-0103', 'M-0117', 'M-0124', 'M-0131', 'M-0150', 'M-0166']

// When access was removed is not in the HR system; what was drawn, and the logs, decide what the story finds.
export const leaverHeader = ['employee_id', 'department', 'job_title', 'termination_type', 'last_working_day', 'hr_entered_at', 'offboarding_ticket']

// Drawn for R-016: trained 11 days after the 30 that joiners have.
const trainedLate = 25
const trainedAfter = 41

/** Everybody who joined in the period: checked and signed before the first day, and all but one trained within 30 days. */
export function joinersOf(luck: Chance): List {
  const rows = spread(luck, joinerCount).map((day, index) => {
    const [department, titles] = luck.pick(jobs)
    return [
      `E-${10900 + index * 7 + luck.whole(0, 6)}`, department, luck.pick(titles), luck.whole(1, 10) > 8 ? 'contractor' : 'employee', day, luck.pick(managers), luck.pick(places),
      plusDays(day, -luck.whole(4, 20)), plusDays(day, -luck.whole(0, 3)), trainedOn(day, index, luck.whole(2, 18)),
    ]
  })
  return { header: ['employee_id', 'department', 'job_title', 'employment_type', 'hire_date', 'manager', 'location', 'background_check_on', 'conduct_signed_on', 'training_completed_on'], rows }
}

/** Everybody employed on the last day of the period, by the day their yearly acceptance, training and review were due. */
export function staffOf(luck: Chance): List {
  const rows = Array.from({ length: staffCount }, (_one, index) => {
    const [department, titles] = luck.pick(jobs)
    const hired = plusDays('2018-02-05', Math.floor((index * 2770) / staffCount) + luck.whole(0, 9))
    const due = periodDays[Math.floor((index * 365) / staffCount)]!
    return [`E-${7200 + index * 14 + luck.whole(0, 13)}`, department, luck.pick(titles), luck.whole(1, 12) > 11 ? 'contractor' : 'employee', hired, luck.pick(managers), due]
  })
  return { header: ['employee_id', 'department', 'job_title', 'employment_type', 'hire_date', 'manager', 'yearly_due_on'], rows }
}

export function leaversOf(luck: Chance): string[][] {
  return spread(luck, leaverCount).map((day, index) => leaverRow(luck, index, day))
}

export function leaverRow(luck: Chance, index: number, lastDay: string): string[] {
  const [department, titles] = luck.pick(jobs)
  const entered = `${businessDayFrom(plusDays(lastDay, -luck.whole(9, 20)))} ${String(luck.whole(9, 16)).padStart(2, '0')}:${String(luck.whole(0, 59)).padStart(2, '0')}`
  return [
    `E-${10400 + index * 11 + luck.whole(0, 9)}`, department, luck.pick(titles), luck.whole(1, 10) > 7 ? 'involuntary' : 'voluntary',
    lastDay, entered, `OPS-${4100 + index * 41 + luck.whole(0, 39)}`,
  ]
}

/** What payroll knows of the same people, by the number they have in both systems. */
export function payrollOf(leavers: readonly (readonly string[])[]): List {
  const rows = leavers.map((row, index) => {
    const lastDay = row[4]!
    return [row[0]!, `PR-${70210 + index * 3}`, lastDay, `${lastDay.slice(0, 7)}-${lastDay.slice(8) <= '15' ? 'A' : 'B'}`]
  })
  return { header: ['employee_id', 'payroll_no', 'last_day_paid', 'final_pay_run'], rows }
}

function trainedOn(hired: string, index: number, businessDays: number): string {
  return index === trainedLate ? plusDays(hired, trainedAfter) : plusBusinessDays(hired, businessDays)
}

/** Business days spread evenly over the period, a little apart from where they would be. */
function spread(luck: Chance, count: number): string[] {
  return Array.from({ length: count }, (_one, index) => businessDayFrom(plusDays('2025-10-01', Math.floor((index * 365) / count) + luck.whole(0, 7))))
}
