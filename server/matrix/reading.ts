import type { Category } from '../controls/criteria.ts'
import type { CellResult, Conclusion } from '../database/schema/testing.ts'
import type { ExceptionStatus } from '../database/schema/exceptions.ts'
import type { Counts } from '../testing/counts.ts'

/** A number in a sentence that was counted: `at` is where it starts, `text` how it is written ('1,284'). */
export type Tie = { at: number, text: string, value: number, what: string }
export type Sentence = { text: string, ties: Tie[] }

export type ReadEngagement = {
  client: string
  system: string
  firm: string
  type: 1 | 2
  /** Calendar days, both inclusive, in `zone`; null for Type 1. */
  from: string | null
  to: string | null
  /** The as-of day of a Type 1, else null. */
  asOf: string | null
  zone: string
  categories: Category[]
}

export type ReadCriterion = {
  id: string
  title: string
  category: Category
  series: string
  seriesTitle: string
  controls: string[]
  /** The disclosed reason, or null while the criterion applies. */
  notApplicable: string | null
  /** Carved-out subservice organizations whose own controls are assumed here. */
  carveOuts: string[]
}

export type Procedure = { nature: 'inquiry' | 'observation' | 'inspection' | 'reperformance', text: string }
export type Attribute = { letter: string, question: string, expected: string }
export type Item = { key: string, further: boolean }

export type ReadCell = {
  item: string
  attribute: string
  result: CellResult
  note: string
  /** Each citation as people read it: file, version, place. */
  citations: string[]
  stale: boolean
  further: boolean
  /** How late the deviation was, in the unit that its exception states. */
  daysLate: number | null
}

export type ReadPopulation = { number: string, name: string, size: number }
export type ReadDraw = {
  number: string
  method: 'random' | 'all'
  algorithm: string
  seed: string
  /** Items selected and in-scope rows they were selected from, as recorded at the draw. */
  size: number
  populationSize: number
  keysSha256: string
  reason: string
}

export type ReadResponse = { declined: boolean, text: string, remediationOn: string | null, writtenBy: string, writtenAt: string }

export type ReadException = {
  number: string
  state: ExceptionStatus
  /** A clause that follows 'For 1 of 40 changes selected,'; it holds no count. */
  problem: string
  /** Turns deviations with `daysLate` into 'min to max': `action` is a clause such as 'the review was finished'. */
  late: { action: string, unit: 'days' | 'business days' } | null
  /** Calendar days between which a setting or control was not as described. */
  span: { from: string, to: string } | null
  cause: string
  spread: 'isolated' | 'systematic' | null
  evaluation: string
  response: ReadResponse | null
}

export type Signature = { name: string, at: string }

/** A test line before its sentences are written. */
export type LineFacts = {
  reference: string
  title: string
  /** The version of the control's wording that was tested. */
  wordingVersion: number
  /** Plural: 'leavers', 'production changes'. */
  itemNoun: string
  procedures: Procedure[]
  attributes: Attribute[]
  population: ReadPopulation | null
  draw: ReadDraw | null
  wholePopulation: boolean
  noOccurrence: { event: string, procedure: string } | null
  items: Item[]
  cells: ReadCell[]
  counts: Counts
  exceptions: ReadException[]
  conclusion: Conclusion | null
  prepared: Signature | null
  reviewed: Signature | null
}

export type ReadLine = LineFacts & {
  /** Tests performed and results of tests, one sentence each, as every page and export prints them. */
  performed: Sentence[]
  results: Sentence[]
  /** Why this line does not agree with its own cells; empty when it does. */
  disagreements: string[]
}

export type ReadControl = {
  number: string
  ownerTitle: string
  wording: string
  wordingVersion: number
  /** Whether the client's lead has confirmed this very version. */
  wordingConfirmed: boolean
  /** In natural order; the control is printed in full at the first. */
  criteria: string[]
  testLines: ReadLine[]
}

/** Everything that a page or an export prints, counted once, frozen, plain JSON. Moments are ISO 8601 in UTC. */
export type Reading = {
  /** Not part of the content hash: the same data exported twice has one hash. */
  stamp: { version: number, generatedAt: string, exporter: string }
  draft: boolean
  engagement: ReadEngagement
  criteria: ReadCriterion[]
  /** Applicable criteria met by no control, here or at a carved-out organization. */
  uncovered: string[]
  controls: ReadControl[]
  legend: { symbol: string, meaning: string }[]
}
