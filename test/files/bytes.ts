import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A generator of numbers in [0, 1) that repeats for the same seed, so that a failing case can be run again. */
export function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export function bytesOf(next: () => number, size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, () => Math.floor(next() * 256)))
}

/** Cuts bytes at random places, as a network would. */
export function* pieces(bytes: Buffer, next: () => number): Generator<Buffer> {
  for (let start = 0; start < bytes.length;) {
    const end = Math.min(bytes.length, start + 1 + Math.floor(next() * 40_000))
    yield bytes.subarray(start, end)
    start = end
  }
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Every file of a vault on disk: blobs people could see, and drafts nobody sees. */
export async function filesOf(folder: string): Promise<{ blobs: string[], drafts: string[] }> {
  const found = await readdir(join(folder, 'blobs'), { recursive: true, withFileTypes: true })
  return { blobs: found.filter((entry) => entry.isFile()).map((entry) => entry.name), drafts: await readdir(join(folder, 'incoming')) }
}
