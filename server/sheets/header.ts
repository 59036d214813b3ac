import { counted, figure, ReadRefused } from './table.ts'

/** Refuses a row (the first, unless it is said) that cannot name the columns: blank, repeated, too many, or a row of the data itself. */
export function checkHeader(cells: readonly string[], maxColumns: number, row = 1): void {
  if (cells.every((cell) => cell.trim() === '')) {
    throw new ReadRefused(`Row ${figure(row)} is blank, so the columns have no names. Put the column names in the first row and upload the file again.`, { row })
  }
  if (cells.length > maxColumns) {
    throw new ReadRefused(`Row ${figure(row)} has ${figure(cells.length)} columns; a list may have ${figure(maxColumns)}. Leave out the columns nobody needs and upload the file again.`, { row })
  }
  const unwritable = cells.findIndex((cell) => cell.includes('\0') || !cell.isWellFormed())
  if (unwritable >= 0) throw new ReadRefused(`The name of column ${figure(unwritable + 1)} holds a character that no text has. Name it anew and upload the file again.`, { row })
  refuseData(cells, row)
  refuseBlank(cells, row)
  refuseEqual(cells, row)
}

/** What a person would call a column: its name and its place, as "column 2, “merged_at”". */
export function columnWords(header: readonly string[], index: number): string {
  const name = header[index]
  return name === undefined ? `column ${figure(index + 1)}` : `column ${figure(index + 1)}, “${shorten(name)}”`
}

function refuseData(cells: readonly string[], row: number): void {
  const dated = cells.findIndex((cell) => /^\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(\D|$)/.test(cell))
  const nameless = cells.every((cell) => !/\p{L}/u.test(cell))
  if (dated < 0 && !nameless) return
  const sign = dated < 0 ? 'none of its cells has a letter' : `“${shorten(cells[dated] ?? '')}” in column ${dated + 1} is a date`
  throw new ReadRefused(`Row ${figure(row)} looks like data rather than column names: ${sign}. Add a row with the column names above it and upload the file again.`, { row })
}

function refuseBlank(cells: readonly string[], row: number): void {
  const blank = cells.findIndex((cell) => cell.trim() === '')
  if (blank < 0) return
  throw new ReadRefused(`Column ${figure(blank + 1)} of ${counted(cells.length, 'column')} has no name in row ${figure(row)}. Name it, or remove the column, and upload the file again.`, { row })
}

function refuseEqual(cells: readonly string[], row: number): void {
  const seen = new Map<string, number>()
  for (const [index, cell] of cells.entries()) {
    const name = cell.trim().normalize('NFC')
    const earlier = seen.get(name)
    if (earlier !== undefined) {
      throw new ReadRefused(`Columns ${earlier + 1} and ${index + 1} are both named “${shorten(name)}”. Give every column a name of its own and upload the file again.`, { row, column: cell })
    }
    seen.set(name, index)
  }
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
