import type { Ask } from './ask.ts'

/** How far a request of Larkfield has come when the demo is loaded. */
export type Standing = 'accepted' | 'in_review' | 'submitted' | 'client_review' | 'in_progress' | 'open' | 'returned' | 'draft' | 'not_applicable' | 'cancelled'

/** One request of Larkfield; `due` counts working days from the day of loading, negative before it. */
export type LarkfieldAsk = Omit<Ask, 'dueOn'> & { readonly standing: Standing, readonly due: number }

const identity = 'larkfield-identity'
const data = 'larkfield-data'
const operations = 'larkfield-operations'
const people = 'larkfield-people'
const lead = 'larkfield-lead'

type Entry = readonly [kind: Ask['kind'], control: string, owner: string, standing: Standing, due: number, title: string, ask: string, system: string]

const entries: readonly Entry[] = [
  ['document', 'LH-01', lead, 'accepted', -4, 'Security policy with its approval', 'The policy in force, with version, approver and date.', 'Policy library'],
  ['configuration', 'LH-02', identity, 'returned', 2, 'Sign-on policy for the workforce', 'The screen that shows factors, groups and password rules in production.', 'Identity console'],
  ['configuration', 'LH-03', data, 'submitted', 1, 'Encryption of the data stores', 'The list of data stores in production with encryption and key.', 'Data console'],
  ['configuration', 'LH-04', data, 'in_progress', 3, 'Retention and deletion rules', 'The rules by which client data is deleted, and the last run.', 'Data console'],
  ['document', 'LH-03', data, 'open', 5, 'Key rotation history', 'The record of key rotations in the period.', 'Data console'],
  ['walkthrough', 'LH-04', data, 'draft', 8, 'Follow one deletion from the end of a contract', 'An hour with whoever runs the deletion, on one contract that ended in the period.', ''],
  ['population', 'LH-09', people, 'accepted', -5, 'All leavers in the period', 'Everybody whose last working day lies in the period, with the screen of the report.', 'Staffwell'],
  ['sample', 'LH-09', identity, 'in_progress', 4, 'Removal of access of the leavers selected', 'For each leaver listed: the entry of the log that shows when the identity was closed.', 'Identity console'],
  ['document', 'LH-01', lead, 'accepted', -4, 'Minutes of the policy review', 'The minutes of the meeting in which the policy was reviewed.', 'Policy library'],
  ['document', 'LH-11', operations, 'accepted', -4, 'Incident response plan', 'The plan in force, with version, approver and date.', 'Policy library'],
  ['document', 'LH-11', operations, 'accepted', -3, 'Exercise of the incident response plan', 'The plan of the exercise, who took part, and the lessons learned.', 'Policy library'],
  ['document', 'LH-10', lead, 'accepted', -3, 'Vendor policy and register', 'The vendor policy in force and the register of vendors.', 'Policy library'],
  ['document', 'LH-10', lead, 'accepted', -3, 'Review of the hosting provider’s report', 'The review of the assurance report of the hosting provider with its exceptions.', 'Policy library'],
  ['configuration', 'LH-05', operations, 'accepted', -3, 'Firewall rules at the edge', 'The rules for traffic from outside, showing what is denied by default.', 'Network console'],
  ['configuration', 'LH-06', operations, 'accepted', -3, 'Coverage of endpoint protection', 'How many devices are covered, and what runs on them.', 'Endpoint console'],
  ['configuration', 'LH-07', operations, 'accepted', -2, 'Routing of security alerts', 'Where security alerts go and how fast somebody is called.', 'Watch'],
  ['configuration', 'LH-02', identity, 'accepted', -2, 'Second factor of administrators', 'The policy that applies to administrators in production.', 'Identity console'],
  ['inquiry', 'LH-01', lead, 'accepted', -2, 'Changes since last year', 'Half an hour on what changed in systems, people and contracts since last year.', ''],
  ['walkthrough', 'LH-12', operations, 'accepted', -2, 'One change from ticket to production', 'We follow one change from its ticket to production.', ''],
  ['configuration', 'LH-05', operations, 'in_review', -1, 'Network segments of production', 'The segments and what may pass between them.', 'Network console'],
  ['configuration', 'LH-06', operations, 'in_review', 1, 'Disk encryption of laptops', 'The setting and the count of laptops it holds for.', 'Endpoint console'],
  ['configuration', 'LH-07', operations, 'in_review', 1, 'Retention of security logs', 'For how long each log is kept.', 'Watch'],
  ['document', 'LH-04', data, 'in_review', 2, 'Standard for the deletion of client data', 'The standard in force with version, approver and date.', 'Policy library'],
  ['document', 'LH-08', people, 'in_review', 2, 'Checklist for joiners', 'The checklist in force with version, approver and date.', 'Staffwell'],
  ['walkthrough', 'LH-09', people, 'in_review', 1, 'One leaver from notice to closed accounts', 'We follow one leaver through every system.', ''],
  ['configuration', 'LH-12', operations, 'submitted', 2, 'Protection of the main branch', 'The rule that asks for a review before a merge.', 'Codebase'],
  ['document', 'LH-12', operations, 'submitted', 2, 'Change management standard', 'The standard in force with version, approver and date.', 'Policy library'],
  ['document', 'LH-08', people, 'submitted', 3, 'Confidentiality agreement in use', 'The agreement that joiners sign, with its version.', 'Staffwell'],
  ['population', 'LH-08', people, 'submitted', 3, 'All joiners in the period', 'Everybody whose first day lies in the period, with the screen of the report.', 'Staffwell'],
  ['document', 'LH-03', data, 'client_review', 2, 'Data classification scheme', 'The scheme in force with version, approver and date.', 'Policy library'],
  ['configuration', 'LH-05', operations, 'in_progress', -2, 'Remote access of administrators', 'How administrators reach production, and what is recorded.', 'Network console'],
  ['document', 'LH-10', lead, 'in_progress', 5, 'Contracts with subprocessors', 'The clause on confidentiality in the contract of each subprocessor.', 'Policy library'],
  ['inquiry', 'LH-11', operations, 'in_progress', 6, 'Incidents in the period', 'Half an hour on incidents, near misses and what came of them.', ''],
  ['configuration', 'LH-06', operations, 'open', -3, 'Patch level of servers', 'The patch report of all production servers.', 'Endpoint console'],
  ['population', 'LH-12', operations, 'open', 2, 'All changes in the period', 'Every change to production with author, approver and times.', 'Codebase'],
  ['inquiry', 'LH-04', data, 'open', 8, 'Contracts that ended', 'Half an hour on contracts that ended and what was deleted.', ''],
  ['configuration', 'LH-08', identity, 'returned', -1, 'Groups that joiners are put in', 'The groups by role, and who approves an exception.', 'Identity console'],
  ['document', 'LH-09', people, 'returned', 3, 'Checklist for leavers', 'The checklist in force with version, approver and date.', 'Staffwell'],
  ['configuration', 'LH-03', data, 'not_applicable', 4, 'Encryption of removable media', 'The setting that encrypts removable media.', 'Endpoint console'],
  ['document', 'LH-11', operations, 'cancelled', 4, 'Call list for incidents', 'The list of people to call.', 'Policy library'],
]

const checklists: Readonly<Record<Ask['kind'], readonly string[]>> = {
  population: ['Every row of the period', 'The screen of the report with its filters, account and clock'],
  sample: ['The time can be seen'],
  configuration: ['Production, not a test system', 'The whole window with address, account and clock'],
  document: ['Version, approver and date can be seen'],
  inquiry: [],
  walkthrough: [],
}

/** The 40 requests of Larkfield, by number. */
export const larkfieldAsks: readonly LarkfieldAsk[] = entries.map(([kind, control, owner, standing, due, title, ask, system], index) => ({
  number: index + 1, kind, title, ask, why: `It shows whether ${control} is in place.`, system, owner, controls: [control], checklist: checklists[kind], example: '', standing, due,
}))
