import { pipeline, Readable } from 'node:stream'
import { parse, type Options, type Parser } from 'csv-parse'
import { parse as parseWhole } from 'csv-parse/sync'
import { recogniseDelimiter } from './delimiter.ts'
import { checkHeader, columnWords } from './header.ts'
import { counted, figure, ReadRefused, size, tooManyRows, type Delimiter, type Limits, type TablePart } from './table.ts'
import { recogniseScript, utf8Of } from './text.ts'

const batchRows = 500
const batchCharacters = 1 << 17

/**
 * Reads a CSV file to its end in flat memory: delimiter and encoding recognised, cells exactly as they
 * stand in the file. Throws ReadRefused where the file cannot be read as a list. Runs in the process
 * that calls it; the app calls `readTable` instead.
 */
export async function* parseCsv(path: string, limits: Limits, name = ''): AsyncGenerator<TablePart> {
  const { encoding, sample, remarks } = await recogniseScript(path)
  const delimiter = /\.(tsv|tab)$/i.test(name) ? '\t' : recogniseDelimiter(sample)
  const parser = parse(optionsFor(delimiter, limits))
  pipeline(Readable.from(guarded(utf8Of(path, encoding), parser, limits)), parser, () => {})

  let header: readonly string[] | null = null
  let row = 0
  let total = 0
  let blankLines = 0
  let pending = 0
  let batch = startBatch(2)
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      row++
      if (header === null) {
        checkHeader(cells, limits.maxColumns)
        header = cells
        yield { kind: 'header', format: delimiter === '\t' ? 'tsv' : 'csv', header, headerRow: row, sheets: [], sheet: null, delimiter, encoding, remarks }
        continue
      }
      if (cells.length === 1 && cells[0] === '') {
        pending++
        continue
      }
      checkRow(cells, header, row, limits)
      if (pending > 0) {
        if (header.length === 1) {
          for (let index = pending; index > 0; index--) add(batch, row - index, [''])
          total += pending
        } else {
          blankLines += pending
          if (batch.rows.length > 0) yield close(batch)
          batch = startBatch(row)
        }
        pending = 0
      }
      add(batch, row, cells)
      total++
      if (total > limits.maxRows) throw tooManyRows(limits)
      if (batch.rows.length >= batchRows || batch.characters >= batchCharacters) {
        yield close(batch)
        batch = startBatch(row + 1)
      }
    }
  } catch (error) {
    throw explain(error, parser, header ?? firstRow(sample, delimiter), limits)
  }
  if (batch.rows.length > 0) yield close(batch)
  yield { kind: 'end', rows: total, blankLines: blankLines + pending, traps: [] }
}

type Batch = { first: number, rows: (readonly string[])[], characters: number }

function startBatch(first: number): Batch {
  return { first, rows: [], characters: 0 }
}

function add(batch: Batch, row: number, cells: readonly string[]): void {
  if (batch.rows.length === 0) batch.first = row
  batch.rows.push(cells)
  for (const cell of cells) batch.characters += cell.length
}

function close(batch: Batch): TablePart {
  return { kind: 'rows', first: batch.first, rows: batch.rows }
}

function optionsFor(delimiter: Delimiter, limits: Limits): Options {
  return {
    delimiter,
    // Left to itself the parser takes the first line's ending for all, and a later CR LF would leave its CR in a cell.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: rowBytes(limits),
  }
}

/** The header once more, for a refusal that overtook it: a parser that fails drops the rows it still holds. */
function firstRow(sample: string, delimiter: Delimiter): readonly string[] {
  try {
    const [row] = parseWhole(sample, { delimiter, record_delimiter: ['\r\n', '\n', '\r'], to: 1 })
    return row ?? []
  } catch {
    return []
  }
}

async function* guarded(chunks: AsyncIterable<Buffer>, parser: Parser, limits: Limits): AsyncGenerator<Buffer> {
  let fed = 0
  let records = 0
  let fedAtRecord = 0
  for await (const chunk of chunks) {
    if (parser.info.records > records) {
      records = parser.info.records
      fedAtRecord = fed
    }
    // Empty cells weigh nothing in the parser's own limit, so a row of commas without end is caught here.
    if (fed - fedAtRecord > rowBytes(limits) + 16 * chunk.length) throw rowTooBig(records + 1, limits)
    fed += chunk.length
    yield chunk
  }
}

function rowBytes(limits: Limits): number {
  return 4 * limits.maxCellBytes
}

function checkRow(cells: readonly string[], header: readonly string[], row: number, limits: Limits): void {
  if (cells.length !== header.length) {
    const word = cells.length < header.length ? 'short' : 'long'
    throw new ReadRefused(`Row ${figure(row)} is too ${word}: it has ${counted(cells.length, 'cell')} and the header names ${counted(header.length, 'column')}. Cells that hold the separator or a line break must be in quotes; export the list again.`, { row })
  }
  for (let index = 0; index < cells.length; index++) {
    const cell = cells[index] ?? ''
    if (cell.length * 3 > limits.maxCellBytes && Buffer.byteLength(cell) > limits.maxCellBytes) throw cellTooBig(header, index, row, limits)
  }
}

function explain(error: unknown, parser: Parser, header: readonly string[], limits: Limits): unknown {
  if (!(error instanceof Error) || error instanceof ReadRefused || !('code' in error)) return error
  const row = parser.info.records + 1
  const index = 'index' in error ? Number(error.index) : 0
  const place = { row, column: header[index] ?? null }
  const words = `Row ${figure(row)}, ${columnWords(header, index)}`
  switch (error.code) {
    case 'CSV_MAX_RECORD_SIZE': return cellTooBig(header, index, row, limits)
    case 'CSV_QUOTE_NOT_CLOSED':
      return new ReadRefused(`${words}: a quote mark opens here and is never closed. Close it, or write a quote inside a cell twice, and upload the file again.`, place)
    case 'CSV_INVALID_CLOSING_QUOTE':
      return new ReadRefused(`${words}: this cell opens with a quote mark, and text follows the quote that should close it. Write a quote inside a cell twice and upload the file again.`, place)
    case 'INVALID_OPENING_QUOTE':
      return new ReadRefused(`${words}: a quote mark stands in the middle of a cell that is not in quotes. Put the cell in quotes, with the inner quote written twice, and upload the file again.`, place)
    default: return error
  }
}

function cellTooBig(header: readonly string[], index: number, row: number, limits: Limits): ReadRefused {
  return new ReadRefused(`Row ${figure(row)}, ${columnWords(header, index)}, holds too much: a cell may hold ${size(limits.maxCellBytes)} and a row ${size(rowBytes(limits))}. Look for a quote mark that is not closed, or leave the column out.`, { row, column: header[index] ?? null })
}

function rowTooBig(row: number, limits: Limits): ReadRefused {
  return new ReadRefused(`Row ${figure(row)} goes on for more than ${size(rowBytes(limits))}. Look for missing line breaks or a quote mark that is not closed.`, { row })
}
