import type { Site } from '../access/site.ts'
import { addControl, confirm } from '../controls/actions.ts'
import type { Control } from '../controls/store.ts'
import { act, type Act } from './acts.ts'
import { draft, send } from './answers.ts'
import { paySmartAsks } from './asks.ts'
import { clock, zone } from './calendar.ts'
import { concludeEngagement, settleExceptions } from './closing.ts'
import { assemble, openEngagement, startFieldwork, startPlanning } from './company.ts'
import controls from './controls.json' with { type: 'json' }
import { evaluateDesigns } from './designs.ts'
import { examine } from './examining.ts'
import { answerTold, testDisposals } from './fieldwork.ts'
import { gather } from './gathering.ts'
import { gatherings } from './gatherings.ts'
import { fillGrids } from './grids.ts'
import { meetings } from './meetings.ts'
import { testOwn } from './own-tests.ts'
import { setUpPaySmart } from './paysmart-setup.ts'
import { ownerByTitle, paySmartPeople } from './people.ts'
import { answerSamples, drawSamples, makeCalendars, returnUndated } from './sampling.ts'
import { settings } from './settings.ts'
import { settleMeeting, settlePapers, settleSetting } from './settling.ts'
import { signTests, takeNotes } from './signing.ts'
import { actorOf, as, type Company, type Stage } from './stage.ts'
import { talk } from './talking.ts'

// A sample request waits as a draft for the items that its draw fills in.
const kickOff = paySmartAsks.filter(({ kind }) => kind !== 'sample')

const firm = ['okafor', 'reyes', 'bergstrom', 'fischer', 'webb']

/** PaySmart's engagement with its team. */
export async function openPaySmart(site: Site, company: Company): Promise<Stage> {
  const stage = await openEngagement(site, company, 'PaySmart Global, Inc.', {
    system: 'PaySmart Payments Platform', type: 2, asOf: null, periodStart: '2025-10-01', periodEnd: '2026-09-30', zone, categories: ['security', 'availability', 'processing_integrity'],
  }, clock('2026-09-08 14:10'))
  await assemble(stage, firm, paySmartPeople, clock('2026-09-08 15:05'))
  return stage
}

/** All that happens at PaySmart, from the list of controls to the last signature; two calls give the same acts. */
export async function paySmartStory(stage: Stage): Promise<Act[]> {
  return [
    ...controls.map((control, index) => enterControl(stage, control as Entered, clock('2026-09-10 09:30').getTime() + index * 100_000)),
    ...controls.map(({ number }, index) => confirmWording(stage, number, clock('2026-09-14 10:00').getTime() + index * 80_000)),
    act('2026-09-09 11:00', async (at) => startPlanning(stage, firm, at)),
    ...setUpPaySmart(stage),
    act('2026-10-01 09:00', async (at) => startFieldwork(stage, at)),
    ...paySmartAsks.map((ask, index) => act(`2026-10-02 ${10 + Math.floor(index / 10)}:${10 + (index % 10) * 4}`, async (at) => draft(stage, index % 2 === 0 ? 'fischer' : 'webb', at, ask))),
    act('2026-10-05 09:12', async (at) => send(stage, 'bergstrom', at, kickOff.map(({ number }) => number))),
    ...makeCalendars(stage),
    ...(await Promise.all(gatherings.map(async (one) => gather(stage, one)))).flat(),
    ...(await Promise.all(settings.map(async (one) => settleSetting(stage, one)))).flat(),
    ...settlePapers(stage), ...meetings.flatMap((meeting) => settleMeeting(stage, meeting)),
    ...drawSamples(stage), ...returnUndated(stage), ...answerSamples(stage), ...testDisposals(stage), ...answerTold(stage),
    ...examine(stage), ...talk(stage),
    ...testOwn(stage), ...evaluateDesigns(stage), ...fillGrids(stage),
    ...settleExceptions(stage), ...takeNotes(stage), ...signTests(stage), ...concludeEngagement(stage),
  ]
}

type Entered = Pick<Control, 'number' | 'wording' | 'frequencies' | 'type' | 'nature' | 'risk' | 'criteria'> & { readonly owner: string }

function enterControl(stage: Stage, control: Entered, at: number): Act {
  const { number, wording, owner, frequencies, type, nature, risk, criteria } = control
  return {
    at: new Date(at),
    run: async (at) => stage.deeds.once('control.added', { number }, async () => addControl(stage.site, await as(stage, 'fischer', at), number,
      { ownerId: actorOf(stage.company, ownerByTitle(owner).key).id, ownerTitle: owner, frequencies, type, nature, risk, criteria },
      { text: wording, source: 'Control workbook of August 31, 2026, sent by Joel Castellanos' })),
  }
}

function confirmWording(stage: Stage, number: string, at: number): Act {
  return {
    at: new Date(at),
    run: async (at) => stage.deeds.once('control.wording_confirmed', { number }, async () => confirm(stage.site, await as(stage, 'castellanos', at), number, 1)),
  }
}
