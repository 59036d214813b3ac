import type { CellResult } from '../database/schema/testing.ts'

/** One result: an attribute tested on an item; `further` marks items selected by an extension. */
export type CountedCell = { item: string, attribute: string, result: CellResult, further?: boolean }

/** `applicable` is the denominator: items on which the attribute was concluded and applied. */
export type AttributeCount = { attribute: string, applicable: number, deviations: number, notApplicable: number, pending: number }

/** `items` is n, `deviatingItems` is d; an item with any deviation is one deviating item. */
export type Count = {
  items: number
  deviatingItems: number
  pendingItems: number
  cells: number
  pendingCells: number
  perAttribute: AttributeCount[]
}

/** The whole line, and its two parts when the sample was extended. */
export type Counts = Count & { parts: { first: Count, further: Count } | null }

/** Counts the cells of one test line. Attributes keep the order in which they first appear. */
export function count(cells: readonly CountedCell[]): Counts {
  const further = cells.filter((cell) => cell.further)
  const parts = further.length === 0
    ? null
    : { first: countPart(cells.filter((cell) => !cell.further)), further: countPart(further) }
  return { ...countPart(cells), parts }
}

function countPart(cells: readonly CountedCell[]): Count {
  const items = new Set<string>()
  const deviating = new Set<string>()
  const pending = new Set<string>()
  const attributes = new Map<string, AttributeCount>()
  for (const { item, attribute, result } of cells) {
    items.add(item)
    if (result === 'deviation') deviating.add(item)
    if (result === 'pending') pending.add(item)
    const tally = attributes.get(attribute) ?? { attribute, applicable: 0, deviations: 0, notApplicable: 0, pending: 0 }
    attributes.set(attribute, tally)
    if (result === 'pass' || result === 'deviation') tally.applicable += 1
    if (result === 'deviation') tally.deviations += 1
    if (result === 'not_applicable') tally.notApplicable += 1
    if (result === 'pending') tally.pending += 1
  }
  const perAttribute = [...attributes.values()]
  return {
    items: items.size,
    deviatingItems: deviating.size,
    pendingItems: pending.size,
    cells: cells.length,
    pendingCells: perAttribute.reduce((sum, { pending: some }) => sum + some, 0),
    perAttribute,
  }
}
