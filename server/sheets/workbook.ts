import type { Archive } from './archive.ts'
import { attribute, readMarkup } from './markup.ts'
import { shownAs, type Shown } from './numbers.ts'
import { noStrings, readStrings, type Strings } from './strings.ts'
import { ReadRefused } from './table.ts'

type SheetEntry = { readonly name: string, readonly hidden: boolean, readonly part: string }

/** What all sheets of a workbook share. */
export type Workbook = {
  readonly sheets: readonly SheetEntry[]
  /** Its days are counted from 1904 instead of 1900. */
  readonly since1904: boolean
  /** How cells of each style show a number. */
  readonly styles: readonly Shown[]
  readonly strings: Strings
}

const most = 64_000_000

/** Reads everything of a workbook but its sheets. Throws ReadRefused where the archive is no workbook. */
export async function openWorkbook(archive: Archive): Promise<Workbook> {
  const folder = folderOf(archive)
  const parts = await readRelations(archive, `${folder}_rels/workbook.xml.rels`, folder)
  const sheets: { name: string, hidden: boolean, part: string }[] = []
  let since1904 = false
  await readMarkup(archive.stream(`${folder}workbook.xml`), {
    open: (name, attributes) => {
      if (name === 'workbookPr') since1904 = /^(1|true)$/.test(attribute(attributes, 'date1904'))
      const part = name === 'sheet' ? parts.get(attribute(attributes, 'id')) : undefined
      // Sheets of charts hold no rows.
      if (part !== undefined && part.kind === 'worksheet') sheets.push({ name: attribute(attributes, 'name'), hidden: /hidden/i.test(attribute(attributes, 'state')), part: part.path })
    },
    text: () => {},
    close: () => {},
  })
  if (sheets.length === 0) throw new ReadRefused('The workbook has no sheet with cells. Export the list again.')
  const of = (kind: string) => [...parts.values()].find((part) => part.kind === kind && archive.has(part.path))?.path
  const [strings, styles] = [of('sharedStrings'), of('styles')]
  return {
    sheets, since1904,
    styles: styles === undefined ? [] : await readStyles(archive.stream(styles)),
    strings: strings === undefined ? noStrings : await readStrings(archive.stream(strings)),
  }
}

function folderOf(archive: Archive): string {
  if (archive.has('xl/workbook.xml')) return 'xl/'
  if (archive.has('xl/workbook.bin')) throw new ReadRefused('This is a binary workbook (.xlsb). Save it as .xlsx or export the list as CSV, and upload that.')
  if (archive.has('mimetype')) throw new ReadRefused('This is an OpenDocument file. Save it as .xlsx or export the list as CSV, and upload that.')
  const found = archive.names.find((name) => /(^|\/)workbook\.xml$/i.test(name))
  if (found === undefined) throw new ReadRefused('This is no workbook: the archive has no list of sheets. Upload the list itself, as .xlsx or CSV.')
  return found.slice(0, found.lastIndexOf('/') + 1)
}

async function readRelations(archive: Archive, part: string, folder: string): Promise<Map<string, { kind: string, path: string }>> {
  const parts = new Map<string, { kind: string, path: string }>()
  if (!archive.has(part)) return parts
  await readMarkup(archive.stream(part), {
    open: (name, attributes) => {
      // A part outside the archive is never fetched, so a relation to one is as good as none.
      if (name !== 'Relationship' || /external/i.test(attribute(attributes, 'TargetMode'))) return
      const target = attribute(attributes, 'Target')
      parts.set(attribute(attributes, 'Id'), { kind: attribute(attributes, 'Type').split('/').at(-1) ?? '', path: target.startsWith('/') ? target.slice(1) : joined(folder, target) })
    },
    text: () => {},
    close: () => {},
  })
  return parts
}

function joined(folder: string, target: string): string {
  const path: string[] = []
  for (const step of `${folder}${target}`.split('/')) {
    if (step === '..') path.pop()
    else if (step !== '.') path.push(step)
  }
  return path.join('/')
}

async function readStyles(bytes: AsyncIterable<Buffer>): Promise<Shown[]> {
  const codes = new Map<number, string>()
  const formats: number[] = []
  let inCells = false
  let read = 0
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      read += chunk.length
      if (read > most) throw new ReadRefused('The workbook has more cell styles than any list needs. Export the list as CSV.')
      yield chunk
    }
  }
  await readMarkup(counted(), {
    open: (name, attributes) => {
      if (name === 'numFmt') codes.set(Number(attribute(attributes, 'numFmtId')), attribute(attributes, 'formatCode'))
      else if (name === 'cellXfs') inCells = true
      else if (name === 'xf' && inCells) formats.push(Number(attribute(attributes, 'numFmtId')))
    },
    text: () => {},
    close: (name) => {
      if (name === 'cellXfs') inCells = false
    },
  })
  return formats.map((id) => shownAs(id, codes.get(id)))
}
