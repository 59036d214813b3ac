import type { CellResult } from '../database/schema/testing.ts'
import type { CountedCell } from './counts.ts'

type Written = { readonly item_id: string, readonly letter: string, readonly result: CellResult }

/** Every cell of a line, item by item: what was written, and pending where nothing was. */
export function fillCells(items: readonly { readonly id: string, readonly further?: boolean }[], letters: readonly string[], written: readonly Written[]): CountedCell[] {
  const results = new Map(written.map(({ item_id: item, letter, result }) => [`${item} ${letter}`, result]))
  return items.flatMap(({ id, further = false }) => letters.map((letter) => ({ item: id, attribute: letter, further, result: results.get(`${id} ${letter}`) ?? 'pending' as const })))
}
