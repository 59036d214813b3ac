export type Charset = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/** Text that bytes decode to, without its byte order mark, and the charset they were read as. */
export type Decoded = { text: string, charset: Charset }

// Control characters that plain text has no use for; the escape of coloured logs is let through below.
const unprintable = /[^\P{Cc}\t\n\f\r]/u

/**
 * Reads bytes as text: by byte order mark, else strictly as UTF-8, else as Windows-1252 (which holds Latin-1).
 * `cut` says that the bytes stop before the end of the file, so that a broken last character is no fault.
 * Returns undefined when they are no text.
 */
export function decodeText(bytes: Buffer, cut: boolean): Decoded | undefined {
  const charset = markOf(bytes)
  if (charset) return tryCharset(bytes, charset, cut)
  return tryCharset(bytes, 'utf-8', cut) ?? tryWestern(bytes)
}

function markOf(bytes: Buffer): Charset | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return undefined
}

function tryCharset(bytes: Buffer, charset: Charset, cut: boolean): Decoded | undefined {
  try {
    const text = new TextDecoder(charset, { fatal: true }).decode(bytes, { stream: cut })
    return isPrintable(text) ? { text, charset } : undefined
  } catch {
    return undefined
  }
}

function tryWestern(bytes: Buffer): Decoded | undefined {
  const text = new TextDecoder('windows-1252').decode(bytes)
  if (!isPrintable(text)) return undefined
  // Prose in a western language has few accents; packed data is half high bytes.
  const high = bytes.reduce((count, byte) => byte >= 0x80 ? count + 1 : count, 0)
  return high <= bytes.length * 0.3 ? { text, charset: 'windows-1252' } : undefined
}

function isPrintable(text: string): boolean {
  return !unprintable.test(text.replaceAll('\u001b', ''))
}
