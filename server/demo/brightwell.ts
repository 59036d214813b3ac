import type { Site } from '../access/site.ts'
import { addControl, confirm } from '../controls/actions.ts'
import type { Frequency } from '../database/schema/controls.ts'
import { todayIn } from '../engagements/calendar.ts'
import type { Act } from './acts.ts'
import { plusDays } from './calendar.ts'
import { assemble, openEngagement, startPlanning } from './company.ts'
import { describeSystem, type Description } from './description.ts'
import { momentsFrom } from './larkfield-days.ts'
import type { ClientPerson } from './people.ts'
import { actorOf, as, type Company, type Stage } from './stage.ts'

const zone = 'America/Chicago'
const firm = ['okafor', 'webb']

export const brightwellName = 'Brightwell Logistics, Inc.'

/** A third client's people, who belong to no other engagement. */
export const brightwellPeople: readonly ClientPerson[] = [
  person('sponsor', 'Renata Olszewski', 'Chief Executive Officer', 'sponsor', ''),
  person('lead', 'Idris Farouk', 'Director of Compliance', 'lead', 'Coordinates for Brightwell, whose examination is being set up'),
  person('operations', 'Camille Thornbury', 'Head of Infrastructure', 'owner', ''),
  person('people', 'Walt Jurgensen', 'People Manager', 'owner', ''),
]

type Entered = { readonly number: string, readonly owner: string, readonly text: string, readonly frequency: Frequency, readonly nature: 'manual' | 'automated', readonly criteria: readonly string[] }

const controls: readonly Entered[] = [
  control('BL-01', 'people', 'New staff accept the code of conduct before they get access.', 'event_driven', 'manual', ['CC1.1', 'CC1.5']),
  control('BL-02', 'lead', 'The owners meet each quarter to review risk and compliance, and minute what they decide.', 'quarterly', 'manual', ['CC1.2', 'CC4.2']),
  control('BL-03', 'people', 'The organization chart and job descriptions are approved each year.', 'annual', 'manual', ['CC1.3', 'CC1.4']),
  control('BL-04', 'lead', 'The security policy is reviewed, approved and sent to all staff each year.', 'annual', 'manual', ['CC2.2', 'CC5.3']),
  control('BL-05', 'lead', 'Risks to the dispatch service, fraud among them, are assessed each year and treated.', 'annual', 'manual', ['CC3.1', 'CC3.2', 'CC3.3']),
  control('BL-06', 'operations', 'Access to production is granted after the manager and the system owner approve it.', 'event_driven', 'manual', ['CC6.1', 'CC6.2']),
  control('BL-07', 'operations', 'Sign-in to production asks for a second factor.', 'continuous', 'automated', ['CC6.1', 'CC6.6']),
  control('BL-08', 'operations', 'Data sent over public networks is encrypted.', 'continuous', 'automated', ['CC6.7']),
  control('BL-09', 'operations', 'Laptops and servers run endpoint protection that updates itself.', 'continuous', 'automated', ['CC6.8']),
  control('BL-10', 'operations', 'Production is scanned each month; critical findings are fixed within 30 days.', 'monthly', 'manual', ['CC7.1']),
  control('BL-11', 'operations', 'Incidents are rated, contained and closed under the response plan.', 'event_driven', 'manual', ['CC7.3', 'CC7.4']),
  control('BL-12', 'operations', 'A second person reviews every change before it is deployed.', 'event_driven', 'manual', ['CC8.1']),
]

// Its subservice organizations, what user entities run and most of its components nobody has written down yet.
const described: Description = {
  source: '',
  facts: { commitment: ['Dispatchers can reach the service around the clock, 99.5% of each month.', 'Loads and addresses are shown to the shipper and the carrier only.'], infrastructure: ['Rented servers in one region.'] },
}

/** A Type 1 examination as of a day that is five weeks off when the demo is loaded. */
export async function openBrightwell(site: Site, company: Company, now: Date): Promise<Stage> {
  const today = todayIn(zone, now)
  const on = momentsFrom(today)
  const stage = await openEngagement(site, company, brightwellName, {
    system: 'Brightwell Dispatch', type: 1, asOf: plusDays(today, 35), periodStart: null, periodEnd: null, zone, categories: ['security'],
  }, on(-9, '10:30'))
  await assemble(stage, firm, brightwellPeople, on(-9, '11:15'))
  return stage
}

/** Its setup by now: accepted and agreed on, the controls entered, half of them confirmed. */
export function brightwellStory(stage: Stage, now: Date): Act[] {
  const { site, deeds, company } = stage
  const on = momentsFrom(todayIn(zone, now))
  return [
    on.act(-8, '09:20', 0, async (at) => startPlanning(stage, firm, at)),
    on.act(-5, '11:00', 0, async (at) => describeSystem(stage, 'brightwell-lead', described, at)),
    ...controls.map(({ number, owner, text, frequency, nature, criteria }, index) => on.act(-6, '10:00', index * 3, async (at) => deeds.once('control.added', { number }, async () => addControl(site, await as(stage, 'webb', at), number,
      { ownerId: actorOf(company, owner).id, ownerTitle: titleOf(owner), frequencies: [frequency], type: 'preventive', nature, risk: 'moderate', criteria: [...criteria] }, { text, source: 'Control list sent by Idris Farouk' })))),
    ...controls.slice(0, 6).map(({ number }, index) => on.act(-3, '14:00', index * 2, async (at) => deeds.once('control.wording_confirmed', { number }, async () => confirm(site, await as(stage, 'brightwell-lead', at), number, 1)))),
  ]
}

function control(number: string, owner: string, text: string, frequency: Frequency, nature: Entered['nature'], criteria: readonly string[]): Entered {
  return { number, owner: `brightwell-${owner}`, text, frequency, nature, criteria }
}

function person(key: string, name: string, title: string, role: ClientPerson['role'], note: string): ClientPerson {
  return { key: `brightwell-${key}`, name, email: `${name.toLowerCase().replaceAll(' ', '.')}@brightwell.example`, title, role, note }
}

function titleOf(key: string): string {
  return brightwellPeople.find((one) => one.key === key)!.title
}
