import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { startFenced } from '../files/fenced.ts'
import { frameReader } from './frames.ts'
import { openRows } from './packed.ts'
import { figure, ReadRefused, type Limits, type TablePart, type Wishes } from './table.ts'

export type ReadOptions = Partial<Limits & Wishes> & {
  /** Milliseconds the reading process may keep us waiting in all; the time we take over its rows does not count. */
  readonly timeoutMs?: number
  /** Megabytes of heap the reading process may use. */
  readonly heapMb?: number
}

const defaults = { maxRows: 1_000_000, maxColumns: 50, maxCellBytes: 1_000_000, name: '', sheet: null, headerRow: null, timeoutMs: 300_000, heapMb: 128 }
type Settings = Limits & Wishes & { readonly timeoutMs: number, readonly heapMb: number }

const program = new URL('read.process.ts', import.meta.url)

/**
 * Reads a list file in a child process that may read that file and the program's own, write nothing,
 * start nothing and knows no secret, and that is ended when it takes too long or too much memory; the
 * app goes on serving. Parts come as they are asked for, so memory stays flat. Throws ReadRefused with a sentence for the person
 * who uploaded the file. Leaving the loop early ends the child; it is gone once the loop is left.
 */
export async function* readTable(path: string, options: ReadOptions = {}): AsyncGenerator<TablePart> {
  const settings: Settings = { ...defaults, ...options }
  const child = start(path, settings)
  const ended = once(child, 'close')
  ended.catch(() => {})
  const complaints = listen(child)
  const unframe = frameReader()
  const pipe = child.stdout![Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let left = settings.timeoutMs
  let overrun = false
  let whole = false
  try {
    for (;;) {
      const asked = performance.now()
      const timer = setTimeout(() => {
        overrun = true
        child.kill('SIGKILL')
      }, left)
      const step = await pipe.next().finally(() => clearTimeout(timer))
      left = Math.max(1, left - (performance.now() - asked))
      if (step.done) break
      for (const message of unframe(step.value)) {
        if (message.kind === 'refused') throw new ReadRefused(message.sentence, message)
        whole = message.kind === 'end'
        yield message.kind === 'packed' ? openRows(message.payload) : message
      }
    }
    const [code, signal] = await ended
    if (whole && code === 0) return
    throw stopped(settings, overrun, complaints(), signal as string | null)
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }
  }
}

function start(path: string, { name, sheet, headerRow, maxRows, maxColumns, maxCellBytes, heapMb }: Settings): ChildProcess {
  const wishes = { name, sheet, headerRow, maxRows, maxColumns, maxCellBytes } satisfies Limits & Wishes
  return startFenced({ program, path, words: [JSON.stringify(wishes)], heapMb, stdio: ['ignore', 'pipe', 'pipe'] })
}

function listen(child: ChildProcess): () => string {
  let said = ''
  child.stderr!.on('data', (bytes: Buffer) => {
    if (said.length < 8000) said += bytes.toString('latin1')
  })
  return () => said
}

function stopped(settings: Settings, overrun: boolean, complaints: string, signal: string | null): Error {
  const kept = 'Nothing was taken from the file, and the file itself is kept.'
  if (overrun) {
    return new ReadRefused(`Reading the file was stopped: it took longer than ${figure(Math.ceil(settings.timeoutMs / 1000))} s. ${kept} Split the list or leave out columns, and upload it again.`)
  }
  if (/heap out of memory|heap limit/i.test(complaints)) {
    return new ReadRefused(`Reading the file was stopped: it needs more than ${figure(settings.heapMb)} MB of memory. ${kept} Look for a quote mark that is not closed, or leave out columns, and upload it again.`)
  }
  if (signal !== null) return new ReadRefused(`Reading the file was stopped from outside (${signal}). ${kept} Try again.`)
  return new Error(`The process that reads lists failed: ${complaints.slice(0, 2000)}`)
}
