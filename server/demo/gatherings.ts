import type { Gathering, ListVersion, Reading } from './gathering.ts'
import { makeLists, type ListName } from './lists.ts'
import { mappings } from './mappings.ts'

const lists = makeLists()

const dashboard = { 'deploybot-dashboard.png': 'deploybot-dashboard' }
const deployments = "select … from deployment where environment = 'production' and deployed_at >= '2025-10-01T00:00:00Z' and deployed_at < '2026-10-01T04:00:00Z' order by deployed_at"
const terminations = 'Report 114, terminations: last working day from Oct 1, 2025'

/** How the 13 requests for lists were answered, by whom, and who of the firm looked. */
export const gatherings: readonly Gathering[] = [
  { number: 1, by: 'Ines Marchetti', reviewer: 'fischer', versions: [
    taken(['2026-10-09 10:15', '2026-10-09 10:41', '2026-10-12 09:05', '2026-10-13 10:20'], [reading('joiners', 'joiners.csv'), reading('staff', 'staff.csv')], { 'peopledesk-reports.png': 'peopledesk-joiners' },
      'Report 108, joiners: first working day Oct 1, 2025 to Sep 30, 2026. Report 121, headcount: as of Sep 30, 2026', '2026-10-09T10:12', 46, { words: 'joiners.csv has 46 rows, staff.csv 212; both counts are on the screen.' }),
  ] },
  { number: 2, by: 'Ines Marchetti', reviewer: 'webb', versions: [
    sentBack(['2026-10-08 15:38', '2026-10-08 15:52', '2026-10-09 09:40', '2026-10-09 10:04'], [reading('leaversFirst', 'leavers.csv'), reading('payroll', 'payroll-leavers.csv')], { 'peopledesk-report.png': 'peopledesk-leavers-v1' }, terminations, '2026-10-08T15:41', 32, {
      reason: 'incomplete_population', dueOn: '2026-10-16',
      words: 'Two rows have their last working day on October 2, after the period, and one person in the payroll report is not in this list: the report leaves out records under HR review. Please run it again with an end date of September 30 and without that exclusion.',
    }),
    taken(['2026-10-14 10:16', '2026-10-14 10:31', '2026-10-14 14:05', '2026-10-15 09:12'], [reading('leavers', 'leavers-v2.csv'), reading('payroll', 'payroll-leavers.csv')], { 'peopledesk-report-v2.png': 'peopledesk-leavers-v2' },
      `${terminations} to Sep 30, 2026, no exclusion`, '2026-10-14T10:22', 31, { overruled: [{ file: 'payroll-leavers.csv', code: 'same_bytes', words: 'The payroll report was right; only the HR report was run again.' }] }),
  ] },
  { number: 3, by: 'Ravi Menon', reviewer: 'webb', versions: [
    sentBack(['2026-10-12 11:07', '2026-10-12 11:20', '2026-10-13 08:50', '2026-10-13 09:31'], [reading('changesFirst', 'changes.csv')], dashboard, deployments, '2026-10-12T11:05', 1000, {
      reason: 'incomplete_population', dueOn: '2026-10-20', words: 'The export stops at exactly 1,000 rows, in July; your dashboard shows 1,284. Please export again with the row limit off.',
    }, { overruled: [{ file: 'changes.csv', code: 'cut_off', words: 'The query gives everything, as far as I know.' }] }),
    taken(['2026-10-15 16:50', '2026-10-15 16:58', '2026-10-16 09:40', '2026-10-16 13:25'], [reading('changes', 'changes-v2.csv')], { ...dashboard, 'deploybot-export-v2.png': 'deploybot-export-v2' },
      `${deployments}, row limit off`, '2026-10-15T16:47', 1285, { overruled: [{ file: 'deploybot-dashboard.png', code: 'same_bytes', words: 'The dashboard shows the same count as before.' }] }),
  ] },
  { number: 4, by: 'Hannah Osei', reviewer: 'fischer', versions: [
    taken(['2026-10-09 11:38', '2026-10-09 11:52', '2026-10-12 11:10', '2026-10-13 10:45'], [reading('reviews', 'access-reviews.csv')], { 'accesshub-reviews.png': 'accesshub-reviews' }, 'Campaigns due Oct 1, 2025 to Sep 30, 2026, all systems, unfinished included', '2026-10-09T11:36', 24),
  ] },
  { number: 5, by: 'Ethan Kowalczyk', reviewer: 'webb', versions: [
    taken(['2026-10-08 16:24', '2026-10-08 16:33', '2026-10-09 11:15', '2026-10-12 14:02'], [reading('incidents', 'incidents.csv')], { 'opsdesk-incidents.png': 'opsdesk-incidents' }, 'Saved search 31: opened in the period, any severity, any state, deleted included', '2026-10-08T16:21', 7),
  ] },
  { number: 6, by: 'Noor Haddad', reviewer: 'fischer', versions: [
    sentBack(['2026-10-12 09:52', '2026-10-12 10:05', '2026-10-13 09:10', '2026-10-13 11:24'], [reading('backupsFirst', 'backup-runs.csv')], { 'vaultkeep-report.png': 'vaultkeep-runs-v1' }, 'Job runs of payments, ledger and identity, any status, October 2025 to September 2026', '2026-10-12T09:48', 1095, {
      reason: 'other', dueOn: '2026-10-19', words: 'The dates mix day-first and month-first: 03/11/2025 can be November 3 or March 11. Please export again with dates such as 2025-11-03, with their time zone.',
    }),
    taken(['2026-10-14 14:08', '2026-10-14 14:20', '2026-10-15 10:02', '2026-10-15 13:40'], [reading('backups', 'backup-runs-v2.csv')], { 'vaultkeep-report-v2.png': 'vaultkeep-runs-v2' }, 'Job runs of payments, ledger and identity, any status, 2025-10-01 to 2026-09-30, dates in ISO 8601', '2026-10-14T14:05', 1095),
  ] },
  { number: 7, by: 'Paloma Reinhart', reviewer: 'webb', versions: [
    taken(['2026-10-09 14:53', '2026-10-09 15:02', '2026-10-12 13:20', '2026-10-13 15:10'], [reading('vendors', 'vendors.csv')], { 'vendorbook-register.png': 'vendorbook-register' }, 'Vendors with a contract on any day from Oct 1, 2025 to Sep 30, 2026, archived included', '2026-10-09T14:50', 38),
  ] },
  { number: 8, by: 'Marisol Vega', reviewer: 'fischer', versions: [
    sentBack(['2026-10-09 15:35', '2026-10-09 15:46', '2026-10-12 15:05', '2026-10-12 15:40'], [reading('accessFirst', 'access-requests.csv')], { 'opsdesk-search.png': 'opsdesk-requests-v1' }, 'Saved search 12 with comments: access requests fulfilled in the period', '2026-10-09T15:31', 213, {
      reason: 'other', dueOn: '2026-10-16', words: 'Ticket OPS-4471 is there twice, so the list has 213 rows for 212 tickets, and one cell holds a formula in place of the user. Please export the tickets alone, without their comments.',
    }),
    taken(['2026-10-13 10:06', '2026-10-13 10:15', '2026-10-14 09:30', '2026-10-14 13:12'], [reading('access', 'access-requests-v2.csv')], { 'opsdesk-search-v2.png': 'opsdesk-requests-v2' }, 'Saved search 12, ticket fields only: access requests fulfilled in the period', '2026-10-13T10:04', 212),
  ] },
  { number: 9, by: 'Carla Whitfield', reviewer: 'webb', versions: [
    taken(['2026-10-09 09:18', '2026-10-09 09:29', '2026-10-12 10:02', '2026-10-12 15:44'], [reading('disposals', 'disposals.csv')], { 'assettrack-query.png': 'assettrack-disposals' }, 'state in (Disposed, Destroyed, Sold, Donated), disposed_on from Oct 1, 2025 to Sep 30, 2026, deleted records included', '2026-10-09T09:16', 0, {
      words: 'There were no disposals in the period. The next lease of laptops ends in March 2027; until then nothing goes back.',
      corroboration: 'The query in AssetTrack, observed on screen with deleted records included, returned 0 rows; Carla Whitfield said the same when asked; the lease register shows no return before March 2027.',
    }),
  ] },
  { number: 10, by: 'Teresa Quill', reviewer: 'fischer', versions: [
    taken(['2026-10-12 13:18', '2026-10-12 13:30', '2026-10-13 13:15', '2026-10-14 10:40'], [reading('reconciliations', 'reconciliations.csv')], { 'ledgerone-reconciliations.png': 'ledgerone-reconciliations' }, 'Reconciliations by business date, 2025-10-01 to 2026-09-30, any state', '2026-10-12T13:15', 251, {
      words: 'No reconciliation is due on the ten days on which banks in the United States are closed.',
    }),
  ] },
  { number: 11, by: 'Ethan Kowalczyk', reviewer: 'webb', versions: [
    taken(['2026-10-08 16:42', '2026-10-08 16:50', '2026-10-09 14:20', '2026-10-13 15:22'], [reading('triage', 'triage.csv')], { 'opsdesk-report.png': 'opsdesk-triage' }, 'Report 77: triage by day, days without alerts included', '2026-10-08T16:40', 365),
  ] },
  { number: 12, by: 'Kofi Mensah-Boyd', reviewer: 'fischer', versions: [
    taken(['2026-10-12 10:35', '2026-10-12 10:44', '2026-10-13 10:30', '2026-10-14 11:05'], [reading('scans', 'scans.csv')], { 'scanpoint-scans.png': 'scanpoint-scans' }, 'Scans of the weekly schedule started in the period, any state', '2026-10-12T10:32', 52),
  ] },
  { number: 13, by: 'Nils Aaberg', reviewer: 'webb', versions: [
    taken(['2026-10-12 15:10', '2026-10-12 15:18', '2026-10-13 14:20', '2026-10-14 11:30'], [reading('failures', 'job-failures.csv')], { 'opsdesk-alerts.png': 'opsdesk-alerts' }, 'Saved search 44: alerts of rule job.failed in production, raised in the period', '2026-10-12T15:08', 163),
  ] },
]

type Moments = readonly [openedAt: string, submittedAt: string, reviewedAt: string, decidedAt: string]
type More = Pick<ListVersion, 'words' | 'overruled' | 'corroboration'>

function taken([openedAt, submittedAt, reviewedAt, decidedAt]: Moments, read: readonly Reading[], screens: Readonly<Record<string, string>>, query: string, at: string, rows: number, more: More = {}): ListVersion {
  return { openedAt, submittedAt, reviewedAt, decidedAt, lists: read, screens, said: { query, at, rows }, returned: null, ...more }
}

function sentBack(moments: Moments, read: readonly Reading[], screens: Readonly<Record<string, string>>, query: string, at: string, rows: number, returned: ListVersion['returned'], more: More = {}): ListVersion {
  return { ...taken(moments, read, screens, query, at, rows, more), returned }
}

function reading(name: ListName, file: string): Reading {
  return { file, list: lists[name], mapping: mappings[name.replace('First', '') as keyof typeof mappings] }
}
