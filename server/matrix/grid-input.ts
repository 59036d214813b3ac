import { requestNumber } from '../requests/rules.ts'
import type { AttributeCount, Count, Counts } from '../testing/counts.ts'
import { latenessOf } from '../testing/rules.ts'
import type { CellInput } from './assemble.ts'
import type { AttributeTally, Grid, PartTally, Tallies } from './grid-store.ts'
import type { Citation, Item, LineFacts } from './reading.ts'

/** The cells of each line by its id, with their evidence as people read it. */
export function readCells(grid: Grid) {
  const items = Map.groupBy(grid.items, ({ line }) => line)
  const keys = new Map(grid.items.map(({ line, id, key }) => [`${line} ${id}`, key]))
  const citations = Map.groupBy(grid.citations, ([line, item, letter]) => `${line} ${item} ${letter}`)
  const files = new Map(grid.files.map((file) => [file.id, file]))
  // What was found on an item that another stands for by now, or on those of an earlier draw, is kept but no longer counted.
  const cells = Map.groupBy(grid.cells.filter(([line, item]) => keys.has(`${line} ${item}`)), ([line]) => line)
  return {
    items: (line: string): Item[] => (items.get(line) ?? []).map(({ key, further }) => ({ key, further })),
    of: (line: string): CellInput[] => (cells.get(line) ?? []).map(([, item, letter, result, note, stale]) => ({
      item: keys.get(`${line} ${item}`)!, attribute: letter, result, note, stale,
      daysLate: result === 'deviation' ? latenessOf(note)?.count ?? null : null,
      citations: writeCitations(citations.get(`${line} ${item} ${letter}`) ?? [], files),
    })),
    deviating: (line: string): string[] => (cells.get(line) ?? []).filter(([, , , result]) => result === 'deviation').map(([, , , , note]) => note),
  }
}

/** 'removals.png, R-014 version 2, row 12', in the order of request, version and file. */
function writeCitations(citations: Grid['citations'], files: ReadonlyMap<string, Grid['files'][number]>): Citation[] {
  return citations.map(([, , , id, place]) => ({ file: files.get(id)!, place }))
    .sort((a, b) => a.file.request - b.file.request || a.file.version - b.file.version || a.file.position - b.file.position)
    .map(({ file: { id, name, sha256, request, version }, place }) => ({
      text: `${name}, ${requestNumber(request)} version ${version}${place === '' ? '' : `, ${place}`}`, sha256, file: id,
    }))
}

/** The same counts that reading the cells would give. */
export function readCounts({ by_attribute: attributes, by_part: parts, deviating }: Tallies) {
  const [letters, sizes, notes] = [Map.groupBy(attributes, ({ line }) => line), Map.groupBy(parts, ({ line }) => line), Map.groupBy(deviating, ([line]) => line)]
  return {
    deviating: (line: string): string[] => (notes.get(line) ?? []).map(([, note]) => note),
    of: (line: string, order: readonly string[]): Pick<LineFacts, 'counts' | 'stale' | 'latenesses'> => {
      const [byLetter, bySize] = [letters.get(line) ?? [], sizes.get(line) ?? []]
      const part = (further: boolean) => countOf(order, byLetter.filter((one) => one.further === further), bySize.filter((one) => one.further === further))
      const counts: Counts = { ...countOf(order, byLetter, bySize), parts: bySize.some(({ further }) => further) ? { first: part(false), further: part(true) } : null }
      return { counts, stale: sum(byLetter, ({ stale }) => stale), latenesses: (notes.get(line) ?? []).map(([, note]) => latenessOf(note)?.count ?? null) }
    },
  }
}

function countOf(order: readonly string[], letters: readonly AttributeTally[], parts: readonly PartTally[]): Count {
  const perAttribute = order.flatMap((attribute): AttributeCount[] => {
    const own = letters.filter(({ letter }) => letter === attribute)
    if (own.length === 0) return []
    return [{
      attribute, applicable: sum(own, ({ applicable }) => applicable), deviations: sum(own, ({ deviations }) => deviations),
      notApplicable: sum(own, (one) => one.not_applicable), pending: sum(own, ({ pending }) => pending),
    }]
  })
  return {
    items: sum(parts, ({ items }) => items), deviatingItems: sum(parts, (one) => one.deviating), pendingItems: sum(parts, ({ pending }) => pending),
    cells: sum(perAttribute, ({ applicable, notApplicable, pending }) => applicable + notApplicable + pending), pendingCells: sum(perAttribute, ({ pending }) => pending), perAttribute,
  }
}

function sum<Row>(rows: readonly Row[], read: (row: Row) => number): number {
  return rows.reduce((total, row) => total + read(row), 0)
}
