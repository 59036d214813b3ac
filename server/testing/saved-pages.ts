import type { Tx } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import { findStanding } from '../exceptions/store.ts'
import type { EngagementScope } from '../scope.ts'
import type { Reference, Saved } from './actions.ts'
import { cellView, type CellView } from './cell-pages.ts'
import { fillCells } from './cells.ts'
import { count, type Counts } from './counts.ts'
import { listDrawn, listItemFiles } from './grid-store.ts'
import { listNotedCells } from './notes-store.ts'
import { findLine, listAttributes, listCells, listCitations } from './store.ts'

export type Foot = { readonly letter: string, readonly deviations: number, readonly applicable: number, readonly pending: number }

/** A cell that was just written, with the counts it is part of: all that the grid's script needs after a save. */
export function savedCell({ grid, itemId, letter, cell, results, exception }: Saved): { view: CellView, foot: Foot[], toGo: number } {
  const { rank, key } = grid.items.get(itemId)!
  const { letters } = grid.line
  const cited = cell.citations.map(({ fileId, place }) => ({ file_id: fileId, name: grid.citable.get(fileId) ?? '', place })).toSorted((a, b) => a.name < b.name ? -1 : 1)
  const counts = count(fillCells([...grid.items.values()], letters, results))
  return {
    view: cellView({ rank, item: itemId, key, letter, at: false, noted: grid.line.noted.includes(`${itemId} ${letter}`) }, { ...cell, stale: false }, cited, grid.files.map(({ id }) => id), exception),
    foot: letters.map((one) => footOf(counts, one)), toGo: counts.pendingCells,
  }
}

/** The same of any cell as it stands, read anew. Throws NotFound. */
export async function readCell(trx: Tx, scope: EngagementScope, place: Reference, itemId: string, letter: string): Promise<{ view: CellView, by: string, at: Date | null, foot: Foot[], toGo: number }> {
  const line = await findLine(trx, scope, place.control, place.sequence)
  const items = await listDrawn(trx, scope, line)
  const item = items.find(({ id }) => id === itemId)
  if (!item) throw new NotFound()
  const letters = (await listAttributes(trx, scope, line.id)).map((attribute) => attribute.letter)
  const cells = await listCells(trx, scope, line.id)
  const cell = cells.find((one) => one.item_id === itemId && one.letter === letter)
  const cited = (await listCitations(trx, scope, line.id, [itemId])).filter((one) => one.letter === letter)
  const files = (await listItemFiles(trx, scope, line, itemId)).map(({ id }) => id)
  const standing = await findStanding(trx, scope, line.id)
  const counts = count(fillCells(items, letters, cells))
  return {
    view: cellView({ rank: item.rank, item: itemId, key: item.key, letter, at: false, noted: (await listNotedCells(trx, scope, line.id)).has(`${itemId} ${letter}`) }, cell, cited, files, standing?.number ?? null),
    by: cell?.set_by ?? '', at: cell?.set_at ?? null, foot: letters.map((one) => footOf(counts, one)), toGo: counts.pendingCells,
  }
}

/** Version of every cell somebody wrote, by its place in the grid ('3.A'), so that a page can tell what changed since. */
export async function readVersions(trx: Tx, scope: EngagementScope, place: Reference): Promise<Record<string, number>> {
  const line = await findLine(trx, scope, place.control, place.sequence)
  const ranks = new Map((await listDrawn(trx, scope, line)).map(({ id, rank }) => [id, rank]))
  return Object.fromEntries((await listCells(trx, scope, line.id)).flatMap((cell) => ranks.has(cell.item_id) ? [[`${ranks.get(cell.item_id)}.${cell.letter}`, cell.version]] : []))
}

/** What stands under one attribute. */
export function footOf(counts: Counts, letter: string): Foot {
  const { deviations, applicable, pending } = counts.perAttribute.find(({ attribute }) => attribute === letter) ?? { deviations: 0, applicable: 0, pending: 0 }
  return { letter, deviations, applicable, pending }
}
