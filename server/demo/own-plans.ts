import type { Frequency } from '../database/schema/controls.ts'
import type { LineKind } from '../database/schema/testing.ts'
import type { Plan } from '../testing/plan-actions.ts'
import type { Nature } from '../testing/rules.ts'

/** One thing looked at: a setting on a day, or one instance of what happens rarely. `place` is where in the answer it stands. */
export type OwnItem = { readonly label: string, readonly on: string, readonly place?: string }

/** A test whose items no draw makes: what the request shows is looked at. */
export type OwnTest = { readonly reference: string, readonly request: number, readonly plan: Plan, readonly items: readonly OwnItem[] }

type Asked = readonly [question: string, expected: string, clause: string]

/** Tests of settings, of documents of the year and of what the auditors followed themselves. */
export const ownTests: readonly OwnTest[] = [
  yearly('GV-03.T1', 48, 'Chart and job descriptions are approved each year', 'the VP People Operations about who approves changes of the chart', 'the organization chart and five job descriptions, with version, approver and date', 'both were reviewed and approved in the period', [
    ['Were chart and descriptions approved in the year?', 'Version, approver and date', 'reviewed and approved each year'], ['Do the descriptions name control duties?', 'The duties in each description', 'job descriptions for roles supporting the platform'],
  ], [{ label: 'Chart and descriptions of 2026', on: '2026-03-11' }]),
  yearly('GV-07.T1', 47, 'Policies are approved and republished each year', 'the Chief Information Security Officer about how policies are kept current', 'the security policy set with its approval and the notice to staff', 'policies were approved by the CISO and republished within the year', [
    ['Were the policies approved by the CISO?', 'Version, approver and date', 'reviewed, approved by the CISO'], ['Were they republished to staff?', 'The notice with its date', 'republished to staff at least yearly'],
  ], [{ label: 'Policy set 9.1', on: '2026-02-17' }]),
  yearly('CO-01.T1', 53, 'Commitments and contacts are published and kept current', 'the Head of Customer Success about who updates the pages with a release', 'the service terms, the status page and the security contact page with their change history', 'each was published to customers and kept current', [
    ['Was it published to customers?', 'The page as customers see it', 'published to customers'], ['Was it kept current with the release?', 'An entry of the change history', 'kept current with each release'],
  ], [{ label: 'Status page', on: '2025-11-04', place: 'section 3' }, { label: 'Security contact', on: '2026-03-02', place: 'section 3' }, { label: 'Terms for payouts', on: '2026-06-01', place: 'section 3' }], 'pages'),
  yearly('RA-01.T1', 49, 'Risks are assessed each year', 'the Chief Risk Officer about fraud and what changed since last year', 'the report of the risk assessment and the register of treatments', 'the assessment covers objectives, fraud, technology change and disruption, and each risk has a treatment', [
    ['Does it cover objectives, fraud, technology change and disruption?', 'A part on each', 'covers objectives, fraud, technology change and disruption'], ['Has each risk a treatment?', 'Treatment, owner and date in the register', 'records treatment for each risk'],
  ], [{ label: 'Assessment of 2026', on: '2026-01-29', place: 'sections 1 to 3' }]),
  yearly('MO-02.T1', 50, 'An outside firm tests the platform each year', 'the Director of Application Security about the scope and who chose it', 'the report of the penetration test and the tracker of its findings', 'an outside firm tested the platform and findings were tracked to closure', [
    ['Did an outside firm test the platform?', 'Report with scope and dates', 'An outside firm runs a penetration test of the platform each year'], ['Were findings tracked to closure?', 'A ticket for each with its outcome', 'findings are ticketed and tracked to closure'],
  ], [{ label: 'Test of May and June 2026', on: '2026-06-26', place: 'sections 1 to 3' }]),
  yearly('NE-01.T1', 55, 'Rule sets are reviewed twice a year', 'the Network Security Engineer about who reviews which rule set', 'the record of the rule set review of both half-years', 'production rule sets were reviewed and changes carried out', [
    ['Were the rule sets reviewed in the half-year?', 'Reviewers and date', 'reviewed twice a year'], ['Were rules to be removed taken out?', 'The change ticket', 'rule sets for production'],
  ], [{ label: 'Second half of 2025', on: '2025-12-09', place: 'section 1' }, { label: 'First half of 2026', on: '2026-06-18', place: 'section 2' }], 'half-years', 'semiannual'),
  yearly('IR-02.T1', 51, 'The response plan is exercised each year', 'the Chief Information Security Officer about how scenarios are chosen', 'the plan of the exercise, the attendance and the lessons learned', 'the plan was exercised in the period and lessons were recorded', [
    ['Was the plan exercised in the year?', 'Scenario, date and those taking part', 'exercised each year'], ['Were lessons recorded?', 'Lessons with owner and date', 'lessons are recorded'],
  ], [{ label: 'Exercise of May 14, 2026', on: '2026-05-14', place: 'sections 1 to 3' }]),
  yearly('AV-04.T1', 52, 'Failover is tested each year', 'the Site Reliability Manager about what is left out of the test', 'the failover test report with the times reached', 'failover was tested in the period and met the recovery objectives', [
    ['Was failover tested in the year?', 'Report with its date', 'Failover to the recovery region is tested each year'], ['Were the recovery objectives met?', 'Times reached beside the objectives', 'against the recovery objectives'],
  ], [{ label: 'Failover of April 18, 2026', on: '2026-04-18', place: 'section 2' }]),
  yearly('PI-01.T1', 54, 'Definitions are approved and published with each release', 'the Director of Product about what has to be described', 'the published documentation and the approval of Product for three releases', 'definitions were approved and published with the release', [
    ['Did Product approve?', 'Approver and date', 'approved by Product'], ['Was it published with the release?', 'The day it was published', 'published with each release'],
  ], [{ label: 'Release 2025.12', on: '2025-12-04', place: 'section 1' }, { label: 'Release 2026.4', on: '2026-04-15', place: 'section 2' }, { label: 'Release 2026.9', on: '2026-09-09', place: 'section 3' }], 'releases'),
  setting('AC-03.T1', 37, 'Sign-in asks for a second factor', 'the Identity Engineer about exceptions to the policy', 'the sign-on policy of the identity provider in production', 'multi-factor sign-in and password rules apply to all workforce access', [
    ['Is a second factor asked for?', 'The rule in force', 'multi-factor sign-in'], ['Are password rules enforced?', 'The rules in force', 'password rules'], ['Does it apply to all workforce access?', 'The groups, and no exception', 'all workforce access to production and administration tools'],
  ], { label: 'Sign-on policy, production', on: '2026-10-15' }),
  setting('AC-05.T1', 38, 'Privileged access is limited, routed and logged', 'the Site Reliability Manager about who approves members', 'the members of the privileged group, the bastion rule and the setting of the session log', 'privileged access is limited to the approved group, passes the bastion and is logged', [
    ['Are members those approved?', 'The group agreed to the approvals', 'limited to an approved group'], ['Is the bastion the only way?', 'The rule in force', 'passes through a bastion host'], ['Are sessions logged?', 'The setting and one session', 'session-logged'],
  ], { label: 'Group prod-privileged', on: '2026-10-13' }),
  setting('CH-02.T1', 39, 'Branch protection and deploy permissions', 'the DevOps Lead about how a repository is set up', 'branch protection of the production repositories and the permissions to deploy', 'authors cannot approve or deploy their own changes', [
    ['Does the rule demand a second person’s approval?', 'The rule, and the repositories it applies to', 'Branch protection'], ['May only the pipeline deploy?', 'The permissions to deploy', 'pipeline permissions'],
  ], { label: 'Production repositories', on: '2026-10-14' }),
  setting('NE-01.T2', 40, 'Ingress is denied by default', 'the Network Security Engineer about exceptions', 'the ingress rules of production', 'what no rule admits is denied', [['Is traffic denied by default?', 'The last rule of the set', 'Network rules deny by default']], { label: 'Ingress rules, production', on: '2026-10-13' }),
  setting('NE-02.T1', 41, 'Public endpoints use TLS 1.2 or later', 'the Platform Architect about endpoints outside the edge', 'the TLS policy of the public endpoints and the result of a scan from outside', 'versions before TLS 1.2 are refused', [['Are versions before TLS 1.2 refused?', 'The policy, and the scan from outside', 'uses TLS 1.2 or later']], { label: 'Public listeners', on: '2026-10-13' }),
  setting('NE-03.T1', 42, 'Data stores are encrypted and keys rotated', 'the Platform Architect about who may use the master keys', 'the encryption setting of each data store and the history of key rotation', 'stores are encrypted and master keys were rotated in the year', [
    ['Are the data stores encrypted?', 'The setting of each store', 'Customer data stores are encrypted'], ['Were master keys rotated in the year?', 'The history of each key', 'master keys are rotated each year'],
  ], { label: 'Data stores and master keys', on: '2026-10-13' }),
  setting('EP-01.T1', 43, 'Endpoints are protected', 'the Endpoint Engineer about devices that stop reporting', 'the endpoint console: coverage, versions and alert routing', 'protection runs on the fleet, updates itself and alerts the security team', [
    ['Is the fleet covered?', 'The count agreed to the register', 'runs on laptops and servers'], ['Does it update itself?', 'Versions in force', 'updates itself'], ['Do alerts reach the security team?', 'The alert route', 'alerts the security team'],
  ], { label: 'Fleet', on: '2026-10-14' }),
  setting('AV-02.T2', 44, 'Backup schedule and alert rule', 'the Database Reliability Engineer about changes of the schedule', 'the backup schedule, the retention and the alert rule', 'all production databases are scheduled daily and failures alert the on-call engineer', [
    ['Are all production databases scheduled daily?', 'The schedule', 'Production databases are backed up every day'], ['Does a failure alert the on-call engineer?', 'The alert rule', 'failed jobs alert the on-call engineer'],
  ], { label: 'Policy production-databases', on: '2026-10-14' }, 'continuous'),
  setting('PI-02.T1', 45, 'Instructions that fail checks are rejected', 'the Payments Engineering Lead about who may change a rule', 'the validation rules in force and one instruction rejected in the test tenant', 'format, limit and duplicate checks reject with a reason code', [
    ['Are format, limit and duplicate checks in force?', 'The rules of production', 'fail format, limit or duplicate checks'], ['Does a rejection return a reason code?', 'A rejected instruction', 'returns a reason code'],
  ], { label: 'Validation rules 2026.9.3', on: '2026-10-15' }),
  setting('PI-05.T2', 46, 'Ledger entries cannot be changed', 'the Data Platform Lead about who administers the tables', 'the permissions of the ledger tables', 'no role may update or delete an entry', [['Is it so that no role may update or delete?', 'The permissions of each role', 'Ledger entries are append-only']], { label: 'Tables of ledger entries', on: '2026-10-15' }, 'continuous'),
  watched('CH-02.T2', 58, 'An author tries to approve their own change', 'an author’s attempt to approve their own pull request, and the deployment of the approved commit by the pipeline', [['Was the author refused?', 'The refusal', 'stop authors from approving or deploying their own changes']], { label: 'CHG-21719', on: '2026-10-19' }),
  watched('PI-02.T2', 60, 'One payment followed through validation', 'the receipt, validation and booking of one payment instruction', [['Was it accepted only after the checks?', 'The checks and their outcome', 'fail format, limit or duplicate checks']], { label: 'PI-7719203', on: '2026-10-20' }),
]

function yearly(reference: string, request: number, title: string, asked: string, inspected: string, whether: string, attributes: readonly Asked[], items: readonly OwnItem[], itemNoun = 'yearly records', frequency?: Frequency): OwnTest {
  return { reference, request, items, plan: planOf('walkthrough', title, itemNoun, [['inquiry', asked], ['inspection', `${inspected} to determine whether ${whether}`]], attributes, frequency) }
}

function setting(reference: string, request: number, title: string, asked: string, inspected: string, whether: string, attributes: readonly Asked[], item: OwnItem, frequency?: Frequency): OwnTest {
  return { reference, request, items: [item], plan: planOf('configuration', title, 'settings', [['inquiry', asked], ['inspection', `${inspected} to determine whether ${whether}`]], attributes, frequency) }
}

function watched(reference: string, request: number, title: string, seen: string, attributes: readonly Asked[], item: OwnItem): OwnTest {
  return { reference, request, items: [item], plan: planOf('walkthrough', title, 'instances', [['observation', seen]], attributes) }
}

function planOf(kind: LineKind, title: string, itemNoun: string, procedures: readonly (readonly [Nature, string])[], attributes: readonly Asked[], frequency?: Frequency): Plan {
  return {
    kind, title, itemNoun, procedures: procedures.map(([nature, text]) => ({ nature, text })),
    attributes: attributes.map(([question, expected, clause], index) => ({ letter: 'ABC'[index]!, question, expected, clause })), ...frequency === undefined ? {} : { frequency },
  }
}
