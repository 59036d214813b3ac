import { link, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export type Removal = {
  /** A blob younger than this is left alone: whoever brought it may not have written its row yet. */
  readonly olderThanMs: number
  /** Which of these addresses a row still names, asked before and after the bytes are taken away. */
  readonly named: (hashes: readonly string[]) => Promise<ReadonlySet<string>>
}

type Shelf = { readonly placeOf: (sha256: string) => string, readonly leaving: string, readonly sync: (folder: string) => Promise<void> }

/**
 * Removes blobs that no row names. Each is first moved aside, so that the same bytes arriving meanwhile make a new blob, and
 * put back where they turn out to be named or to have just arrived. `gone` are not in the vault any more, `kept` are
 * named; what is in neither is too young. Broken off anywhere, the next call finishes what lies aside.
 */
export async function removeBlobs(hashes: readonly string[], { olderThanMs, named }: Removal, { placeOf, leaving, sync }: Shelf): Promise<{ gone: string[], kept: string[] }> {
  const isYoung = (time: number) => Date.now() - time < olderThanMs
  const first = await named(hashes)
  const gone: string[] = []
  const kept: string[] = []
  const aside: string[] = []
  for (const hash of hashes) {
    const found = await modifiedAt(placeOf(hash))
    const left = await modifiedAt(join(leaving, hash))
    if (left !== null) aside.push(hash)
    else if (first.has(hash)) kept.push(hash)
    else if (found === null) gone.push(hash)
    else if (!isYoung(found)) {
      await rename(placeOf(hash), join(leaving, hash))
      aside.push(hash)
    }
  }
  const still = aside.length === 0 ? first : await named(aside)
  for (const hash of aside) {
    const path = join(leaving, hash)
    const brought = isYoung(await modifiedAt(path) ?? 0)
    if (still.has(hash) || brought) await putBack(path, placeOf(hash), sync)
    await rm(path, { force: true })
    await sync(dirname(placeOf(hash))).catch(unlessAbsent)
    if (still.has(hash)) kept.push(hash)
    // The same bytes may have come again while the old ones lay aside.
    else if (!brought && await modifiedAt(placeOf(hash)) === null) gone.push(hash)
  }
  if (aside.length > 0) await sync(leaving)
  return { gone, kept }
}

async function putBack(from: string, to: string, sync: (folder: string) => Promise<void>): Promise<void> {
  await link(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await sync(dirname(to))
}

async function modifiedAt(path: string): Promise<number | null> {
  return stat(path).then(({ mtimeMs }) => mtimeMs, unlessAbsent)
}

function unlessAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
