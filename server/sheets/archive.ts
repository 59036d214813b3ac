import { createReadStream } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { figure, ReadRefused, size } from './table.ts'

type Entry = { readonly name: string, readonly method: number, readonly packed: number, readonly unpacked: number, readonly at: number, readonly locked: boolean }

/** A ZIP archive whose list of parts was read and judged before anything in it is unpacked. */
export type Archive = {
  readonly names: readonly string[]
  readonly has: (name: string) => boolean
  /** The part's bytes as they are unpacked; never more than the list of parts says. */
  readonly stream: (name: string) => AsyncGenerator<Buffer>
}

const mostParts = 4000
const mostUnpacked = 3_000_000_000
/** Sheets shrink to a fiftieth at best; what shrinks far more was made to burst. */
const mostRatio = 300
const ratioFrom = 20_000_000
const tailBytes = 22 + 65_535
const damaged = 'The workbook is damaged or cut off: its list of parts is missing. Open it in the program it comes from, save it again and upload that, or export the list as CSV.'

/** Opens the archive at `path`. Throws ReadRefused where it is cut off, encrypted, or holds far more than it shows. */
export async function openArchive(path: string): Promise<Archive> {
  const file = await open(path)
  try {
    const entries = new Map((await readEntries(file)).map((entry) => [entry.name, entry]))
    refuseBomb([...entries.values()])
    return { names: [...entries.keys()], has: (name) => entries.has(name), stream: (name) => unpack(path, entries.get(name)) }
  } finally {
    await file.close()
  }
}

async function readEntries(file: FileHandle): Promise<Entry[]> {
  const { size: length } = await file.stat()
  const tail = await bytesAt(file, Math.max(0, length - tailBytes), Math.min(length, tailBytes))
  const end = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  if (end < 0 || end + 22 > tail.length) throw new ReadRefused(damaged)
  const count = tail.readUInt16LE(end + 10)
  const listBytes = tail.readUInt32LE(end + 12)
  const listAt = tail.readUInt32LE(end + 16)
  if (count > mostParts || listAt + listBytes > length) throw new ReadRefused(count > mostParts ? `The workbook has ${figure(count)} parts; no list needs so many. Export the list as CSV.` : damaged)
  const list = await bytesAt(file, listAt, listBytes)
  const entries: Entry[] = []
  let at = 0
  for (let left = count; left > 0; left--) {
    if (at + 46 > list.length || list.readUInt32LE(at) !== 0x02014b50) throw new ReadRefused(damaged)
    const nameBytes = list.readUInt16LE(at + 28)
    const next = at + 46 + nameBytes + list.readUInt16LE(at + 30) + list.readUInt16LE(at + 32)
    entries.push({
      name: list.toString('utf8', at + 46, at + 46 + nameBytes), method: list.readUInt16LE(at + 10), packed: list.readUInt32LE(at + 20),
      unpacked: list.readUInt32LE(at + 24), at: list.readUInt32LE(at + 42), locked: (list.readUInt16LE(at + 8) & 1) === 1,
    })
    at = next
  }
  return entries
}

function refuseBomb(entries: readonly Entry[]): void {
  const total = entries.reduce((sum, { unpacked }) => sum + unpacked, 0)
  const swollen = entries.find(({ packed, unpacked }) => unpacked > ratioFrom && unpacked > packed * mostRatio)
  if (swollen !== undefined || total > mostUnpacked) {
    throw new ReadRefused(`The workbook was not unpacked: it would grow to ${size(total)}, which no list needs. Export the list as CSV and upload that.`)
  }
  if (entries.some(({ locked }) => locked)) throw new ReadRefused('The workbook is locked by a password. Ask for a copy without one.')
}

async function* unpack(path: string, entry: Entry | undefined): AsyncGenerator<Buffer> {
  if (entry === undefined) throw new ReadRefused(damaged)
  if (entry.method !== 0 && entry.method !== 8) throw new ReadRefused('The workbook is packed in a way that no spreadsheet program uses. Save it again or export the list as CSV.')
  const from = await dataStart(path, entry)
  if (entry.packed === 0) return
  const packed = createReadStream(path, { start: from, end: from + entry.packed - 1, highWaterMark: 1 << 16 })
  const bytes: Readable = entry.method === 0 ? packed : packed.pipe(createInflateRaw({ chunkSize: 1 << 16 }))
  packed.on('error', (error) => bytes.destroy(error))
  let given = 0
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      given += chunk.length
      if (given > entry.unpacked) break
      yield chunk
    }
  } catch (error) {
    if (error instanceof ReadRefused) throw error
    throw new ReadRefused(damagedPart(entry.name))
  } finally {
    packed.destroy()
  }
  if (given !== entry.unpacked) throw new ReadRefused(damagedPart(entry.name))
}

function damagedPart(name: string): string {
  return `The workbook is damaged: its part “${name.slice(0, 60)}” does not unpack to what it should. Save it again in the program it comes from, or export the list as CSV.`
}

async function dataStart(path: string, entry: Entry): Promise<number> {
  const file = await open(path)
  try {
    const head = await bytesAt(file, entry.at, 30)
    if (head.length < 30 || head.readUInt32LE(0) !== 0x04034b50) throw new ReadRefused(damaged)
    return entry.at + 30 + head.readUInt16LE(26) + head.readUInt16LE(28)
  } finally {
    await file.close()
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}
