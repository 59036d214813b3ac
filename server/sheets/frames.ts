import type { Part } from './table.ts'

/** What the reading process says over its pipe: parts of the table, or why it stopped. */
export type Message = Part | { readonly kind: 'refused', readonly sentence: string, readonly row: number | null, readonly column: string | null, readonly sheets: readonly string[] }

const head = 5
const isText = 0
const isRows = 1

/** One message as four bytes of length, one for what it is, and its bytes: rows as they are packed, anything else as JSON. */
export function frame(message: Message): Buffer[] {
  const bytes = message.kind === 'packed' ? message.payload : Buffer.from(JSON.stringify(message))
  const start = Buffer.allocUnsafe(head)
  start.writeUInt32BE(bytes.length)
  start[4] = message.kind === 'packed' ? isRows : isText
  return [start, bytes]
}

/** Takes the pipe's bytes as they come and gives back each message once it is whole. */
export function frameReader(): (bytes: Buffer) => Message[] {
  let parts: Buffer[] = []
  let held = 0
  let wanted = head
  return (bytes) => {
    parts.push(bytes)
    held += bytes.length
    if (held < wanted) return []
    let buffer = parts.length === 1 ? bytes : Buffer.concat(parts)
    const messages: Message[] = []
    wanted = head
    while (buffer.length >= head) {
      const end = head + buffer.readUInt32BE()
      if (buffer.length < end) {
        wanted = end
        break
      }
      messages.push(opened(buffer[4]!, buffer.subarray(head, end)))
      buffer = buffer.subarray(end)
    }
    parts = buffer.length > 0 ? [buffer] : []
    held = buffer.length
    return messages
  }
}

function opened(kind: number, bytes: Buffer): Message {
  return kind === isRows ? { kind: 'packed', payload: bytes } : JSON.parse(bytes.toString()) as Message
}
