import { makeVisible } from './names.ts'
import { guessDelimiter, tableOf, type Table } from './table.ts'
import { decodeText, type Charset, type Decoded } from './text.ts'
import type { Vault } from './vault.ts'

const bytesShown = 64 * 1024
const longestLine = 500

/** Lines of a text for display, numbered from 1; `note` says what is not shown, when something is not. */
export type TextPreview = {
  charset: Charset
  lines: { number: number, text: string, cut: boolean }[]
  /** Index for `from` of the next call; absent at the end of what can be shown. */
  next?: number
  note?: string
}

/**
 * Decodes the first 64 KiB of a blob into lines, from line index `from` (0 is the first) and at most `limit` of them.
 * Returns undefined when the bytes are no text.
 */
export async function readText(vault: Vault, sha256: string, { from = 0, limit = 500 } = {}): Promise<TextPreview | undefined> {
  const head = await decodeHead(vault, sha256)
  if (!head) return undefined
  const all = head.text.split(/\r\n|\n|\r/)
  if (all.at(-1) === '') all.pop()
  const lines = all.slice(from, from + limit).map((line, index) => showLine(line, from + index + 1))
  const notes: string[] = []
  if (head.cut) notes.push('Only the first 64 KiB of the file are shown.')
  if (lines.some((line) => line.cut)) notes.push(`Lines longer than ${longestLine} characters are shortened.`)
  return {
    charset: head.charset,
    lines,
    ...from + limit < all.length ? { next: from + limit } : {},
    ...notes.length > 0 ? { note: `${notes.join(' ')} Download the file to see all of it.` } : {}
  }
}

/** Reads the first 64 KiB of a blob as a table: header, 50 rows, 30 columns. Undefined when they are no table. */
export async function readTable(vault: Vault, sha256: string): Promise<Table | undefined> {
  const head = await decodeHead(vault, sha256)
  return head && tableOf(head.text, guessDelimiter(head.text, 'csv') ?? ',', head.cut)
}

/** The charset the first bytes of a blob read as; utf-8 when they are no text. */
export async function charsetOf(vault: Vault, sha256: string): Promise<Charset> {
  return (await decodeHead(vault, sha256))?.charset ?? 'utf-8'
}

async function decodeHead(vault: Vault, sha256: string): Promise<Decoded & { cut: boolean } | undefined> {
  const cut = await vault.size(sha256) > bytesShown
  const head = Buffer.concat(await vault.read(sha256, { start: 0, end: bytesShown - 1 }).toArray())
  const decoded = decodeText(head, cut)
  return decoded && { ...decoded, cut }
}

function showLine(line: string, number: number): { number: number, text: string, cut: boolean } {
  const points = [...line]
  const cut = points.length > longestLine
  return { number, text: makeVisible(cut ? points.slice(0, longestLine).join('') : line, false), cut }
}
