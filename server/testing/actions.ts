import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import type { CellResult } from '../database/schema/testing.ts'
import { Invalid, NotFound, Refused } from '../errors.ts'
import { openFor } from '../exceptions/actions.ts'
import type { EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { findSource, holdCitable, listDrawn, listItemFiles, type Citation, type DrawnItem } from './grid-store.ts'
import { needsCitation, needsNote, refuseClosed, testReference } from './rules.ts'
import { findLine, findLineById, listAttributes, listCells, listCitations, lockCell, reopenLine, writeCell, type LineRow } from './store.ts'

/** A test line as its address names it. */
export type Reference = { readonly control: string, readonly sequence: number }

/** A result somebody sets; `version` is that of the cell they were looking at, 0 for one nobody has written yet. */
export type ResultChange = {
  readonly itemId: string
  readonly letter: string
  readonly result: CellResult
  readonly note: string
  readonly citations: readonly Citation[]
  readonly version: number
}

/** A cell that somebody else wrote meanwhile. */
export type Clash = { readonly itemId: string, readonly letter: string, readonly theirs: Awaited<ReturnType<typeof lockCell>> }

type Grid = { readonly line: LineRow, readonly items: ReadonlyMap<string, DrawnItem>, readonly letters: readonly string[], readonly defaults: ReadonlyMap<string, readonly Citation[]> }

/**
 * Writes results of one line, all or none. A cell that has changed since its `version` is a clash: then nothing is
 * written and every clash is returned. A pass or deviation that names no evidence cites the item's own files, else its
 * row of the list. `fieldOf` names the form's note field of an attribute for Invalid.
 */
export async function setResults(site: Site, scope: EngagementScope, reference: Reference, changes: readonly ResultChange[], fieldOf: (letter: string) => string = () => 'note'): Promise<Clash[]> {
  return await inScope(site.db, scope, async (trx) => {
    const cited = changes.flatMap(({ citations }) => citations.map(({ fileId }) => fileId))
    const grid = await openGrid(trx, scope, reference, cited, changes.map(({ itemId }) => itemId))
    refuseUnsound(grid, changes, fieldOf)
    const { clashes, real } = await compare(trx, scope, grid.line, changes)
    if (clashes.length > 0) return clashes
    await write(trx, scope, grid, real)
    return []
  })
}

/** Sets one result for every item on which the attribute is still pending, in one act; returns how many. */
export async function fillPending(site: Site, scope: EngagementScope, reference: Reference, fill: { readonly letter: string, readonly result: CellResult, readonly note: string }): Promise<number> {
  return await inScope(site.db, scope, async (trx) => {
    const grid = await openGrid(trx, scope, reference, [])
    const cells = (await listCells(trx, scope, grid.line.id)).filter(({ letter }) => letter === fill.letter)
    const versions = new Map(cells.map((cell) => [cell.item_id, cell.version]))
    const done = new Set(cells.filter(({ result }) => result !== 'pending').map(({ item_id: item }) => item))
    const changes = [...grid.items.keys()].filter((itemId) => !done.has(itemId)).map((itemId) => ({ ...fill, itemId, citations: [], version: versions.get(itemId) ?? 0 }))
    if (changes.length === 0) throw new Refused(`No item is pending on attribute ${fill.letter}.`)
    refuseUnsound(grid, changes, () => 'note')
    await write(trx, scope, grid, changes.map((change) => ({ ...change, from: 'pending' as const })))
    return changes.length
  })
}

async function openGrid(trx: Tx, scope: EngagementScope, reference: Reference, cited: readonly string[], itemIds?: readonly string[]): Promise<Grid> {
  refuseClosed(scope.engagement.phase)
  const place = await findLine(trx, scope, reference.control, reference.sequence)
  const { id } = place
  if (place.draw_id === null && place.kind === 'sample') throw new Refused(`No items are drawn for ${testReference(reference.control, reference.sequence)} yet, so there is nothing to enter results for.`)
  const drawn = await findSource(trx, scope, place)
  const files = await listItemFiles(trx, scope, place, itemIds?.length === 1 ? itemIds[0] : undefined)
  // Requests before the line: a return holds its request first as well, so the two cannot wait for each other.
  const citable = await holdCitable(trx, scope, [...new Set([...cited, ...files.map((file) => file.id), ...drawn.file_id === null ? [] : [drawn.file_id]])].toSorted())
  if (cited.some((fileId) => !citable.has(fileId))) throw new Refused('A file you cite is not part of a submitted answer, or its answer has been returned. Cite the present version.')
  const line = await findLineById(trx, scope, id, true)
  const items = await listDrawn(trx, scope, place, itemIds)
  const own = Map.groupBy(files.filter((file) => citable.has(file.id)), (file) => file.item_id)
  return {
    line,
    items: new Map(items.map((item) => [item.id, item])),
    letters: (await listAttributes(trx, scope, id)).map(({ letter }) => letter),
    defaults: new Map(items.map((item) => {
      const found = own.get(item.id)?.map((file) => ({ fileId: file.id, place: '' }))
      return [item.id, found ?? (drawn.file_id !== null && citable.has(drawn.file_id) ? [{ fileId: drawn.file_id, place: `row ${item.row_number}` }] : [])]
    })),
  }
}

function refuseUnsound({ line, items, letters, defaults }: Grid, changes: readonly ResultChange[], fieldOf: (letter: string) => string): void {
  const reference = testReference(line.control_number, line.sequence)
  const wrong: Record<string, string> = {}
  for (const { itemId, letter, result, note, citations } of changes) {
    const item = items.get(itemId)
    if (!item) throw new Refused(`That item is not in the draw of ${reference}, so it takes no result.`)
    if (!letters.includes(letter)) throw new NotFound()
    if (needsNote(result) && note === '') wrong[fieldOf(letter)] = result === 'deviation' ? `Say what deviates on ${letter}, and by how much: “3 business days”.` : `Say why ${letter} does not apply to this item.`
    if (needsCitation(result) && citations.length === 0 && !item.recorded && defaults.get(itemId)?.length === 0) wrong[fieldOf(letter)] = 'There is no submitted evidence to cite for this item.'
  }
  if (Object.keys(wrong).length > 0) throw new Invalid(wrong)
}

type RealChange = ResultChange & { readonly from: CellResult }

async function compare(trx: Tx, scope: EngagementScope, line: LineRow, changes: readonly ResultChange[]): Promise<{ clashes: Clash[], real: RealChange[] }> {
  const clashes: Clash[] = []
  const real: RealChange[] = []
  const cited = changes.length > 0 ? await listCitations(trx, scope, line.id, changes.map(({ itemId }) => itemId)) : []
  for (const change of changes) {
    const { itemId, letter } = change
    const cell = await lockCell(trx, scope, { lineId: line.id, itemId, letter })
    const before = cited.filter((one) => one.item_id === itemId && one.letter === letter).map((one) => ({ fileId: one.file_id, place: one.place }))
    if (saysTheSame(change, cell, before)) continue
    if ((cell?.version ?? 0) === change.version) real.push({ ...change, from: cell?.result ?? 'pending' })
    else clashes.push({ itemId, letter, theirs: cell })
  }
  return { clashes, real }
}

// Sending again what already stands, after an answer got lost, changes nothing and clashes with nothing.
function saysTheSame(change: ResultChange, cell: Clash['theirs'], cited: readonly Citation[]): boolean {
  if ((cell?.result ?? 'pending') !== change.result || (cell?.note ?? '') !== change.note || cell?.stale) return false
  const told = (citations: readonly Citation[]) => citations.map(({ fileId, place }) => `${fileId} ${place}`).toSorted().join()
  return change.citations.length === 0 || told(change.citations) === told(cited)
}

async function write(trx: Tx, scope: EngagementScope, grid: Grid, changes: readonly RealChange[]): Promise<void> {
  if (changes.length === 0) return
  const { line } = grid
  const set: TrailEvent[] = []
  for (const { itemId, letter, result, note, citations, from } of changes) {
    const cites = result === 'pending' ? [] : citations.length > 0 || !needsCitation(result) ? citations : grid.defaults.get(itemId) ?? []
    const version = await writeCell(trx, scope, { lineId: line.id, itemId, letter }, { result, note, citations: cites })
    set.push({
      kind: 'result.set', facts: { testLineId: line.id, itemId, letter, from, to: result, version, files: cites.map(({ fileId }) => fileId) },
      detail: { note, places: cites.map(({ place }) => place) },
    })
  }
  const opened = changes.some(({ result }) => result === 'deviation') ? (await openFor(trx, scope, line.id)).events : []
  const first = changes[0]!
  const what = changes.length === 1 ? `${first.letter} of ${grid.items.get(first.itemId)?.key ?? ''} was set from ${inWords(first.from)} to ${inWords(first.result)}` : `${changes.length} results were set`
  const reopened = await reopenLine(trx, scope, line, what)
  await record(trx, scope, ...set, ...opened, ...reopened)
}

function inWords(result: CellResult): string {
  return result.replace('_', ' ')
}
