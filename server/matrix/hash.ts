import { createHash } from 'node:crypto'
import { canonicalJson } from '../trail/leaf.ts'
import type { Reading } from './reading.ts'

// It stands on every page and sheet, and takes as long as there are cells.
const known = new WeakMap<Reading, string>()

/** SHA-256 (lowercase hex) of what the reading says; version, time, exporter and the draft label are left out. */
export function contentHash(reading: Reading): string {
  const found = known.get(reading) ?? hash(reading)
  known.set(reading, found)
  return found
}

function hash({ stamp: _stamp, draft: _draft, ...content }: Reading): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex')
}

/** Says what the content hash of a kept reading is, so that it need not be worked out again. */
export function knowHash(reading: Reading, contentSha256: string): Reading {
  known.set(reading, contentSha256)
  return reading
}
