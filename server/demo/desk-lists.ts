import { businessDayFrom, clock, periodDays, plusBusinessDays, plusDays } from './calendar.ts'
import type { Chance } from './chance.ts'
import type { List } from './list.ts'

export const systems: readonly string[] = ['Payments Core', 'LedgerOne', 'GitForge', 'DeployBot', 'OpsDesk', 'VaultKeep']

const reviewers = ['d.sokol', 't.quill', 'r.menon', 'o.tallis', 'm.vega', 'n.haddad']
// Quarters whose review was due in the period, with the day it was due.
const quarters: readonly (readonly [string, string])[] = [['2025-Q3', '2025-10-30'], ['2025-Q4', '2026-01-30'], ['2026-Q1', '2026-04-30'], ['2026-Q2', '2026-07-30']]
const lateQuarter = '2026-Q2'
const roles = ['viewer', 'analyst', 'operator', 'approver', 'developer']
const ticketCount = 212
const failureCount = 163
const failing = ['settlement-close', 'payout-batch', 'fee-calculation', 'statement-run', 'sanctions-refresh', 'webhook-retry']

/** Every system's review of every quarter due; those of one quarter were finished 12 to 19 days late, their reviewer being on leave. */
export function accessReviewsOf(luck: Chance): List {
  const rows = quarters.flatMap(([quarter, due]) => systems.map((system, index) => {
    const late = quarter === lateQuarter
    const started = businessDayFrom(plusDays(due, late ? 2 : -luck.whole(18, 24)))
    const finished = late ? plusDays(due, [12, 19, 14, 13, 17, 15][index]!) : plusDays(due, -luck.whole(1, 9))
    return [`AR-${quarter}-${String(index + 1).padStart(2, '0')}`, system, quarter, reviewers[index]!, due, started, finished, String(luck.whole(24, 148)), String(luck.whole(0, 4)), `OPS-${5600 + luck.whole(0, 300)}`]
  }))
  return { header: ['review_id', 'system', 'quarter', 'reviewer', 'due_on', 'started_on', 'completed_on', 'users_reviewed', 'users_removed', 'ticket'], rows }
}

/** The seven incidents of the period. Those rated high were reviewed within 10 business days. */
export const incidentList: List = {
  header: ['incident_id', 'opened_at', 'severity', 'category', 'detected_by', 'summary', 'customer_impact', 'contained_at', 'resolved_at', 'review_completed_at'],
  rows: [
    ['INC-2091', '2025-11-18T07:42:00-05:00', 'high', 'availability', 'monitoring', 'Payout router out of connections after a release', '38 minutes of delayed payouts', '2025-11-18T08:20:00-05:00', '2025-11-18T11:05:00-05:00', '2025-11-26T15:30:00-05:00'],
    ['INC-2137', '2026-01-22T15:10:00-05:00', 'low', 'phishing', 'employee report', 'Mail that imitated the payroll system', 'none', '2026-01-22T15:44:00-05:00', '2026-01-23T10:12:00-05:00', ''],
    ['INC-2168', '2026-03-05T11:28:00-05:00', 'medium', 'access', 'daily triage', 'Sign-in attempts against the merchant portal from one network', 'none', '2026-03-05T12:02:00-05:00', '2026-03-06T09:40:00-05:00', ''],
    ['INC-2190', '2026-04-14T22:51:00-04:00', 'medium', 'availability', 'monitoring', 'Settlement file late from CardRail', 'reports 50 minutes late', '2026-04-14T23:40:00-04:00', '2026-04-15T02:15:00-04:00', ''],
    ['INC-2214', '2026-06-02T09:03:00-04:00', 'low', 'device', 'employee report', 'Laptop left in a train, encrypted and wiped', 'none', '2026-06-02T09:31:00-04:00', '2026-06-04T16:20:00-04:00', ''],
    ['INC-2239', '2026-07-21T13:36:00-04:00', 'high', 'data', 'customer report', 'Merchant saw the header of another merchant’s statement', 'one merchant informed', '2026-07-21T14:10:00-04:00', '2026-07-22T18:45:00-04:00', '2026-08-03T11:00:00-04:00'],
    ['INC-2256', '2026-09-09T04:17:00-04:00', 'low', 'malware', 'endpoint protection', 'Blocked attachment on one laptop', 'none', '2026-09-09T04:17:00-04:00', '2026-09-09T10:25:00-04:00', ''],
  ],
}

/** The access tickets; the first export, joined with comments, has one ticket twice and a cell that a spreadsheet would run. */
export function accessRequestsOf(luck: Chance): { readonly first: List, readonly second: List } {
  const header = ['ticket_id', 'requester', 'subject_user', 'system', 'role_requested', 'submitted_at', 'manager_approved_at', 'owner_approved_at', 'fulfilled_at', 'fulfilled_by', 'status']
  const rows = Array.from({ length: ticketCount }, (_one, index) => {
    const day = businessDayFrom(periodDays[Math.min(359, Math.floor((index * 358) / ticketCount) + luck.whole(0, 2))]!)
    const at = (days: number, hour: number) => stamp(plusBusinessDays(day, days), hour, luck.whole(0, 59))
    const number = index === 120 ? 4471 : 3180 + index * 11 + luck.whole(0, 9)
    const subject = `u${String(2000 + luck.whole(0, 899))}`
    return [`OPS-${number}`, `M-0${luck.whole(103, 166)}`, subject, luck.pick(systems), luck.pick(roles), at(0, 9), at(0, luck.whole(11, 13)), at(0, luck.whole(14, 15)), at(luck.whole(0, 1), luck.whole(16, 17)), luck.pick(['m.vega', 'l.arndt']), 'fulfilled']
  })
  const twice = rows.flatMap((row) => row[0] === 'OPS-4471' ? [row, [...row.slice(0, 10), 'fulfilled, reopened']] : [row])
  const first = twice.map((row, index) => index === 57 ? [...row.slice(0, 2), '=HYPERLINK("https://opsdesk.paysmart.example/u/2117","u2117")', ...row.slice(3)] : row)
  return { first: { header, rows: first }, second: { header, rows } }
}

/** The triage of every day. */
export function triageOf(luck: Chance): List {
  const rows = periodDays.map((day) => {
    const alerts = luck.whole(3, 26)
    const escalated = luck.whole(1, 40) > 38 ? 1 : 0
    return [day, String(alerts), String(alerts - escalated), String(escalated), luck.pick(['s.iyer', 'b.kessler', 'f.amari']), stamp(day, luck.whole(14, 17), luck.whole(0, 59)), escalated > 0 ? 'escalated to an incident' : 'no incident']
  })
  return { header: ['day', 'alerts', 'closed', 'escalated', 'analyst', 'recorded_at', 'outcome'], rows }
}

/** Every alert of a failed processing job. */
export function failuresOf(luck: Chance): List {
  const rows = Array.from({ length: failureCount }, (_one, index) => {
    const day = periodDays[Math.floor((index * 364) / failureCount)]!
    const hour = luck.whole(4, 21)
    const [failed, alerted, resolved] = [luck.whole(0, 20), luck.whole(21, 24), luck.whole(25, 59)].map((minute) => stamp(day, hour, minute))
    return [`AL-${61_000 + index * 13 + luck.whole(0, 12)}`, luck.pick(failing), failed!, alerted!, `OPS-${9100 + index * 5 + luck.whole(0, 4)}`, resolved!, luck.pick(['rerun', 'rerun', 'input corrected, rerun', 'rolled back, rerun'])]
  })
  return { header: ['alert_id', 'job', 'failed_at', 'alerted_at', 'ticket', 'resolved_at', 'outcome'], rows }
}

/** '2026-03-04T14:07:00-05:00', as the desk writes a moment in New York. */
function stamp(day: string, hour: number, minute: number): string {
  const wall = `${day}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00`
  return `${wall}-0${(clock(wall).getTime() - Date.parse(`${wall}Z`)) / 3_600_000}:00`
}
