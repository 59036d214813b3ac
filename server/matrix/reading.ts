import type { Category } from '../controls/criteria.ts'
import type { Arrangement, ResponsePlace } from '../database/schema/matrix.ts'
import type { DrawMethod, Stratum } from '../database/schema/populations.ts'
import type { CellResult, Conclusion } from '../database/schema/testing.ts'
import type { ExceptionStatus } from '../database/schema/exceptions.ts'
import type { Counts } from '../testing/counts.ts'

/**
 * Which items of its line a number counts: those with a cell of that result ('applied' is a pass or a deviation,
 * 'tested' none pending), in that part of the sample, on that attribute; null asks for any.
 */
export type Opens = { result: CellResult | 'applied' | 'tested' | null, part: 'first' | 'further' | null, attribute: string | null }

/** A number in a sentence that was counted: `at` is where it starts, `text` how it is written ('1,284'); `opens` is null for the size of the population. */
export type Tie = { at: number, text: string, value: number, what: string, opens: Opens | null }
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
  /** Exceptions of the criterion itself, which no control is about. */
  exceptions: ReadException[]
}

export type Procedure = { nature: 'inquiry' | 'observation' | 'inspection' | 'reperformance', text: string }
/** `problem` is what a deviation on it means: a clause that holds no count, or empty. */
export type Attribute = { letter: string, question: string, expected: string, clause: string, problem: string }
export type Item = { key: string, further: boolean }

/** Evidence as people read it, 'removals.png, R-014 version 2, row 12', and the file it is. */
export type Citation = { text: string, sha256: string, file: string }

export type ReadCell = {
  item: string
  attribute: string
  result: CellResult
  note: string
  citations: Citation[]
  stale: boolean
  further: boolean
}

export type ReadPopulation = {
  number: string
  name: string
  /** Rows in scope. */
  size: number
  source: string
  query: string
  declared: number | null
  rows: number | null
  /** Of the client's file, or of a calendar's keys; null while there is none. */
  sha256: string | null
}

export type ReadStep = { kind: 'extension' | 'replacement', size: number, ground: string, reason: string }

export type ReadDraw = {
  number: string
  method: DrawMethod
  algorithm: string
  seed: string
  /** Items selected and in-scope rows they were selected from, as recorded at the draw. */
  size: number
  populationSize: number
  keysSha256: string
  fileSha256: string
  reason: string
  strata: Stratum[]
  /** What was added or replaced afterwards, in order. */
  steps: ReadStep[]
}

export type ReadResponse = { declined: boolean, text: string, remediation: string, remediationOn: string | null, writtenBy: string, writtenAt: string }

export type ReadException = {
  number: string
  state: ExceptionStatus
  /** A clause that follows 'For 1 of 40 changes selected,'; it holds no count. */
  problem: string
  /** Turns deviations that say how late into 'min to max': `action` is a clause such as 'the review was finished'. */
  late: { action: string, unit: 'days' | 'business days' } | null
  /** Calendar days between which the exception reaches; a setting was not as described between them. */
  span: { from: string, to: string } | null
  cause: string
  spread: 'isolated' | 'systematic' | null
  evaluation: string
  response: ReadResponse | null
  /** There only where something else was found by now than the client was told. */
  changed?: true
}

export type Signature = { name: string, at: string }
/** Who wrote what is printed, and the text that the cells would make. */
export type Edited = { version: number, by: string, at: string, made: string }
export type ReadNote = { number: number, state: 'open' | 'answered', by: string, text: string }

/** A test line before its sentences are written. */
export type LineFacts = {
  reference: string
  title: string
  kind: 'sample' | 'configuration' | 'walkthrough' | 'observation'
  /** The version of the control's wording that was tested. */
  wordingVersion: number
  /** Plural: 'leavers', 'production changes'. */
  itemNoun: string
  /** The part of the period this line is about, or null for all of it. */
  span: { from: string, to: string } | null
  /** The reference of the line that was tested again after a remediation. */
  retestOf: string | null
  /** Up to which day it was tested at an interim date, and what covered the rest. */
  interim: { on: string, covered: string } | null
  procedures: Procedure[]
  attributes: Attribute[]
  population: ReadPopulation | null
  draw: ReadDraw | null
  wholePopulation: boolean
  noOccurrence: { event: string, procedure: string } | null
  items: Item[]
  /** Item by item and attribute by attribute; empty in an outline, which only counts. */
  cells: ReadCell[]
  counts: Counts
  /** Cells whose evidence was returned after they were recorded. */
  stale: number
  /** How late each deviating cell says it was, in the unit of its exception; null where it does not say. */
  latenesses: (number | null)[]
  exceptions: ReadException[]
  notes: ReadNote[]
  conclusion: Conclusion | null
  prepared: Signature | null
  reviewed: Signature | null
  /** Whether the partner signs it too, and the partner's signature. */
  significant: boolean
  partner: Signature | null
}

/** As much of a line as its result is written from. */
export type ResultFacts = Pick<LineFacts, 'kind' | 'itemNoun' | 'span' | 'retestOf' | 'attributes' | 'wholePopulation' | 'noOccurrence' | 'counts' | 'latenesses' | 'exceptions'>

export type ReadLine = LineFacts & {
  /** Tests performed and results of tests, as every page and export prints them. */
  performed: Sentence[]
  results: Sentence[]
  edited: { test: Edited | null, result: Edited | null }
  /** Why this line does not agree with its own cells; empty when it does. */
  disagreements: string[]
}

export type ReadDesign = { conclusion: 'suitable' | 'deficient' | 'not_evaluated', wordingVersion: number, prepared: Signature | null, reviewed: Signature | null }

export type ReadControl = {
  number: string
  ownerTitle: string
  wording: string
  wordingVersion: number
  /** Whether the client's lead has confirmed this very version. */
  wordingConfirmed: boolean
  /** In natural order; the control is printed in full at the first. */
  criteria: string[]
  design: ReadDesign | null
  testLines: ReadLine[]
}

export type ReadSubservice = { name: string, service: string, method: 'carve_out' | 'inclusive', criteria: string[] }
/** A control expected of a subservice organization, or where none is named of user entities, and the criteria it helps to meet. */
export type ReadExpected = { organization: string, text: string, criteria: string[] }

/** Everything that a page or an export prints, counted once, frozen, plain JSON. Moments are ISO 8601 in UTC. */
export type Reading = {
  /** Not part of the content hash: the same data exported twice has one hash. */
  stamp: { version: number, generatedAt: string, exporter: string }
  draft: boolean
  engagement: ReadEngagement
  layout: { arrangement: Arrangement, responses: ResponsePlace }
  criteria: ReadCriterion[]
  /** Applicable criteria met by no control, here or at a carved-out organization, and not evaluated as an exception of their own. */
  uncovered: string[]
  controls: ReadControl[]
  subservices: ReadSubservice[]
  csocs: ReadExpected[]
  cuecs: ReadExpected[]
  legend: { symbol: string, meaning: string }[]
}
