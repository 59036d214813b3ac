import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { takeTurns } from '../jobs/turns.ts'
import type { Format } from './formats.ts'
import type { FreezeTask, Frozen } from './freeze.ts'
import type { PartFacts } from './part-words.ts'
import type { PartName } from './parts.ts'

/** A frozen reading as JSON text with its content hash, and the file to make of it. */
export type WritingTask = { readonly kind: 'write', readonly reading: string, readonly contentSha256: string, readonly format: Format }
/** A section that is drafted for somebody to finish. */
export type PartTask = { readonly kind: 'part', readonly name: PartName, readonly facts: PartFacts }
export type Task = WritingTask | FreezeTask | PartTask

const program = new URL('write.process.ts', import.meta.url)
// Files are made of many small parts that are soon forgotten, which a larger nursery forgets in fewer rounds.
const limits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 96 }
const idleMs = 5 * 60_000
const inTurn = takeTurns({ atOnce: 2, line: 20, sentence: 'Many exports are being written at this moment, and this one found no place in line.' })

/**
 * Writes the file in a thread beside the program's own, so that the app goes on serving; at most two at once, each within
 * a minute and half a gigabyte. Throws where the thread fails or takes longer, and Busy where too many wait already.
 */
export async function writeFile(task: Omit<WritingTask, 'kind'> | PartTask, timeoutMs = 60_000): Promise<Buffer> {
  const bytes = await inTurn(async () => inThread('kind' in task ? task : { kind: 'write', ...task }, timeoutMs)) as Uint8Array
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Makes the reading of an export in such a thread too. */
export async function freezeReading(task: Omit<FreezeTask, 'kind'>, timeoutMs = 60_000): Promise<Frozen> {
  return await inTurn(async () => inThread({ kind: 'freeze', ...task }, timeoutMs)) as Frozen
}

async function inThread(task: Task, timeoutMs: number): Promise<unknown> {
  const worker = takeThread()
  const settled = new AbortController()
  const ended = once(worker, 'exit', { signal: settled.signal }).then(([code]) => {
    throw new Error(`The thread that writes exports ended with code ${String(code)}`)
  })
  ended.catch(() => {})
  const late = AbortSignal.timeout(timeoutMs)
  try {
    worker.ref()
    worker.postMessage(task, [])
    const [said] = await Promise.race([once(worker, 'message', { signal: late }), ended]) as [unknown]
    settled.abort()
    keepThread(worker)
    return said
  } catch (error) {
    settled.abort()
    await worker.terminate()
    throw error
  }
}

const idle = new Map<Worker, NodeJS.Timeout>()

// A thread that has loaded the libraries and written a file writes the next one many times faster, so it waits for it for a while.
function keepThread(worker: Worker): void {
  worker.unref()
  idle.set(worker, setTimeout(() => void worker.terminate(), idleMs).unref())
}

function takeThread(): Worker {
  const [waiting] = idle
  if (waiting) {
    const [worker, expiry] = waiting
    clearTimeout(expiry)
    idle.delete(worker)
    return worker
  }
  // No options and no environment of this process: the thread knows no secret.
  const worker = new Worker(program, { resourceLimits: limits, env: {}, execArgv: ['--no-warnings'] })
  worker.on('error', () => {}).once('exit', () => {
    clearTimeout(idle.get(worker))
    idle.delete(worker)
  })
  return worker
}
