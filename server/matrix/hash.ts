import { createHash } from 'node:crypto'
import { canonicalJson } from '../trail/leaf.ts'
import type { Reading } from './reading.ts'

/** SHA-256 (lowercase hex) of what the reading says; version, time, exporter and the draft label are left out. */
export function contentHash(reading: Reading): string {
  const { stamp: _stamp, draft: _draft, ...content } = reading
  return createHash('sha256').update(canonicalJson(content)).digest('hex')
}
