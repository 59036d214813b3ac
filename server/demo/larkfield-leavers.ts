import { startReview } from '../evidence/actions.ts'
import { listItems } from '../evidence/items-store.ts'
import { acceptPopulation } from '../populations/actions.ts'
import { drawSample } from '../populations/draw-actions.ts'
import { planLine, type Plan } from '../testing/plan-actions.ts'
import { findLine } from '../testing/store.ts'
import type { Act } from './acts.ts'
import { answer, draftOf, prepare, requestOf, type Sent } from './answers.ts'
import { workday } from './calendar.ts'
import { populationOf, readList } from './gathering.ts'
import { larkfieldAsks } from './larkfield-asks.ts'
import { momentsFrom } from './larkfield-days.ts'
import { leaversList } from './larkfield-lists.ts'
import { writeCsv } from './list.ts'
import { as, look, type Stage } from './stage.ts'

const zone = 'America/Chicago'
const [population, sample] = [7, 8]
const file = 'leavers.csv'
const mapping = { name: 'Leavers', occurrence: 'one person leaving', keyColumn: 'staff_id', dateColumn: 'last_working_day', dateMeaning: 'Last working day', told: { order: null, zone: null } } as const

const plan: Plan = {
  title: 'Access of leavers is removed on the last working day',
  itemNoun: 'leavers',
  procedures: [{ nature: 'inspection', text: 'the log of the identity console of {sample} to determine whether access was removed by the end of the last working day' }],
  attributes: [{ letter: 'A', question: 'Was the identity closed by the end of the last working day?', expected: 'The entry of the log with its time' }],
}

/** Larkfield's list of leavers, accepted and drawn from; of the five selected three have their evidence by now. */
export const larkfieldLeavers = { sample, story }

function story(stage: Stage, today: string): Act[] {
  const { site, deeds } = stage
  const on = momentsFrom(today)
  const list = leaversList(today)
  const ask = larkfieldAsks.find(({ number }) => number === sample)!
  const line = async () => look(stage, async (trx, scope) => findLine(trx, scope, 'LH-09', 1))
  return [
    ...answer(stage, {
      number: population, version: 1, openedAt: on(-9, '09:40'), submittedAt: on(-9, '10:05'), files: [{ name: file, bytes: writeCsv(list) }], ticks: 2,
      statement: { system: 'Staffwell', query: 'Leavers of the period, any reason', by: 'Dana Whitlock', at: `${workday(today, -9)}T09:31`, zone, rows: list.rows.length, edits: 'none' },
    }),
    on.act(-8, '09:10', 0, async (at) => deeds.once('request.review_started', { number: population }, async () => startReview(site, await as(stage, 'webb', at), population))),
    readList(stage, { number: population, version: 1, reviewer: 'webb', file, list, mapping }, on(-8, '09:16')),
    on.act(-8, '11:30', 0, async (at) => {
      const number = await populationOf(stage, population, 1, file)
      await deeds.once('population.accepted', { number }, async () => acceptPopulation(site, await as(stage, 'natarajan', at), number, ''))
    }),
    on.act(-7, '14:00', 0, async (at) => deeds.once('test.planned', { reference: 'LH-09.T1' }, async () => planLine(site, await as(stage, 'webb', at), 'LH-09', plan))),
    on.act(-7, '14:12', 0, async (at) => {
      const { id, draw_id: drawId } = await line()
      if (drawId !== null) return
      await drawSample(site, await as(stage, 'natarajan', at), await populationOf(stage, population, 1, file), {
        testLineIds: [id], filter: null, method: 'random', n: 5, reason: 'Policy: event driven, moderate risk, at least 5 of 24', request: { ...await draftOf(stage, { ...ask, dueOn: workday(today, ask.due) }), fills: sample },
      })
    }),
    ...prepare(stage, sample, on(-2, '16:05'), async () => removals(stage, (await line()).draw_id!), async (run) => deeds.once('evidence.uploaded', { requestId: await requestOf(stage, sample) }, run)),
  ]
}

async function removals(stage: Stage, drawId: string): Promise<Sent[]> {
  const items = await look(stage, async (trx, scope) => listItems(trx, scope, drawId))
  return items.slice(0, 3).map(({ id, key, cells }) => ({
    name: `removal-${key}.txt`, itemId: id,
    bytes: ['Identity console  production  id.larkfield.example/log', 'Signed in as k.morales', '', `${cells[2]} 17:3${key.at(-1)} CT  user.deactivate  ${key}  result SUCCESS`, `${cells[2]} 17:3${key.at(-1)} CT  session.revoke   ${key}`, ''].join('\n'),
  }))
}
