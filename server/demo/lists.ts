import { stringify } from 'csv-stringify/sync'
import { isBusinessDay, plusBusinessDays, plusDays, printUtc } from './calendar.ts'
import { chance, type Chance } from './chance.ts'
import { changesOf, type Change } from './changes.ts'

/** A list as PaySmart's systems export it. `key` names the row, the other columns are what the system shows. */
export type List = { readonly header: readonly string[], readonly rows: readonly (readonly string[])[] }

/** The lists of the story, each in the versions that were sent. */
export type Lists = {
  readonly leaversFirst: List
  readonly leavers: List
  readonly payroll: List
  readonly changesFirst: List
  readonly changes: List
  readonly disposals: List
}

const periodStart = '2025-10-01'
const periodDays = 365
const leaverCount = 31
const missingLeaver = 17

const jobs: readonly (readonly [string, readonly string[]])[] = [
  ['Engineering', ['Software Engineer', 'Test Engineer', 'Engineering Manager']],
  ['Customer Success', ['Support Specialist', 'Onboarding Consultant']],
  ['Treasury', ['Treasury Analyst', 'Settlement Analyst']],
  ['Sales', ['Account Executive', 'Sales Engineer']],
  ['Product', ['Product Manager', 'Product Designer']],
  ['Finance', ['Accountant', 'Payroll Specialist']],
  ['Risk', ['Fraud Analyst', 'Risk Analyst']],
]

/** Makes all lists; two calls give the same rows. */
export function makeLists(): Lists {
  const leavers = leaversOf(chance('leavers'))
  const changes = changesOf(chance('changes'))
  const late = [leaver(chance('late one'), 31, '2026-10-02'), leaver(chance('late two'), 32, '2026-10-02')]
  const changeList = { header: changeHeader, rows: changes.map(changeRow) }
  return {
    leaversFirst: { header: leaverHeader, rows: [...leavers.filter((_row, index) => index !== missingLeaver), ...late] },
    leavers: { header: leaverHeader, rows: leavers },
    payroll: { header: ['payroll_no', 'employee_id', 'last_day_paid', 'final_pay_run'], rows: payrollOf(leavers) },
    changesFirst: { ...changeList, rows: changeList.rows.slice(0, 1000) },
    changes: changeList,
    disposals: { header: ['asset_tag', 'asset_type', 'disposed_on', 'method', 'vendor', 'certificate_no'], rows: [] },
  }
}

/** The bytes of the file, as a spreadsheet would save it. */
export function writeCsv({ header, rows }: List): string {
  return stringify([[...header], ...rows.map((row) => [...row])])
}

/** The cells of the row with that key, by column; the key stands in the first column. */
export function rowOf(list: List, key: string): Readonly<Record<string, string>> {
  const row = list.rows.find(([first]) => first === key)
  if (!row) throw new Error(`No row ${key}`)
  return Object.fromEntries(list.header.map((name, index) => [name, row[index]!]))
}

// When access was removed is not in the HR system; what was drawn, and the logs, decide what the story finds.
const leaverHeader = ['employee_id', 'department', 'job_title', 'termination_type', 'last_working_day', 'hr_entered_at', 'offboarding_ticket']
const changeHeader = ['change_id', 'repository', 'service', 'title', 'author', 'pull_request', 'merged_at', 'approver', 'pipeline_run', 'deployed_at', 'deployed_by', 'change_type']

function leaversOf(luck: Chance): string[][] {
  const days = Array.from({ length: leaverCount }, (_one, index) => businessDayFrom(plusDays(periodStart, Math.floor((index * periodDays) / leaverCount) + luck.whole(0, 7))))
  return days.map((day, index) => leaver(luck, index, day))
}

function leaver(luck: Chance, index: number, lastDay: string): string[] {
  const [department, titles] = luck.pick(jobs)
  const entered = `${businessDayFrom(plusDays(lastDay, -luck.whole(9, 20)))} ${String(luck.whole(9, 16)).padStart(2, '0')}:${String(luck.whole(0, 59)).padStart(2, '0')}`
  return [
    `E-${10400 + index * 11 + luck.whole(0, 9)}`, department, luck.pick(titles), luck.whole(1, 10) > 7 ? 'involuntary' : 'voluntary',
    lastDay, entered, `OPS-${4100 + index * 41 + luck.whole(0, 39)}`,
  ]
}

function businessDayFrom(day: string): string {
  return isBusinessDay(day) ? day : plusBusinessDays(day, 1)
}

function payrollOf(leavers: readonly (readonly string[])[]): string[][] {
  return leavers.map((row, index) => {
    const lastDay = row[4]!
    return [`PR-${70210 + index * 3}`, row[0]!, lastDay, `${lastDay.slice(0, 7)}-${lastDay.slice(8) <= '15' ? 'A' : 'B'}`]
  })
}

function changeRow(change: Change): string[] {
  return [
    change.id, change.repository, change.service, change.title, change.author, String(change.pull), printUtc(change.mergedAt),
    change.approver, String(change.run), printUtc(change.deployedAt), change.emergency ? 'release.oncall' : 'deploybot', change.emergency ? 'emergency' : 'standard',
  ]
}
