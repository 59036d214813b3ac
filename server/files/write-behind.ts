import type { FileHandle } from 'node:fs/promises'

// Enough to keep a disk busy while the next pieces arrive, little enough for fifty uploads at once.
const mostHeld = 512 * 1024

/**
 * Writes pieces to a file in the order they come, as many at once as came while the disk was busy. `add` returns a
 * promise where the caller should wait before bringing more; a fault of the disk is thrown by the next `add` or by `end`.
 */
export function writeBehind(file: FileHandle): { add(piece: Buffer): Promise<void> | undefined, end(): Promise<void> } {
  let waiting: Buffer[] = []
  let held = 0
  let batch: Promise<void> | undefined
  let fault: { readonly error: unknown } | undefined

  // Not an async function that calls itself: those outlive their turn and keep buffers from being collected young.
  function begin(): void {
    const pieces = waiting
    waiting = []
    batch = writeAll(file, pieces).then(proceed, stop)
  }

  function proceed(written: number): void {
    held -= written
    batch = undefined
    if (waiting.length > 0) begin()
  }

  function stop(error: unknown): void {
    batch = undefined
    fault = { error }
  }

  function add(piece: Buffer): Promise<void> | undefined {
    if (fault) throw fault.error
    waiting.push(piece)
    held += piece.length
    if (!batch) begin()
    return held > mostHeld ? batch : undefined
  }

  async function end(): Promise<void> {
    if (batch) {
      await batch
      return await end()
    }
    if (fault) throw fault.error
  }

  return { add, end }
}

async function writeAll(file: FileHandle, pieces: readonly Buffer[]): Promise<number> {
  const size = pieces.reduce((sum, { length }) => sum + length, 0)
  const { bytesWritten } = await file.writev(pieces)
  if (bytesWritten < size) await writeRest(file, Buffer.concat(pieces).subarray(bytesWritten))
  return size
}

// A disk may take less than it was given.
async function writeRest(file: FileHandle, rest: Buffer): Promise<void> {
  let from = 0
  while (from < rest.length) from += (await file.write(rest, from, rest.length - from)).bytesWritten
}
