import type { TableRows } from './table.ts'

/** Bounds of the cells of one record inside some bytes; a cell with doubled quotes is longer there than it is. */
export type Bounds = { count: number, starts: Int32Array, ends: Int32Array, doubled: Uint8Array }

/** Rows that wait to be sent. Each stands as four bytes of length and its cells as PostgreSQL takes an array of text. */
export type Batch = {
  readonly isFull: () => boolean
  readonly count: () => number
  /** Adds a record whose cells lie in `source`. */
  readonly addBytes: (row: number, source: Buffer, bounds: Bounds) => void
  readonly addTexts: (row: number, cells: readonly string[]) => void
  /** The rows as one payload, and an empty batch after it. Rows of one batch must follow one another. */
  readonly take: () => Buffer
}

const fullRows = 2000
const fullBytes = 1 << 17
const payloadHead = 8
const rowHead = 24
const arrayHead = 20
const textType = 25
const quote = 34

export function beginBatch(): Batch {
  let bytes = Buffer.allocUnsafe(fullBytes + (1 << 16))
  let end = payloadHead
  let count = 0

  const open = (row: number, cells: number, room: number): number => {
    const needed = end + rowHead + 4 * cells + room
    if (needed > bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * bytes.length))
      bytes.copy(larger, 0, 0, end)
      bytes = larger
    }
    if (count === 0) bytes.writeUInt32BE(row, 0)
    const at = end
    bytes.writeInt32BE(1, at + 4)
    bytes.writeInt32BE(0, at + 8)
    bytes.writeInt32BE(textType, at + 12)
    bytes.writeInt32BE(cells, at + 16)
    bytes.writeInt32BE(1, at + 20)
    end = at + rowHead
    return at
  }
  const close = (at: number): void => {
    bytes.writeUInt32BE(end - at - 4, at)
    count++
  }

  const addBytes = (row: number, source: Buffer, { count: cells, starts, ends, doubled }: Bounds): void => {
    const at = open(row, cells, ends[cells - 1]! - starts[0]!)
    const target = bytes
    let to = end
    for (let index = 0; index < cells; index++) {
      const until = ends[index]!
      const place = to
      to += 4
      if (doubled[index] === 1) {
        for (let from = starts[index]!; from < until; from++) {
          target[to++] = source[from]!
          if (source[from] === quote) from++
        }
      } else if (until - starts[index]! > 100) to += source.copy(target, to, starts[index], until)
      else for (let from = starts[index]!; from < until; from++) target[to++] = source[from]!
      const length = to - place - 4
      target[place] = length >>> 24
      target[place + 1] = length >>> 16
      target[place + 2] = length >>> 8
      target[place + 3] = length
    }
    end = to
    close(at)
  }

  const addTexts = (row: number, cells: readonly string[]): void => {
    let room = 0
    for (const cell of cells) room += 3 * cell.length
    const at = open(row, cells.length, room)
    for (const cell of cells) {
      const length = bytes.write(cell, end + 4)
      bytes.writeInt32BE(length, end)
      end += 4 + length
    }
    close(at)
  }

  const take = (): Buffer => {
    bytes.writeUInt32BE(count, 4)
    const payload = bytes.subarray(0, end)
    bytes = Buffer.allocUnsafe(fullBytes + (1 << 16))
    end = payloadHead
    count = 0
    return payload
  }
  return { isFull: () => count >= fullRows || end >= fullBytes, count: () => count, addBytes, addTexts, take }
}

/** The rows of a payload; cells become texts only when they are asked for. */
export function openRows(payload: Buffer): TableRows {
  const first = payload.readUInt32BE(0)
  const count = payload.readUInt32BE(4)
  const places = new Uint32Array(count + 1)
  places[0] = payloadHead
  for (let index = 0; index < count; index++) places[index + 1] = places[index]! + 4 + payload.readUInt32BE(places[index])
  let all: string[][] | null = null
  return {
    kind: 'rows', first, count, payload,
    get rows() {
      return all ??= Array.from({ length: count }, (_, index) => cellsAt(payload, places[index]!))
    },
    cell: (index, column) => cellAt(payload, places[index]!, column),
    packed: (index) => payload.subarray(places[index]! + 4, places[index + 1]),
  }
}

function cellsAt(payload: Buffer, place: number): string[] {
  const cells: string[] = []
  let at = place + 4 + arrayHead
  for (let left = payload.readInt32BE(place + 16); left > 0; left--) {
    const from = at + 4
    at = from + payload.readInt32BE(at)
    cells.push(payload.toString('utf8', from, at))
  }
  return cells
}

function cellAt(payload: Buffer, place: number, column: number): string {
  let at = place + 4 + arrayHead
  for (let left = column; left > 0; left--) at += 4 + payload.readInt32BE(at)
  return payload.toString('utf8', at + 4, at + 4 + payload.readInt32BE(at))
}
