import { columnNames } from './as-it-is.ts'
import { openArchive, type Archive } from './archive.ts'
import { beginGrid, columnLetters, type GridRow } from './grid.ts'
import { checkHeader, columnWords } from './header.ts'
import { beginBatch } from './packed.ts'
import { figure, ReadRefused, size, tooManyRows, type Limits, type Part, type Wishes } from './table.ts'
import { beginTraps, type Place } from './traps.ts'
import { openWorkbook, type Workbook } from './workbook.ts'

/** Rows looked at for the one that names the columns. */
const lookedAt = 40

/**
 * Reads one sheet of a workbook to its end in flat memory: the row of column names found below titles, cells as they are shown, and
 * what the workbook hides said at the end. Throws ReadRefused. Runs in the process that calls it; the app calls `readTable` instead.
 */
export async function* parseWorkbook(path: string, settings: Limits & Wishes): AsyncGenerator<Part> {
  const archive = await openArchive(path)
  const workbook = await openWorkbook(archive)
  try {
    yield* parseSheet(archive, workbook, settings)
  } catch (error) {
    if (!(error instanceof ReadRefused)) throw error
    throw new ReadRefused(error.message, { row: error.row, column: error.column, sheets: workbook.sheets.map(({ name }) => name) })
  }
}

async function* parseSheet(archive: Archive, workbook: Workbook, settings: Limits & Wishes): AsyncGenerator<Part> {
  const sheet = chooseSheet(workbook, settings.sheet)
  const list = beginList(workbook, sheet.name, settings)
  const { markup, around } = beginGrid(workbook, list.take)
  for await (const chunk of archive.stream(sheet.part)) {
    markup.write(chunk)
    yield* list.ready.splice(0)
  }
  markup.end()
  const { traps, place } = list.finish()
  yield* list.ready.splice(0)
  const hidden = workbook.sheets.filter((other) => other.hidden && other.name !== sheet.name).map(({ name }) => name)
  yield { kind: 'end', ...list.totals(), traps: traps.finish(place, around, hidden) }
}

function chooseSheet({ sheets }: Workbook, wished: string | null): Workbook['sheets'][number] {
  if (wished === null) return sheets.find(({ hidden }) => !hidden) ?? sheets[0]!
  const sheet = sheets.find(({ name }) => name === wished)
  if (sheet === undefined) throw new ReadRefused(`The workbook has no sheet “${wished}”. Choose one of: ${sheets.map(({ name }) => name).join(', ')}.`)
  return sheet
}

function beginList(workbook: Workbook, sheet: string, settings: Limits & Wishes) {
  const ready: Part[] = []
  const batch = beginBatch()
  const traps = beginTraps()
  let first: GridRow[] = []
  let place: Place | null = null
  let last = 0
  let rows = 0
  let blankLines = 0

  const send = (): void => {
    if (batch.count() > 0) ready.push({ kind: 'packed', payload: batch.take() })
  }
  const take = (row: GridRow): void => {
    if (place === null && settings.headerRow === 0) {
      place = { headerRow: 0, firstColumn: 0, header: columnNames(settings.maxColumns) }
      ready.push({ kind: 'header', format: 'xlsx', header: place.header, headerRow: 0, sheets: workbook.sheets.map(({ name }) => name), sheet, delimiter: null, encoding: null, remarks: [] })
    }
    if (place !== null) return keep(row, place)
    first.push(row)
    if (first.length === lookedAt) settle()
  }
  const settle = (): void => {
    const found = findHeader(first, settings)
    place = found
    last = found.headerRow
    const remarks = first[0]!.row < found.headerRow ? [`The column names were found in row ${figure(found.headerRow)}; what stands above them is no part of the list.`] : []
    ready.push({
      kind: 'header', format: 'xlsx', header: found.header, headerRow: found.headerRow, sheets: workbook.sheets.map(({ name }) => name), sheet,
      delimiter: null, encoding: null, remarks,
    })
    for (const row of first) if (row.row > found.headerRow) keep(row, found)
    first = []
  }
  const keep = (row: GridRow, { firstColumn, header }: Place): void => {
    if (++rows > settings.maxRows) throw tooManyRows(settings)
    const cells = cellsOf(row, { firstColumn, header, headerRow: 0 }, settings)
    traps.add(row, { firstColumn, header, headerRow: 0 })
    if (row.row > last + 1) {
      blankLines += row.row - last - 1
      // The next row does not follow the last one of the batch.
      send()
    }
    last = row.row
    batch.addTexts(row.row, cells)
    if (batch.isFull()) send()
  }
  const finish = (): { traps: typeof traps, place: Place } => {
    if (place === null && first.length === 0) throw new ReadRefused(`The sheet “${sheet}” is empty: it has not even column names.${workbook.sheets.length > 1 ? ' Choose another sheet of the workbook.' : ' Export the list again.'}`)
    if (place === null) settle()
    send()
    return { traps, place: place! }
  }
  return { take, finish, ready, totals: () => ({ rows, blankLines }) }
}

/** The row that names the columns: the first of those nearly as wide as any row at the beginning, unless somebody said which. */
function findHeader(rows: readonly GridRow[], { headerRow, maxColumns }: Limits & Wishes): Place {
  const widths = rows.map(({ cells }) => cells.reduce((filled) => filled + 1, 0))
  const widest = Math.max(...widths)
  const found = headerRow === null ? rows.find((_, index) => widths[index]! >= Math.min(widest, Math.max(2, widest * 0.75))) : rows.find(({ row }) => row === headerRow)
  if (found === undefined) throw new ReadRefused(`Row ${figure(headerRow ?? 1)} names no column: it is blank or lies too far down. Say in which row the column names stand.`)
  const firstColumn = found.cells.findIndex((cell) => cell !== undefined)
  const header = Array.from(found.cells.slice(firstColumn), (cell) => cell ?? '')
  checkHeader(header, maxColumns, found.row)
  return { headerRow: found.row, firstColumn, header }
}

function cellsOf({ row, cells }: GridRow, { firstColumn, header }: Place, limits: Limits): string[] {
  const until = firstColumn + header.length
  for (let column = 0; column < cells.length; column++) {
    if (column === firstColumn) column = until
    if (cells[column] !== undefined) {
      throw new ReadRefused(`Row ${figure(row)} holds something in column ${columnLetters(column)}, where no column is named. Name that column or clear it, and upload the list again.`, { row })
    }
  }
  const kept: string[] = []
  for (let column = firstColumn; column < until; column++) {
    const cell = cells[column] ?? ''
    if (cell.includes('\0') || cell.length * 3 > limits.maxCellBytes) checkCell(cell, header, column - firstColumn, row, limits)
    kept.push(cell)
  }
  return kept
}

function checkCell(cell: string, header: readonly string[], index: number, row: number, limits: Limits): void {
  const place = { row, column: header[index] ?? null }
  if (cell.includes('\0')) throw new ReadRefused(`Row ${figure(row)}, ${columnWords(header, index)}, holds a NUL character, which no text has. Export the list again.`, place)
  if (Buffer.byteLength(cell) > limits.maxCellBytes) throw new ReadRefused(`Row ${figure(row)}, ${columnWords(header, index)}, holds too much: a cell may hold ${size(limits.maxCellBytes)}.`, place)
}
