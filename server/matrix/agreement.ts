import type { LineFacts } from './reading.ts'

const dates = [
  /\b\d{4}-\d{2}-\d{2}\b/g,
  /\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?(?:, ?\d{4})?\b/gi,
  /\b\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?: \d{4})?\b/gi,
  /\b(?:in|of|since|jan|january|feb|february|mar|march|apr|april|may|june?|july?|aug|august|sep|september|oct|october|nov|november|dec|december|quarter|year) (?:19|20)\d{2}\b/gi,
]
const unit = '(?:%|percent|(?:business |calendar |working )?(?:seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?)|characters?|bits?|[kmgt]b)'
const limits = new RegExp(`\\b\\d[\\d.,]*(?:(?:,? (?:and|or|to) |, |–|-)\\d[\\d.,]*)*[ -]?${unit}(?![a-z])`, 'gi')
const references = /\b[a-z]+[-.]?\d+(?:[.-]\d+)*\b|\b\d+\.\d+(?:\.\d+)*\b/gi
const spelled = /\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|all|both|none) (?:of|out of)\b/gi

/** Numbers in a typed clause that read as counts; dates, limits with a unit and references are not counts. */
export function numbersInProblem(problem: string): string[] {
  const words = problem.match(spelled) ?? []
  const stripped = [...dates, limits, references].reduce((text, pattern) => text.replace(pattern, ' '), problem)
  return [...words, ...(stripped.match(/\d[\d.,]*\d|\d/g) ?? [])]
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
