/** A document as it is handed in: what it is, who approved it and when, and its sections. */
export type Paper = { readonly name: string, readonly title: string, readonly version: string, readonly approver: string, readonly approvedOn: string, readonly sections: readonly (readonly [string, string])[] }

/** The documents of R-047 to R-055, by request. */
export const papers: Readonly<Record<number, Paper>> = {
  47: paper('security-policy-set-v9.txt', 'Security policy set', '9.1', 'Graham Ilves, Chief Information Security Officer', '2026-02-17', [
    ['Access', 'Access follows the role, is approved before it is given, is recertified each quarter and ends with the role. Production is reached through the bastion only.'],
    ['Change', 'Every change to production is reviewed by a second person, tested and approved before it is deployed. Emergency changes are reviewed within two business days.'],
    ['Incidents', 'Incidents are logged, rated and closed under the response plan. Those rated high are reviewed in writing within ten business days.'],
    ['Publication', 'Republished to all staff on February 19, 2026, notice 2026-07 on the staff portal.'],
  ]),
  48: paper('organization-chart-2026.txt', 'Organization chart and job descriptions', '2026-03', 'Anneke de Wit, VP People Operations', '2026-03-11', [
    ['Chart', 'Chief Operating Officer: VP Engineering, Chief Information Security Officer, Treasury Operations Manager, Head of Customer Success. VP Engineering: DevOps Lead, Payments Engineering Lead, Site Reliability Manager, Data Platform Lead.'],
    ['Job descriptions', 'JD-014 DevOps Lead. JD-021 Database Reliability Engineer. JD-027 Security Operations Lead. JD-033 Treasury Operations Manager. JD-040 Identity Engineer. Each names its control duties.'],
  ]),
  49: paper('risk-assessment-fy2026.txt', 'Enterprise risk assessment', 'FY2026', 'Victor Ashdown, Chief Risk Officer', '2026-01-29', [
    ['Method', 'Objectives, fraud, technology change and disruption, each rated for likelihood and effect before and after treatment.'],
    ['Results', '31 risks, 6 rated high before treatment, 1 after. R-07 loss of the hosting region: failover tested yearly. R-12 payment fraud by insiders: separation of duties, reconciliation each business day.'],
    ['Register', '31 of 31 risks have a treatment with owner and date; 4 treatments are due after September 30, 2026.'],
  ]),
  50: paper('penetration-test-2026.txt', 'Penetration test of the PaySmart Payments Platform', '1.2', 'Kofi Mensah-Boyd, Director of Application Security', '2026-06-26', [
    ['Scope', 'Public API, merchant portal and administration tools, May 18 to June 5, 2026, by Redwater Testing.'],
    ['Findings', 'None critical, 1 high, 4 medium, 7 low.'],
    ['Tracker', 'APPSEC-311 high, closed 2026-07-08 after a new test. APPSEC-312 to 315 medium, closed by 2026-08-21. Low findings: 5 closed, 2 accepted with a reason.'],
  ]),
  51: paper('response-exercise-2026.txt', 'Exercise of the response and recovery plan', '2026', 'Graham Ilves, Chief Information Security Officer', '2026-05-20', [
    ['Scenario', 'A key of the settlement service is found in a public repository on a Friday afternoon.'],
    ['Taking part', '14 people of Security Operations, Engineering, Treasury, Legal and Customer Success, May 14, 2026.'],
    ['Lessons', 'Keep the list of people to call outside the identity provider. Treasury gets a deputy for the notice to CardRail. Both done by June 30, 2026.'],
  ]),
  52: paper('failover-test-2026.txt', 'Failover to the recovery region', '2026', 'Owen Tallis, Site Reliability Manager', '2026-04-22', [
    ['Objectives', 'Service back within 60 minutes; no more than 5 minutes of data lost.'],
    ['Reached', 'April 18, 2026: service back after 41 minutes, 38 seconds of data replayed from the queue. Return to the home region on April 19.'],
  ]),
  53: paper('service-terms-and-contacts.txt', 'Service terms, status page and security contact', '2026-06', 'Mei-Lin Zhao, Head of Customer Success', '2026-06-01', [
    ['Terms', 'Monthly availability of 99.9%. Encryption in transit and at rest. Settlement reports by 09:00 Eastern on the next business day. Notice of incidents within 72 hours.'],
    ['Contacts', 'status.paysmart.example and security@paysmart.example, both linked from every page of the help center.'],
    ['Changes', '2025-11-04 new status page. 2026-03-02 security contact on the sign-in page. 2026-06-01 terms for payouts.'],
  ]),
  54: paper('release-notes-three-releases.txt', 'Release documentation with approval', '2026.9', 'Farah Siddiqui, Director of Product', '2026-09-08', [
    ['2025.12', 'Fields settlement_currency and fee_tier described. Approved by F. Siddiqui on 2025-12-03, published 2025-12-04.'],
    ['2026.4', 'New duplicate check: reference within 72 hours. Approved by F. Siddiqui on 2026-04-14, published 2026-04-15.'],
    ['2026.9', 'Payout file version 4. Approved by F. Siddiqui on 2026-09-08, published 2026-09-09.'],
  ]),
  55: paper('rule-set-reviews.txt', 'Reviews of the production rule sets', '2026-H1', 'Lucia Bravo, Network Security Engineer', '2026-06-18', [
    ['Second half of 2025', 'December 9, 2025, by L. Bravo and O. Tallis: 4 rule sets, 118 rules, 6 removed under CHG-21044.'],
    ['First half of 2026', 'June 18, 2026, by L. Bravo and P. Zielinski: 4 rule sets, 115 rules, 2 removed under CHG-21561.'],
  ]),
}

/** The text of the file, a document of that company. */
export function writePaper(company: string, { title, version, approver, approvedOn, sections }: Paper): string {
  const numbered = sections.flatMap(([heading, text], index) => ['', `${index + 1}  ${heading}`, text])
  return `${[company, `${title}, version ${version}`, '', `Approved by: ${approver}`, `In effect from: ${approvedOn}`, ...numbered].join('\n')}\n`
}

function paper(name: string, title: string, version: string, approver: string, approvedOn: string, sections: Paper['sections']): Paper {
  return { name, title, version, approver, approvedOn, sections }
}
