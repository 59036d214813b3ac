import { setResults, type ResultChange } from '../testing/actions.ts'
import { planLine, recordNoOccurrence } from '../testing/plan-actions.ts'
import { findLine, listCells } from '../testing/store.ts'
import { populationNumber } from '../populations/rules.ts'
import { act, type Act } from './acts.ts'
import { findSent } from './answers.ts'
import { drawings } from './draws.ts'
import { populationOf } from './gathering.ts'
import { disposalPlan, misread, noDisposal } from './plans.ts'
import { changeRecord, leaverRecord } from './records.ts'
import { answerItems, cellsOf, drawnFor, type Item } from './sampling.ts'
import { as, look, type Stage } from './stage.ts'

/** The requests that the two samples told in full are asked for by. */
const leavers = 20
const changes = 22

/** By rank in the draw, so that it works out whatever is drawn: business days that access was removed late. */
const late: ReadonlyMap<number, number> = new Map([[3, 3], [7, 6]])
const unapproved = 27
const overlooked = 12

type Finding = Pick<ResultChange, 'result' | 'note'>
type Findings = (item: Item, letter: string) => Finding

const pass: Finding = { result: 'pass', note: '' }

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

/** The leavers selected: the owner answers item by item, and Webb looks at each. */
export function testLeavers(stage: Stage): Act[] {
  const drawn = async () => drawnFor(stage, leavers, (row, rank) => leaverRecord(row, late.get(rank) ?? 0))
  return [
    ...answerItems(stage, drawingOf(leavers), 1, (row, rank) => leaverRecord(row, late.get(rank) ?? 0)),
    act('2026-11-03 10:12', async (at) => enter(stage, { control: 'AC-02', request: leavers, letters: ['A', 'B'], items: await drawn() }, at, ({ item: { rank } }, letter) => {
      const days = late.get(rank)
      return letter === 'A' && days !== undefined ? { result: 'deviation', note: `${days} business days after the last working day, limit 1` } : pass
    })),
  ]
}

/** The changes selected, in four sittings; in the second a test run is overlooked and set right on the next day. */
export function testChanges(stage: Stage): Act[] {
  const drawn = async () => drawnFor(stage, changes, (row, rank) => changeRecord(row, rank !== unapproved))
  const sitting = (at: string, from: number, findings: Findings) => act(at, async (at) => {
    const items = (await drawn()).filter(({ item }) => item.rank > from && item.rank <= from + 10)
    await enter(stage, { control: 'CH-01', request: changes, letters: ['A', 'B', 'C', 'D'], items }, at, findings)
  })
  return [
    ...answerItems(stage, drawingOf(changes), 1, (row, rank) => changeRecord(row, rank !== unapproved)),
    sitting('2026-11-04 09:18', 0, () => pass),
    sitting('2026-11-04 13:50', 10, ({ item: { rank } }, letter) => rank === overlooked && letter === 'B' ? { result: 'deviation', note: misread.note } : pass),
    act('2026-11-05 09:06', async (at) => setRight(stage, (await drawn()).find(({ item }) => item.rank === overlooked)!, at)),
    sitting('2026-11-05 11:25', 20, ({ item: { rank } }, letter) => {
      if (rank !== unapproved) return pass
      if (letter === 'A') return { result: 'deviation', note: 'No approval by a second person; merged by its author' }
      return letter === 'C' ? { result: 'not_applicable', note: 'There was no approval; see A' } : pass
    }),
    sitting('2026-11-05 14:40', 30, () => pass),
  ]
}

/** The repository of the change that nobody but its author approved. */
export async function unprotectedRepository(stage: Stage): Promise<string> {
  const found = (await drawnFor(stage, changes, (row, rank) => changeRecord(row, rank !== unapproved))).find(({ item }) => item.rank === unapproved)
  return found === undefined ? '' : cellsOf(found.item)['repository'] ?? ''
}

function drawingOf(request: number) {
  return drawings.find((one) => one.request === request)!
}

type Sitting = { readonly control: string, readonly request: number, readonly letters: readonly string[], readonly items: readonly Item[] }

/** Enters a sitting's results in one act, each citing the line of the item's own record. Does nothing when they stand already. */
async function enter(stage: Stage, { control, request, letters, items }: Sitting, at: Date, findings: Findings): Promise<void> {
  const written = await look(stage, async (trx, scope) => listCells(trx, scope, (await findLine(trx, scope, control, 1)).id))
  if (written.some((cell) => cell.item_id === items[0]!.item.id)) return
  const changes: ResultChange[] = []
  for (const one of items) {
    const fileId = await findSent(stage, request, 1, one.record.name)
    for (const letter of letters) {
      const found = findings(one, letter)
      changes.push({ itemId: one.item.id, letter, version: 0, ...found, citations: found.result === 'not_applicable' ? [] : [{ fileId, place: one.record.places[letter] ?? '' }] })
    }
  }
  await set(stage, control, at, changes)
}

async function setRight(stage: Stage, { item, record }: Item, at: Date): Promise<void> {
  await stage.deeds.once('result.set', { itemId: item.id, letter: 'B', to: 'pass' }, async () => {
    const fileId = await findSent(stage, changes, 1, record.name)
    await set(stage, 'CH-01', at, [{ itemId: item.id, letter: 'B', result: 'pass', note: '', version: 1, citations: [{ fileId, place: record.places['B'] ?? '' }] }])
  })
}

async function set(stage: Stage, control: string, at: Date, changes: readonly ResultChange[]): Promise<void> {
  const clashes = await setResults(stage.site, await as(stage, 'webb', at), { control, sequence: 1 }, changes)
  if (clashes.length > 0) throw new Error(`Somebody else works on ${control}`)
}
