import { crc32, deflateRawSync } from 'node:zlib'

type Part = string | Buffer

/** A ZIP of these parts as any program packs them; `unpacked` may lie about what a part grows to. */
export function zip(parts: Readonly<Record<string, Part>>, unpacked: Readonly<Record<string, number>> = {}): Buffer {
  const local: Buffer[] = []
  const list: Buffer[] = []
  let at = 0
  for (const [name, part] of Object.entries(parts)) {
    const bytes = Buffer.from(part as string)
    const packed = deflateRawSync(bytes, { level: 6 })
    const facts = Buffer.alloc(26)
    facts.writeUInt16LE(20, 0)
    facts.writeUInt16LE(8, 4)
    facts.writeUInt32LE(crc32(bytes), 10)
    facts.writeUInt32LE(packed.length, 14)
    facts.writeUInt32LE(unpacked[name] ?? bytes.length, 18)
    facts.writeUInt16LE(Buffer.byteLength(name), 22)
    local.push(Buffer.from('PK\x03\x04', 'latin1'), facts, Buffer.from(name), packed)
    const entry = Buffer.alloc(46)
    entry.write('PK\x01\x02\x14\x00', 0, 'latin1')
    facts.copy(entry, 6)
    entry.writeUInt32LE(at, 42)
    list.push(entry, Buffer.from(name))
    at += 30 + Buffer.byteLength(name) + packed.length
  }
  const directory = Buffer.concat(list)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 0, 'latin1')
  end.writeUInt16LE(Object.keys(parts).length, 8)
  end.writeUInt16LE(Object.keys(parts).length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...local, directory, end])
}

export type SheetParts = { readonly name?: string, readonly state?: string, readonly data: string, readonly before?: string, readonly after?: string }

/** A workbook of these sheets; `data` is the XML of a sheet's rows, `codes` the number formats of styles 1, 2 and so on. */
export function workbook(sheets: readonly SheetParts[], { strings = [], codes = [], since1904 = false, more = {} }: { strings?: readonly string[], codes?: readonly string[], since1904?: boolean, more?: Readonly<Record<string, Part>> } = {}): Buffer {
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
  const relation = (id: string, kind: string, target: string) => `<Relationship Id="${id}" Type="${office}/${kind}" Target="${target}"/>`
  return zip({
    '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    '_rels/.rels': `<Relationships>${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `<?xml version="1.0"?><workbook ${main} xmlns:r="${office}"><workbookPr${since1904 ? ' date1904="1"' : ''}/><sheets>${sheets.map(({ name, state }, index) => `<sheet name="${name ?? `Sheet${index + 1}`}" sheetId="${index + 1}"${state ? ` state="${state}"` : ''} r:id="rId${index + 1}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${sheets.map((_, index) => relation(`rId${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`)).join('')}${relation('s', 'sharedStrings', 'sharedStrings.xml')}${relation('f', 'styles', 'styles.xml')}</Relationships>`,
    'xl/sharedStrings.xml': `<sst ${main}>${strings.map((text) => `<si>${text}</si>`).join('')}</sst>`,
    'xl/styles.xml': `<styleSheet ${main}><numFmts>${codes.map((code, index) => `<numFmt numFmtId="${200 + index}" formatCode="${escaped(code)}"/>`).join('')}</numFmts><cellXfs><xf numFmtId="0"/>${codes.map((_, index) => `<xf numFmtId="${200 + index}"/>`).join('')}</cellXfs></styleSheet>`,
    ...Object.fromEntries(sheets.map(({ data, before = '', after = '' }, index) => [`xl/worksheets/sheet${index + 1}.xml`, `<?xml version="1.0" encoding="UTF-8"?><worksheet ${main}>${before}<sheetData>${data}</sheetData>${after}</worksheet>`])),
    ...more,
  })
}

/** Rows of inline texts, from row 1 or `first`; null leaves a cell out. */
export function textRows(rows: readonly (readonly (string | null)[])[], first = 1): string {
  return rows.map((cells, index) => `<row r="${first + index}">${cells.map((text, column) => text === null ? '' : `<c r="${String.fromCharCode(65 + column)}${first + index}" t="inlineStr"><is><t>${escaped(text)}</t></is></c>`).join('')}</row>`).join('')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
