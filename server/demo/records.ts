import { chance } from './chance.ts'
import { clock, plusBusinessDays, printLocal, printUtc } from './calendar.ts'
import type { Row } from './list.ts'
import { printRecord, type EvidenceRecord } from './record.ts'

const systems = ['Payments Core', 'LedgerOne', 'GitForge', 'DeployBot', 'OpsDesk', 'VaultKeep']

/**
 * The offboarding ticket of a leaver with the logs of the identity provider and each system. `late` is how many business
 * days after the last working day the access went; 0 for the same evening. `at` is when it was printed.
 */
export function leaverRecord(row: Row, late: number, at = '2026-10-22 10:05:12'): EvidenceRecord {
  const { employee_id: employee = '', offboarding_ticket: ticket = '', last_working_day: lastDay = '' } = row
  const luck = chance(`leaver ${employee}`)
  const minute = () => String(luck.whole(0, 59)).padStart(2, '0')
  const opened = late > 0 ? clock(`${plusBusinessDays(lastDay, late)} 09:${minute()}:${minute()}`) : clock(`${lastDay} 08:${minute()}:${minute()}`)
  const disabled = late > 0 ? clock(`${plusBusinessDays(lastDay, late)} 11:${minute()}:${minute()}`) : clock(`${lastDay} ${luck.whole(17, 20)}:${minute()}:${minute()}`)
  const seconds = (count: number) => new Date(disabled.getTime() + count * 1000)
  let after = 40
  const removals = systems.map((system) => {
    after += luck.whole(20, 400)
    return `${printLocal(seconds(after))}  ${system.padEnd(14)}  account ${employee.toLowerCase()}  removed by offboarding-flow`
  })
  return printRecord(`${ticket}-${employee}.txt`, { system: 'OpsDesk', address: `opsdesk.paysmart.example/tickets/${ticket}`, at, by: 'c.whitfield' }, [
    `Ticket            ${ticket}  Offboarding`,
    `Employee          ${employee}  ${row['job_title'] ?? ''}, ${row['department'] ?? ''}`,
    `Last working day  ${lastDay}`,
    `Opened            ${printLocal(opened)}  by the line manager`,
    '',
    'Identity provider, system log  id.paysmart.example',
    { text: `${printLocal(disabled)}  user.deactivate   ${employee}   result SUCCESS`, shows: 'A' },
    `${printLocal(seconds(4))}  session.revoke    ${employee}   ${luck.whole(0, 3)} sessions ended`,
    `Sign-ins of ${employee} after ${lastDay}: 0`,
    '',
    'Removal in each system',
    ...removals,
    { text: `${removals.length} of ${removals.length} systems in scope`, shows: 'B' },
  ])
}

/** The record of a change from pull request to deployment; `reviewed` false leaves the second person's approval out. */
export function changeRecord(row: Row, reviewed: boolean): EvidenceRecord {
  const { change_id: change = '', repository = '', author = '', approver = '', pull_request: pull = '', merged_at: mergedAt = '', deployed_at: deployedAt = '' } = row
  const luck = chance(`change ${change}`)
  const merged = new Date(mergedAt)
  const deployed = new Date(deployedAt)
  const earlier = (moment: Date, least: number, most: number) => new Date(moment.getTime() - luck.whole(least, most) * 1000)
  const commit = luck.hex(40)
  const tested = earlier(merged, 420, 3000)
  const approved = earlier(merged, 60, 400)
  const requested = earlier(tested, 1800, 80_000)
  const unit = luck.whole(280, 960)
  const review = reviewed
    ? [{ text: `${printUtc(approved)}  ${approver}  approved  commit ${commit.slice(0, 10)}`, shows: 'A' }]
    : [{ text: `${printUtc(requested)}  ${approver}  review requested, no answer`, shows: 'A' }, `No approving review. Branch protection of ${repository} at the merge: off`]
  return printRecord(`${change}-PR-${pull}.txt`, { system: 'GitForge', address: `gitforge.paysmart.example/${repository}/pulls/${pull}`, at: '2026-10-26 14:20:31', by: 'd.sokol' }, [
    `Pull request  ${pull}  ${row['title'] ?? ''}`,
    `Change        ${change}  ${row['change_type'] ?? ''}`,
    `Author        ${author}`,
    `Head commit   ${commit}`,
    '',
    'Reviews',
    ...review,
    '',
    `Checks, pipeline run ${row['pipeline_run'] ?? ''}`,
    { text: `${printUtc(tested)}  unit         ${unit} passed, 0 failed`, shows: 'B' },
    `${printUtc(new Date(tested.getTime() + 95_000))}  integration  ${luck.whole(40, 130)} passed, 0 failed`,
    `${mergedAt}  merged by ${reviewed ? approver : author}`,
    '',
    'Deployment, DeployBot  deploybot.paysmart.example',
    { text: `${deployedAt}  started by ${row['deployed_by'] ?? ''}, environment production`, shows: 'C' },
    { text: `${printUtc(new Date(deployed.getTime() + luck.whole(60, 900) * 1000))}  finished, build of commit ${commit}`, shows: 'D' },
  ])
}
