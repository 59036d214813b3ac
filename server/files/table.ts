import { parse } from 'csv-parse/sync'
import { makeVisible } from './names.ts'

const mostRows = 50
const mostColumns = 30
const longestCell = 200

/** The first rows of separated text, for display. `note` says what was left out, when something was. */
export type Table = { header: string[], rows: string[][], delimiter: string, columns: number, note?: string }

/**
 * The sign that separates the cells of a text, or undefined when it is no table.
 * A name ending in csv or tsv settles doubt; other text must show the same number of columns in each of its first lines.
 */
export function guessDelimiter(text: string, extension: string): string | undefined {
  const claimed = extension === 'csv' || extension === 'tsv'
  const lines = firstLines(text)
  if (lines.length < (claimed ? 1 : 3)) return undefined
  for (const delimiter of [',', ';', '\t', '|']) {
    const counts = lines.map((line) => countOutsideQuotes(line, delimiter))
    const equal = counts.every((count) => count === counts[0])
    // One comma in every line may be prose; any other sign in every line hardly is.
    const fewest = delimiter === ',' && !claimed ? 2 : 1
    if (equal && (counts[0] ?? 0) >= fewest) return delimiter
  }
  if (!claimed) return undefined
  const most = [',', ';', '\t', '|'].map((delimiter) => ({ delimiter, count: countOutsideQuotes(lines[0] ?? '', delimiter) }))
  return most.reduce((best, next) => next.count > best.count ? next : best).delimiter
}

// The last line may be cut in the middle, so it has no say unless it is the only one.
function firstLines(text: string): string[] {
  const lines = text.slice(0, 16_384).split(/\r\n|\n|\r/)
  return (lines.length > 1 ? lines.slice(0, -1) : lines).filter((line) => line !== '').slice(0, 20)
}

function countOutsideQuotes(line: string, delimiter: string): number {
  let quoted = false
  let count = 0
  for (const character of line) {
    if (character === '"') quoted = !quoted
    else if (character === delimiter && !quoted) count += 1
  }
  return count
}

/** Reads header and first rows of separated text; undefined when not even one row can be read. `cut` says the text has no end. */
export function tableOf(text: string, delimiter: string, cut: boolean): Table | undefined {
  const records = readRecords(text, delimiter, cut)
  const [header, ...rest] = records
  if (!header) return undefined
  const rows = rest.slice(0, mostRows)
  const columns = records.reduce((most, record) => Math.max(most, record.length), 0)
  const notes: string[] = []
  if (cut || rest.length > rows.length) notes.push(`Only the first ${rows.length === 1 ? 'row is' : `${rows.length} rows are`} shown.`)
  if (columns > mostColumns) notes.push(`Only ${mostColumns} of ${columns} columns are shown.`)
  if ([header, ...rows].some((row) => row.some(isLong))) notes.push(`Cells longer than ${longestCell} characters are shortened.`)
  const shown = { header: showRow(header), rows: rows.map(showRow), delimiter, columns }
  return notes.length > 0 ? { ...shown, note: `${notes.join(' ')} Download the file to see all of it.` } : shown
}

function readRecords(text: string, delimiter: string, cut: boolean): string[][] {
  const records: string[][] = []
  const options = { delimiter, to: mostRows + 2, relax_column_count: true, relax_quotes: true, skip_empty_lines: true }
  try {
    parse(text, { ...options, on_record: (record: string[]) => void records.push(record) })
  } catch {
    // A quote that never closes ends the preview there; the rows read so far still stand.
    return records
  }
  // The last record of a cut text may itself be cut.
  return cut && records.length < options.to ? records.slice(0, -1) : records
}

function isLong(cell: string, column: number): boolean {
  return column < mostColumns && [...cell].length > longestCell
}

function showRow(row: string[]): string[] {
  return row.slice(0, mostColumns).map((cell) => {
    const points = [...cell]
    return makeVisible(points.length > longestCell ? `${points.slice(0, longestCell).join('')}…` : cell, false)
  })
}
