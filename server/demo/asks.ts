/** What the firm asks PaySmart for, in the order of its numbers; the first is R-001. `owner` is a title. */
export type Ask = {
  readonly title: string
  readonly ask: string
  readonly why: string
  readonly system: string
  readonly owner: string
  readonly controls: readonly string[]
  readonly checklist: readonly string[]
  readonly example: string
}

const complete = ['Every row of the period, October 1, 2025 to September 30, 2026', 'The screen of the export with its filters, account, clock and row count', 'Nothing was added, removed or changed after the export']

export const paySmartAsks: readonly Ask[] = [
  population('All workers who joined, and all staff', 'Two lists from the HR system: everybody whose first day lies in the period, contractors included, and everybody employed on September 30, 2026.', 'PeopleDesk HR', 'HR Systems Analyst', ['GV-01', 'GV-04', 'GV-05']),
  population('All leavers in the period', 'A list of everybody whose last working day lies in the period, whatever the reason for leaving, and the payroll report of leavers for the same time, so that the two can be agreed to each other.', 'PeopleDesk HR', 'HR Systems Analyst', ['AC-02'], 'One row for each leaver with employee_id and last_working_day. Leave names and addresses out.'),
  population('All production deployments in the period', 'Every deployment to production with change number, author, approver and times, the query it was made with, and the count that the deployment dashboard shows for the same days.', 'GitForge and DeployBot', 'DevOps Lead', ['CH-01', 'CH-03'], 'One row for each change_id with deployed_at in UTC, exported without a row limit.'),
  population('Access reviews due and done', 'A list of the reviews due for each system and quarter, with the day each was due and the day it was finished.', 'AccessHub', 'Director of Information Security', ['AC-04']),
  population('All incidents opened in the period', 'Every incident of every severity with the times it was opened, contained and resolved.', 'OpsDesk', 'Security Operations Lead', ['IR-01']),
  population('All backup job runs in the period', 'Every run of every backup job of the three production databases, failed runs included.', 'VaultKeep', 'Database Reliability Engineer', ['AV-02']),
  population('Vendor register', 'The register of vendors that were active in the period, with tier, contract dates and the day of the last review.', 'VendorBook', 'Vendor Risk Manager', ['RA-02']),
  population('All access request tickets fulfilled in the period', 'Every ticket by which access was granted, with both approvals and the time access was given.', 'OpsDesk', 'IT Service Desk Lead', ['AC-01']),
  population('All asset disposals in the period, or a statement of none', 'Every device or medium disposed of, sold, donated or destroyed. If there were none, the empty list from the asset system and the screen of the query.', 'AssetTrack', 'IT Operations Manager', ['AC-07'], 'An empty list is fine when the query that gave it can be seen.'),
  population('All settlement reconciliations by business day', 'One row for each business day with who prepared and who reviewed the reconciliation, and the breaks found.', 'LedgerOne', 'Treasury Operations Manager', ['PI-03']),
  population('Daily triage log', 'The log of alert triage, one row for each day of the period, with its outcome.', 'OpsDesk', 'Security Operations Lead', ['LG-01']),
  population('Weekly vulnerability scans', 'A list of the weekly scans with date, scope and the number of findings by severity.', 'ScanPoint', 'Director of Application Security', ['VM-01']),
  population('Job failure alerts with their tickets', 'Every alert of a failed processing job with its ticket number and the time it was resolved.', 'OpsDesk', 'Payments Engineering Lead', ['PI-04']),
]

/** What is asked for the items of each draw. */
export const leaverAsk: Ask = {
  title: 'Removal log or ticket for the leavers selected',
  ask: 'For each leaver listed: the offboarding ticket, and the log entries that show when the identity and each system in scope was closed, with the time.',
  why: 'Control AC-02 says that access of leavers is removed within one business day of the last working day.',
  system: 'OpsDesk and the identity provider', owner: 'IT Operations Manager', controls: ['AC-02'],
  checklist: ['The time of removal is visible for the identity and for each system', 'The ticket belongs to the leaver listed'],
  example: 'One text or picture for each leaver: ticket, time of deactivation, and the list of systems with times.',
}

export const changeAsk: Ask = {
  title: 'Pull request, test run, approval and deployment record for the changes selected',
  ask: 'For each change listed: the pull request with its reviews, the test run on the commit that was merged, and the deployment record.',
  why: 'Control CH-01 says that each change is reviewed, tested and approved by someone other than its author before it is deployed.',
  system: 'GitForge and DeployBot', owner: 'VP Engineering', controls: ['CH-01'],
  checklist: ['Reviewer, test result, approval and deployment are visible with their times', 'The record belongs to the change listed'],
  example: 'One export for each change, as GitForge and DeployBot write it.',
}

function population(title: string, ask: string, system: string, owner: string, controls: readonly string[], example = ''): Ask {
  return { title, ask, why: `We draw from this list what we look at for ${controls.join(' and ')}, so it has to be complete.`, system, owner, controls, checklist: complete, example }
}
