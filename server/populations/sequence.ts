import { finding, type Finding } from './findings.ts'
import { counted } from '../sheets/table.ts'

const numbered = /^(.*?)(\d{1,15})$/s

/** Gaps that are listed one by one; all are counted. */
const kept = 100

/** Gaps in keys that are numbered through, such as CHG-1001, CHG-1002; keys of any other kind give no finding. */
export function beginSequence(): { readonly add: (key: string) => void, readonly finish: (keys: Iterable<string>) => Finding[] } {
  let prefix: string | null = null
  let width = 0
  let applies = true
  let lowest = Infinity
  let highest = -Infinity
  let count = 0

  const add = (key: string): void => {
    if (!applies) return
    const match = numbered.exec(key)
    if (match === null) {
      applies = false
      return
    }
    const number = Number(match[2])
    prefix ??= match[1] ?? ''
    // Numbers of one width keep their leading zeros when they are named.
    width = count === 0 || width === match[2]!.length ? match[2]!.length : 0
    if (prefix !== match[1]) applies = false
    lowest = Math.min(lowest, number)
    highest = Math.max(highest, number)
    count++
  }

  const finish = (keys: Iterable<string>): Finding[] => {
    const span = highest - lowest + 1
    // Numbers spread thinner than every second one are identifiers, not a count.
    if (!applies || count < 3 || span > 2 * count) return []
    const named = (number: number): string => `${prefix}${String(number).padStart(width, '0')}`
    const present = new Uint8Array(span)
    for (const key of keys) present[Number(numbered.exec(key)?.[2]) - lowest] = 1
    const missing: number[] = []
    const gaps: string[] = []
    let total = 0
    let from = 0
    for (let index = 0; index < span; index++) {
      if (present[index] === 1) continue
      if (index === 0 || present[index - 1] === 1) from = index
      total++
      if (missing.length < 5) missing.push(lowest + index)
      if (present[index + 1] === 1 && gaps.length < kept) gaps.push(gapInWords(named(lowest + from), named(lowest + index), index - from + 1))
    }
    if (total === 0) return [finding('sequence', 'agrees', `The keys run from ${named(lowest)} to ${named(highest)} without a gap.`)]
    const shown = missing.map(named).join(', ')
    return [finding('sequence', 'finding', `${counted(total, 'number')} missing between ${named(lowest)} and ${named(highest)}: ${shown}${total > missing.length ? ' and more' : ''}. Ask what became of them.`, { rows: [], notes: gaps, count: total })]
  }
  return { add, finish }
}

function gapInWords(first: string, last: string, count: number): string {
  return count === 1 ? first : `${first} to ${last}, ${counted(count, 'number')}`
}
