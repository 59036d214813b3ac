import type { CellResult } from '../database/schema/testing.ts'
import { fillCells } from './cells.ts'
import { count, type Counts } from './counts.ts'
import { clauseIn } from './lines.ts'
import { needsCitation, type Nature, type Standing } from './rules.ts'

type Parts = {
  readonly procedures: readonly { readonly nature: Nature }[]
  readonly attributes: readonly { readonly letter: string, readonly clause?: string }[]
  readonly items: readonly { readonly id: string, readonly recorded?: boolean }[]
  readonly cells: readonly { readonly item_id: string, readonly letter: string, readonly result: CellResult, readonly stale: boolean }[]
  readonly citations: readonly { readonly item_id: string, readonly letter: string }[]
  readonly openNotes?: number
}

type Line = { readonly no_occurrence: boolean, readonly control_wording_version: number, readonly current_wording_version: number, readonly conclusion: Standing['conclusion'], readonly wording?: string, readonly rollforward_due?: boolean, readonly significant?: boolean }

/** How a line stands, counted from its cells. */
export function standingOf(line: Line, parts: Parts): Standing & { readonly counts: Counts } {
  const counts = count(fillCells(parts.items, parts.attributes.map(({ letter }) => letter), parts.cells))
  const recorded = new Set(parts.items.filter((item) => item.recorded).map(({ id }) => id))
  const cited = new Set(parts.citations.map(({ item_id: item, letter }) => `${item} ${letter}`))
  return {
    noOccurrence: line.no_occurrence,
    items: parts.items.length,
    attributes: parts.attributes.length,
    pending: counts.pendingCells,
    stale: parts.cells.filter(({ stale, result }) => stale && result !== 'pending').length,
    deviatingItems: counts.deviatingItems,
    uncited: parts.cells.filter(({ result, item_id: item, letter }) => needsCitation(result) && !recorded.has(item) && !cited.has(`${item} ${letter}`)).length,
    natures: parts.procedures.map(({ nature }) => nature),
    reworded: line.control_wording_version !== line.current_wording_version,
    conclusion: line.conclusion,
    lostClauses: lostClauses(line.wording, parts.attributes),
    rollforwardDue: line.rollforward_due ?? false,
    openNotes: parts.openNotes ?? 0,
    significant: line.significant ?? false,
    counts,
  }
}

function lostClauses(wording: string | undefined, attributes: Parts['attributes']): string[] {
  if (wording === undefined) return []
  return attributes.filter(({ clause = '' }) => clause !== '' && clauseIn(wording, clause) === null).map(({ letter }) => letter)
}
