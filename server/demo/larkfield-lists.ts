import { plusDays, workday } from './calendar.ts'
import { chance } from './chance.ts'
import { writeCsv, type List } from './list.ts'

const leaverCount = 24
const joinerCount = 29
const teams = ['Claims', 'Data', 'Support', 'Exchange', 'Finance']

/** Everybody who left Larkfield in the period, which ends 45 days before the day of loading. */
export function leaversList(today: string): List {
  const luck = chance('larkfield leavers')
  const rows = days(today, leaverCount).map((day, index) => [`LK-${310 + index * 6 + luck.whole(0, 5)}`, luck.pick(teams), day, `HR-${1200 + index * 9}`])
  return { header: ['staff_id', 'team', 'last_working_day', 'notice'], rows }
}

/** The file of everybody who joined in the same time, and how many rows it has. */
export function joinersFile(today: string): { readonly text: string, readonly rows: number } {
  const luck = chance('larkfield joiners')
  const rows = days(today, joinerCount).map((day, index) => [`LK-${480 + index * 5 + luck.whole(0, 4)}`, luck.pick(teams), day, plusDays(day, -luck.whole(1, 12))])
  return { text: writeCsv({ header: ['staff_id', 'team', 'first_working_day', 'agreement_signed_on'], rows }), rows: rows.length }
}

/** Weekdays spread over the period. */
function days(today: string, count: number): string[] {
  const start = plusDays(today, -45 - 364)
  return Array.from({ length: count }, (_one, index) => workday(plusDays(start, 4 + Math.floor((index * 358) / count)), 0))
}
