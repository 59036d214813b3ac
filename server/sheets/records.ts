import type { Bounds } from './packed.ts'

/** What is wrong with the quotes of a record, and in which of its cells, counted from 0. */
export type QuoteFault = { readonly kind: 'open' | 'text after' | 'inside', readonly cell: number }

/** Where the record ends: the place after its line ending; -1 where the bytes stop before that; or its fault. */
export type RecordEnd = number | QuoteFault

const quote = 34
const lineFeed = 10
const carriageReturn = 13

export function emptyBounds(): Bounds {
  return { count: 0, starts: new Int32Array(64), ends: new Int32Array(64), doubled: new Uint8Array(64) }
}

/**
 * Finds the cells of the record of RFC 4180 that begins at `start`, strictly: a cell is in quotes from end to end, with each quote
 * inside written twice, or holds no quote at all. A record ends with CR LF, LF or CR. `last` says that no bytes follow these.
 */
export function takeRecord(bytes: Buffer, start: number, end: number, delimiter: number, last: boolean, bounds: Bounds): RecordEnd {
  let at = start
  bounds.count = 0
  for (;;) {
    let byte = at < end ? bytes[at]! : -1
    if (byte === quote) {
      const closing = closingQuote(bytes, at + 1, end, last)
      if (closing === notYet) return last ? { kind: 'open', cell: bounds.count } : -1
      addCell(bounds, at + 1, Math.abs(closing), closing < 0)
      at = Math.abs(closing) + 1
      byte = at < end ? bytes[at]! : -1
      if (byte !== -1 && byte !== delimiter && byte !== lineFeed && byte !== carriageReturn) return { kind: 'text after', cell: bounds.count - 1 }
    } else {
      const from = at
      while (byte !== delimiter && byte !== lineFeed && byte !== carriageReturn && byte !== -1) {
        if (byte === quote) return { kind: 'inside', cell: bounds.count }
        byte = ++at < end ? bytes[at]! : -1
      }
      addCell(bounds, from, at, false)
    }
    if (byte === delimiter) at++
    else if (byte === lineFeed) return at + 1
    else if (byte === carriageReturn) {
      if (at + 1 < end) return bytes[at + 1] === lineFeed ? at + 2 : at + 1
      return last ? end : -1
    } else return last ? end : -1
  }
}

const notYet = 0

/** The place of the quote that closes, negative where quotes stand doubled before it; `notYet` where it has not come. */
function closingQuote(bytes: Buffer, from: number, end: number, last: boolean): number {
  let doubled = false
  for (let at = from; at < end; at++) {
    if (bytes[at] !== quote) continue
    // The next piece may begin with its double.
    if (at + 1 === end && !last) return notYet
    if (at + 1 === end || bytes[at + 1] !== quote) return doubled ? -at : at
    doubled = true
    at++
  }
  return notYet
}

function addCell(bounds: Bounds, start: number, end: number, doubled: boolean): void {
  const index = bounds.count++
  if (index === bounds.starts.length) grow(bounds)
  bounds.starts[index] = start
  bounds.ends[index] = end
  bounds.doubled[index] = doubled ? 1 : 0
}

function grow(bounds: Bounds): void {
  for (const name of ['starts', 'ends'] as const) {
    const larger = new Int32Array(2 * bounds[name].length)
    larger.set(bounds[name])
    bounds[name] = larger
  }
  const larger = new Uint8Array(2 * bounds.doubled.length)
  larger.set(bounds.doubled)
  bounds.doubled = larger
}

/** The cells of a record as texts. */
export function textsOf(bytes: Buffer, { count, starts, ends, doubled }: Bounds): string[] {
  return Array.from({ length: count }, (_, index) => {
    const text = bytes.toString('utf8', starts[index], ends[index])
    return doubled[index] === 1 ? text.replaceAll('""', '"') : text
  })
}
