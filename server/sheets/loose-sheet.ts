import { guessFields, type Field } from './headings.ts'
import { readTable } from './reader.ts'
import { figure, ReadRefused, type TableFormat } from './table.ts'

/** A list as somebody else keeps it: `rows[i]` is row `headerRow + 1 + i` of the file, blank ones too. */
export type LooseSheet = {
  readonly format: TableFormat
  readonly sheets: readonly string[]
  readonly sheet: string | null
  readonly headerRow: number
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

type Wish = { readonly name: string, readonly sheet: string | null, readonly headerRow: number | null, readonly maxRows: number, readonly fields: readonly Field[] }
type Rows = readonly (readonly string[])[]

const lookedAt = 40
const mostColumns = 200
const mostSheets = 12

/**
 * Reads a list of someone else's making without asking that it be set right: titles above the headings, columns without a
 * name, names twice, short rows. The headings are the row that names most of `fields`; of a workbook the sheet that does, unless
 * one is named. Throws ReadRefused.
 */
export async function readLoosely(path: string, wish: Wish): Promise<LooseSheet> {
  const first = await readOne(path, wish)
  if (wish.sheet !== null || first.score >= 3) return first.sheet
  let best = first
  for (const sheet of first.sheet.sheets.filter((name) => name !== first.sheet.sheet).slice(0, mostSheets)) {
    const other = await readOne(path, { ...wish, sheet }).catch((error: unknown) => {
      if (error instanceof ReadRefused) return null
      throw error
    })
    if (other && other.score > best.score) best = other
  }
  return best.sheet
}

async function readOne(path: string, { name, sheet, headerRow, maxRows, fields }: Wish): Promise<{ sheet: LooseSheet, score: number }> {
  const rows: (readonly string[])[] = []
  let head: Pick<LooseSheet, 'format' | 'sheets' | 'sheet'> | null = null
  for await (const part of readTable(path, { name, sheet, headerRow: 0, maxRows: maxRows + lookedAt, maxColumns: mostColumns, timeoutMs: 60_000 })) {
    if (part.kind === 'header') {
      head = { format: part.format, sheets: part.sheets, sheet: part.sheet }
      // Of JSON lines the names are those of the objects, whatever is asked.
      if (part.format === 'jsonl') rows.push(part.header)
    } else if (part.kind === 'rows') {
      const place = part.first - 1 + (head?.format === 'jsonl' ? 1 : 0)
      while (rows.length < place) rows.push([])
      rows.push(...part.rows.map((cells) => cells.map((cell) => cell.trim())))
    }
  }
  const header = headerRow === null ? findHeadings(rows, fields) : headerRow - 1
  if (rows[header] === undefined || rows[header].every((cell) => cell === '')) throw new ReadRefused(`Row ${figure(header + 1)} names no column. Say in which row the headings stand.`)
  if (rows.length - header - 1 > maxRows) throw new ReadRefused(`The list has more than ${figure(maxRows)} rows. Split it and import the parts.`)
  const below = rows.slice(header + 1)
  const width = Math.max(widthOf(rows[header]), ...below.map(widthOf))
  const names = nameColumns(rows[header], width)
  const score = guessFields(names, fields, new Map()).filter((field) => field !== null).length
  return { score, sheet: { ...head!, headerRow: header + 1, header: names, rows: below.map((cells) => cells.slice(0, width)) } }
}

/** The row, from 0, that names most of the fields; where none does, the first that is nearly as wide as any at the beginning. */
function findHeadings(rows: Rows, fields: readonly Field[]): number {
  const looked = rows.slice(0, lookedAt)
  const scores = looked.map((cells) => guessFields(cells, fields, new Map()).filter((field) => field !== null).length)
  const best = Math.max(...scores)
  if (best >= 2) return scores.indexOf(best)
  const filled = looked.map((cells) => cells.filter(Boolean).length)
  const widest = Math.max(...filled)
  return Math.max(0, filled.findIndex((count) => count >= Math.min(widest, Math.max(2, widest * 0.75))))
}

function widthOf(cells: readonly string[]): number {
  return cells.findLastIndex((cell) => cell !== '') + 1
}

function nameColumns(cells: readonly string[], width: number): string[] {
  const met = new Map<string, number>()
  return Array.from({ length: width }, (_, place) => {
    const name = (cells[place] ?? '').replaceAll(/\s+/g, ' ').trim() || `Column ${place + 1}`
    const before = met.get(name) ?? 0
    met.set(name, before + 1)
    return before === 0 ? name : `${name} (${before + 1})`
  })
}
