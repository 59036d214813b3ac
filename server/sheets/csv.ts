import { recogniseDelimiter } from './delimiter.ts'
import { checkHeader, columnWords } from './header.ts'
import { beginBatch, type Bounds } from './packed.ts'
import { emptyBounds, takeRecord, textsOf, type QuoteFault } from './records.ts'
import { columnNames, fillRow } from './as-it-is.ts'
import { counted, figure, ReadRefused, size, tooManyRows, type Delimiter, type Encoding, type Limits, type Part } from './table.ts'
import { recogniseScript, utf8Of } from './text.ts'

/**
 * Reads a CSV file to its end in flat memory: delimiter and encoding recognised, cells exactly as they
 * stand in the file. Throws ReadRefused where the file cannot be read as a list. Runs in the process
 * that calls it; the app calls `readTable` instead.
 */
export async function* parseCsv(path: string, limits: Limits, name = '', asItIs = false): AsyncGenerator<Part> {
  const { encoding, sample, remarks } = await recogniseScript(path)
  const delimiter = /\.(tsv|tab)$/i.test(name) ? '\t' : recogniseDelimiter(sample)
  const list = beginList({ delimiter, encoding, remarks }, limits, asItIs)
  let held: Buffer = Buffer.alloc(0)
  let enough = 0
  try {
    for await (const piece of utf8Of(path, encoding)) {
      held = held.length > 0 ? Buffer.concat([held, piece]) : piece
      if (held.length < enough) continue
      held = held.subarray(list.read(held, false))
      // A record without an end yet is read again from its beginning, so only once there is twice as much of it.
      enough = Math.min(2 * held.length, rowBytes(limits) + 1)
      yield* list.ready.splice(0)
    }
    list.read(held, true)
  } catch (error) {
    // What was read before the fault is for whoever only looks at the first rows.
    list.send()
    yield* list.ready.splice(0)
    throw error
  }
  list.end()
  yield* list.ready
}

type List = {
  /** Reads the whole records at the beginning of the bytes; returns how many bytes they took. */
  readonly read: (bytes: Buffer, last: boolean) => number
  /** Makes ready what was read so far. */
  readonly send: () => void
  readonly end: () => void
  readonly ready: Part[]
}

function beginList(script: { delimiter: Delimiter, encoding: Encoding, remarks: readonly string[] }, limits: Limits, asItIs: boolean): List {
  const separator = script.delimiter.charCodeAt(0)
  const ready: Part[] = []
  const batch = beginBatch()
  const bounds = emptyBounds()
  let header: readonly string[] | null = null
  let row = 0
  let total = 0
  let pending = 0
  let blankLines = 0

  const send = (): void => {
    if (batch.count() > 0) ready.push({ kind: 'packed', payload: batch.take() })
  }
  const countRow = (): void => {
    if (++total > limits.maxRows) throw tooManyRows(limits)
  }
  const takeHeader = (names: readonly string[]): void => {
    header = names
    if (!asItIs) checkHeader(header, limits.maxColumns)
    ready.push({ kind: 'header', format: script.delimiter === '\t' ? 'tsv' : 'csv', header, headerRow: row, sheets: [], sheet: null, ...script })
  }
  const settleBlankLines = (columns: number): void => {
    if (columns > 1) {
      blankLines += pending
      // The next row does not follow the last one of the batch.
      send()
    } else {
      for (let back = pending; back > 0; back--) {
        countRow()
        batch.addTexts(row - back, [''])
      }
    }
    pending = 0
  }
  const take = (bytes: Buffer): void => {
    if (asItIs && header === null) takeHeader(columnNames(limits.maxColumns))
    row++
    if (header === null) return takeHeader(textsOf(bytes, bounds))
    if (bounds.count === 1 && bounds.starts[0] === bounds.ends[0]) {
      pending++
      return
    }
    if (!asItIs || bounds.count > header.length) checkRow(bounds, header, row, limits)
    if (pending > 0) settleBlankLines(header.length)
    countRow()
    if (asItIs) batch.addTexts(row, fillRow(textsOf(bytes, bounds), header.length))
    else batch.addBytes(row, bytes, bounds)
    if (batch.isFull()) send()
  }

  const read = (bytes: Buffer, last: boolean): number => {
    let at = 0
    while (at < bytes.length) {
      const end = takeRecord(bytes, at, bytes.length, separator, last, bounds)
      if (typeof end === 'object') throw faulty(end, header ?? textsOf(bytes, bounds), row + 1)
      if (end < 0) {
        if (bytes.length - at > rowBytes(limits)) throw tooLong(bytes, bounds, header, row + 1, limits)
        return at
      }
      take(bytes)
      at = end
    }
    return at
  }
  const end = (): void => {
    send()
    ready.push({ kind: 'end', rows: total, blankLines: blankLines + pending, traps: [] })
  }
  return { read, send, end, ready }
}

function rowBytes(limits: Limits): number {
  return 4 * limits.maxCellBytes
}

function checkRow({ count, starts, ends }: Bounds, header: readonly string[], row: number, limits: Limits): void {
  if (count !== header.length) {
    const word = count < header.length ? 'short' : 'long'
    throw new ReadRefused(`Row ${figure(row)} is too ${word}: it has ${counted(count, 'cell')} and the header names ${counted(header.length, 'column')}. Cells that hold the separator or a line break must be in quotes; export the list again.`, { row })
  }
  if (ends[count - 1]! - starts[0]! <= limits.maxCellBytes) return
  for (let index = 0; index < count; index++) {
    if (ends[index]! - starts[index]! > limits.maxCellBytes) throw cellTooBig(header, index, row, limits)
  }
}

function faulty({ kind, cell }: QuoteFault, header: readonly string[], row: number): ReadRefused {
  const words = `Row ${figure(row)}, ${columnWords(header, cell)}`
  const place = { row, column: header[cell] ?? null }
  switch (kind) {
    case 'open':
      return new ReadRefused(`${words}: a quote mark opens here and is never closed. Close it, or write a quote inside a cell twice, and upload the file again.`, place)
    case 'text after':
      return new ReadRefused(`${words}: this cell opens with a quote mark, and text follows the quote that should close it. Write a quote inside a cell twice and upload the file again.`, place)
    case 'inside':
      return new ReadRefused(`${words}: a quote mark stands in the middle of a cell that is not in quotes. Put the cell in quotes, with the inner quote written twice, and upload the file again.`, place)
  }
}

/** A record that does not end where every record should have: one of its cells is too big, or there are cells without end. */
function tooLong(bytes: Buffer, bounds: Bounds, header: readonly string[] | null, row: number, limits: Limits): ReadRefused {
  const index = Array.from(bounds.starts.subarray(0, bounds.count)).findIndex((start, cell) => bounds.ends[cell]! - start > limits.maxCellBytes)
  const open = bytes.length - (bounds.count > 0 ? bounds.ends[bounds.count - 1]! : 0) > limits.maxCellBytes
  if (index >= 0 || open) return cellTooBig(header ?? textsOf(bytes, bounds), index >= 0 ? index : bounds.count, row, limits)
  return new ReadRefused(`Row ${figure(row)} goes on for more than ${size(rowBytes(limits))}. Look for missing line breaks or a quote mark that is not closed.`, { row })
}

function cellTooBig(header: readonly string[], index: number, row: number, limits: Limits): ReadRefused {
  return new ReadRefused(`Row ${figure(row)}, ${columnWords(header, index)}, holds too much: a cell may hold ${size(limits.maxCellBytes)} and a row ${size(rowBytes(limits))}. Look for a quote mark that is not closed, or leave the column out.`, { row, column: header[index] ?? null })
}
