import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { makeVisible } from './names.ts'
import type { Charset } from './text.ts'
import type { Vault } from './vault.ts'

/** Where every `step`th line of a blob begins, in bytes; the first is line 1 at offset 0. */
export type LineIndex = { readonly lines: number, readonly step: number, readonly offsets: readonly number[] }

export type ShownLine = { readonly number: number, readonly text: string, readonly cut: boolean }

const STEP = 1000
const NEWLINE = 10
const LONGEST = 500
/** Bytes looked through for one page of lines; longer lines are told of and left out. */
const MOST_BYTES = 32 * 1024 * 1024

/** Counts the lines of a blob, however large it is, and notes where to find them. */
export async function indexLines(bytes: AsyncIterable<Buffer>): Promise<LineIndex> {
  const counter = lineCounter()
  for await (const chunk of bytes) counter.add(chunk)
  return counter.finish()
}

/** Passes bytes on and indexes their lines on the way. */
export function indexingStream(): { stream: Transform, finish: () => LineIndex } {
  const counter = lineCounter()
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      counter.add(chunk)
      done(null, chunk)
    },
  })
  return { stream, finish: counter.finish }
}

/**
 * The lines `from` to `from + limit - 1` as raw text, read from the nearest noted place. A line keeps its first
 * `longest` characters; `cut` says that it had more. Fewer lines come back where they are too long to be looked through.
 */
export async function readLines(vault: Vault, sha256: string, index: LineIndex, { from, limit, charset = 'utf-8', longest = LONGEST }: { readonly from: number, readonly limit: number, readonly charset?: Charset, readonly longest?: number }): Promise<ShownLine[]> {
  if (from > index.lines) return []
  const start = index.offsets[Math.floor((from - 1) / index.step)] ?? 0
  const skipped = (from - 1) % index.step
  const lines: ShownLine[] = []
  let number = from - skipped
  let held = Buffer.alloc(0)
  let cut = false
  const most = longest * 4
  const take = () => {
    if (number >= from) lines.push({ number, ...textOf(held, cut, charset, longest) })
    number += 1
    held = Buffer.alloc(0)
    cut = false
  }
  for await (const chunk of vault.read(sha256, { start, end: start + MOST_BYTES }) as AsyncIterable<Buffer>) {
    let at = 0
    for (;;) {
      const end = chunk.indexOf(NEWLINE, at)
      const piece = chunk.subarray(at, end < 0 ? chunk.length : end)
      if (number >= from && held.length < most) held = Buffer.concat([held, piece.subarray(0, most - held.length)])
      if (piece.length > 0 && held.length >= most) cut = true
      if (end < 0) break
      take()
      at = end + 1
      if (lines.length === limit) return lines
    }
  }
  if (number <= index.lines && lines.length < limit) take()
  return lines
}

/** Stores lines as a blob and tells where each of them begins. */
export async function storeLines(vault: Vault, lines: AsyncIterable<string>): Promise<{ sha256: string, index: LineIndex }> {
  const { stream, finish } = indexingStream()
  const [blob] = await Promise.all([vault.store(stream), pipeline(Readable.from(withEnds(lines)), stream)])
  return { sha256: blob.sha256, index: finish() }
}

async function* withEnds(lines: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const line of lines) yield Buffer.from(`${line}\n`)
}

function lineCounter(): { add: (chunk: Buffer) => void, finish: () => LineIndex } {
  const offsets = [0]
  let ended = 0
  let size = 0
  let last = NEWLINE
  return {
    add(chunk) {
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) {
        ended += 1
        if (ended % STEP === 0) offsets.push(size + at + 1)
      }
      size += chunk.length
      last = chunk.at(-1) ?? last
    },
    finish: () => ({ lines: ended + (last === NEWLINE ? 0 : 1), step: STEP, offsets }),
  }
}

function textOf(bytes: Buffer, cut: boolean, charset: Charset, longest: number): { text: string, cut: boolean } {
  const text = new TextDecoder(charset).decode(bytes.at(-1) === 13 ? bytes.subarray(0, -1) : bytes).replace(/^\uFEFF/, '')
  const points = [...text]
  const shortened = cut || points.length > longest
  return { text: makeVisible(shortened ? points.slice(0, longest).join('') : text, false), cut: shortened }
}
