import { contentHash } from './hash.ts'
import type { Reading } from './reading.ts'

/** Which schema the JSON keeps to; section-iv.schema.json is it. */
const schema = 'urn:tickmark:section-iv:1'

/** The whole reading as JSON. The hash is that of `content` alone, so that two exports of the same data have one. */
export function writeJson(reading: Reading): string {
  const { stamp, draft, ...content } = reading
  return `${JSON.stringify({ schema, draft, stamp, contentSha256: contentHash(reading), content }, null, 1)}\n`
}
