import { decodeText } from '../files/text.ts'

/** Bytes of a text that a search looks into; what follows is found by opening the file. */
const MOST = 200_000

/** The beginning of a text as it is searched: no NUL, at most 200,000 bytes of the file; null when it is no text. */
export async function searchableText(bytes: AsyncIterable<Buffer>): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of bytes) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= MOST) break
  }
  const text = decodeText(Buffer.concat(chunks).subarray(0, MOST), size >= MOST)?.text.replaceAll('\0', ' ').toWellFormed()
  return text === undefined || text.trim() === '' ? null : text.slice(0, MOST / 2)
}
