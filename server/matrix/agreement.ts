import { figuresIn } from './figures.ts'
import { measures } from './numerals.ts'
import type { LineFacts } from './reading.ts'

const parts = /\b(?:all|both|none|most|many|few|several|some|any|each|neither|either|half) (?:out )?of\b/gi
const sizes = /^(?:half|halves|(?:dozen|hundred|thousand|million)s?|majority|minority)$|\(U\+/i

/** What in a typed clause reads as a count; dates, limits with a unit and references are not counts. */
export function numbersInProblem(problem: string): string[] {
  const { numbers, pairs, odd } = figuresIn(problem)
  const isPart = (value: number) => pairs.some(({ part, whole }) => value === part || value === whole)
  const counts = numbers.filter(({ text, value, percent, unit }) => (percent ? unit === 'of' : !measures.has(unit) && !isVersion(value) && (text.toLowerCase() !== 'one' || isPart(value))))
  return [...problem.match(parts) ?? [], ...counts.map(({ text }) => text), ...odd.filter((words) => sizes.test(words))]
}

function isVersion(value: number): boolean {
  return Number.isFinite(value) && !Number.isInteger(value)
}

/** What does not agree between a line's cells, exceptions, conclusion and draw, in words for the person who can settle it. */
export function disagreements(line: LineFacts): string[] {
  const { counts, conclusion, draw } = line
  const live = line.exceptions.filter(({ state }) => state !== 'cleared')
  const found: string[] = []
  if (counts.deviatingItems > 0 && live.length === 0) found.push('Cells deviate, but no exception is open')
  for (const { number, problem, late } of live) {
    if (counts.deviatingItems === 0) found.push(`${number} is open, but no cell deviates`)
    if (problem.trim() === '' && !late) found.push(`${number} does not say what was wrong`)
    const numbers = numbersInProblem(problem)
    if (numbers.length > 0) found.push(`${number} types a count (${numbers.join(', ')}); counts come from the cells`)
  }
  for (const { letter, problem } of line.attributes) {
    const numbers = numbersInProblem(problem)
    if (numbers.length > 0) found.push(`What a deviation on ${letter} means types a count (${numbers.join(', ')}); counts come from the cells`)
  }
  if (conclusion === 'effective' && counts.deviatingItems > 0) found.push('Concluded effective, but cells deviate')
  if (conclusion === 'effective_with_exceptions' && counts.deviatingItems === 0) found.push('Concluded with exceptions, but no cell deviates')
  if (conclusion && !line.noOccurrence && counts.cells === 0) found.push('Concluded, but nothing was tested')
  if (conclusion && counts.pendingCells > 0) found.push('Concluded, but results are pending')
  const drawn = counts.parts?.first.items ?? counts.items
  if (draw && drawn !== draw.size) found.push(`${drawn} items in the grid, ${draw.size} in draw ${draw.number}`)
  return found
}
