import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { figure, ReadRefused, type Encoding } from './table.ts'

const chunkBytes = 1 << 16
const sampleBytes = 1 << 16

/** How a file spells its characters, and the part of its beginning that tells how it is laid out. */
export type Script = {
  readonly encoding: Encoding
  readonly sample: string
  readonly remarks: readonly string[]
}

/** Reads the whole file once to learn its encoding; refuses what is not text. Nothing is kept but its beginning. */
export async function recogniseScript(path: string): Promise<Script> {
  let sample: Buffer = Buffer.alloc(0)
  let tail: Buffer = Buffer.alloc(0)
  let bytes = 0
  let nul = -1
  let utf8 = true
  for await (const chunk of bytesOf(path)) {
    if (sample.length < sampleBytes) sample = Buffer.concat([sample, chunk]).subarray(0, sampleBytes)
    if (nul < 0 && chunk.includes(0)) nul = bytes + chunk.indexOf(0)
    bytes += chunk.length
    if (utf8) {
      const joined = tail.length > 0 ? Buffer.concat([tail, chunk]) : chunk
      const whole = wholeCharacters(joined)
      utf8 = isUtf8(joined.subarray(0, whole))
      tail = Buffer.from(joined.subarray(whole))
    }
  }
  if (bytes === 0) throw new ReadRefused('The file is empty: it has not even a header. Export the list again; a list without a single occurrence still has its column names in row 1.')
  const wide = wideEncoding(sample)
  if (wide !== null) return script(sample, wide)
  refuseBinary(sample)
  if (nul >= 0) throw new ReadRefused(`Line ${figure(await lineAt(path, nul))} holds a NUL character, which no text has. Export the list again as CSV in UTF-8.`)
  if (utf8 && tail.length === 0) return script(sample, 'utf-8')
  await refuseDamaged(path)
  return script(sample, 'windows-1252', ['The file is not UTF-8. It was read as Windows-1252 (Latin-1): look at accented letters before accepting it.'])
}

/** The file from its first character on, as UTF-8, in pieces. */
export async function* utf8Of(path: string, encoding: Encoding): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8') {
    let first = true
    for await (const chunk of bytesOf(path)) {
      yield first && hasMark(chunk) ? chunk.subarray(3) : chunk
      first = false
    }
    return
  }
  const decoder = new TextDecoder(encoding, { fatal: true })
  for await (const chunk of bytesOf(path)) yield Buffer.from(decode(decoder, chunk))
  yield Buffer.from(decode(decoder))
}

function bytesOf(path: string): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: chunkBytes })
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk?: Buffer): string {
  let text: string
  try {
    text = chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
  } catch {
    throw new ReadRefused('The file starts as UTF-16 but holds bytes that are not, so it is damaged or cut off. Export the list again, best as CSV in UTF-8.')
  }
  if (text.includes('\0')) throw new ReadRefused('The file holds a NUL character, which no text has. Export the list again as CSV in UTF-8.')
  return text
}

function script(sample: Buffer, encoding: Encoding, remarks: readonly string[] = []): Script {
  return { encoding, sample: new TextDecoder(encoding).decode(sample), remarks }
}

function hasMark(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
}

function wideEncoding(sample: Buffer): Encoding | null {
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le'
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be'
  let even = 0
  let odd = 0
  for (let index = 0; index < sample.length; index++) {
    if (sample[index] !== 0) continue
    if (index % 2 === 0) even++
    else odd++
  }
  const pairs = sample.length / 2
  if (odd > pairs * 0.7 && even === 0) return 'utf-16le'
  if (even > pairs * 0.7 && odd === 0) return 'utf-16be'
  return null
}

const kinds: readonly (readonly [string, string])[] = [
  ['504b0304', 'a workbook or ZIP archive'], ['d0cf11e0', 'an old Excel workbook'], ['25504446', 'a PDF'],
  ['1f8b', 'a gzip archive'], ['89504e47', 'a PNG picture'], ['ffd8ff', 'a JPEG picture'],
]

function refuseBinary(sample: Buffer): void {
  const kind = kinds.find(([magic]) => sample.toString('hex', 0, magic.length / 2) === magic)
  const controls = sample.filter((byte) => byte < 9 || (byte > 13 && byte < 32)).length
  if (kind === undefined && controls <= Math.max(4, sample.length / 100)) return
  const words = kind === undefined ? 'it holds bytes that no text has' : `it looks like ${kind[1]}`
  throw new ReadRefused(`This is not a CSV file: ${words}. Export the list as CSV and upload that.`)
}

async function refuseDamaged(path: string): Promise<void> {
  const decoder = new TextDecoder('utf-8')
  let sound = 0
  let broken = 0
  let line = 1
  for await (const chunk of bytesOf(path)) {
    const text = decoder.decode(chunk, { stream: true })
    for (const character of text) {
      if (broken === 0 && character === '\n') line++
      if (character === '\ufffd') broken++
      else if (character > '\x7f') sound++
    }
  }
  // A Latin-1 file has hardly a byte pair that is also good UTF-8; a UTF-8 file with a scar has mostly such pairs.
  if (sound <= broken) return
  throw new ReadRefused(`The file is UTF-8 except near line ${figure(line)}, where a character is damaged. Export the list again as CSV in UTF-8.`)
}

function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) break
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

async function lineAt(path: string, offset: number): Promise<number> {
  let line = 1
  for await (const chunk of createReadStream(path, { end: offset })) {
    for (const byte of chunk as Buffer) if (byte === 10) line++
  }
  return line
}
