import { counted, figure, ReadRefused } from './table.ts'

/** Refuses a first row that cannot name the columns: blank, repeated, too many, or a row of the data itself. */
export function checkHeader(cells: readonly string[], maxColumns: number): void {
  if (cells.every((cell) => cell.trim() === '')) {
    throw new ReadRefused('Row 1 is blank, so the columns have no names. Put the column names in the first row and upload the file again.', { row: 1 })
  }
  if (cells.length > maxColumns) {
    throw new ReadRefused(`Row 1 has ${figure(cells.length)} columns; a list may have ${figure(maxColumns)}. Leave out the columns nobody needs and upload the file again.`, { row: 1 })
  }
  refuseData(cells)
  refuseBlank(cells)
  refuseEqual(cells)
}

/** What a person would call a column: its name and its place, as "column 2, “merged_at”". */
export function columnWords(header: readonly string[], index: number): string {
  const name = header[index]
  return name === undefined ? `column ${figure(index + 1)}` : `column ${figure(index + 1)}, “${shorten(name)}”`
}

function refuseData(cells: readonly string[]): void {
  const dated = cells.findIndex((cell) => /^\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(\D|$)/.test(cell))
  const nameless = cells.every((cell) => !/\p{L}/u.test(cell))
  if (dated < 0 && !nameless) return
  const sign = dated < 0 ? 'none of its cells has a letter' : `“${shorten(cells[dated] ?? '')}” in column ${dated + 1} is a date`
  throw new ReadRefused(`Row 1 looks like data rather than column names: ${sign}. Add a first row with the column names and upload the file again.`, { row: 1 })
}

function refuseBlank(cells: readonly string[]): void {
  const blank = cells.findIndex((cell) => cell.trim() === '')
  if (blank < 0) return
  throw new ReadRefused(`Column ${figure(blank + 1)} of ${counted(cells.length, 'column')} has no name in row 1. Name it, or remove the column, and upload the file again.`, { row: 1 })
}

function refuseEqual(cells: readonly string[]): void {
  const seen = new Map<string, number>()
  for (const [index, cell] of cells.entries()) {
    const name = cell.trim().normalize('NFC')
    const earlier = seen.get(name)
    if (earlier !== undefined) {
      throw new ReadRefused(`Columns ${earlier + 1} and ${index + 1} are both named “${shorten(name)}”. Give every column a name of its own and upload the file again.`, { row: 1, column: cell })
    }
    seen.set(name, index)
  }
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
