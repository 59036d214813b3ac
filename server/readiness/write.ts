import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { takeTurns } from '../jobs/turns.ts'

export const formats = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
} as const

export type Format = keyof typeof formats

/** A gap report as JSON text, and the file to make of it. */
export type WritingTask = { readonly report: string, readonly format: Format }

const program = new URL('write.process.ts', import.meta.url)
const inTurn = takeTurns({ atOnce: 1, line: 10, sentence: 'Many gap reports are being written at this moment, and this one found no place in line.' })

/** Writes the file in a thread of its own, which knows no secret, within half a minute. Throws where that fails, and Busy where too many wait. */
export async function writeGaps(task: WritingTask): Promise<Buffer> {
  return await inTurn(async () => {
    const worker = new Worker(program, { workerData: task, resourceLimits: { maxOldGenerationSizeMb: 256 }, env: {}, execArgv: ['--no-warnings'] })
    const failed = once(worker, 'exit').then(([code]) => {
      throw new Error(`The thread that writes gap reports ended with code ${String(code)}`)
    })
    failed.catch(() => {})
    try {
      const [bytes] = await Promise.race([once(worker, 'message', { signal: AbortSignal.timeout(30_000) }), failed]) as [Uint8Array]
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    } finally {
      await worker.terminate()
    }
  })
}
