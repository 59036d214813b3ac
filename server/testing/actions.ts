import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import type { CellResult } from '../database/schema/testing.ts'
import { Invalid, NotFound, Refused } from '../errors.ts'
import { openFor } from '../exceptions/actions.ts'
import type { EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { holdCitable, listDrawn, listItemFiles, type CitableFile, type Citation, type DrawnItem } from './grid-store.ts'
import { needsCitation, needsNote, refuseClosed, testReference } from './rules.ts'
import { findGround, holdLine, listResults, lockCells, writeCell, type Ground, type LockedCell } from './save-store.ts'
import { listCells, listCitations, reopenLine, type LineRow } from './store.ts'

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
export type Clash = { readonly itemId: string, readonly letter: string, readonly theirs: LockedCell | undefined }

type Grid = {
  readonly line: Ground & Pick<LineRow, 'conclusion'>
  readonly items: ReadonlyMap<string, DrawnItem>
  readonly files: readonly CitableFile[]
  /** Names of the files a result may cite, by their ids. */
  readonly citable: ReadonlyMap<string, string>
  readonly defaults: ReadonlyMap<string, readonly Citation[]>
}

/** A cell as it was written, with all that counts are made of at that moment; the lock on its line made both one. */
export type Saved = {
  readonly grid: Grid
  readonly itemId: string
  readonly letter: string
  readonly cell: { readonly result: CellResult, readonly note: string, readonly version: number, readonly citations: readonly Citation[] }
  readonly results: Awaited<ReturnType<typeof listResults>>
  /** Number of the exception that stands for the line; null unless the cell deviates. */
  readonly exception: number | null
}

/**
 * Writes results of one line, all or none. A cell that has changed since its `version` is a clash: then nothing is
 * written and every clash is returned. A pass or deviation that names no evidence cites the item's own files, else its
 * row of the list. `fieldOf` names the form's note field of an attribute for Invalid.
 */
export async function setResults(site: Site, scope: EngagementScope, reference: Reference, changes: readonly ResultChange[], fieldOf: (letter: string) => string = () => 'note'): Promise<Clash[]> {
  return await inScope(site.db, scope, async (trx) => (await enter(trx, scope, reference, changes, fieldOf)).clashes)
}

/** The same for one result, with what the grid shows of it afterwards: neither when it stood like that already. */
export async function setResult(site: Site, scope: EngagementScope, reference: Reference, change: ResultChange): Promise<{ readonly clash?: Clash | undefined, readonly saved?: Saved | undefined }> {
  return await inScope(site.db, scope, async (trx) => {
    const { clashes: [clash], saved } = await enter(trx, scope, reference, [change], () => 'note')
    return { clash, saved }
  })
}

/** Sets one result for every item on which the attribute is still pending, in one act; returns how many. */
export async function fillPending(site: Site, scope: EngagementScope, reference: Reference, fill: { readonly letter: string, readonly result: CellResult, readonly note: string }): Promise<number> {
  return await inScope(site.db, scope, async (trx) => {
    const grid = await openGrid(trx, scope, reference, [], null)
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

async function enter(trx: Tx, scope: EngagementScope, reference: Reference, changes: readonly ResultChange[], fieldOf: (letter: string) => string): Promise<{ clashes: Clash[], saved?: Saved }> {
  const cited = changes.flatMap(({ citations }) => citations.map(({ fileId }) => fileId))
  const grid = await openGrid(trx, scope, reference, cited, changes.length === 1 ? changes[0]!.itemId : null)
  refuseUnsound(grid, changes, fieldOf)
  const { clashes, real } = await compare(trx, scope, grid.line, changes)
  if (clashes.length > 0 || real.length === 0) return { clashes }
  return { clashes, saved: await write(trx, scope, grid, real) }
}

// `only`: the one item whose files matter.
async function openGrid(trx: Tx, scope: EngagementScope, reference: Reference, cited: readonly string[], only: string | null): Promise<Grid> {
  refuseClosed(scope.engagement.phase)
  const ground = await findGround(trx, scope, reference.control, reference.sequence)
  const { list_file: listFile } = ground
  if (ground.draw_id === null && ground.kind === 'sample') throw new Refused(`No items are drawn for ${testReference(reference.control, reference.sequence)} yet, so there is nothing to enter results for.`)
  const files = await listItemFiles(trx, scope, ground, only ?? undefined)
  // Requests before the line: a return holds its request first as well, so the two cannot wait for each other.
  const citable = await holdCitable(trx, scope, [...new Set([...cited, ...files.map((file) => file.id), ...listFile === null ? [] : [listFile]])].toSorted())
  if (cited.some((fileId) => !citable.has(fileId))) throw new Refused('A file you cite is not part of a submitted answer, or its answer has been returned. Cite the present version.')
  const { conclusion } = await holdLine(trx, scope, ground.id)
  const items = await listDrawn(trx, scope, ground)
  const own = Map.groupBy(files.filter((file) => citable.has(file.id)), (file) => file.item_id)
  return {
    line: { ...ground, conclusion }, files, citable,
    items: new Map(items.map((item) => [item.id, item])),
    defaults: new Map(items.map((item) => {
      const found = own.get(item.id)?.map((file) => ({ fileId: file.id, place: '' }))
      return [item.id, found ?? (listFile !== null && citable.has(listFile) ? [{ fileId: listFile, place: `row ${item.row_number}` }] : [])]
    })),
  }
}

function refuseUnsound({ line, items, defaults }: Grid, changes: readonly ResultChange[], fieldOf: (letter: string) => string): void {
  const reference = testReference(line.control_number, line.sequence)
  const wrong: Record<string, string> = {}
  for (const { itemId, letter, result, note, citations } of changes) {
    const item = items.get(itemId)
    if (!item) throw new Refused(`That item is not in the draw of ${reference}, so it takes no result.`)
    if (!line.letters.includes(letter)) throw new NotFound()
    if (needsNote(result) && note === '') wrong[fieldOf(letter)] = result === 'deviation' ? `Say what deviates on ${letter}, and by how much: “3 business days”.` : `Say why ${letter} does not apply to this item.`
    if (needsCitation(result) && citations.length === 0 && !item.recorded && defaults.get(itemId)?.length === 0) wrong[fieldOf(letter)] = 'There is no submitted evidence to cite for this item.'
  }
  if (Object.keys(wrong).length > 0) throw new Invalid(wrong)
}

type RealChange = ResultChange & { readonly from: CellResult }

async function compare(trx: Tx, scope: EngagementScope, line: Grid['line'], changes: readonly ResultChange[]): Promise<{ clashes: Clash[], real: RealChange[] }> {
  const clashes: Clash[] = []
  const real: RealChange[] = []
  if (changes.length === 0) return { clashes, real }
  const itemIds = changes.map(({ itemId }) => itemId)
  const cited = changes.some(({ citations }) => citations.length > 0) ? await listCitations(trx, scope, line.id, itemIds) : []
  const cells = new Map((await lockCells(trx, scope, line.id, itemIds)).map((cell) => [`${cell.item_id} ${cell.letter}`, cell]))
  for (const change of changes) {
    const { itemId, letter } = change
    const cell = cells.get(`${itemId} ${letter}`)
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

async function write(trx: Tx, scope: EngagementScope, grid: Grid, changes: readonly RealChange[]): Promise<Saved> {
  const { line } = grid
  const set: (TrailEvent & { kind: 'result.set' })[] = []
  const first = changes[0]!
  let cell: Saved['cell'] | undefined
  for (const { itemId, letter, result, note, citations, from } of changes) {
    const cites = result === 'pending' ? [] : citations.length > 0 || !needsCitation(result) ? citations : grid.defaults.get(itemId) ?? []
    const version = await writeCell(trx, scope, { lineId: line.id, itemId, letter }, { result, note, citations: cites })
    cell ??= { result, note, version, citations: cites }
    set.push({
      kind: 'result.set', facts: { testLineId: line.id, itemId, letter, from, to: result, version, files: cites.map(({ fileId }) => fileId) },
      detail: { note, places: cites.map(({ place }) => place) },
    })
  }
  const opened = changes.some(({ result }) => result === 'deviation') ? await openFor(trx, scope, line.id) : null
  const what = changes.length === 1 ? `${first.letter} of ${grid.items.get(first.itemId)?.key ?? ''} was set from ${inWords(first.from)} to ${inWords(first.result)}` : `${changes.length} results were set`
  const reopened = await reopenLine(trx, scope, line, what)
  const results = await listResults(trx, scope, line.id)
  await record(trx, scope, ...set, ...opened?.events ?? [], ...reopened)
  return { grid, itemId: first.itemId, letter: first.letter, cell: cell!, results, exception: first.result === 'deviation' ? opened?.number ?? null : null }
}

function inWords(result: CellResult): string {
  return result.replace('_', ' ')
}
