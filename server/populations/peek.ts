import { takeTurns } from '../jobs/turns.ts'
import { takeApart } from './dates.ts'
import { readTable } from '../sheets/reader.ts'
import type { TableHeader, Wishes } from '../sheets/table.ts'

/** The head of a list: its columns and first rows, and the columns that look like key and date. Guesses are offered, never taken. */
export type Peek = Pick<TableHeader, 'header' | 'headerRow' | 'format' | 'sheets' | 'sheet' | 'remarks'> & { readonly rows: readonly (readonly string[])[], readonly key: string, readonly date: string }

const SHOWN = 5
const inTurn = takeTurns({ atOnce: 2, line: 10, sentence: 'Many lists are being opened at this moment, and this one found no place in line.' })

/**
 * Reads as little of the file as that takes, at most two files at once and each within a minute. Throws ReadRefused
 * where it is no list, and Busy where too many wait already.
 */
export async function peek(path: string, wishes: Wishes): Promise<Peek> {
  return await inTurn(async () => readHead(path, wishes))
}

async function readHead(path: string, wishes: Wishes): Promise<Peek> {
  let head: TableHeader | null = null
  const rows: (readonly string[])[] = []
  for await (const part of readTable(path, { ...wishes, timeoutMs: 60_000 })) {
    if (part.kind === 'header') head = part
    if (part.kind === 'rows') rows.push(...part.rows.slice(0, SHOWN - rows.length))
    if (rows.length >= SHOWN) break
  }
  const { header, headerRow, format, sheets, sheet, remarks } = head!
  return { header, headerRow, format, sheets, sheet, remarks, rows, key: guessKey(header, rows), date: guessDate(header, rows) }
}

function guessKey(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const named = header.findIndex((name) => /(^|[^a-z])(id|key|number|no|tag)$/i.test(name) || /[a-z]ID$/.test(name))
  if (named >= 0) return header[named]!
  const unique = header.findIndex((_, index) => new Set(rows.map((cells) => cells[index])).size === rows.length && rows.every((cells) => (cells[index] ?? '').trim() !== ''))
  return header[Math.max(0, unique)] ?? ''
}

function guessDate(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const dated = header.filter((_, index) => rows.length > 0 && rows.every((cells) => (cells[index] ?? '').trim() === '' || takeApart(cells[index] ?? '') !== null) && rows.some((cells) => (cells[index] ?? '').trim() !== ''))
  const isNamed = (name: string) => /date|_at$|_on$|At$|day/i.test(name)
  // What was written, opened or last touched says when work began or changed, not when the control was due to act.
  const acts = (name: string) => !/author|creat|open|updat|modif/i.test(name)
  return dated.find((name) => isNamed(name) && acts(name)) ?? dated.find(isNamed) ?? dated[0] ?? header.find(isNamed) ?? ''
}
