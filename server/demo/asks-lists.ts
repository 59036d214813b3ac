import type { Ask } from './ask.ts'

const complete = ['Every row of the period, October 1, 2025 to September 30, 2026', 'The screen of the export with its filters, account, clock and row count', 'Nothing was added, removed or changed after the export']

/** the lists that samples are drawn from. */
export const listAsks: readonly Ask[] = [
  list(1, 'All workers who joined, and all staff', 'Two lists from the HR system: everybody whose first day lies in the period, contractors included, and everybody who was there before it began and still is on September 30, 2026.', 'PeopleDesk HR', 'HR Systems Analyst', ['GV-01', 'GV-04', 'GV-05']),
  list(2, 'All leavers in the period', 'A list of everybody whose last working day lies in the period, whatever the reason for leaving, and the payroll report of leavers for the same time, so that the two can be agreed to each other.', 'PeopleDesk HR', 'HR Systems Analyst', ['AC-02'], 'One row for each leaver with employee_id and last_working_day. Leave names and addresses out.'),
  list(3, 'All production deployments in the period', 'Every deployment to production with change number, author, approver and times, the query it was made with, and the count that the deployment dashboard shows for the same days.', 'GitForge and DeployBot', 'DevOps Lead', ['CH-01', 'CH-03'], 'One row for each change_id with deployed_at in UTC, exported without a row limit.'),
  list(4, 'Access reviews due and done', 'A list of the reviews due for each system and quarter, with the day each was due and the day it was finished.', 'AccessHub', 'Director of Information Security', ['AC-04']),
  list(5, 'All incidents opened in the period', 'Every incident of every severity with the times it was opened, contained and resolved.', 'OpsDesk', 'Security Operations Lead', ['IR-01']),
  list(6, 'All backup job runs in the period', 'Every run of every backup job of the three production databases, failed runs included.', 'VaultKeep', 'Database Reliability Engineer', ['AV-02']),
  list(7, 'Vendor register', 'The register of vendors that were active in the period, with tier, contract dates and the day of the last review.', 'VendorBook', 'Vendor Risk Manager', ['RA-02']),
  list(8, 'All access request tickets fulfilled in the period', 'Every ticket by which access was granted, with both approvals and the time access was given.', 'OpsDesk', 'IT Service Desk Lead', ['AC-01']),
  list(9, 'All asset disposals in the period, or a statement of none', 'Every device or medium disposed of, sold, donated or destroyed. If there were none, the empty list from the asset system and the screen of the query.', 'AssetTrack', 'IT Operations Manager', ['AC-07'], 'An empty list is fine when the query that gave it can be seen.'),
  list(10, 'All settlement reconciliations by business day', 'One row for each business day with who prepared and who reviewed the reconciliation, and the breaks found.', 'LedgerOne', 'Treasury Operations Manager', ['PI-03']),
  list(11, 'Daily triage log', 'The log of alert triage, one row for each day of the period, with its outcome.', 'OpsDesk', 'Security Operations Lead', ['LG-01']),
  list(12, 'Weekly vulnerability scans', 'A list of the weekly scans with date, scope and the number of findings by severity.', 'ScanPoint', 'Director of Application Security', ['VM-01']),
  list(13, 'Job failure alerts with their tickets', 'Every alert of a failed processing job with its ticket number and the time it was resolved.', 'OpsDesk', 'Payments Engineering Lead', ['PI-04']),
]

function list(number: number, title: string, ask: string, system: string, owner: string, controls: readonly string[], example = ''): Ask {
  return { number, kind: 'population', title, ask, why: `We draw from this list what we look at for ${controls.join(' and ')}, so it has to be complete.`, system, owner, controls, checklist: complete, example, dueOn: '2026-10-14' }
}
