import { categoryNames } from '../controls/criteria.ts'
import type { FactKind, NoneSubject } from '../database/schema/description.ts'
import type { OpinionKind } from '../database/schema/exceptions.ts'
import { noneWords } from '../engagements/description.ts'
import { paragraph, type Block } from './blocks.ts'
import type { Reading } from './reading.ts'
import { writePeriod } from './layout.ts'
import { writeDay } from './sentence.ts'

/** Of which the sections other than IV are drafted. */
export type PartFacts = {
  readonly reading: Reading
  readonly facts: readonly { readonly kind: FactKind, readonly text: string, readonly on: string | null }[]
  readonly none: readonly NoneSubject[]
  readonly reportDate: string | null
  /** What the partner recorded, where the reader may know it; it words nothing. */
  readonly opinion: { readonly kind: OpinionKind, readonly version: number } | null
}

/** 'throughout the period October 1, 2025 to September 30, 2026', or 'as of September 30, 2026'. */
export function inThePeriod({ engagement }: Reading): string {
  return engagement.type === 1 ? writePeriod(engagement) : `throughout the period ${writePeriod(engagement)}`
}

/** 'security, availability and privacy' */
export function categoriesOf({ engagement }: Reading): string {
  return inWords(engagement.categories.map((category) => (category === 'security' ? 'security' : categoryNames[category].toLowerCase())))
}

export function inWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** What somebody still writes stands in brackets. */
export function toWrite(what: string): string {
  return `[${what}]`
}

/** The facts of a kind as paragraphs; that there are none, where that was declared; else that they are still to be written. */
export function factsOf({ facts, none }: PartFacts, kind: FactKind, missing: string): Block[] {
  const found = facts.filter((fact) => fact.kind === kind)
  if (found.length > 0) return found.map(({ text, on }) => paragraph(on ? `${writeDay(on)}: ${text}` : text))
  return [paragraph(none.includes(kind as NoneSubject) ? `${noneWords[kind as NoneSubject]}.` : toWrite(missing))]
}
