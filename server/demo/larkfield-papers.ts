import { plusDays } from './calendar.ts'
import type { Paper } from './papers.ts'

/** The screen that shows a setting, by request. */
export const larkfieldScreens: Readonly<Record<number, string>> = { 2: 'larkfield-signon-sandbox', 3: 'larkfield-encryption', 4: 'larkfield-retention', 14: 'larkfield-firewall', 15: 'larkfield-endpoints', 16: 'larkfield-alerts', 17: 'larkfield-signon' }

/** Settings that were exported as text, by request. */
export const larkfieldExports: Readonly<Record<number, readonly [name: string, lines: readonly string[]]>> = {
  20: ['segments.txt', ['Network console  production  net.larkfield.example/segments', 'Signed in as r.castellan', '', 'edge      -> gateway    443', 'gateway   -> exchange   8443', 'exchange  -> data       5432', 'any       -> any        deny']],
  21: ['disk-encryption.csv', ['group,devices,encrypted,recovery_key_kept', 'laptops,146,146,146', 'servers,42,42,42']],
  22: ['log-retention.csv', ['log,days,locked', 'sign-in,400,yes', 'network,180,yes', 'exchange,400,yes', 'deletion,2555,yes']],
  26: ['branch-rule.txt', ['Codebase  production  code.larkfield.example/exchange/rules/main', 'Signed in as r.castellan', '', 'Approvals needed     1', 'Author may approve   no', 'Checks needed        unit, contract']],
  31: ['remote-access.txt', ['Network console  production  net.larkfield.example/vpn', 'Signed in as r.castellan', '', 'Administrators       6', 'Way in               vpn with security key']],
  37: ['groups.csv', ['group,members,approver', 'claims-analyst,41,', 'data-engineer,9,o.brandvold', 'support,22,']],
}

type Entry = readonly [name: string, title: string, version: string, approver: string, days: number, scope: string, rules: string]

// By request: days from the day of loading to the approval, negative before it.
const larkfieldPapers: Readonly<Record<number, Entry>> = {
  1: ['security-policy-v7.txt', 'Security policy', '7', 'Arthur Penhallow', -300, 'Every system that holds client data, and everybody who works on one.', 'Access follows the role, is approved before it is given and ends with the role.'],
  9: ['policy-review-minutes.txt', 'Minutes of the policy review', '1', 'Arthur Penhallow', -298, 'Policy 7 read section by section; the section on removable media left out.', 'Approved by all present.'],
  10: ['incident-response-plan.txt', 'Incident response plan', '4.2', 'Simone Adeyemi', -260, 'Rated low, medium or high within an hour.', 'Clients are told within 24 hours when their data is concerned.'],
  11: ['incident-exercise.txt', 'Exercise of the incident response plan', '1', 'Simone Adeyemi', -120, 'Scenario: a file of claims sent to the wrong clearing house.', 'Nine people took part; two lessons, both done.'],
  12: ['vendor-policy-and-register.txt', 'Vendor policy and register', '3', 'Simone Adeyemi', -210, 'Vendors with client data are reviewed every year.', 'Register: 22 vendors, 5 with client data.'],
  13: ['hosting-report-review.txt', 'Review of the hosting provider’s report', '1', 'Simone Adeyemi', -150, 'Period of the report covers ten months of ours; a letter covers the rest.', 'One exception, on visitors of one site; nothing of ours stands there.'],
  23: ['deletion-standard.txt', 'Standard for the deletion of client data', '2.1', 'Simone Adeyemi', -190, 'Client data is deleted within 90 days after a contract ends.', 'A record of each deletion is kept for seven years.'],
  24: ['joiner-checklist.txt', 'Checklist for joiners', '5', 'Dana Whitlock', -240, 'Agreement signed before access.', 'Access as the role says; more needs the approval of the system owner.'],
  27: ['change-standard.txt', 'Change management standard', '3.0', 'Rosa Castellan', -220, 'Every change is reviewed by a second person and tested.', 'Emergency changes are reviewed on the next working day.'],
  28: ['confidentiality-agreement.txt', 'Confidentiality agreement', '2024-2', 'Dana Whitlock', -420, 'Signed by everybody before the first day.', 'Holds for five years after leaving.'],
  30: ['data-classification.txt', 'Data classification scheme', '2', 'Simone Adeyemi', -270, 'Three classes: public, internal, client.', 'Client data is encrypted wherever it rests.'],
  32: ['subprocessor-clauses.txt', 'Clauses on confidentiality, 3 of 5 subprocessors', 'draft', 'Simone Adeyemi', -60, 'Clearing house, mail and hosting.', 'The other two follow.'],
  38: ['leaver-checklist-2022.txt', 'Checklist for leavers', '2', 'Dana Whitlock', -1400, 'Accounts are closed within a week.', 'Devices come back by post.'],
}

/** The document that answers a request, with its dates counted from the day of loading; null where it asks for none. */
export function larkfieldPaper(number: number, today: string): Paper | null {
  const [name, title, version, approver, days, scope, rules] = larkfieldPapers[number] ?? []
  if (name === undefined || title === undefined || version === undefined || approver === undefined || days === undefined || scope === undefined || rules === undefined) return null
  return { name, title, version, approver, approvedOn: plusDays(today, days), sections: [['Scope', scope], ['Rules', rules]] }
}
