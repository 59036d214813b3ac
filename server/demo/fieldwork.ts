import { accept, startReview } from '../evidence/actions.ts'
import { decideExtension } from '../exceptions/judge-actions.ts'
import { findStanding } from '../exceptions/store.ts'
import { populationNumber } from '../populations/rules.ts'
import { extendDraw } from '../populations/step-actions.ts'
import { planLine, recordNoOccurrence } from '../testing/plan-actions.ts'
import { findLine } from '../testing/store.ts'
import { act, type Act } from './acts.ts'
import { answer } from './answers.ts'
import { askOf } from './asks.ts'
import { clock, zone } from './calendar.ts'
import { drawings } from './draws.ts'
import { populationOf } from './gathering.ts'
import { recordOf } from './grids.ts'
import { disposalPlan, noDisposal } from './plans.ts'
import { answerItems, drawnFor } from './sampling.ts'
import { ownerOf } from './settling.ts'
import { as, look, type Stage } from './stage.ts'

/** The sample of leavers, and the request that its extension writes. */
const leavers = 20
const furtherLeavers = 61
const changes = 22
const furtherSize = 10

/** Plans the test of disposals and records that nothing occurred for it. */
export function testDisposals(stage: Stage): Act[] {
  const { site, deeds } = stage
  return [
    act('2026-10-22 15:10', async (at) => deeds.once('test.planned', { reference: 'AC-07.T1' }, async () => planLine(site, await as(stage, 'webb', at), 'AC-07', disposalPlan))),
    act('2026-10-23 09:30', async (at) => {
      const population = await populationOf(stage, 9, 1, 'disposals.csv')
      await deeds.once('test.no_occurrence', { reference: 'AC-07.T1' }, async () => recordNoOccurrence(site, await as(stage, 'webb', at), { control: 'AC-07', sequence: 1 }, { population: populationNumber(population), ...noDisposal }))
    }),
  ]
}

/** The owners answer for the leavers and the changes selected, item by item; two leavers were late, so further ones are selected and answered for. */
export function answerTold(stage: Stage): Act[] {
  const told = drawings.filter(({ request }) => request === leavers || request === changes)
  return [...told.flatMap((drawing) => answerItems(stage, drawing, 1, recordOf(drawing))), ...extendLeavers(stage)]
}

/** The decision to go on is recorded before anybody looks; then the next of the order are drawn and asked for. */
function extendLeavers(stage: Stage): Act[] {
  const { site, deeds } = stage
  const drawing = drawings.find(({ request }) => request === leavers)!
  const reason = 'The cause of both looks isolated: tickets filed late by two managers. As many again, decided before looking at them.'
  const review = { number: furtherLeavers, version: 1 }
  const found = async () => look(stage, async (trx, scope) => {
    const line = await findLine(trx, scope, 'AC-02', 1)
    const draw = await trx.selectFrom('draw').select('number').where('engagement_id', '=', scope.engagement.id).where('id', '=', line.draw_id!).executeTakeFirstOrThrow()
    return { draw: draw.number, exception: (await findStanding(trx, scope, line.id))!.number }
  })
  return [
    act('2026-11-03 14:05', async (at) => {
      const { exception: number } = await found()
      await deeds.once('exception.extension_decided', { number }, async () => decideExtension(site, await as(stage, 'bergstrom', at), number, { size: furtherSize, reason }))
    }),
    act('2026-11-03 14:20', async (at) => {
      const { draw } = await found()
      await deeds.once('sample.extended', { number: draw }, async () => extendDraw(site, await as(stage, 'bergstrom', at), { population: await populationOf(stage, 2, 2, 'leavers-v2.csv'), draw }, { size: furtherSize, ground: 'deviation', reason, dueOn: '2026-11-06' }, false))
    }),
    ...answer(stage, {
      ...review, openedAt: clock('2026-11-04 09:36'), submittedAt: clock('2026-11-04 10:14'), ticks: askOf(leavers).checklist.length,
      files: async () => (await drawnFor(stage, leavers, recordOf(drawing))).filter(({ item }) => item.rank > drawing.n).map(({ item, record }) => ({ name: record.name, bytes: record.text, itemId: item.id })),
      statement: { system: askOf(leavers).system, query: '', by: ownerOf(leavers), at: '2026-11-04T09:31', zone, rows: null, edits: 'none' },
    }),
    act('2026-11-05 10:20', async (at) => deeds.once('request.review_started', review, async () => startReview(site, await as(stage, 'webb', at), furtherLeavers))),
    act('2026-11-06 11:40', async (at) => deeds.once('request.accepted', { number: furtherLeavers }, async () => accept(site, await as(stage, 'webb', at), furtherLeavers, 1))),
  ]
}
