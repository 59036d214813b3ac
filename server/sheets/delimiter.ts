import type { Delimiter } from './table.ts'

// The rarest in ordinary text comes first, so that it wins a tie.
const candidates: readonly Delimiter[] = ['\t', '|', ';', ',']
const linesLookedAt = 200

/**
 * The character between the cells of a CSV file, from its beginning: the one that stands in the first
 * row and equally often in the rows after it. A file with none of them has one column.
 */
export function recogniseDelimiter(sample: string): Delimiter {
  let best: { delimiter: Delimiter, share: number, count: number } = { delimiter: ',', share: 0, count: 0 }
  for (const delimiter of candidates) {
    const counts = countPerRow(sample, delimiter)
    const first = counts[0] ?? 0
    if (first === 0) continue
    const share = counts.filter((count) => count === first).length / counts.length
    if (share > best.share || (share === best.share && first > best.count)) best = { delimiter, share, count: first }
  }
  return best.delimiter
}

function countPerRow(sample: string, delimiter: Delimiter): number[] {
  const counts: number[] = []
  let count = 0
  let quoted = false
  let atStart = true
  let blank = true
  for (let index = 0; index < sample.length && counts.length < linesLookedAt; index++) {
    const character = sample[index]
    if (quoted) {
      if (character !== '"') continue
      if (sample[index + 1] === '"') index++
      else quoted = false
      continue
    }
    if (character === '\n' || character === '\r') {
      if (!blank) counts.push(count)
      count = 0
      atStart = blank = true
      continue
    }
    blank = false
    if (character === '"' && atStart) quoted = true
    if (character === delimiter) count++
    atStart = character === delimiter
  }
  // The last line is only whole when the sample is the whole file, and then counting it changes little.
  if (!blank && counts.length === 0) counts.push(count)
  return counts
}
