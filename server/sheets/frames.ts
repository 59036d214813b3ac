import type { TablePart } from './table.ts'

/** What the reading process says over its pipe: parts of the table, or why it stopped. */
export type Message = TablePart | { readonly kind: 'refused', readonly sentence: string, readonly row: number | null, readonly column: string | null }

/** One message as four bytes of length and its JSON. */
export function frame(message: Message): Buffer {
  const text = JSON.stringify(message)
  const length = Buffer.byteLength(text)
  const bytes = Buffer.allocUnsafe(4 + length)
  bytes.writeUInt32BE(length)
  bytes.write(text, 4)
  return bytes
}

/** Takes the pipe's bytes as they come and gives back each message once it is whole. */
export function frameReader(): (bytes: Buffer) => Message[] {
  let parts: Buffer[] = []
  let held = 0
  let wanted = 4
  return (bytes) => {
    parts.push(bytes)
    held += bytes.length
    if (held < wanted) return []
    let buffer = parts.length === 1 ? bytes : Buffer.concat(parts)
    const messages: Message[] = []
    wanted = 4
    while (buffer.length >= 4) {
      const end = 4 + buffer.readUInt32BE()
      if (buffer.length < end) {
        wanted = end
        break
      }
      messages.push(JSON.parse(buffer.toString('utf8', 4, end)) as Message)
      buffer = buffer.subarray(end)
    }
    parts = buffer.length > 0 ? [buffer] : []
    held = buffer.length
    return messages
  }
}
