import { setResults, type ResultChange } from '../testing/actions.ts'
import { parseTestReference } from '../testing/rules.ts'
import { findLine, listAttributes, listCells } from '../testing/store.ts'
import { act, type Act } from './acts.ts'
import { filesOfAnswer } from './answers.ts'
import { drawings, type Drawing } from './draws.ts'
import { leaverRecord, changeRecord } from './records.ts'
import { findingOn, lateRemovals, unapproved } from './looking.ts'
import { drawnFor, type Item } from './sampling.ts'
import type { EvidenceRecord } from './record.ts'
import type { Row } from './list.ts'
import { as, look, type Stage } from './stage.ts'

// Grids that the story dates; all others are filled one after the other in the days from here.
const dated: Readonly<Record<string, string>> = { 'AC-04.T1': '2026-11-04 10:05', 'CH-01.T1': '2026-11-05 11:25', 'GV-05.T1': '2026-11-05 16:02', 'PI-03.T1': '2026-11-05 14:10' }
const days = ['2026-11-02', '2026-11-03', '2026-11-04', '2026-11-05']

/** The grid of every sample, filled in one sitting by whoever had looked at the answer; that of the leavers in two. */
export function fillGrids(stage: Stage): Act[] {
  const lines = drawings.flatMap((drawing) => drawing.tests.map((reference) => ({ drawing, reference })))
  return lines.flatMap(({ drawing, reference }, index) => reference === 'AC-02.T1'
    ? [act('2026-11-03 10:12', async (at) => fill(stage, drawing, reference, at, firstTen)), act('2026-11-06 13:20', async (at) => fill(stage, drawing, reference, at, further, 61))]
    : [act(dated[reference] ?? `${days[Math.floor(index / 7)]!} ${String(9 + index % 7).padStart(2, '0')}:${12 + index}`, async (at) => fill(stage, drawing, reference, at, () => true))])
}

/** What the owner's system printed of an item, as the story has it. */
export function recordOf({ request, recordOf: usual }: Drawing): (row: Row, rank: number) => EvidenceRecord {
  if (request === 20) return (row, rank) => leaverRecord(row, lateRemovals.get(rank) ?? 0, rank > 10 ? '2026-11-04 09:31:40' : undefined)
  return request === 22 ? (row, rank) => changeRecord(row, rank !== unapproved) : usual!
}

/** The repository of the change that nobody but its author approved. */
export async function unprotectedRepository(stage: Stage): Promise<string> {
  const drawing = drawings.find(({ request }) => request === 22)!
  const { item } = (await drawnFor(stage, drawing.request, recordOf(drawing))).find(({ item }) => item.rank === unapproved)!
  return item.cells[item.header.indexOf('repository')] ?? ''
}

const firstTen = (item: Item) => item.item.rank <= 10
const further = (item: Item) => item.item.rank > 10

/** Enters a sitting's results in one act, each citing the line of the item's own record. Does nothing when they stand already. */
async function fill(stage: Stage, drawing: Drawing, reference: string, at: Date, which: (item: Item) => boolean, request = drawing.request): Promise<void> {
  const place = parseTestReference(reference)!
  const { letters, written } = await look(stage, async (trx, scope) => {
    const { id } = await findLine(trx, scope, place.control, place.sequence)
    return { letters: (await listAttributes(trx, scope, id)).map(({ letter }) => letter), written: new Set((await listCells(trx, scope, id)).map((cell) => cell.item_id)) }
  })
  const items = (await drawnFor(stage, drawing.request, recordOf(drawing))).filter(which)
  if (written.has(items[0]!.item.id)) return
  const files = await filesOfAnswer(stage, request)
  const list = reference === 'AC-04.T1' ? (await filesOfAnswer(stage, 4)).get('access-reviews.csv') : undefined
  await enter(stage, drawing.reviewer, reference, at, items.flatMap(({ item, record }) => letters.map((letter): ResultChange => {
    const finding = findingOn(reference, letter, item)
    const own = { fileId: files.get(record.name)!, place: record.places[shownAs(reference, letter)] ?? '' }
    const rows = list !== undefined && letter === 'A' ? [{ fileId: list, place: `row ${item.row_number}` }] : []
    return { itemId: item.id, letter, version: 0, ...finding, citations: finding.result === 'not_applicable' ? [] : [own, ...rows] }
  })))
}

// One record shows the yearly acceptance and the yearly training, which are two tests.
function shownAs(reference: string, letter: string): string {
  return reference === 'GV-05.T2' ? 'B' : letter
}

/** Enters results that nobody has written yet. */
export async function enter(stage: Stage, key: string, reference: string, at: Date, changes: readonly ResultChange[]): Promise<void> {
  const clashes = await setResults(stage.site, await as(stage, key, at), parseTestReference(reference)!, changes)
  if (clashes.length > 0) throw new Error(`Somebody else works on ${reference}`)
}
