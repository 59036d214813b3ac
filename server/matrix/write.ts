import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { takeTurns } from '../jobs/turns.ts'

export const formats = {
  xlsx: { word: 'Excel workbook', mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' },
  docx: { word: 'Word document', mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' },
  csv: { word: 'CSV', mediaType: 'text/csv; charset=utf-8' },
} as const

export type Format = keyof typeof formats

/** A frozen reading as JSON text, and the file to make of it. */
export type WritingTask = { reading: string, format: Format }

const program = new URL('write.process.ts', import.meta.url)
const limits = { maxOldGenerationSizeMb: 512 }
const inTurn = takeTurns({ atOnce: 2, line: 20, sentence: 'Many exports are being written at this moment, and this one found no place in line.' })

/**
 * Writes the file in a thread of its own, so that the app goes on serving; at most two at once, each within a minute
 * and half a gigabyte. Throws where the thread fails or takes longer, and Busy where too many wait already.
 */
export async function writeFile(task: WritingTask, timeoutMs = 60_000): Promise<Buffer> {
  return await inTurn(async () => inThread(task, timeoutMs))
}

async function inThread(task: WritingTask, timeoutMs: number): Promise<Buffer> {
  // No options and no environment of this process: the thread knows no secret.
  const worker = new Worker(program, { workerData: task, resourceLimits: limits, env: {}, execArgv: ['--no-warnings'] })
  const failed = once(worker, 'exit').then(([code]) => {
    throw new Error(`The thread that writes exports ended with code ${String(code)}`)
  })
  failed.catch(() => {})
  const late = AbortSignal.timeout(timeoutMs)
  try {
    const [bytes] = await Promise.race([once(worker, 'message', { signal: late }), failed]) as [Uint8Array]
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  } finally {
    await worker.terminate()
  }
}
