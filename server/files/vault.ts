import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, type ReadStream } from 'node:fs'
import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { freeBytes, refusal, writeArrival, type Arrival } from './arrival.ts'
import { removeBlobs, type Removal } from './removal.ts'
import { spend } from './spent.ts'

/** A stored file: hex SHA-256 (its only address), size in bytes, its first 64 KiB for judging the type. */
export type StoredBlob = Arrival

export type VaultOptions = {
  /** Private folder of the vault, made when absent. */
  folder: string
  /** Most bytes one file may have. */
  maxBytes: number
  /** Bytes kept free on the disk; an upload that would eat into them is refused. */
  minFreeBytes?: number
}

export type StoreOptions = {
  /** Bytes; only ever lowers the vault's own limit. */
  limit?: number | undefined
  signal?: AbortSignal | undefined
  expectedBytes?: number | undefined
  expectedSha256?: string | undefined
  /** Leave the stream undestroyed after a refusal, so that the rest of a form can still be read. */
  keepStream?: boolean
}

export type Vault = ReturnType<typeof buildVault>

/** Opens, and when absent makes, the folder that holds evidence: private, content-addressed, written only through temp files. */
export async function openVault(options: VaultOptions): Promise<Vault> {
  for (const folder of [options.folder, ...['incoming', 'blobs', 'leaving'].map((name) => join(options.folder, name))]) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
  }
  await syncFolder(options.folder)
  return buildVault(options)
}

function buildVault({ folder, maxBytes, minFreeBytes = 0 }: VaultOptions) {
  const incoming = join(folder, 'incoming')
  const blobs = join(folder, 'blobs')
  const arriving = new Set<string>()
  const newDraft = () => `${process.pid}-${randomUUID()}.part`

  function localPath(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('A blob is addressed by 64 lower case hex digits.')
    return join(blobs, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  }

  async function store(stream: Readable, options: StoreOptions = {}): Promise<StoredBlob> {
    const { limit = maxBytes, keepStream = false, ...expected } = options
    const draft = newDraft()
    arriving.add(draft)
    try {
      const path = join(incoming, draft)
      const blob = await writeArrival(stream, path, { ...expected, limit: Math.min(limit, maxBytes), minFreeBytes })
      await publish(path, localPath(blob.sha256))
      return blob
    } catch (error) {
      if (!keepStream) stream.destroy()
      throw error
    } finally {
      arriving.delete(draft)
    }
  }

  async function publish(draft: string, path: string): Promise<void> {
    try {
      const parent = dirname(path)
      await mkdir(parent, { recursive: true, mode: 0o700 })
      // Replacing an equal blob keeps it one file and heals one that was damaged on disk.
      await rename(draft, path)
      for (const changed of [parent, dirname(parent), blobs]) await syncFolder(changed)
    } catch (error) {
      await rm(draft, { force: true })
      throw refusal(error)
    }
  }

  function read(sha256: string, range?: { start: number, end: number }): ReadStream {
    const stream = createReadStream(localPath(sha256), { ...range, highWaterMark: 256 * 1024 })
    return stream.once('resume', () => stream.on('data', (piece) => spend(piece.length)))
  }

  async function size(sha256: string): Promise<number> {
    return (await stat(localPath(sha256))).size
  }

  async function has(sha256: string): Promise<boolean> {
    return size(sha256).then(() => true, absent)
  }

  async function verify(sha256: string): Promise<boolean> {
    const hash = createHash('sha256')
    return pipeline(read(sha256), hash).then(() => hash.digest('hex') === sha256, absent)
  }

  async function sweep(olderThanMs: number): Promise<number> {
    let swept = 0
    for (const draft of await readdir(incoming)) {
      const path = join(incoming, draft)
      const found = arriving.has(draft) ? undefined : await stat(path).catch(() => undefined)
      if (!found || Date.now() - found.mtimeMs < olderThanMs) continue
      await rm(path, { force: true })
      swept += 1
    }
    return swept
  }

  async function remove(hashes: readonly string[], removal: Removal): Promise<{ gone: string[], kept: string[] }> {
    return removeBlobs(hashes, removal, { placeOf: localPath, leaving: join(folder, 'leaving'), sync: syncFolder })
  }

  async function probe(): Promise<{ freeBytes: number, low: boolean }> {
    const path = join(incoming, newDraft())
    const file = await open(path, 'wx', 0o600)
    try {
      await file.write('ready')
    } finally {
      await file.close()
      await rm(path, { force: true })
    }
    const free = await freeBytes(folder)
    return { freeBytes: free, low: free <= minFreeBytes }
  }

  return {
    /** Most bytes one file may have. */
    maxBytes,
    /**
     * Takes a stream to disk in flat memory: temp file, fsync, rename, fsync of the folders. Commit the row only after it resolves.
     * Throws `UploadRefused` with nothing visible; the same bytes twice are one blob.
     */
    store,
    /** The bytes of a blob; `range` is inclusive at both ends, as in HTTP. */
    read,
    /** Size in bytes; throws ENOENT for a blob that is not here. */
    size,
    has,
    /** Reads the blob again; false when it is absent or its bytes no longer match its hash. */
    verify,
    /** Removes temp files untouched for `olderThanMs` and returns how many; stored blobs are never touched. */
    sweep,
    /** Removes blobs that nobody names; see `removeBlobs`. */
    remove,
    /** Throws when the folder cannot be written; `low` when uploads are being refused for want of room. */
    probe,
    /** Where a blob lies on this machine, for a child process to read. */
    localPath
  }
}

function absent(error: NodeJS.ErrnoException): false {
  if (error.code === 'ENOENT') return false
  throw error
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
