import { brotliDecompressSync } from 'node:zlib'
import { glyphTables } from './woff2-glyphs.ts'

const knownTags = [
  'cmap', 'head', 'hhea', 'hmtx', 'maxp', 'name', 'OS/2', 'post', 'cvt ', 'fpgm', 'glyf', 'loca', 'prep', 'CFF ', 'VORG', 'EBDT', 'EBLC', 'gasp', 'hdmx', 'kern', 'LTSH', 'PCLT', 'VDMX', 'vhea', 'vmtx', 'BASE', 'GDEF', 'GPOS', 'GSUB', 'EBSC', 'JSTF', 'MATH',
  'CBDT', 'CBLC', 'COLR', 'CPAL', 'SVG ', 'sbix', 'acnt', 'avar', 'bdat', 'bloc', 'bsln', 'cvar', 'fdsc', 'feat', 'fmtx', 'fvar', 'gvar', 'hsty', 'just', 'lcar', 'mort', 'morx', 'opbd', 'prop', 'trak', 'Zapf', 'Silf', 'Glat', 'Gloc', 'Feat', 'Sill',
]

type Packed = { tag: string, length: number, transformed: boolean }

/**
 * The TrueType font inside a WOFF2 file (W3C WOFF 2.0), with its outlines as a PDF embeds them; `mark` stands in the
 * place of its checksum, by which the program that embeds it tells two of one name apart. Throws where there is none.
 */
export function unpackWoff2(bytes: Buffer, mark: number): Buffer {
  if (bytes.toString('latin1', 0, 4) !== 'wOF2') throw new Error('not a WOFF2 font')
  const { directory, end } = readDirectory(bytes)
  const data = brotliDecompressSync(bytes.subarray(end, end + bytes.readUInt32BE(20)))
  const tables = new Map<string, Buffer>()
  let at = 0
  const transformed = new Set<string>()
  for (const { tag, length, transformed: changed } of directory) {
    tables.set(tag, data.subarray(at, at += length))
    if (changed) transformed.add(tag)
  }
  if (transformed.has('hmtx') || !transformed.has('glyf')) throw new Error('a WOFF2 font of another kind')
  const { glyf, loca } = glyphTables(tables.get('glyf')!)
  const head = Buffer.from(tables.get('head')!)
  // Offsets of glyphs are written in four bytes each.
  head.writeInt16BE(1, 50)
  head.writeUInt32BE(mark, 8)
  tables.set('glyf', glyf).set('loca', loca).set('head', head)
  return writeFont(bytes.readUInt32BE(4), [...tables].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function readDirectory(bytes: Buffer): { directory: Packed[], end: number } {
  let at = 48
  const number = () => {
    let value = 0
    for (let byte = 128; byte & 128;) value = value * 128 + ((byte = bytes[at++]!) & 127)
    return value
  }
  const directory = Array.from({ length: bytes.readUInt16BE(12) }, (): Packed => {
    const flags = bytes[at++]!
    const known = knownTags[flags & 63]
    const tag = known ?? bytes.toString('latin1', at, at += 4)
    const version = flags >> 6
    const plain = number()
    // The outlines are transformed unless they say otherwise, everything else only where it says so.
    const transformed = tag === 'glyf' || tag === 'loca' ? version === 0 : version !== 0
    return { tag, length: transformed ? number() : plain, transformed }
  })
  return { directory, end: at }
}

function writeFont(flavor: number, tables: readonly (readonly [string, Buffer])[]): Buffer {
  const header = Buffer.alloc(12 + tables.length * 16)
  header.writeUInt32BE(flavor, 0)
  header.writeUInt16BE(tables.length, 4)
  let offset = header.length
  const parts = tables.flatMap(([tag, table], place) => {
    const entry = 12 + place * 16
    header.write(tag, entry, 'latin1')
    header.writeUInt32BE(offset, entry + 8)
    header.writeUInt32BE(table.length, entry + 12)
    const padding = Buffer.alloc((4 - table.length % 4) % 4)
    offset += table.length + padding.length
    return [table, padding]
  })
  return Buffer.concat([header, ...parts])
}
