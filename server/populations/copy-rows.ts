import type { DateReading } from './dates.ts'

/** A row of a list as it is kept; `packed` are its cells in the binary form of an array of text. */
export type NewRow = { readonly row: number, readonly key: string, readonly reading: DateReading | null, readonly inScope: boolean, readonly packed: Buffer }

/** Rows in the binary form that a copy into `incoming_row` takes. */
export type Block = { readonly rows: number, readonly pieces: readonly Buffer[] }

/** Collects rows until a block is taken; it holds them as bytes, for objects weigh many times as much. */
export type BlockMaker = { readonly add: (row: NewRow) => void, readonly count: () => number, readonly take: () => Block }

const signature = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
const trailer = Buffer.from([0xff, 0xff])
const pieceBytes = 1 << 18
const fields = 5
/** Days from 1970, from which dates are counted here, to 2000, from which the database counts them. */
const epoch = 10_957

export function beginBlocks(): BlockMaker {
  let pieces: Buffer[] = []
  let piece = Buffer.allocUnsafe(pieceBytes)
  let end = signature.copy(piece)
  let rows = 0

  const add = ({ row, key, reading, inScope, packed }: NewRow): void => {
    const needed = 48 + 3 * key.length + packed.length
    if (end + needed > piece.length) {
      pieces.push(piece.subarray(0, end))
      piece = Buffer.allocUnsafe(Math.max(pieceBytes, needed))
      end = 0
    }
    end = piece.writeInt16BE(fields, end)
    end = piece.writeInt32BE(4, end)
    end = piece.writeInt32BE(row, end)
    const keyBytes = piece.write(key, end + 4)
    end = piece.writeInt32BE(keyBytes, end) + keyBytes
    if (reading === null) end = piece.writeInt32BE(-1, end)
    else {
      end = piece.writeInt32BE(4, end)
      end = piece.writeInt32BE(dayOf(reading.local) - epoch, end)
    }
    end = piece.writeInt32BE(1, end)
    end = piece.writeUInt8(inScope ? 1 : 0, end)
    end = piece.writeInt32BE(packed.length, end)
    end += packed.copy(piece, end)
    rows++
  }
  const take = (): Block => {
    const block = { rows, pieces: [...pieces, piece.subarray(0, end), trailer] }
    pieces = []
    piece = Buffer.allocUnsafe(pieceBytes)
    end = signature.copy(piece)
    rows = 0
    return block
  }
  return { add, count: () => rows, take }
}

const days = new Map<string, number>()

function dayOf(local: string): number {
  const known = days.get(local)
  if (known !== undefined) return known
  const day = Date.parse(`${local}T00:00:00Z`) / 86_400_000
  if (days.size < 20_000) days.set(local, day)
  return day
}
