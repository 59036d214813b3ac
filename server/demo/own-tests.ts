import type { ResultChange } from '../testing/actions.ts'
import { enterItem } from '../testing/lines-actions.ts'
import { listLineItems } from '../testing/lines-store.ts'
import { planLine } from '../testing/plan-actions.ts'
import { parseTestReference } from '../testing/rules.ts'
import { findLine, listCells } from '../testing/store.ts'
import type { Act } from './acts.ts'
import { filesOfAnswer, requestOf } from './answers.ts'
import { clock } from './calendar.ts'
import { enter } from './grids.ts'
import { ownTests, type OwnTest } from './own-plans.ts'
import { papers } from './papers.ts'
import { as, look, type Stage } from './stage.ts'

/** Plans the tests whose items no draw makes, enters what was looked at and fills their grids. */
export function testOwn(stage: Stage): Act[] {
  return ownTests.flatMap((test, index): Act[] => [
    { at: new Date(clock('2026-10-16 12:05').getTime() + index * 5 * 60_000), run: async (at) => stage.deeds.once('test.planned', { reference: test.reference }, async () => planLine(stage.site, await as(stage, testerOf(test), at), parseTestReference(test.reference)!.control, test.plan)) },
    { at: new Date(clock('2026-10-26 09:20').getTime() + index * 13 * 60_000), run: async (at) => carryOut(stage, test, at) },
  ])
}

/** Who prepares that test. */
export function testerOf({ request }: OwnTest): string {
  return request % 2 === 0 ? 'webb' : 'fischer'
}

async function carryOut(stage: Stage, test: OwnTest, at: Date): Promise<void> {
  const { reference, request, items, plan } = test
  const place = parseTestReference(reference)!
  const known = async () => look(stage, async (trx, scope) => {
    const { id } = await findLine(trx, scope, place.control, place.sequence)
    return { entered: await listLineItems(trx, scope, id), cells: await listCells(trx, scope, id) }
  })
  const requestId = await requestOf(stage, request)
  const { entered, cells } = await known()
  if (cells.length > 0) return
  for (const { label, on } of items.slice(entered.length)) await enterItem(stage.site, await as(stage, testerOf(test), at), place, { label, occurredOn: on, requestId, person: '', personRole: '', words: '' })
  const document = papers[request] === undefined ? undefined : (await filesOfAnswer(stage, request)).get(papers[request].name)
  await enter(stage, testerOf(test), reference, at, (await known()).entered.flatMap(({ id, label }) => plan.attributes.map(({ letter }): ResultChange => {
    const spot = items.find((item) => item.label === label)?.place
    // Without a place the result cites every file of the answer.
    return { itemId: id, letter, result: 'pass', note: '', version: 0, citations: spot === undefined || document === undefined ? [] : [{ fileId: document, place: spot }] }
  })))
}
