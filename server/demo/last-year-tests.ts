import type { Control } from '../controls/store.ts'
import type { Plan } from '../testing/plan-actions.ts'
import type { Ask } from './ask.ts'
import controls from './controls.json' with { type: 'json' }
import { lastYearPapers } from './last-year-papers.ts'
import type { Paper } from './papers.ts'

/** What was looked at for a control: by its name, the day it stands for, and where in the answer it is seen. */
type Looked = { readonly label: string, readonly on: string, readonly file?: string, readonly place?: string }

/** A control as it was last year, and its one test. */
export type LastYearControl = Pick<Control, 'number' | 'wording' | 'frequencies' | 'type' | 'nature' | 'risk' | 'criteria'> & {
  readonly owner: string
  readonly plan: Plan
  /** The request its evidence came with. */
  readonly request: number
  /** Empty where a draw makes the items. */
  readonly items: readonly Looked[]
}

type Known = Pick<Control, 'number' | 'wording' | 'frequencies' | 'type' | 'nature' | 'risk' | 'criteria'> & { readonly owner: string }
type Told = Partial<Pick<Control, 'wording' | 'frequencies' | 'criteria'>>

/** The request for the items of the quarters drawn. */
export const quarterRequest = 9

const settingsRequest = 7
const settingsFile = 'production-settings.txt'

/** Last year's 17 controls: the first examination looked at security alone. */
export const lastYearControls: readonly LastYearControl[] = [
  yearly('GV-01', 1, 'The code of conduct is accepted by all staff', 'the campaign of the year and its closing count', 'Did everybody accept the code in the campaign?', [{ label: 'Campaign of March 2025', on: '2025-03-28', file: 'conduct-campaign-2025.txt', place: 'section 1' }],
    { wording: 'Employees and contractors accept the code of conduct each year; People Operations closes the campaign once everybody has.', frequencies: ['annual'], criteria: ['CC1.1', 'CC1.5'] }),
  drawn('GV-02', 'The risk committee meets each quarter', 'the minutes of {sample}', 'Did the committee meet with a majority of independent directors, and minute its decisions?', 'quarters'),
  yearly('GV-03', 1, 'Chart and job descriptions are approved each year', 'the organization chart and five job descriptions', 'Were chart and descriptions approved in the year?', [{ label: 'Chart and descriptions of 2025', on: '2025-03-06', file: 'organization-chart-2025.txt', place: 'section 1' }]),
  yearly('GV-07', 2, 'Policies are approved and republished each year', 'the security policy set and the notice to staff', 'Were the policies approved by the CISO and republished?', [{ label: 'Policy set 8.0', on: '2025-02-11', file: 'security-policy-set-v8.txt', place: 'section 3' }]),
  yearly('CO-01', 3, 'Commitments and contacts are published and kept current', 'the service terms and the security contact page with their change history', 'Was it published to customers and kept current?', [{ label: 'Service terms', on: '2025-04-01', file: 'service-terms-2025.txt', place: 'section 2' }, { label: 'Security contact', on: '2025-01-14', file: 'service-terms-2025.txt', place: 'section 2' }]),
  yearly('RA-01', 4, 'Risks are assessed each year', 'the report of the risk assessment and the register of treatments', 'Does the assessment cover objectives, fraud, technology change and disruption, with a treatment for each risk?', [{ label: 'Assessment of 2025', on: '2025-01-30', file: 'risk-assessment-fy2025.txt', place: 'sections 1 and 2' }]),
  yearly('RA-02', 5, 'Vendors of tier 1 are assessed each year', 'the assessment of each vendor of tier 1 and the review of assurance reports', 'Was every vendor of tier 1 assessed, and its assurance report reviewed?', [{ label: 'Vendor review of 2025', on: '2025-06-12', file: 'vendor-review-2025.txt', place: 'section 2' }], { criteria: ['CC9.2'] }),
  yearly('MO-02', 6, 'An outside firm tests the platform each year', 'the report of the penetration test and the tracker of its findings', 'Did an outside firm test the platform, and were findings tracked to closure?', [{ label: 'Test of May 2025', on: '2025-06-03', file: 'penetration-test-2025.txt', place: 'section 2' }]),
  setting('AC-03', 'Sign-in asks for a second factor', 'the sign-on policy in production', 'Is a second factor asked for in all workforce access?', 'section 1'),
  drawn('AC-04', 'System owners recertify access each quarter', 'the record of the review of {sample} and the removals', 'Was the review finished within 30 days of quarter end, and were removals carried out?', 'quarters'),
  drawn('AC-06', 'Badge holders are reviewed each quarter', 'the record of the review of badge holders of {sample}', 'Were badge holders reviewed in the quarter?', 'quarters'),
  yearly('AC-07', 8, 'Media are wiped or destroyed before disposal', 'the one disposal of the year and its certificate', 'Is a certificate kept that is dated on or before the disposal?', [{ label: 'Disposal of July 2025', on: '2025-07-17', file: 'disposal-july-2025.txt', place: 'certificate HC-20771' }]),
  setting('NE-02', 'Public endpoints use TLS 1.2 or later', 'the TLS policy of the public endpoints', 'Are versions before TLS 1.2 refused?', 'section 2'),
  setting('EP-01', 'Endpoints are protected', 'the endpoint console: coverage, versions and alert routing', 'Is the fleet covered, current and routed to the security team?', 'section 3', { criteria: ['CC6.8', 'CC7.2'] }),
  yearly('IR-02', 2, 'The response plan is exercised each year', 'the plan of the exercise and the lessons learned', 'Was the plan exercised in the year, and were lessons recorded?', [{ label: 'Exercise of April 2025', on: '2025-04-24', file: 'response-exercise-2025.txt', place: 'sections 1 and 2' }], { criteria: ['CC7.3', 'CC7.4', 'CC7.5'] }),
  setting('AC-05', 'Privileged access is limited, routed and logged', 'the members of the privileged group, the bastion rule and the session log', 'Is privileged access limited to the approved group, through the bastion, and logged?', 'section 4'),
  setting('CH-02', 'Branch protection and deploy permissions', 'branch protection and the permissions to deploy', 'Can authors neither approve nor deploy their own changes?', 'section 5'),
]

/** What was asked for, in the order of its numbers. */
export const lastYearAsks: readonly Ask[] = [
  paper(1, 'Organization chart, job descriptions and code of conduct', 'The approved chart and five job descriptions, and the closing count of the yearly campaign.', 'PeopleDesk HR', 'VP People Operations', ['GV-01', 'GV-03']),
  paper(2, 'Security policies and response exercise', 'The policy set with its approval, and the plan and lessons of the exercise.', 'Policy library', 'Chief Information Security Officer', ['GV-07', 'IR-02']),
  paper(3, 'Service terms and security contact', 'The terms and the contact page, each with its change history.', 'Help center', 'Head of Customer Success', ['CO-01']),
  paper(4, 'Risk assessment and treatment register', 'The report of the yearly assessment and the register.', 'Risk register', 'Chief Risk Officer', ['RA-01']),
  paper(5, 'Vendor review', 'The review of vendors of tier 1 and of their assurance reports.', 'VendorBook', 'Vendor Risk Manager', ['RA-02']),
  paper(6, 'Penetration test report and finding tracker', 'The report of the outside firm and the tracker of its findings.', 'OpsDesk', 'Director of Application Security', ['MO-02']),
  { number: settingsRequest, kind: 'configuration', title: 'Settings of sign-on, endpoints, bastion and deployment', ask: 'The settings in production, exported in one go with date and account.', why: 'Five controls work by these settings.', system: 'Production consoles', owner: 'Platform Architect', controls: ['AC-03', 'AC-05', 'NE-02', 'EP-01', 'CH-02'], checklist: ['System, account, date and time can be seen'], example: '', dueOn: '2025-10-21' },
  { number: 8, kind: 'walkthrough', title: 'The disposal of July 2025', ask: 'We follow the one disposal of the year from the ticket to the certificate.', why: 'It was the only time this control had to work.', system: '', owner: 'IT Operations Manager', controls: ['AC-07'], checklist: [], example: '', dueOn: '2025-10-22' },
  { number: quarterRequest, kind: 'sample', title: 'Quarterly reviews of the quarters selected', ask: 'For each quarter: minutes of the risk committee, the recertification of access and the review of badge holders.', why: 'Three controls run each quarter.', system: 'Compliance binder', owner: 'Compliance Lead', controls: ['GV-02', 'AC-04', 'AC-06'], checklist: ['Each record has its date and who approved it'], example: '', dueOn: '2025-10-30' },
]

/** What answered each request for documents, and the settings. */
export function lastYearAnswer(request: number): readonly Paper[] {
  return lastYearPapers[request] ?? []
}

function yearly(number: string, request: number, title: string, inspected: string, question: string, items: readonly Looked[], told: Told = {}): LastYearControl {
  const known = controlOf(number, told)
  return { ...known, request, items, plan: planOf('walkthrough', title, items.length > 1 ? 'pages' : 'yearly records', known.owner, inspected, question) }
}

function setting(number: string, title: string, inspected: string, question: string, place: string, told: Told = {}): LastYearControl {
  const known = controlOf(number, told)
  return { ...known, request: settingsRequest, items: [{ label: 'Production, October 2025', on: '2025-10-14', file: settingsFile, place }], plan: planOf('configuration', title, 'settings', known.owner, inspected, question) }
}

function drawn(number: string, title: string, inspected: string, question: string, itemNoun: string): LastYearControl {
  const known = controlOf(number, {})
  return { ...known, request: quarterRequest, items: [], plan: planOf('sample', title, itemNoun, known.owner, inspected, question) }
}

function planOf(kind: NonNullable<Plan['kind']>, title: string, itemNoun: string, owner: string, inspected: string, question: string): Plan {
  return {
    kind, title, itemNoun, attributes: [{ letter: 'A', question, expected: 'A record with its date and who approved it' }],
    procedures: [{ nature: 'inquiry', text: `the ${owner} about how the control is performed` }, { nature: 'inspection', text: `${inspected} to determine whether the control operated as worded` }],
  }
}

function controlOf(number: string, told: Told): Known {
  return { ...(controls as Known[]).find((control) => control.number === number)!, ...told }
}

function paper(number: number, title: string, ask: string, system: string, owner: string, about: readonly string[]): Ask {
  return { number, kind: 'document', title, ask, why: `It is what ${about.join(' and ')} rests on.`, system, owner, controls: about, checklist: ['Version, approver and date can be seen'], example: '', dueOn: '2025-10-16' }
}
