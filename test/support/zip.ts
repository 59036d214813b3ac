import { inflateRawSync } from 'node:zlib'

/** Entries of a ZIP by name, read from its central directory: a second opinion on what the exporters wrote. */
export function unzip(bytes: Buffer): Map<string, string> {
  return new Map([...unzipBytes(bytes)].map(([name, content]) => [name, content.toString('utf8')]))
}

/** The same with the bytes of each entry. */
export function unzipBytes(bytes: Buffer): Map<string, Buffer> {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  if (end < 0) throw new Error('not a ZIP')
  const files = new Map<string, Buffer>()
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const method = bytes.readUInt16LE(at + 10)
    const size = bytes.readUInt32LE(at + 20)
    const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field)) as [number, number, number]
    const local = bytes.readUInt32LE(at + 42)
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const packed = bytes.subarray(from, from + size)
    files.set(bytes.toString('utf8', at + 46, at + 46 + name), method === 0 ? packed : inflateRawSync(packed))
    at += 46 + name + extra + comment
  }
  return files
}

/** The text of an XML fragment with its entities resolved. */
export function xmlText(xml: string): string {
  return xml.replace(/<w:br\/>/g, '\n').replace(/<[^>]+>/g, '')
    .replace(/&#(x?)([0-9a-f]+);/gi, (_all, hex: string, code: string) => String.fromCodePoint(parseInt(code, hex ? 16 : 10)))
    .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&')
}

/** The tables of a Word document: rows of cells, each cell its paragraphs. */
export function wordTables(documentXml: string): string[][][][] {
  const inside = (xml: string, tag: string) => [...xml.matchAll(new RegExp(`<w:${tag}(?: [^>]*)?>(.*?)</w:${tag}>`, 'gs'))].map(([, content]) => content!)
  return inside(documentXml, 'tbl').map((one) => inside(one, 'tr').map((row) => inside(row, 'tc').map((cell) => inside(cell, 'p').map(xmlText))))
}

/** The names of a workbook's sheets, in order. */
export function sheetNames(files: Map<string, string>): string[] {
  return [...files.get('xl/workbook.xml')!.matchAll(/<sheet name="([^"]*)"/g)].map(([, one]) => xmlText(one!))
}

/** A sheet's rows by its name: numbers as numbers, string cells as text, anything else refused. */
export function sheetRows(files: Map<string, string>, name: string): (string | number | null)[][] {
  const names = sheetNames(files)
  const strings = [...(files.get('xl/sharedStrings.xml') ?? '').matchAll(/<si>(.*?)<\/si>/gs)].map(([, one]) => xmlText(one!))
  const xml = files.get(`xl/worksheets/sheet${names.indexOf(name) + 1}.xml`)!
  return [...xml.matchAll(/<row [^>]*?(?:\/>|>(.*?)<\/row>)/gs)].map(([, row]) => {
    const cells: (string | number | null)[] = []
    for (const [, place, attributes, content] of (row ?? '').matchAll(/<c r="([A-Z]+)\d+"([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      const column = [...place!].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
      const value = /<v>(.*?)<\/v>/s.exec(content ?? '')?.[1]
      while (cells.length < column) cells.push(null)
      const kind = /\bt="(\w+)"/.exec(attributes!)?.[1]
      if (kind !== undefined && kind !== 's') throw new Error(`a cell of kind ${kind}`)
      cells.push(value === undefined ? null : kind === 's' ? strings[Number(value)]! : Number(value))
    }
    return cells
  })
}
