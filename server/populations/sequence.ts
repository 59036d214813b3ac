import { finding, type Finding } from './findings.ts'
import { counted } from '../sheets/table.ts'

const numbered = /^(.*?)(\d{1,15})$/s

/** Gaps in keys that are numbered through, such as CHG-1001, CHG-1002; keys of any other kind give no finding. */
export function beginSequence(): { readonly add: (key: string) => void, readonly finish: (keys: Iterable<string>) => Finding[] } {
  let prefix: string | null = null
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
    if (prefix !== match[1]) applies = false
    lowest = Math.min(lowest, number)
    highest = Math.max(highest, number)
    count++
  }

  const finish = (keys: Iterable<string>): Finding[] => {
    const span = highest - lowest + 1
    // Numbers spread thinner than every second one are identifiers, not a count.
    if (!applies || count < 3 || span > 2 * count) return []
    const present = new Uint8Array(span)
    for (const key of keys) present[Number(numbered.exec(key)?.[2]) - lowest] = 1
    const missing: number[] = []
    let total = 0
    for (let index = 0; index < span; index++) {
      if (present[index] === 1) continue
      total++
      if (missing.length < 5) missing.push(lowest + index)
    }
    if (total === 0) return [finding('sequence', 'agrees', `The keys run from ${prefix}${lowest} to ${prefix}${highest} without a gap.`)]
    const shown = missing.map((number) => `${prefix}${number}`).join(', ')
    return [finding('sequence', 'finding', `${counted(total, 'number')} missing between ${prefix}${lowest} and ${prefix}${highest}: ${shown}${total > missing.length ? ' and more' : ''}. Ask what became of them.`, { rows: [], notes: [], count: total })]
  }
  return { add, finish }
}
