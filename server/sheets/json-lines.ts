import { checkHeader } from './header.ts'
import { beginBatch } from './packed.ts'
import { counted, figure, ReadRefused, size, tooManyRows, type Limits, type Part } from './table.ts'
import { recogniseScript, utf8Of } from './text.ts'

type Line = { readonly number: number, readonly text: string }

/**
 * Reads JSON lines, one object a line, to their end in flat memory. The columns are the names of all objects in the order they first
 * come; figures keep the digits they are written with, and what is nested stays JSON. Throws ReadRefused. Runs in the process that
 * calls it; the app calls `readTable` instead.
 */
export async function* parseJsonLines(path: string, limits: Limits): AsyncGenerator<Part> {
  const { encoding, remarks } = await recogniseScript(path)
  const lines = () => linesOf(utf8Of(path, encoding), limits)
  const columns = new Map<string, number>()
  for await (const line of lines()) {
    for (const name of Object.keys(objectOf(line))) {
      if (!columns.has(name)) columns.set(name, columns.size)
    }
    if (columns.size > limits.maxColumns) throw new ReadRefused(`By line ${figure(line.number)} the objects have ${figure(columns.size)} names; a list may have ${figure(limits.maxColumns)} columns. Leave out the names nobody needs.`, { row: line.number })
  }
  const header = [...columns.keys()]
  checkHeader(header, limits.maxColumns)
  yield { kind: 'header', format: 'jsonl', header, headerRow: 0, sheets: [], sheet: null, delimiter: null, encoding, remarks }
  const batch = beginBatch()
  let rows = 0
  let last = 0
  for await (const line of lines()) {
    if (++rows > limits.maxRows) throw tooManyRows(limits)
    if (batch.count() > 0 && (batch.isFull() || line.number !== last + 1)) yield { kind: 'packed', payload: batch.take() }
    last = line.number
    const cells = Array.from(header, () => '')
    for (const [name, value] of Object.entries(objectOf(line))) cells[columns.get(name)!] = cellOf(value, line)
    batch.addTexts(line.number, cells)
  }
  if (batch.count() > 0) yield { kind: 'packed', payload: batch.take() }
  yield { kind: 'end', rows, blankLines: 0, traps: [] }
}

async function* linesOf(chunks: AsyncIterable<Buffer>, limits: Limits): AsyncGenerator<Line> {
  let held: Buffer = Buffer.alloc(0)
  let number = 0
  const most = 4 * limits.maxCellBytes
  const take = function* (bytes: Buffer, last: boolean): Generator<Line> {
    let at = 0
    while (at < bytes.length) {
      const end = bytes.indexOf(10, at)
      if (end < 0 && !last) break
      const until = end < 0 ? bytes.length : end
      number++
      const text = bytes.toString('utf8', at, until).trim()
      if (text !== '') yield { number, text }
      at = until + 1
    }
    held = bytes.subarray(Math.min(at, bytes.length))
    if (held.length > most) throw new ReadRefused(`Line ${figure(number + 1)} goes on for more than ${size(most)}. Each line is to hold one object.`, { row: number + 1 })
  }
  for await (const chunk of chunks) yield* take(held.length > 0 ? Buffer.concat([held, chunk]) : chunk, false)
  yield* take(held, true)
}

/** A figure as it is written, which reading it as a number would lose. */
class Figure {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toJSON(): unknown {
    return (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON(this.text)
  }
}

type Reviver = (name: string, value: unknown, context: { source?: string }) => unknown

const keepFigures: Reviver = (_, value, { source }) => typeof value === 'number' && source !== undefined ? new Figure(source) : value

function objectOf({ number, text }: Line): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text, keepFigures as (name: string, value: unknown) => unknown)
  } catch {
    throw new ReadRefused(`Line ${figure(number)} is not JSON. Each line is to hold one object, such as {"id": "CHG-1", "at": "2026-03-11"}.`, { row: number })
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof Figure) throw new ReadRefused(`Line ${figure(number)} holds no object. Each line is to hold one, with its names and values.`, { row: number })
  return value as Record<string, unknown>
}

function cellOf(value: unknown, { number }: Line): string {
  const text = value === null ? '' : typeof value === 'string' ? value : value instanceof Figure ? value.text : JSON.stringify(value)
  if (text.includes('\0')) throw new ReadRefused(`Line ${figure(number)} holds a NUL character, which no text has. Export the list again.`, { row: number })
  if (!text.isWellFormed()) throw new ReadRefused(`Line ${figure(number)} holds half a character (${counted(1, 'lone surrogate')}). Export the list again.`, { row: number })
  return text
}
