import { createHash } from 'node:crypto'
import { open, rm, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { addAbortSignal, type Readable } from 'node:stream'
import { UploadRefused, type UploadFault } from './faults.ts'
import { spend } from './spent.ts'
import { turn } from './turns.ts'
import { writeBehind } from './write-behind.ts'

const headSize = 64 * 1024
const roomCheckedEvery = 16 * 1024 * 1024
const diskFaults = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** What is known of a file once its last byte has arrived: hex SHA-256, size in bytes, its first 64 KiB. */
export type Arrival = { sha256: string, size: number, head: Buffer }

export type ArrivalOptions = {
  limit: number
  minFreeBytes: number
  signal?: AbortSignal | undefined
  expectedBytes?: number | undefined
  expectedSha256?: string | undefined
}

/**
 * Writes a stream into a new private file at `path` and fsyncs it, hashing while it arrives.
 * On any fault the file is gone again; the stream is left as it is, for the caller to drain or destroy.
 */
export async function writeArrival(stream: Readable, path: string, options: ArrivalOptions): Promise<Arrival> {
  // A sender that breaks off before the file is open must not end the process; reading meets the same error again.
  stream.on('error', () => {})
  if (options.signal) addAbortSignal(options.signal, stream)
  try {
    return await writeAll(stream, path, options)
  } catch (error) {
    await rm(path, { force: true })
    throw refusal(error)
  }
}

async function writeAll(stream: Readable, path: string, options: ArrivalOptions): Promise<Arrival> {
  if (options.expectedBytes !== undefined && options.expectedBytes > options.limit) refuse({ kind: 'too_large', limit: options.limit })
  await demandRoom(path, options.minFreeBytes + (options.expectedBytes ?? 0))
  const file = await open(path, 'wx', 0o600)
  try {
    const hash = createHash('sha256')
    const writer = writeBehind(file)
    const head: Buffer[] = []
    let size = 0
    let checkedAt = 0
    for await (const chunk of bytesOf(stream)) {
      if (size + chunk.length > options.limit) refuse({ kind: 'too_large', limit: options.limit })
      if (size < headSize) head.push(Buffer.from(chunk.subarray(0, headSize - size)))
      size += chunk.length
      const later = turn()
      if (later) await later
      // The disk takes it while it is hashed.
      const room = writer.add(chunk)
      hash.update(chunk)
      if (room) await room
      spend(chunk.length)
      if (size - checkedAt < roomCheckedEvery) continue
      checkedAt = size
      await demandRoom(path, options.minFreeBytes)
    }
    await writer.end()
    const arrival = { sha256: hash.digest('hex'), size, head: Buffer.concat(head) }
    demandWhole(stream, arrival, options)
    await file.sync()
    return arrival
  } finally {
    await file.close()
  }
}

/** Errors of the sender become `truncated` here, so that errors of the disk can be told apart. */
async function* bytesOf(stream: Readable): AsyncGenerator<Buffer> {
  let received = 0
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk)
      received += bytes.length
      yield bytes
    }
  } catch (cause) {
    throw new UploadRefused({ kind: 'truncated', received }, { cause })
  }
}

async function demandRoom(path: string, bytes: number): Promise<void> {
  if (bytes > 0 && await freeBytes(dirname(path)) < bytes) refuse({ kind: 'disk_full' })
}

/** Bytes an ordinary user may still write into the file system that holds `folder`. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

function demandWhole(stream: Readable, arrival: Arrival, { limit, expectedBytes, expectedSha256 }: ArrivalOptions): void {
  const { size, sha256 } = arrival
  // The form parser ends a part over its limit early and only sets this flag.
  if ('truncated' in stream && stream.truncated === true) refuse({ kind: 'too_large', limit })
  if (expectedBytes !== undefined && size !== expectedBytes) refuse({ kind: 'truncated', received: size, expected: expectedBytes })
  if (size === 0) refuse({ kind: 'empty' })
  if (expectedSha256 !== undefined && sha256 !== expectedSha256.toLowerCase()) {
    refuse({ kind: 'altered', expected: expectedSha256, received: sha256 })
  }
}

function refuse(fault: UploadFault): never {
  throw new UploadRefused(fault)
}

/** The disk's own errors that mean no more room become `disk_full`; everything else stays what it is. */
export function refusal(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && diskFaults.has(code) ? new UploadRefused({ kind: 'disk_full' }, { cause: error }) : error
}
