import type { CellResult } from '../database/schema/testing.ts'
import type { ExceptionStatus } from '../database/schema/exceptions.ts'
import type { ResultFacts } from '../matrix/reading.ts'
import { join, stretches, type Stretch } from '../matrix/sentence.ts'
import { resultsOfTests } from '../matrix/sentences.ts'
import type { EngagementScope } from '../scope.ts'
import { fillCells } from '../testing/cells.ts'
import { count, type Counts } from '../testing/counts.ts'
import { latenessOf } from '../testing/rules.ts'
import { exceptionNumber, readProblem } from './rules.ts'

export type TestedLine = {
  readonly itemNoun: string
  readonly wholePopulation: boolean
  readonly items: readonly { readonly id: string, readonly key: string }[]
  readonly letters: readonly string[]
  readonly cells: readonly { readonly item_id: string, readonly letter: string, readonly result: CellResult, readonly note: string }[]
}

type Worded = { readonly number: number, readonly status: ExceptionStatus, readonly problem: string, readonly cause: string, readonly spread: 'isolated' | 'systematic' | null }

/** The counts of a line and the sentence on its exception, in the very words of the matrix; every number comes from the cells. */
export function sentenceOf(scope: EngagementScope, line: TestedLine, exception: Worded): { readonly counts: Counts, readonly sentence: readonly Stretch[] } {
  const filled = fillCells(line.items, line.letters, line.cells)
  const counts = count(filled)
  if (counts.deviatingItems === 0) return { counts, sentence: [] }
  const deviating = line.cells.filter(({ result }) => result === 'deviation')
  const facts: ResultFacts = {
    kind: 'sample', itemNoun: line.itemNoun, wholePopulation: line.wholePopulation, span: null, retestOf: null, attributes: [], noOccurrence: null, counts,
    latenesses: deviating.map(({ note }) => latenessOf(note)?.count ?? null),
    exceptions: [{
      number: exceptionNumber(exception.number), state: exception.status, ...readProblem(exception.problem, deviating.map(({ note }) => latenessOf(note))),
      span: null, cause: exception.cause, spread: exception.spread, evaluation: '', response: null,
    }],
  }
  return { counts, sentence: stretches(join(resultsOfTests(facts, { from: scope.engagement.periodStart, to: scope.engagement.periodEnd }))) }
}
