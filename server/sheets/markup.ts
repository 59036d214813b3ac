import { ReadRefused, size } from './table.ts'

/** What a piece of XML says; `attributes` is the raw text between the name and the end of the tag. Names come without their prefix. */
export type Listener = {
  readonly open: (name: string, attributes: string) => void
  readonly text: (text: string) => void
  readonly close: (name: string) => void
}

/** Takes XML as it comes and says what it holds; never resolves anything outside it. */
export type Markup = { readonly write: (chunk: Buffer) => void, readonly end: () => void }

const longest = 8_000_000

/**
 * A reader of the plain XML that workbooks are made of. A document type declaration is refused, so that no entity of the file's own,
 * inside or outside, is ever looked at. Throws ReadRefused.
 */
export function beginMarkup(listener: Listener): Markup {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''

  const take = (text: string): void => {
    let at = 0
    for (;;) {
      const start = text.indexOf('<', at)
      if (start < 0) {
        if (at < text.length) {
          rest = text.slice(at)
          if (rest.length > longest) throw tooLong()
        } else rest = ''
        return
      }
      const end = endOf(text, start)
      if (end < 0) {
        rest = text.slice(at)
        if (rest.length > longest) throw tooLong()
        return
      }
      if (start > at) listener.text(text.slice(at, start))
      tell(text, start, end)
      at = end
    }
  }

  const tell = (text: string, start: number, end: number): void => {
    const first = text.charCodeAt(start + 1)
    if (first === slash) return listener.close(local(text.slice(start + 2, end - 1).trim()))
    if (first === bang) {
      if (text.startsWith('<![CDATA[', start)) return listener.text(text.slice(start + 9, end - 3).replaceAll('&', '&amp;'))
      if (!text.startsWith('<!--', start)) throw new ReadRefused('The workbook declares a document type of its own, which no spreadsheet program writes. It was not read any further. Export the list as CSV and upload that.')
      return
    }
    if (first === question) return
    const alone = text.charCodeAt(end - 2) === slash
    const until = alone ? end - 2 : end - 1
    let stop = start + 1
    while (stop < until && text.charCodeAt(stop) > space) stop++
    const name = local(text.slice(start + 1, stop))
    listener.open(name, text.slice(stop, until))
    if (alone) listener.close(name)
  }

  const decoded = (chunk?: Buffer): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
    } catch {
      throw new ReadRefused('The workbook holds text that is not UTF-8, so it is damaged. Save it again in the program it comes from, or export the list as CSV.')
    }
  }
  return {
    write: (chunk) => take(rest + decoded(chunk)),
    end: () => {
      take(rest + decoded())
      if (rest.trim() !== '') throw new ReadRefused('The workbook ends in the middle of a sheet. Save it again in the program it comes from, or export the list as CSV.')
    },
  }
}

const slash = 47
const bang = 33
const question = 63
const space = 32

/** The place after the tag, comment or section that begins at `start`; -1 where it goes on in the next piece. */
function endOf(text: string, start: number): number {
  if (text.charCodeAt(start + 1) === bang) {
    if (text.length - start < 9) return -1
    const [opening, closing] = text.startsWith('<!--', start) ? ['<!--', '-->'] : text.startsWith('<![CDATA[', start) ? ['<![CDATA[', ']]>'] : ['<!', '>']
    const end = text.indexOf(closing, start + opening.length)
    return end < 0 ? -1 : end + closing.length
  }
  return text.indexOf('>', start) + 1 || -1
}

function local(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(colon + 1)
}

/** One attribute of a tag, '' where it is not there; a name with a prefix is found by its local part. */
export function attribute(attributes: string, name: string): string {
  for (let at = attributes.indexOf(name); at >= 0; at = attributes.indexOf(name, at + 1)) {
    const before = attributes.charCodeAt(at - 1)
    const sign = at + name.length
    if ((before > space && attributes[at - 1] !== ':') || attributes[sign] !== '=') continue
    const mark = attributes[sign + 1]
    const end = mark === '"' || mark === "'" ? attributes.indexOf(mark, sign + 2) : -1
    return end < 0 ? '' : resolved(attributes.slice(sign + 2, end))
  }
  return ''
}

const known: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** Text with the five entities of XML and its numbered characters resolved; any other stays as it is written. */
export function resolved(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,4});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return known[name] ?? whole
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

function tooLong(): ReadRefused {
  return new ReadRefused(`One cell of the workbook holds more than ${size(longest)}. Leave that column out and upload the list again.`)
}

/** Reads a whole part of an archive through a listener. */
export async function readMarkup(bytes: AsyncIterable<Buffer>, listener: Listener): Promise<void> {
  const markup = beginMarkup(listener)
  for await (const chunk of bytes) markup.write(chunk)
  markup.end()
}
