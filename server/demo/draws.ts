import type { Every } from '../database/schema/populations.ts'
import { chance } from './chance.ts'
import { accessRecord, accessReviewRecord, backgroundRecord, conductRecord, emergencyRecord, incidentRecord, performanceRecord, trainingRecord, yearlyRecord } from './people-records.ts'
import { backupRecord, badgeRecord, capacityRecord, committeeRecord, failureRecord, integrityRecord, monitoringRecord, reconciliationRecord, restoreRecord, scanRecord, triageRecord, vendorRecord } from './running-records.ts'
import type { Row } from './list.ts'
import { makeLists } from './lists.ts'
import type { EvidenceRecord } from './record.ts'

const lists = makeLists()

/** The calendars of periodic controls; `list` names the request whose list the calendar is matched with. */
export const calendars: readonly { readonly name: string, readonly every: Every, readonly occurrence: string, readonly control: string, readonly list?: { readonly request: number, readonly file: string } }[] = [
  { name: 'Risk committee by quarter', every: 'quarter', occurrence: 'one quarter with a meeting of the risk committee', control: 'GV-02' },
  { name: 'Control tests by quarter', every: 'quarter', occurrence: 'one quarter of control tests', control: 'MO-01' },
  { name: 'Badge reviews by quarter', every: 'quarter', occurrence: 'one quarter with a review of badge holders', control: 'AC-06' },
  { name: 'Capacity reviews by month', every: 'month', occurrence: 'one month with a capacity review', control: 'AV-01' },
  { name: 'Restore tests by month', every: 'month', occurrence: 'one month with a restore test', control: 'AV-03' },
  { name: 'Integrity checks by month', every: 'month', occurrence: 'one month with an integrity check', control: 'PI-05' },
  { name: 'Backups by day', every: 'day', occurrence: 'one day of backups of all three databases', control: 'AV-02' },
  { name: 'Triage by day', every: 'day', occurrence: 'one day of alert triage', control: 'LG-01', list: { request: 11, file: 'triage.csv' } },
  { name: 'Scans by week', every: 'week', occurrence: 'one week with a scan', control: 'VM-01', list: { request: 12, file: 'scans.csv' } },
]

type Source = { readonly request: number, readonly version: number, readonly file: string } | { readonly calendar: string }

/** One draw: the request it writes, the tests it serves, where from, how many and why. */
export type Drawing = {
  readonly request: number
  readonly tests: readonly string[]
  readonly from: Source
  readonly filter?: { readonly column: string, readonly value: string }
  readonly n: number
  readonly reason: string
  /** The story tells what was drawn, so its seeds are the same at every loading. */
  readonly seed: string
  /** What the client's system prints of one item; the two tests told in full write their own. */
  readonly recordOf: ((row: Row) => EvidenceRecord) | null
  /** When the owner printed it, and who of the firm looks. */
  readonly printedAt: string
  readonly reviewer: string
}

const hires: Source = { request: 1, version: 1, file: 'joiners.csv' }
const staff: Source = { request: 1, version: 1, file: 'staff.csv' }
const changes: Source = { request: 3, version: 2, file: 'changes-v2.csv' }

// Three reviews of the quarter that was late are in it, the 12 and the 19 days among them.
const reviewSeed = chance('draw R-021 15').hex(32)

/** The draws in the order of their requests, R-014 to R-036. */
export const drawings: readonly Drawing[] = [
  drawing(14, ['GV-01.T1'], hires, 10, 'Policy: event driven, high risk, 20% of 46', '2026-10-21 09:41', 'webb', conductRecord),
  drawing(15, ['GV-04.T1'], hires, 10, 'Policy: event driven, high risk, 20% of 46', '2026-10-21 09:52', 'fischer', backgroundRecord),
  drawing(16, ['GV-05.T1'], hires, 10, 'Policy: event driven, high risk, 20% of 46', '2026-10-22 14:10', 'webb', trainingRecord),
  drawing(17, ['GV-01.T2', 'GV-05.T2'], staff, 25, 'By judgment: the policy gives 22 at low risk for 212, and 25 give every department its share', '2026-10-22 14:31', 'fischer', yearlyRecord),
  drawing(18, ['GV-06.T1'], staff, 25, 'By judgment: the policy gives 22 at low risk for 212, and 25 give every department its share', '2026-10-23 10:04', 'webb', performanceRecord),
  drawing(19, ['AC-01.T1'], { request: 8, version: 2, file: 'access-requests-v2.csv' }, 32, 'Policy: event driven, moderate risk, 15% of 212', '2026-10-22 11:26', 'fischer', accessRecord),
  drawing(20, ['AC-02.T1'], { request: 2, version: 2, file: 'leavers-v2.csv' }, 10, 'By judgment: the policy gives 7 at high risk for 31, and 10 cover every quarter', '2026-10-22 10:05', 'webb', null),
  drawing(21, ['AC-04.T1'], { request: 4, version: 1, file: 'access-reviews.csv' }, 12, 'By judgment: the policy gives 5 at moderate risk for 24, and 12 cover every system and every quarter', '2026-10-28 09:15', 'fischer', (row) => accessReviewRecord(row, true), reviewSeed),
  drawing(22, ['CH-01.T1'], changes, 40, 'Policy: event driven, 250 or more, moderate risk', '2026-10-26 14:20', 'webb', null),
  { ...drawing(23, ['CH-03.T1'], changes, 5, 'Policy: event driven, moderate risk, at least 5 of the 9 emergency changes', '2026-10-27 09:33', 'fischer', emergencyRecord), filter: { column: 'change_type', value: 'emergency' } },
  drawing(24, ['IR-01.T1'], { request: 5, version: 1, file: 'incidents.csv' }, 5, 'Policy: event driven, moderate risk, at least 5 of 7', '2026-10-21 16:02', 'webb', incidentRecord),
  drawing(25, ['LG-01.T1'], { calendar: 'Triage by day' }, 30, 'Policy: daily, moderate risk', '2026-10-23 16:15', 'fischer', (row) => triageRecord(row, lists.triage)),
  drawing(26, ['VM-01.T1'], { calendar: 'Scans by week' }, 8, 'Policy: weekly, moderate risk', '2026-10-26 10:20', 'webb', (row) => scanRecord(row, lists.scans)),
  drawing(27, ['AV-02.T1'], { calendar: 'Backups by day' }, 30, 'Policy: daily, moderate risk', '2026-10-27 13:05', 'fischer', (row) => backupRecord(row, lists.backups)),
  drawing(28, ['AV-03.T1'], { calendar: 'Restore tests by month' }, 3, 'Policy: monthly, moderate risk', '2026-10-26 15:48', 'webb', restoreRecord),
  drawing(29, ['AV-01.T1'], { calendar: 'Capacity reviews by month' }, 3, 'Policy: monthly, moderate risk', '2026-10-26 11:11', 'fischer', capacityRecord),
  drawing(30, ['PI-03.T1'], { request: 10, version: 1, file: 'reconciliations.csv' }, 30, 'Policy: daily, moderate risk', '2026-10-28 15:30', 'webb', reconciliationRecord),
  drawing(31, ['PI-04.T1'], { request: 13, version: 1, file: 'job-failures.csv' }, 25, 'Policy: several a day, moderate risk, 15% of 163', '2026-10-27 10:44', 'fischer', failureRecord),
  drawing(32, ['PI-05.T1'], { calendar: 'Integrity checks by month' }, 3, 'Policy: monthly, moderate risk', '2026-10-26 09:02', 'webb', integrityRecord),
  { ...drawing(33, ['RA-02.T1'], { request: 7, version: 1, file: 'vendors.csv' }, 5, 'Policy: event driven, moderate risk, at least 5 of the 14 vendors of tier 1', '2026-10-22 15:09', 'fischer', vendorRecord), filter: { column: 'tier', value: '1' } },
  drawing(34, ['GV-02.T1'], { calendar: 'Risk committee by quarter' }, 2, 'Policy: quarterly, moderate risk', '2026-10-20 11:30', 'webb', committeeRecord),
  drawing(35, ['MO-01.T1'], { calendar: 'Control tests by quarter' }, 2, 'Policy: quarterly, moderate risk', '2026-10-20 13:45', 'fischer', monitoringRecord),
  drawing(36, ['AC-06.T1'], { calendar: 'Badge reviews by quarter' }, 2, 'Policy: quarterly, moderate risk', '2026-10-21 08:50', 'webb', badgeRecord),
]

function drawing(request: number, tests: readonly string[], from: Source, n: number, reason: string, printedAt: string, reviewer: string, recordOf: Drawing['recordOf'], seed = chance(`draw R-0${request}`).hex(32)): Drawing {
  return { request, tests, from, n, reason, seed, recordOf, printedAt, reviewer }
}
