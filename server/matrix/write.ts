import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { takeTurns } from '../jobs/turns.ts'
import type { Format } from './formats.ts'
import type { FreezeTask, Frozen } from './freeze.ts'

/** A frozen reading as JSON text, and the file to make of it. */
export type WritingTask = { readonly kind: 'write', readonly reading: string, readonly format: Format }
export type Task = WritingTask | FreezeTask

const program = new URL('write.process.ts', import.meta.url)
const limits = { maxOldGenerationSizeMb: 512 }
const waitMs = 5 * 60_000
const inTurn = takeTurns({ atOnce: 2, line: 20, sentence: 'Many exports are being written at this moment, and this one found no place in line.' })

/**
 * Writes the file in a thread of its own, so that the app goes on serving; at most two at once, each within a minute
 * and half a gigabyte. Throws where the thread fails or takes longer, and Busy where too many wait already.
 */
export async function writeFile(task: Omit<WritingTask, 'kind'>, timeoutMs = 60_000): Promise<Buffer> {
  const bytes = await inTurn(async () => inThread({ kind: 'write', ...task }, timeoutMs)) as Uint8Array
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Makes the reading of an export in such a thread too. */
export async function freezeReading(task: Omit<FreezeTask, 'kind'>, timeoutMs = 60_000): Promise<Frozen> {
  return await inTurn(async () => inThread({ kind: 'freeze', ...task }, timeoutMs)) as Frozen
}

async function inThread(task: Task, timeoutMs: number): Promise<unknown> {
  const worker = takeThread()
  const failed = once(worker, 'exit').then(([code]) => {
    throw new Error(`The thread that writes exports ended with code ${String(code)}`)
  })
  failed.catch(() => {})
  const late = AbortSignal.timeout(timeoutMs)
  try {
    worker.ref()
    worker.postMessage(task, [])
    const [said] = await Promise.race([once(worker, 'message', { signal: late }), failed]) as [unknown]
    return said
  } finally {
    await worker.terminate()
  }
}

let spare: { readonly worker: Worker, readonly expiry: NodeJS.Timeout } | null = null

// Loading the libraries takes as long as a small file, so a thread that has them waits for the next one, for a while.
function takeThread(): Worker {
  const taken = spare?.worker ?? startThread()
  clearTimeout(spare?.expiry)
  const worker = startThread()
  const forget = () => {
    if (spare?.worker === worker) spare = null
  }
  worker.once('exit', forget).once('error', forget)
  spare = { worker, expiry: setTimeout(() => void worker.terminate(), waitMs).unref() }
  return taken
}

function startThread(): Worker {
  // No options and no environment of this process: the thread knows no secret.
  const worker = new Worker(program, { resourceLimits: limits, env: {}, execArgv: ['--no-warnings'] })
  worker.unref()
  return worker
}
