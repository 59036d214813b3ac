import { accept, startReview } from '../evidence/actions.ts'
import { listItems } from '../evidence/items-store.ts'
import { acceptPopulation } from '../populations/actions.ts'
import { makeCalendar } from '../populations/calendar-actions.ts'
import { drawSample } from '../populations/draw-actions.ts'
import { findControlIds } from '../requests/store.ts'
import { setResults } from '../testing/actions.ts'
import { evaluateDesign, signDesignReview } from '../testing/design-actions.ts'
import { listDrawn } from '../testing/grid-store.ts'
import { enterItem } from '../testing/lines-actions.ts'
import { conclude, planLine, sign } from '../testing/plan-actions.ts'
import { findLine, listCells } from '../testing/store.ts'
import { act, type Act } from './acts.ts'
import { answer, draftOf, findSent, requestOf, type Sent } from './answers.ts'
import { chance } from './chance.ts'
import { clock, zone } from './calendar.ts'
import { writeQuarter } from './last-year-papers.ts'
import { lastYearAsks, lastYearControls, quarterRequest, type LastYearControl } from './last-year-tests.ts'
import { as, look, type Stage } from './stage.ts'

const calendar = 1
const quarterly = lastYearControls.filter(({ items }) => items.length === 0).map(({ number }) => number)

/** Every control walked through, tested, concluded and signed by two people. */
export function testLastYear(stage: Stage): Act[] {
  return [...drawQuarters(stage), ...lastYearControls.flatMap((control, index) => testOne(stage, control, index))]
}

/** Two quarters of the year serve the three controls that run each quarter. */
function drawQuarters(stage: Stage): Act[] {
  const { site, deeds } = stage
  const number = quarterRequest
  const ask = lastYearAsks[number - 1]!
  const lineOf = async (control: string) => look(stage, async (trx, scope) => findLine(trx, scope, control, 1))
  return [
    act('2025-10-07 09:20', async (at) => deeds.once('calendar.made', { number: calendar }, async () => makeCalendar(site, await as(stage, 'fischer', at), {
      name: 'Reviews by quarter', occurrence: 'one quarter with its reviews', every: 'quarter', controlIds: [...(await look(stage, async (trx, scope) => findControlIds(trx, scope, quarterly))).values()],
    }))),
    act('2025-10-07 11:00', async (at) => deeds.once('population.accepted', { number: calendar }, async () => acceptPopulation(site, await as(stage, 'bergstrom', at), calendar, ''))),
    act('2025-10-21 10:00', async (at) => {
      const lines = await Promise.all(quarterly.map(lineOf))
      if (lines[0]!.draw_id !== null) return
      await drawSample(site, await as(stage, 'bergstrom', at), calendar, {
        testLineIds: lines.map(({ id }) => id), filter: null, method: 'random', n: 2, reason: 'Policy: quarterly, moderate risk', request: { ...await draftOf(stage, ask), fills: number },
      }, chance('draw of last year').hex(32))
    }),
    ...answer(stage, {
      number, version: 1, openedAt: clock('2025-10-24 14:05'), submittedAt: clock('2025-10-24 14:40'), ticks: 1, files: async () => quarterFiles(stage, (await lineOf(quarterly[0]!)).draw_id!),
      statement: { system: ask.system, query: '', by: 'Joel Castellanos', at: '2025-10-24T13:50', zone, rows: null, edits: 'none' },
    }),
    act('2025-10-27 09:40', async (at) => deeds.once('request.review_started', { number }, async () => startReview(site, await as(stage, 'fischer', at), number))),
    act('2025-10-27 10:05', async (at) => deeds.once('request.accepted', { number }, async () => accept(site, await as(stage, 'fischer', at), number, 1))),
  ]
}

async function quarterFiles(stage: Stage, drawId: string): Promise<Sent[]> {
  const items = await look(stage, async (trx, scope) => listItems(trx, scope, drawId))
  return items.map(({ id, key }) => ({ name: `binder-${key.toLowerCase()}.txt`, itemId: id, bytes: writeQuarter(key) }))
}

function testOne(stage: Stage, control: LastYearControl, index: number): Act[] {
  const { site, deeds } = stage
  const { number, plan, items, request } = control
  const reference = `${number}.T1`
  const place = { control: number, sequence: 1 }
  const on = (from: string, run: Act['run'], apart = 12): Act => ({ at: new Date(clock(from).getTime() + index * apart * 60_000), run })
  return [
    on('2025-10-08 09:05', async (at) => deeds.once('design.evaluated', { number }, async () => evaluateDesign(site, await as(stage, 'fischer', at), number, 1, {
      lookedAt: `${plan.title}: the ${control.owner} showed how it is done and where it is recorded.`, requestId: null, conclusion: 'suitable', deficiency: '', implemented: true, seenOn: '2025-10-08',
    }))),
    on('2025-10-09 09:30', async (at) => deeds.once('design.reviewed', { number }, async () => signDesignReview(site, await as(stage, 'bergstrom', at), number)), 3),
    on('2025-10-20 09:00', async (at) => deeds.once('test.planned', { reference }, async () => planLine(site, await as(stage, 'fischer', at), number, plan))),
    on('2025-11-03 09:05', async (at) => {
      const known = (await look(stage, async (trx, scope) => listDrawn(trx, scope, await findLine(trx, scope, number, 1)))).length
      for (const { label, on: day } of items.slice(known)) {
        await enterItem(site, await as(stage, 'fischer', at), place, { label, occurredOn: day, requestId: await requestOf(stage, request), person: '', personRole: '', words: '' })
      }
    }),
    on('2025-11-03 09:10', async (at) => enterResults(stage, control, at)),
    on('2025-11-10 09:00', async (at) => deeds.once('test.concluded', { reference }, async () => conclude(site, await as(stage, 'fischer', at), place, 'effective'))),
    on('2025-11-10 09:02', async (at) => deeds.once('test.signed', { reference, kind: 'prepared' }, async () => sign(site, await as(stage, 'fischer', at), place, 'prepared'))),
    on('2025-11-17 10:00', async (at) => deeds.once('test.signed', { reference, kind: 'reviewed' }, async () => sign(site, await as(stage, 'bergstrom', at), place, 'reviewed'))),
  ]
}

async function enterResults(stage: Stage, { number, items: looked, request }: LastYearControl, at: Date): Promise<void> {
  const { items, cells } = await look(stage, async (trx, scope) => {
    const line = await findLine(trx, scope, number, 1)
    return { items: await listDrawn(trx, scope, line), cells: await listCells(trx, scope, line.id) }
  })
  if (cells.length > 0) return
  const changes = await Promise.all(items.map(async ({ id }, index) => {
    const { file, place = '' } = looked[index] ?? {}
    // What names no place cites the item's own file.
    return { itemId: id, letter: 'A', result: 'pass' as const, note: '', version: 0, citations: file === undefined ? [] : [{ fileId: await findSent(stage, request, 1, file), place }] }
  }))
  await setResults(stage.site, await as(stage, 'fischer', at), { control: number, sequence: 1 }, changes)
}
