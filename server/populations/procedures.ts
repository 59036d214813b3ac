import type { ProcedureKind, Tick } from '../database/schema/populations.ts'
import { Invalid } from '../errors.ts'

/** The auditor's own procedures on completeness and accuracy: what each is called and what it asks. */
export const procedures = {
  query_logic: { name: 'Query logic', ask: 'Read the query, its parameters, filters and date column: would it leave anything out that should be in the list?' },
  screen_count: { name: 'Count on screen', ask: 'Read the total on the screenshot or dashboard of the source system and agree it to the rows in scope.' },
  reverse_test: { name: 'Reverse test', ask: 'Pick real items found elsewhere, in the system, in tickets, on site, and look each of them up in this list.' },
  second_source: { name: 'Second source', ask: 'Compare this list by key with another one from an independent source, such as payroll or the deployment log.' },
  other: { name: 'Other procedure', ask: 'Describe what was done.' },
} as const satisfies Record<ProcedureKind, { name: string, ask: string }>

export function isProcedureKind(kind: string): kind is ProcedureKind {
  return Object.hasOwn(procedures, kind)
}

/** What the auditor's mark on a finding says. */
export const ticks = {
  agreed: { word: 'Agreed', hint: 'Looked at; nothing to follow up.' },
  explained: { word: 'Explained', hint: 'The client explained it and the explanation was agreed: say who, when and what shows it.' },
  exception: { word: 'Exception', hint: 'It stands in the way: the list goes back, or the testing takes it up.' },
} as const satisfies Record<Tick, { word: string, hint: string }>

/** What a procedure came to, as it is kept with it. */
export type Outcome = {
  /** Reverse test: each item with the row it was found in. */
  readonly items?: readonly { readonly item: string, readonly row: number | null, readonly inScope: boolean }[]
  /** Second source: keys in scope on both sides and on one of them only, the first two hundred listed. */
  readonly both?: number
  readonly missingHere?: number
  readonly missingThere?: number
  readonly keysHere?: readonly string[]
  readonly keysThere?: readonly string[]
}

const most = 200

/** The items of a reverse test, one a line. Throws Invalid where there are none or too many. */
export function readItems(text: string): string[] {
  const items = [...new Set(text.split('\n').map((line) => line.trim()).filter((line) => line !== ''))]
  if (items.length === 0) throw new Invalid({ items: 'Give the keys of the items you picked, one a line.' })
  if (items.length > most) throw new Invalid({ items: `Look up at most ${most} items at a time.` })
  return items
}

/** Whether the facts agree; null where only the auditor can say. */
export function agreement(kind: ProcedureKind, outcome: Outcome, counts: { readonly shown: number | null, readonly inScope: number | null }): 'agrees' | 'differs' | null {
  if (kind === 'screen_count') return counts.shown === counts.inScope ? 'agrees' : 'differs'
  if (kind === 'reverse_test') return (outcome.items ?? []).every(({ row, inScope }) => row !== null && inScope) ? 'agrees' : 'differs'
  if (kind === 'second_source') return (outcome.missingHere ?? 0) + (outcome.missingThere ?? 0) === 0 ? 'agrees' : 'differs'
  return null
}
