import { accept, startReview } from '../evidence/actions.ts'
import { listItems, type SampleItem } from '../evidence/items-store.ts'
import { drawSample } from '../populations/draw-actions.ts'
import { populationNumber } from '../populations/rules.ts'
import { setResults, type ResultChange } from '../testing/actions.ts'
import { planLine, recordNoOccurrence, type Plan } from '../testing/plan-actions.ts'
import { findLine, listCells } from '../testing/store.ts'
import { act, type Act } from './acts.ts'
import { answer, draftOf, findSent, type Answering } from './answers.ts'
import { changeAsk, leaverAsk, type Ask } from './asks.ts'
import { clock, zone } from './calendar.ts'
import { populationOf } from './gathering.ts'
import { changePlan, disposalPlan, leaverPlan, misread, noDisposal } from './plans.ts'
import { changeRecord, leaverRecord, type EvidenceRecord } from './records.ts'
import { as, look, type Stage } from './stage.ts'

/** By rank in the draw, so that it works out whatever is drawn: business days that access was removed late. */
const late: ReadonlyMap<number, number> = new Map([[3, 3], [7, 6]])
const unapproved = 27
const overlooked = 12

type Item = { readonly item: SampleItem, readonly record: EvidenceRecord }
type Finding = Pick<ResultChange, 'result' | 'note'>
type Findings = (item: Item, letter: string) => Finding

const pass: Finding = { result: 'pass', note: '' }

/** Plans the three tests, draws for two of them and records that nothing occurred for the third. */
export function planTests(stage: Stage): Act[] {
  const { site, deeds } = stage
  return [
    plan(stage, 'AC-02', leaverPlan, '2026-10-15 10:30'),
    drawFor(stage, 'AC-02', '2026-10-15 11:02', { file: 'leavers-v2.csv', request: 2, n: 10, ask: leaverAsk, reason: 'By judgment: the policy gives 7 at high risk for 31, and 10 cover every quarter' }),
    plan(stage, 'CH-01', changePlan, '2026-10-16 13:40'),
    drawFor(stage, 'CH-01', '2026-10-16 14:07', { file: 'changes-v2.csv', request: 3, n: 40, ask: changeAsk, reason: 'Policy: event driven, 250 or more, moderate risk' }),
    plan(stage, 'AC-07', disposalPlan, '2026-10-22 15:10'),
    act('2026-10-23 09:30', async (at) => {
      const population = await populationOf(stage, 9, 1, 'disposals.csv')
      await deeds.once('test.no_occurrence', { reference: 'AC-07.T1' }, async () => recordNoOccurrence(site, await as(stage, 'webb', at), { control: 'AC-07', sequence: 1 }, { population: populationNumber(population), ...noDisposal }))
    }),
  ]
}

/** The leavers selected: the owner answers item by item, and Webb looks at each. */
export function testLeavers(stage: Stage): Act[] {
  const drawn = async () => drawnFor(stage, 'AC-02', ({ rank }, row) => leaverRecord(row, late.get(rank) ?? 0))
  return [
    ...answerItems(stage, drawn, leaverAsk, {
      number: 14, openedAt: clock('2026-10-22 10:20'), submittedAt: clock('2026-10-22 11:48'),
      statement: { system: 'OpsDesk and the identity provider', query: '', by: 'Carla Whitfield', at: '2026-10-22T10:05', zone, rows: null, edits: 'none' },
    }, ['2026-10-23 13:15', '2026-10-26 10:40']),
    act('2026-11-03 10:12', async (at) => enter(stage, { control: 'AC-02', request: 14, letters: ['A', 'B'], items: await drawn() }, at, ({ item: { rank } }, letter) => {
      const days = late.get(rank)
      return letter === 'A' && days !== undefined ? { result: 'deviation', note: `${days} business days after the last working day, limit 1` } : pass
    })),
  ]
}

/** The changes selected, in four sittings; in the second a test run is overlooked and set right on the next day. */
export function testChanges(stage: Stage): Act[] {
  const drawn = async () => drawnFor(stage, 'CH-01', ({ rank }, row) => changeRecord(row, rank !== unapproved))
  const sitting = (at: string, from: number, findings: Findings) => act(at, async (at) => {
    const items = (await drawn()).filter(({ item }) => item.rank > from && item.rank <= from + 10)
    await enter(stage, { control: 'CH-01', request: 15, letters: ['A', 'B', 'C', 'D'], items }, at, findings)
  })
  return [
    ...answerItems(stage, drawn, changeAsk, {
      number: 15, openedAt: clock('2026-10-26 14:25'), submittedAt: clock('2026-10-26 16:37'),
      statement: { system: 'GitForge and DeployBot', query: '', by: 'Dmitri Sokol', at: '2026-10-26T14:20', zone, rows: null, edits: 'none' },
    }, ['2026-10-28 09:05', '2026-10-30 11:21']),
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
  const [found] = await drawnFor(stage, 'CH-01', () => ({ name: '', text: '', places: {} }), unapproved)
  return cellsOf(found!.item)['repository'] ?? ''
}

function plan(stage: Stage, control: string, plan: Plan, at: string): Act {
  return act(at, async (at) => stage.deeds.once('test.planned', { reference: `${control}.T1` }, async () => planLine(stage.site, await as(stage, 'webb', at), control, plan)))
}

type Drawing = { readonly request: number, readonly file: string, readonly n: number, readonly ask: Ask, readonly reason: string }

function drawFor(stage: Stage, control: string, at: string, { request, file, n, ask, reason }: Drawing): Act {
  return act(at, async (at) => {
    const line = await look(stage, async (trx, scope) => findLine(trx, scope, control, 1))
    if (line.draw_id !== null) return
    const population = await populationOf(stage, request, 2, file)
    await drawSample(stage.site, await as(stage, 'bergstrom', at), population, { testLineIds: [line.id], filter: null, method: 'random', n, reason, request: await draftOf(stage, ask, '2026-10-30') })
  })
}

async function drawnFor(stage: Stage, control: string, recordOf: (item: SampleItem, row: Readonly<Record<string, string>>) => EvidenceRecord, onlyRank?: number): Promise<Item[]> {
  const items = await look(stage, async (trx, scope) => listItems(trx, scope, (await findLine(trx, scope, control, 1)).draw_id!))
  return items.filter(({ rank }) => onlyRank === undefined || rank === onlyRank).map((item) => ({ item, record: recordOf(item, cellsOf(item)) }))
}

function cellsOf({ header, cells }: SampleItem): Readonly<Record<string, string>> {
  return Object.fromEntries(header.map((name, index) => [name, cells[index] ?? '']))
}

type ItemAnswers = Omit<Answering, 'version' | 'files' | 'ticks'>

function answerItems(stage: Stage, drawn: () => Promise<readonly Item[]>, ask: Ask, answering: ItemAnswers, [reviewedAt, acceptedAt]: readonly [string, string]): Act[] {
  const { site, deeds } = stage
  const { number } = answering
  const files = async () => (await drawn()).map(({ item, record }) => ({ name: record.name, bytes: record.text, itemId: item.id }))
  return [
    ...answer(stage, { ...answering, version: 1, ticks: ask.checklist.length, files }),
    act(reviewedAt, async (at) => deeds.once('request.review_started', { number }, async () => startReview(site, await as(stage, 'webb', at), number))),
    act(acceptedAt, async (at) => deeds.once('request.accepted', { number }, async () => accept(site, await as(stage, 'webb', at), number, 1))),
  ]
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
    const fileId = await findSent(stage, 15, 1, record.name)
    await set(stage, 'CH-01', at, [{ itemId: item.id, letter: 'B', result: 'pass', note: '', version: 1, citations: [{ fileId, place: record.places['B'] ?? '' }] }])
  })
}

async function set(stage: Stage, control: string, at: Date, changes: readonly ResultChange[]): Promise<void> {
  const clashes = await setResults(stage.site, await as(stage, 'webb', at), { control, sequence: 1 }, changes)
  if (clashes.length > 0) throw new Error(`Somebody else works on ${control}`)
}
