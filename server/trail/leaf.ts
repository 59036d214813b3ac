import { createHash } from 'node:crypto'

/** RFC 6962 section 2.1 leaf hash: SHA-256 of 0x00 followed by the bytes. */
export function leafHash(bytes: Buffer): Buffer {
  return createHash('sha256').update(Buffer.of(0)).update(bytes).digest()
}

/** What an entry says of its detail: SHA-256 of the salt followed by the detail's text, lowercase hex. */
export function commitment(salt: Buffer, detail: string): string {
  return createHash('sha256').update(salt).update(detail, 'utf8').digest('hex')
}

/** JSON with the keys of every object in code point order, so that equal values are equal bytes. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => isPlainObject(part)
    ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => a < b ? -1 : 1))
    : part)
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}
