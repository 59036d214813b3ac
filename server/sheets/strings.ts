import { readMarkup, resolved } from './markup.ts'
import { figure, ReadRefused, size } from './table.ts'

/** The texts a workbook keeps once for all its cells, packed so that a million of them weigh only their bytes. */
export type Strings = { readonly at: (index: number) => string, readonly count: number }

const mostBytes = 160_000_000
const blockBytes = 1 << 20

export const noStrings: Strings = { at: () => '', count: 0 }

/** Reads the shared texts of a workbook; text that only says how characters sound is left out. */
export async function readStrings(bytes: AsyncIterable<Buffer>): Promise<Strings> {
  const blocks: Buffer[] = []
  let places = new Float64Array(1024)
  let count = 0
  let block = Buffer.allocUnsafe(blockBytes)
  let used = 0
  let total = 0
  let text: string[] = []
  let inText = false
  let sounding = false

  const keep = (kept: string): void => {
    const length = Buffer.byteLength(kept)
    total += length
    if (total > mostBytes) throw new ReadRefused(`The texts of this workbook come to more than ${size(mostBytes)}. Export the list as CSV, which may be far larger.`)
    if (used + length > block.length || count === 0) {
      block = Buffer.allocUnsafe(Math.max(blockBytes, length))
      blocks.push(block)
      used = 0
    }
    if (count === places.length) {
      const larger = new Float64Array(2 * count)
      larger.set(places)
      places = larger
    }
    // Block, offset and length in one number: 2^20 bytes of offset, and a length that ends where the next text begins or the block does.
    places[count++] = (blocks.length - 1) * spread + used
    lengths.push(length)
    block.write(kept, used)
    used += length
  }
  const lengths = growingLengths()

  await readMarkup(bytes, {
    open: (name) => {
      if (name === 'si') text = []
      else if (name === 'rPh') sounding = true
      else if (name === 't') inText = !sounding
    },
    text: (piece) => {
      if (inText) text.push(resolved(piece))
    },
    close: (name) => {
      if (name === 't') inText = false
      else if (name === 'rPh') sounding = false
      else if (name === 'si') keep(unescaped(text.join('')))
    },
  })
  return {
    count,
    at: (index) => {
      if (!(index >= 0 && index < count)) throw new ReadRefused(`The workbook is damaged: a cell refers to text number ${figure(index)}, which is not there. Save it again in the program it comes from.`)
      const place = places[index]!
      const from = place % spread
      return blocks[Math.floor(place / spread)]!.toString('utf8', from, from + lengths.at(index))
    },
  }
}

const spread = 2 ** 32

function growingLengths(): { readonly push: (length: number) => void, readonly at: (index: number) => number } {
  let kept = new Uint32Array(1024)
  let count = 0
  return {
    push: (length) => {
      if (count === kept.length) {
        const larger = new Uint32Array(2 * count)
        larger.set(kept)
        kept = larger
      }
      kept[count++] = length
    },
    at: (index) => kept[index]!,
  }
}

/** Workbooks write characters that XML cannot hold as _x000D_; a written-out escape is escaped itself. */
export function unescaped(text: string): string {
  return text.includes('_x') ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16))) : text
}
