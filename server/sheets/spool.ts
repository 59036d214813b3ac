import { randomUUID } from 'node:crypto'
import { open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { openRows } from './packed.ts'
import type { TableRows } from './table.ts'

/** Rows put aside on disk between two passes over a list, so that its file is read and judged once. */
export type Spool = {
  readonly put: (rows: TableRows) => Promise<void>
  /** All of them, from the first, in the order they were put. */
  readonly rows: () => AsyncGenerator<TableRows>
  readonly close: () => Promise<void>
}

/** Opens a spool in a folder; the file has no name from then on, so that nothing of it outlives the process. */
export async function openSpool(folder: string): Promise<Spool> {
  const path = join(folder, `spool-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  const sizes: number[] = []
  let end = 0
  return {
    put: async ({ payload }) => {
      for (let written = 0; written < payload.length;) written += (await file.write(payload, written, payload.length - written, end + written)).bytesWritten
      sizes.push(payload.length)
      end += payload.length
    },
    rows: async function* () {
      let at = 0
      for (const size of sizes) {
        const payload = Buffer.allocUnsafe(size)
        for (let read = 0; read < size;) {
          const { bytesRead } = await file.read(payload, read, size - read, at + read)
          if (bytesRead === 0) throw new Error('The rows put aside on disk have become fewer than they were')
          read += bytesRead
        }
        at += size
        yield openRows(payload)
      }
    },
    close: async () => file.close(),
  }
}
