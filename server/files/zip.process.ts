import { getFileNameLowLevel, openPromise, type Entry } from 'yauzl'
import { say } from './say.ts'

/** Names read at most; the archive says itself how many it has. */
const MOST_NAMES = 2000
// A name that leads out of the folder is shown for what it is; nothing is ever unpacked to a place it names.
const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true }
const MOST_BYTES = 8 * 1024 * 1024

export type ZipEntry = { readonly name: string, readonly size: number, readonly packed: number, readonly at: string, readonly locked: boolean }

/** What an archive says it holds; or one entry, whose bytes follow. */
export type ZipHeader =
  | { readonly ok: true, readonly count: number, readonly entries: readonly ZipEntry[] }
  | { readonly ok: true, readonly name: string, readonly bytes: number }
  | { readonly ok: false, readonly problem: 'damaged' | 'locked' | 'large' | 'absent' }

if (import.meta.main) {
  const [path = '', entry] = process.argv.slice(2)
  try {
    if (entry === undefined) say(await listEntries(path))
    else {
      const found = await readEntry(path, Number(entry))
      say(found.header, found.bytes ? [found.bytes] : [])
    }
  } catch {
    say({ ok: false, problem: 'damaged' } satisfies ZipHeader)
  }
  process.exit(0)
}

/** Reads the directory of an archive and unpacks nothing. Runs in a child process. */
export async function listEntries(path: string): Promise<ZipHeader> {
  const zip = await openPromise(path, options)
  const entries: ZipEntry[] = []
  for await (const entry of zip.eachEntry()) {
    entries.push({ name: nameOf(entry), size: entry.uncompressedSize, packed: entry.compressedSize, at: entry.getLastModDate().toISOString().slice(0, 16), locked: entry.isEncrypted() })
    if (entries.length >= MOST_NAMES) break
  }
  return { ok: true, count: zip.entryCount, entries }
}

/** Unpacks the entry at `index` of the listing, when it is small and open. */
export async function readEntry(path: string, index: number): Promise<{ header: ZipHeader, bytes?: Buffer }> {
  const zip = await openPromise(path, options)
  let at = 0
  for await (const entry of zip.eachEntry()) {
    if (at++ < index) continue
    if (entry.isEncrypted()) return { header: { ok: false, problem: 'locked' } }
    if (entry.uncompressedSize > MOST_BYTES) return { header: { ok: false, problem: 'large' } }
    const chunks: Buffer[] = []
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer)
    const bytes = Buffer.concat(chunks)
    return { header: { ok: true, name: nameOf(entry), bytes: bytes.length }, bytes }
  }
  return { header: { ok: false, problem: 'absent' } }
}

function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false)
}
