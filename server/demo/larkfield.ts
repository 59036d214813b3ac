import type { Site } from '../access/site.ts'
import { addControl, confirm, type Described } from '../controls/actions.ts'
import { todayIn } from '../engagements/calendar.ts'
import type { Act } from './acts.ts'
import { draft, send } from './answers.ts'
import { plusDays, workday } from './calendar.ts'
import { assemble, openEngagement, startFieldwork, startPlanning } from './company.ts'
import { larkfieldAsks } from './larkfield-asks.ts'
import { momentsFrom } from './larkfield-days.ts'
import { larkfieldAnswers } from './larkfield-story.ts'
import { larkfieldLeavers } from './larkfield-leavers.ts'
import { larkfieldPeople } from './people.ts'
import { actorOf, as, type Company, type Stage } from './stage.ts'

const zone = 'America/Chicago'

const firm = ['okafor', 'fischer', 'webb']

type OwnControl = Omit<Described, 'ownerId' | 'ownerTitle'> & { readonly number: string, readonly owner: string, readonly text: string }

const controls: readonly OwnControl[] = [
  control('LH-01', 'lead', 'The security policy is reviewed and approved each year by the Head of Compliance.', 'annual', 'manual', ['CC5.3', 'CC2.2']),
  control('LH-02', 'identity', 'All staff sign in to production with a second factor.', 'continuous', 'automated', ['CC6.1', 'CC6.6']),
  control('LH-03', 'data', 'Stores that hold client data are encrypted, and their keys are rotated each year.', 'annual', 'automated', ['CC6.1', 'C1.1']),
  control('LH-04', 'data', 'Client data is deleted within 90 days after a contract ends, and a record of the deletion is kept.', 'event_driven', 'it_dependent_manual', ['C1.2']),
  control('LH-05', 'operations', 'Traffic into production is denied unless a rule admits it; the rules are reviewed twice a year.', 'semiannual', 'manual', ['CC6.6']),
  control('LH-06', 'operations', 'Laptops and servers are encrypted, protected and patched within 30 days.', 'continuous', 'automated', ['CC6.8', 'CC7.1']),
  control('LH-07', 'operations', 'Security alerts reach the on-call engineer at once, and their outcome is recorded.', 'event_driven', 'it_dependent_manual', ['CC7.2', 'CC7.3']),
  control('LH-08', 'people', 'Joiners sign the confidentiality agreement and get the access of their role once it is approved.', 'event_driven', 'manual', ['CC1.1', 'CC6.2']),
  control('LH-09', 'people', 'Access of leavers is removed by the end of the last working day.', 'event_driven', 'it_dependent_manual', ['CC6.2', 'CC6.3']),
  control('LH-10', 'lead', 'Vendors that hold client data are reviewed each year.', 'annual', 'manual', ['CC9.2']),
  control('LH-11', 'operations', 'Incidents are rated, contained and closed under the response plan, which is exercised each year.', 'event_driven', 'manual', ['CC7.4', 'CC7.5']),
  control('LH-12', 'operations', 'Changes to production are reviewed by a second person and tested before deployment.', 'event_driven', 'it_dependent_manual', ['CC8.1']),
]

/** The second client's engagement, in fieldwork. Its days count back from the loading. */
export async function openLarkfield(site: Site, company: Company, now: Date): Promise<Stage> {
  const today = todayIn(zone, now)
  const periodEnd = plusDays(today, -45)
  const on = momentsFrom(today)
  const stage = await openEngagement(site, company, 'Larkfield Health Data, Inc.', {
    system: 'Larkfield Claims Exchange', type: 2, asOf: null, periodStart: plusDays(periodEnd, -364), periodEnd, zone, categories: ['security', 'confidentiality'],
  }, on(-16, '10:05'))
  await assemble(stage, firm, larkfieldPeople, on(-16, '14:20'))
  return stage
}

/** All that has happened at Larkfield by `now`. */
export async function larkfieldStory(stage: Stage, now: Date): Promise<Act[]> {
  const { site, deeds } = stage
  const today = todayIn(zone, now)
  const on = momentsFrom(today)
  const numbersOf = (...standings: readonly string[]) => larkfieldAsks.filter(({ standing }) => standings.includes(standing)).map(({ number }) => number)
  const first = numbersOf('accepted', 'cancelled', 'not_applicable')
  const second = numbersOf('in_review', 'submitted', 'client_review', 'in_progress', 'open', 'returned').filter((number) => number !== larkfieldLeavers.sample)
  return [
    on.act(-16, '16:30', 0, async (at) => startPlanning(stage, firm, at)),
    ...controls.map(({ number, owner, text, ...fields }, index) => on.act(-15, '09:30', index, async (at) => deeds.once('control.added', { number }, async () => addControl(site, await as(stage, 'fischer', at), number,
      { ...fields, ownerId: actorOf(stage.company, owner).id, ownerTitle: titleOf(owner) }, { text, source: 'Control list sent by Simone Adeyemi' })))),
    ...controls.slice(0, 10).map(({ number }, index) => on.act(-14, '13:10', index, async (at) => deeds.once('control.wording_confirmed', { number }, async () => confirm(site, await as(stage, 'larkfield-lead', at), number, 1)))),
    ...larkfieldAsks.map((ask, index) => on.act(-13, '09:00', index * 3, async (at) => draft(stage, 'fischer', at, { ...ask, dueOn: workday(today, ask.standing === 'returned' ? -3 : ask.due) }))),
    on.act(-12, '09:15', 0, async (at) => send(stage, 'natarajan', at, first)),
    on.act(-12, '10:00', 0, async (at) => startFieldwork(stage, at)),
    on.act(-7, '09:20', 0, async (at) => send(stage, 'natarajan', at, second)),
    ...await larkfieldAnswers(stage, today), ...larkfieldLeavers.story(stage, today),
  ]
}

function control(number: string, owner: string, text: string, frequency: OwnControl['frequencies'][number], nature: OwnControl['nature'], criteria: readonly string[]): OwnControl {
  return { number, owner: `larkfield-${owner}`, text, frequencies: [frequency], type: 'preventive', nature, risk: 'moderate', criteria: [...criteria] }
}

function titleOf(key: string): string {
  return larkfieldPeople.find((one) => one.key === key)!.title
}
