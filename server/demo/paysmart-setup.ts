import { moveMilestone } from '../engagements/milestones-actions.ts'
import type { MilestoneKind } from '../database/schema/carried.ts'
import { act, type Act } from './acts.ts'
import { carveOut, describeSystem, type CarvedOut, type Description } from './description.ts'
import { as, type Stage } from './stage.ts'

const supplied = 'System description, draft of September 4, 2026, sent by Joel Castellanos'

const northgrid: CarvedOut = {
  name: 'Northgrid Cloud', service: 'Hosting and physical security of the data centers', criteria: ['CC6.4', 'A1.2'], monitor: 'RA-02',
  csocs: [
    ['Entry to data centers is limited to authorized people and is logged.', 'CC6.4'],
    ['Power and cooling are maintained, tested and monitored.', 'A1.2'],
    ['Media are sanitized before they are reused or leave the data center.', 'CC6.4'],
  ],
}

const cardrail: CarvedOut = {
  name: 'CardRail Network', service: 'Card authorization and settlement files', criteria: ['PI1.3', 'PI1.4'], monitor: 'RA-02',
  csocs: [
    ['Settlement files are complete, accurate and delivered by 04:00 Eastern on each business day.', 'PI1.3 PI1.4'],
    ['Authorization messages are answered as the issuer decided and logged without loss.', 'PI1.3'],
  ],
}

/** The system as PaySmart's own lead describes it. */
const described: Description = {
  source: '',
  facts: {
    commitment: [
      'The platform is available 99.9% of each calendar month.', 'Customer data is encrypted in transit and at rest.',
      'Settlement reports are ready by 09:00 Eastern on the next business day.', 'Customers are told of an incident that concerns their data within 72 hours.',
    ],
    requirement: [
      'Payment instructions are checked for format, limits and duplicates before they are booked.', 'Ledger entries are never changed once they are booked.', 'Production recovers in the second region within 60 minutes, losing at most 5 minutes of data.',
    ],
    infrastructure: ['Two regions of Northgrid Cloud, the second for recovery; three production databases in each.', 'Edge with load balancers and a bastion host; offices in Boston and Dublin without production equipment.'],
    software: ['Payments Core, LedgerOne and the merchant portal, built by PaySmart.', 'GitForge and DeployBot for changes, VaultKeep for backups, OpsDesk for tickets, AccessHub for access reviews.'],
    people: ['Engineering, Security Operations, Treasury Operations, Customer Success, People Operations, Compliance: 212 people on September 30, 2026.'],
    procedures: ['Access, change, incident, backup and vendor procedures of policy set 9.1, republished each year.', 'Daily reconciliation of the ledger to settlement files.'],
    data: ['Payment instructions, ledger entries, settlement files and merchant accounts; classified restricted, kept for seven years.'],
    change: [['Two hosting accounts of Northgrid Cloud were merged into one.', '2026-02-08'], ['Payouts to bank accounts went live.', '2026-04-15']],
  },
  cuecs: [
    ['Customers manage their own users and roles, and remove those who leave.', 'CC6.2 CC6.3'],
    ['Customers protect their API keys and rotate them when somebody who knew them leaves.', 'CC6.1'],
    ['Customers review settlement reports and report differences promptly.', 'PI1.4'],
    ['Customers send complete and accurate payment instructions.', 'PI1.2'],
  ],
  none: ['incident'],
}

/** The calendar both sides agreed on; the assembly of the file follows from the report. */
const calendar: Readonly<Partial<Record<MilestoneKind, string>>> = {
  kick_off: '2026-10-05', population_due: '2026-10-14', sample_due: '2026-10-30', fieldwork_end: '2026-11-20', draft: '2026-12-01', report: '2026-12-15',
}

/** What the setup of PaySmart's engagement holds besides team and controls. */
export function setUpPaySmart(stage: Stage): Act[] {
  const { site, deeds } = stage
  return [
    act('2026-09-11 10:15', async (at) => describeSystem(stage, 'castellanos', described, at)),
    act('2026-09-11 14:30', async (at) => carveOut(stage, 'bergstrom', northgrid, supplied, at)),
    act('2026-09-11 14:48', async (at) => carveOut(stage, 'bergstrom', cardrail, supplied, at)),
    act('2026-09-11 15:02', async (at) => describeSystem(stage, 'bergstrom', { facts: {}, none: ['restriction'], source: supplied }, at)),
    act('2026-09-16 11:00', async (at) => {
      for (const [kind, on] of Object.entries(calendar) as [MilestoneKind, string][]) {
        await deeds.once('milestone.moved', { milestone: kind }, async () => moveMilestone(site, await as(stage, 'natarajan', at), kind, on, 0))
      }
    }),
  ]
}
