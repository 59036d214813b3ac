import { inflateSync } from 'node:zlib'

/** Whether a font has a sign for each character, from its cmap table (OpenType formats 4 and 12); TrueType or WOFF. */
export function coverageOf(font: Buffer): (point: number) => boolean {
  const cmap = findTable(font, 'cmap')
  const found = new Map<number, number>()
  for (let place = 0; place < cmap.readUInt16BE(2); place += 1) {
    const at = cmap.readUInt32BE(4 + place * 8 + 4)
    found.set(cmap.readUInt16BE(at), at)
  }
  const [long, short] = [found.get(12), found.get(4)]
  if (long !== undefined) return inGroups(cmap.subarray(long))
  if (short !== undefined) return inSegments(cmap.subarray(short))
  throw new Error('a font without a list of its characters')
}

function findTable(font: Buffer, wanted: string): Buffer {
  const woff = font.toString('latin1', 0, 4) === 'wOFF'
  const count = font.readUInt16BE(woff ? 12 : 4)
  for (let place = 0; place < count; place += 1) {
    const at = woff ? 44 + place * 20 : 12 + place * 16
    if (font.toString('latin1', at, at + 4) !== wanted) continue
    const [offset, length] = woff ? [font.readUInt32BE(at + 4), font.readUInt32BE(at + 8)] : [font.readUInt32BE(at + 8), font.readUInt32BE(at + 12)]
    const bytes = font.subarray(offset, offset + length)
    return woff && length < font.readUInt32BE(at + 12) ? inflateSync(bytes) : bytes
  }
  throw new Error(`a font without ${wanted}`)
}

function inGroups(table: Buffer): (point: number) => boolean {
  const groups = Array.from({ length: table.readUInt32BE(12) }, (_, place) => [table.readUInt32BE(16 + place * 12), table.readUInt32BE(20 + place * 12)] as const)
  return (point) => groups.some(([from, to]) => point >= from && point <= to)
}

function inSegments(table: Buffer): (point: number) => boolean {
  const doubled = table.readUInt16BE(6)
  const value = (part: number, place: number) => table.readUInt16BE(14 + part * doubled + (part > 0 ? 2 : 0) + place * 2)
  return (point) => {
    for (let place = 0; place < doubled / 2; place += 1) {
      if (point > value(0, place)) continue
      const [start, delta, offset] = [value(1, place), value(2, place), value(3, place)]
      if (point < start) return false
      if (offset === 0) return (point + delta & 0xffff) !== 0
      const at = 14 + 3 * doubled + 2 + place * 2 + offset + (point - start) * 2
      return at + 1 < table.length && table.readUInt16BE(at) !== 0
    }
    return false
  }
}
