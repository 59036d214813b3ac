import { Refused } from '../errors.ts'

export type Delimiter = ',' | ';' | '\t' | '|'
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/** A list read from a file, in order: one header, any number of batches of rows, one end. */
export type TablePart = TableHeader | TableRows | TableEnd

export type TableHeader = {
  readonly kind: 'header'
  readonly header: readonly string[]
  readonly delimiter: Delimiter
  readonly encoding: Encoding
  /** Sentences about how the file had to be read, for the person who accepts it. */
  readonly remarks: readonly string[]
}

/** Rows that follow one another in the file: `rows[i]` is row `first + i`, the header being row 1. Cells are exactly as in the file. */
export type TableRows = {
  readonly kind: 'rows'
  readonly first: number
  readonly rows: readonly (readonly string[])[]
}

/** Blank lines carry no row but do count in the row numbers, as they do in a spreadsheet. */
export type TableEnd = {
  readonly kind: 'end'
  readonly rows: number
  readonly blankLines: number
}

export type Limits = {
  readonly maxColumns: number
  /** Bytes of UTF-8 one cell may hold; a whole row may hold four times as many. */
  readonly maxCellBytes: number
}

/** A file that cannot be read as a list. The message says where the trouble is and what to do about it. */
export class ReadRefused extends Refused {
  readonly row: number | null
  readonly column: string | null

  constructor(message: string, place: { row?: number | null, column?: string | null } = {}) {
    super(message)
    this.name = 'ReadRefused'
    this.row = place.row ?? null
    this.column = place.column ?? null
  }
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
