import type { Paper } from './papers.ts'

/** The documents of last year, by request; the first of a request is the one its reviewer noted version and approver of. */
export const lastYearPapers: Readonly<Record<number, readonly Paper[]>> = {
  1: [
    paper('organization-chart-2025.txt', 'Organization chart and job descriptions', '2025-03', 'Anneke de Wit, VP People Operations', '2025-03-06', [
      ['Chart', 'Chief Operating Officer: VP Engineering, Chief Information Security Officer, Treasury Operations Manager, Head of Customer Success. Approved on March 6, 2025.'],
      ['Job descriptions', 'JD-009 DevOps Lead. JD-017 Security Operations Lead. JD-021 Database Reliability Engineer. JD-027 Treasury Operations Manager. JD-031 Identity Engineer.'],
    ]),
    paper('conduct-campaign-2025.txt', 'Code of conduct, campaign of 2025', '5', 'Anneke de Wit, VP People Operations', '2025-03-28', [['Count', 'Sent to 187 people on March 3, 2025; accepted by 187; closed on March 28, 2025.']]),
  ],
  2: [
    paper('security-policy-set-v8.txt', 'Security policy set', '8.0', 'Graham Ilves, Chief Information Security Officer', '2025-02-11', [
      ['Access', 'Access follows the role, is approved before it is given, is recertified each quarter and ends with the role.'],
      ['Change', 'Every change to production is reviewed by a second person before it is deployed.'],
      ['Publication', 'Republished to all staff on February 13, 2025, notice 2025-04 on the staff portal.'],
    ]),
    paper('response-exercise-2025.txt', 'Exercise of the response and recovery plan', '2025', 'Graham Ilves, Chief Information Security Officer', '2025-04-30', [
      ['Scenario', 'A supplier’s support account is taken over. Eleven people took part on April 24, 2025.'],
      ['Lessons', 'Supplier accounts expire after 24 hours. The status page has a deputy editor. Both done by June 2025.'],
    ]),
  ],
  3: [paper('service-terms-2025.txt', 'Service terms and security contact', '2025-04', 'Mei-Lin Zhao, Head of Customer Success', '2025-04-01', [
    ['Terms', 'Monthly availability of 99.9%. Encryption in transit and at rest. Notice of incidents within 72 hours.'],
    ['Changes', '2025-01-14 security contact in the footer of the help center. 2025-04-01 terms on encryption at rest.'],
  ])],
  4: [paper('risk-assessment-fy2025.txt', 'Enterprise risk assessment', 'FY2025', 'Victor Ashdown, Chief Risk Officer', '2025-01-30', [
    ['Method', 'Objectives, fraud, technology change and disruption, each rated before and after treatment.'],
    ['Results', '27 risks, 5 rated high before treatment, 1 after. 27 of 27 have a treatment with owner and date.'],
  ])],
  5: [paper('vendor-review-2025.txt', 'Review of vendors of tier 1', '2025', 'Paloma Reinhart, Vendor Risk Manager', '2025-06-12', [
    ['Register', '31 vendors, 11 of tier 1, Northgrid Cloud and CardRail Network among them.'],
    ['Results', '11 of 11 assessed. Assurance reports of Northgrid Cloud and CardRail Network read, with their exceptions and what they expect of us.'],
  ])],
  6: [paper('penetration-test-2025.txt', 'Penetration test of the PaySmart Payments Platform', '1.0', 'Kofi Mensah-Boyd, Director of Application Security', '2025-06-03', [
    ['Scope', 'Public API and merchant portal, May 12 to 23, 2025, by Redwater Testing.'],
    ['Findings', 'None critical or high, 3 medium, 5 low. APPSEC-207 to 209 closed by 2025-07-31 after a new test.'],
  ])],
  7: [paper('production-settings.txt', 'Settings of production, exported 2025-10-14 15:20 EDT by p.zielinski', '2025-10-14', 'Piotr Zielinski, Platform Architect', '2024-09-02', [
    ['Sign-on policy', 'All workforce applications: password and second factor; excepted groups: none.'],
    ['Public listeners', 'api, portal, files, status: TLS 1.2 and 1.3; older versions refused.'],
    ['Endpoint console', '201 of 201 devices report; agent 7.4 on all; alerts to security-operations.'],
    ['Bastion', 'prod-privileged: 9 members, approved 2025-09-04; way in: bastion only; sessions logged.'],
    ['Branches', 'main of 38 repositories: one approval by another person, checks required; deploy: pipeline only.'],
  ])],
}

/** What the compliance lead sends for one quarter. */
export function writeQuarter(quarter: string): string {
  return [`PaySmart Global, Inc.  Compliance binder  ${quarter}`, '', 'Risk committee      met in the quarter; 4 of 6 directors present were independent; minutes approved',
    'Access reviews      6 of 6 systems finished within 30 days of quarter end; removals carried out', 'Badge holders       reviewed by Facilities; 2 badges withdrawn', ''].join('\n')
}

export const disposalNotes = ['Disposal of 14 laptops, ticket OPS-2210, July 17, 2025', '', 'Asset tags PS-0311 to PS-0324 on the ticket, in the asset system and on the certificate.', 'Certificate HC-20771 of Halvorsen Recycling, dated July 16, 2025: drives shredded.', ''].join('\n')

function paper(name: string, title: string, version: string, approver: string, approvedOn: string, sections: Paper['sections']): Paper {
  return { name, title, version, approver, approvedOn, sections }
}
