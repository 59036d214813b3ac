import { Refused } from '../errors.ts'

export type Delimiter = ',' | ';' | '\t' | '|'
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/** A list read from a file, in order: one header, any number of batches of rows, one end. */
export type TablePart = TableHeader | TableRows | TableEnd

/** The same as the reading process says it: rows as the bytes that `openRows` opens. */
export type Part = TableHeader | { readonly kind: 'packed', readonly payload: Buffer } | TableEnd

/** What a file turned out to be, from its bytes. */
export type TableFormat = 'csv' | 'tsv' | 'jsonl' | 'xlsx'

export type TableHeader = {
  readonly kind: 'header'
  readonly format: TableFormat
  readonly header: readonly string[]
  /** The row of the file that names the columns, counted from 1. */
  readonly headerRow: number
  /** The sheets of a workbook in its order, hidden ones too; empty for other files. */
  readonly sheets: readonly string[]
  /** The sheet that was read; null where there are no sheets. */
  readonly sheet: string | null
  readonly delimiter: Delimiter | null
  readonly encoding: Encoding | null
  /** Sentences about how the file had to be read, for the person who accepts it. */
  readonly remarks: readonly string[]
}

/** Rows that follow one another in the file: `rows[i]` is row `first + i`, counted as the file counts. Cells are exactly as in the file. */
export type TableRows = {
  readonly kind: 'rows'
  readonly first: number
  readonly count: number
  readonly rows: readonly (readonly string[])[]
  /** One cell, without making texts of the others; row and column count from 0. */
  readonly cell: (index: number, column: number) => string
  /** The cells of one row in the binary form of an array of text, as PostgreSQL takes it. */
  readonly packed: (index: number) => Buffer
  /** All of them as they came, for whoever puts them aside. */
  readonly payload: Buffer
}

/** Blank lines carry no row but do count in the row numbers, as they do in a spreadsheet. */
export type TableEnd = {
  readonly kind: 'end'
  readonly rows: number
  readonly blankLines: number
  readonly traps: readonly Trap[]
}

export type TrapName =
  | 'hidden_rows' | 'hidden_columns' | 'hidden_sheets' | 'filtered_rows' | 'merged_cells' | 'formula_cells' | 'error_cells' | 'hidden_times' | 'long_numbers' | 'mixed_numbers'

/** Something a workbook hides from whoever only looks at it: a sentence, and the first hundred of `count` rows behind it. */
export type Trap = { readonly name: TrapName, readonly sentence: string, readonly rows: readonly number[], readonly count: number }

export type Limits = {
  readonly maxRows: number
  readonly maxColumns: number
  /** Bytes of UTF-8 one cell may hold; a whole row may hold four times as many. */
  readonly maxCellBytes: number
}

/** What somebody said of the file before it is read; the bytes decide the rest. */
export type Wishes = {
  /** The file's name, for what its extension tells and for sentences. */
  readonly name: string
  /** The sheet of a workbook; null reads the first that is not hidden. */
  readonly sheet: string | null
  /** The row of a workbook with the column names; null looks for it, 0 says that every row is to be read as it is, under names of ours. */
  readonly headerRow: number | null
}

/** A file that cannot be read as a list. The message says where the trouble is and what to do about it. */
export class ReadRefused extends Refused {
  readonly row: number | null
  readonly column: string | null
  /** The sheets of the workbook, where another may be read instead. */
  readonly sheets: readonly string[]

  constructor(message: string, place: { row?: number | null, column?: string | null, sheets?: readonly string[] } = {}) {
    super(message)
    this.name = 'ReadRefused'
    this.row = place.row ?? null
    this.column = place.column ?? null
    this.sheets = place.sheets ?? []
  }
}

/** The refusal of a list that goes on beyond what may be read. */
export function tooManyRows(limits: Limits): ReadRefused {
  return new ReadRefused(`The list has more than ${figure(limits.maxRows)} rows, which is as many as are read. Split it by month or by system, send the parts in one answer, and have each read as a population of its own.`)
}

/** 1234567 as "1,234,567". */
export function figure(count: number): string {
  return String(count).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',')
}

/** 3 and "row" as "3 rows". */
export function counted(count: number, noun: string): string {
  return `${figure(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Bytes in the unit a person would say: "1 MB", "64 kB". */
export function size(bytes: number): string {
  if (bytes >= 1_000_000) return `${figure(Math.round(bytes / 100_000) / 10)} MB`
  if (bytes >= 1000) return `${figure(Math.round(bytes / 1000))} kB`
  return counted(bytes, 'byte')
}
