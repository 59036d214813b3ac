import { readTable } from './reader.ts'
import { ReadRefused, figure, type TableFormat } from './table.ts'

/** A small list read whole: `rows[i]` are the cells under `header`, as the file has them. */
export type Sheet = {
  readonly format: TableFormat
  /** The sheets of a workbook, the hidden ones too; empty for other files. */
  readonly sheets: readonly string[]
  readonly sheet: string | null
  /** The row of the file that holds the column names, counted from 1. */
  readonly headerRow: number
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Sentences about how the file was read, for whoever imports it: encoding, hidden rows, formulas. */
  readonly notes: readonly string[]
}

const most = 20_000

/**
 * Reads a small list (at most 20,000 rows) in the child process: CSV, TSV, JSON lines or a sheet of a workbook. `name` is the file's
 * own name. Throws ReadRefused, whose message is for the person who chose the file, also where there are more than `maxRows` rows.
 */
export async function readSheet(path: string, { name, sheet = null, maxRows = most }: { name: string, sheet?: string | null, maxRows?: number }): Promise<Sheet> {
  const limit = Math.min(maxRows, most)
  const rows: (readonly string[])[] = []
  const notes: string[] = []
  let head: Pick<Sheet, 'format' | 'sheets' | 'sheet' | 'headerRow' | 'header'> | null = null
  for await (const part of readTable(path, { name, sheet, timeoutMs: 60_000 })) {
    if (part.kind === 'header') {
      const { format, sheets, sheet: chosen, headerRow, header } = part
      head = { format, sheets, sheet: chosen, headerRow, header }
      notes.push(...part.remarks)
    } else if (part.kind === 'rows') {
      if (rows.length + part.rows.length > limit) throw new ReadRefused(`The list has more than ${figure(limit)} rows. Split it and import the parts.`)
      rows.push(...part.rows)
    } else notes.push(...part.traps.map(({ sentence }) => sentence))
  }
  return { ...head!, rows, notes }
}
