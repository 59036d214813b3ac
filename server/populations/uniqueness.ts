import { finding, quoted, rowList, type Finding } from './findings.ts'
import { hasLineBreak, isBlank } from './keys.ts'
import { beginSequence } from './sequence.ts'
import { counted, figure } from '../sheets/table.ts'

/** The checks on the key column: never blank, on one line, unique; look-alikes are reported and never merged. */
export function beginUniqueness(column: string): { readonly add: (row: number, key: string, cells: readonly string[]) => void, readonly finish: () => Finding[] } {
  const rowOf = new Map<string, number>()
  const blank = rowList()
  const broken = rowList()
  const repeated = rowList()
  const copied = rowList()
  const prints = printStore()
  const sequence = beginSequence()

  const add = (row: number, key: string, cells: readonly string[]): void => {
    if (isBlank(key)) {
      blank.add(row)
      return
    }
    if (hasLineBreak(key)) broken.add(row)
    const print = fingerprint(cells)
    prints.set(row, print)
    const earlier = rowOf.get(key)
    if (earlier === undefined) {
      rowOf.set(key, row)
      sequence.add(key)
      return
    }
    repeated.add(row, () => `${quoted(key)} again, first in row ${figure(earlier)}`)
    if (prints.get(earlier) === print) copied.add(row, () => `the same in every cell as row ${figure(earlier)}`)
  }

  const finish = (): Finding[] => {
    const similar = lookalikes(rowOf)
    return [
      blank.count > 0
        ? finding('blank_key', 'blocks', `${counted(blank.count, 'row')} without a key in “${column}”. Every occurrence needs one of its own.`, blank)
        : finding('blank_key', 'agrees', `Every row has a key in “${column}”.`),
      ...(broken.count > 0 ? [finding('key_line_break', 'blocks', `${counted(broken.count, 'key')} with a line break inside: a draw lists one key a line, so nobody could repeat it. Choose another key column or ask for a clean list.`, broken)] : []),
      repeated.count > 0
        ? finding('duplicate_key', 'blocks', `${counted(repeated.count, 'row')} repeating a key that stands higher up: a key must name one occurrence.`, repeated)
        : finding('duplicate_key', 'agrees', `${counted(rowOf.size, 'key')}, each once.`),
      copied.count > 0
        ? finding('duplicate_row', 'finding', `${counted(copied.count, 'row')} the same in every cell as an earlier one: ask whether they were exported twice.`, copied)
        : finding('duplicate_row', 'agrees', 'No row is an exact copy of another.'),
      similar.count > 0
        ? finding('similar_key', 'finding', `${counted(similar.count, 'key')} that differ from another only by letter case, spaces or Unicode form. They are kept apart: ask whether they are the same.`, similar)
        : finding('similar_key', 'agrees', 'No two keys differ only by letter case, spaces or Unicode form.'),
      ...sequence.finish(rowOf.keys()),
    ]
  }
  return { add, finish }
}

// A second map of folded keys would double the memory, so only their hashes are sorted, and the few that meet are looked at.
function lookalikes(rowOf: ReadonlyMap<string, number>): ReturnType<typeof rowList> {
  const hashes = new Float64Array(rowOf.size)
  let index = 0
  for (const key of rowOf.keys()) hashes[index++] = hash(fold(key), 0)
  hashes.sort()
  const meeting = new Set<number>()
  for (let next = 1; next < hashes.length; next++) {
    if (hashes[next] === hashes[next - 1]) meeting.add(hashes[next] ?? 0)
  }
  const list = rowList()
  if (meeting.size === 0) return list
  const firstOf = new Map<string, string>()
  for (const [key, row] of rowOf) {
    const folded = fold(key)
    if (!meeting.has(hash(folded, 0))) continue
    const first = firstOf.get(folded)
    if (first === undefined) firstOf.set(folded, key)
    else list.add(row, () => `${quoted(key)} looks like ${quoted(first)} in row ${figure(rowOf.get(first) ?? 0)}`)
  }
  return list
}

function fold(key: string): string {
  const plain = /^[\x20-\x7e]*$/.test(key) ? key : key.normalize('NFKC').replace(/[\u200b-\u200d\ufeff]/g, '')
  return plain.trim().replace(/\s+/g, ' ').toLowerCase()
}

function fingerprint(cells: readonly string[]): number {
  let print = 0
  for (const cell of cells) print = hash(cell, print % 0x1_0000_0000)
  return print
}

/** Fifty-three bits of a text: enough to compare two rows that already share a key. */
function hash(text: string, seed: number): number {
  let high = 0xdeadbeef ^ seed
  let low = 0x41c6ce57 ^ seed
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return 4294967296 * (2097151 & low) + (high >>> 0)
}

function printStore(): { readonly set: (row: number, print: number) => void, readonly get: (row: number) => number | undefined } {
  let prints = new Float64Array(1024)
  return {
    set: (row, print) => {
      if (row >= prints.length) {
        const larger = new Float64Array(Math.max(row + 1, prints.length * 2))
        larger.set(prints)
        prints = larger
      }
      prints[row] = print
    },
    get: (row) => prints[row],
  }
}
