import type { Ask } from './ask.ts'

const dated = ['Version, approver and date can be seen', 'It was in effect in the period']

/** documents, and what the auditors ask and watch themselves. */
export const paperAsks: readonly Ask[] = [
  paper(47, 'Security policy set', 'The security policies in force in the period, with version, approver and date.', 'Policy library', 'Chief Information Security Officer', ['GV-07']),
  paper(48, 'Organization chart and five job descriptions', 'The approved organization chart and five job descriptions for roles that support the platform.', 'PeopleDesk HR', 'VP People Operations', ['GV-03']),
  paper(49, 'Risk assessment and treatment register', 'The report of the yearly risk assessment and the register of treatments.', 'Risk register', 'Chief Risk Officer', ['RA-01']),
  paper(50, 'Penetration test report and finding tracker', 'The report of the outside firm and the tracker of its findings.', 'OpsDesk', 'Director of Application Security', ['MO-02']),
  paper(51, 'Exercise of the response plan', 'The plan of the exercise, who took part, and the lessons learned.', 'Policy library', 'Chief Information Security Officer', ['IR-02']),
  paper(52, 'Failover test report', 'The report of the failover test with the times reached against the recovery objectives.', 'Runbooks', 'Site Reliability Manager', ['AV-04']),
  paper(53, 'Service terms, status page and security contact', 'The service terms, the status page and the security contact page, each with its change history.', 'Help center', 'Head of Customer Success', ['CO-01']),
  paper(54, 'Release documentation with approval', 'The published documentation and the approval of Product for three releases of the period.', 'Docs', 'Director of Product', ['PI-01']),
  paper(55, 'Rule set reviews of both half-years', 'The record of the rule set review of each half-year with what was changed.', 'NetDesk', 'Network Security Engineer', ['NE-01']),
  meeting(56, 'inquiry', 'Risk, fraud and changes since last year', 'An hour on how risks are found, on fraud, and on what changed since last year.', 'Chief Risk Officer', ['RA-01', 'GV-02'], '2026-10-22'),
  meeting(57, 'inquiry', 'Disposals and returned leased equipment', 'Half an hour on disposals in the period and on leased equipment that went back.', 'IT Operations Manager', ['AC-07'], '2026-10-22'),
  meeting(58, 'walkthrough', 'One change from ticket to production', 'We follow one change from its ticket to production, and try to approve our own.', 'DevOps Lead', ['CH-01', 'CH-02'], '2026-10-20'),
  meeting(59, 'walkthrough', 'One joiner and one leaver from end to end', 'We follow one person joining and one leaving through every system.', 'IT Service Desk Lead', ['AC-01', 'AC-02'], '2026-10-20'),
  meeting(60, 'walkthrough', 'One payment from receipt to settlement report', 'We follow one payment from its receipt through validation and reconciliation to the settlement report.', 'Treasury Operations Manager', ['PI-02', 'PI-03'], '2026-10-21'),
]

function paper(number: number, title: string, ask: string, system: string, owner: string, controls: readonly string[]): Ask {
  return { number, kind: 'document', title, ask, why: `It is what ${controls.join(' and ')} rests on.`, system, owner, controls, checklist: dated, example: '', dueOn: '2026-10-16' }
}

function meeting(number: number, kind: 'inquiry' | 'walkthrough', title: string, ask: string, owner: string, controls: readonly string[], dueOn: string): Ask {
  return { number, kind, title, ask, why: `It tells us how ${controls.join(' and ')} work before we test them.`, system: '', owner, controls, checklist: [], example: '', dueOn }
}
