import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { ZipFile } from 'yazl'

// Sizes stand in four bytes up to here, and what is packed may grow a little.
const largest = 0xf0000000

export type Stored = { readonly sha256: string, readonly bytes: number, readonly error: Error | null }
export type PutOptions = { readonly at: Date, readonly packed: boolean, readonly expected?: number }

/**
 * A ZIP that is written while it is read, one entry at a time and no faster than its reader takes it; of any size, by
 * Zip64 where it must be. When its reader goes away, what is being put breaks off with an AbortError.
 */
export function openZip() {
  const zip = new ZipFile()
  const output = zip.outputStream as Readable
  const gone = new AbortController()
  output.once('close', () => gone.abort())
  zip.once('error', (error: Error) => output.destroy(error))

  /** Puts an entry, and says what its bytes came to. Bytes that cannot be read to their end stop the entry there and are told as `error`. */
  async function put(path: string, source: Iterable<Buffer> | AsyncIterable<Buffer>, { at, packed, expected = 0 }: PutOptions): Promise<Stored> {
    gone.signal.throwIfAborted()
    const hash = createHash('sha256')
    let bytes = 0
    let error: Error | null = null
    async function* counted() {
      try {
        for await (const piece of source) {
          hash.update(piece)
          bytes += piece.length
          yield piece
        }
      } catch (problem) {
        error = problem as Error
      }
    }
    const stream = Readable.from(counted(), { objectMode: false })
    zip.addReadStream(stream, path, { mtime: at, mode: 0o100644, compress: packed, forceZip64Format: expected > largest })
    await finished(stream, { signal: gone.signal }).catch((problem: unknown) => {
      stream.destroy()
      throw problem
    })
    return { sha256: hash.digest('hex'), bytes, error }
  }

  return { output, put, end: () => zip.end(), fail: (error: Error) => output.destroy(error) }
}
