import type { Opens, ReadCell } from './reading.ts'

/** The items a counted number counts, each with all its cells that were asked for, in the order of the grid. */
export function itemsOf<Cell extends Pick<ReadCell, 'item' | 'attribute' | 'result' | 'further'>>(cells: readonly Cell[], { result, part, attribute }: Opens): [item: string, cells: Cell[]][] {
  const asked = cells.filter((cell) => (part === null || cell.further === (part === 'further')) && (attribute === null || cell.attribute === attribute))
  return [...Map.groupBy(asked, ({ item }) => item)].filter(([, all]) => counts[result ?? 'any'](all.map((cell) => cell.result)))
}

const counts: Readonly<Record<NonNullable<Opens['result']> | 'any', (results: readonly string[]) => boolean>> = {
  any: () => true,
  pass: (results) => results.includes('pass'),
  deviation: (results) => results.includes('deviation'),
  not_applicable: (results) => results.includes('not_applicable'),
  pending: (results) => results.includes('pending'),
  applied: (results) => results.some((one) => one === 'pass' || one === 'deviation'),
  tested: (results) => !results.includes('pending'),
}
