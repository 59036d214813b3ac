import { Readable } from 'node:stream'
import { runChild, type ChildEnd } from '../files/child.ts'
import { UploadRefused } from '../files/faults.ts'
import { indexLines, storeLines } from '../files/lines.ts'
import type { MailHeader } from '../files/mail.process.ts'
import { judge } from '../files/media.ts'
import { drawPdf, type Leaf } from '../files/pdf.ts'
import type { PictureFacts } from '../files/preview-facts.process.ts'
import { makePreview } from '../files/preview.ts'
import { charsetOf } from '../files/read.ts'
import { hear } from '../files/say.ts'
import { decodeText } from '../files/text.ts'
import type { Vault } from '../files/vault.ts'
import type { ZipHeader } from '../files/zip.process.ts'
import { readTable } from '../sheets/reader.ts'
import { ReadRefused } from '../sheets/table.ts'
import type { EvidenceLeaf, Reading } from './readings-store.ts'
import type { FileRow } from './store.ts'

const MOST_ROWS = 100_000
const MOST_SHOWN = 200_000

const broken: Readonly<Record<Exclude<ChildEnd['ended'], 'well'>, string>> = {
  time: 'The file took too long to read. Download it to open it.',
  memory: 'The file takes too much memory to read here. Download it to open it.',
  output: 'The file holds too much to show here. Download it to open it.',
  broken: 'The file could not be read. Download it to open it.',
}

/** What of a file can be shown, found out in a process of its own; faults of the file end in a sentence. */
export async function readContents(vault: Vault, file: FileRow): Promise<{ reading: Reading, leaves: readonly EvidenceLeaf[] }> {
  if (file.kind !== 'pdf') return { reading: await read(vault, file), leaves: [] }
  const drawn = await drawPdf(vault, file.sha256, 1)
  if (drawn.state === 'none') return { reading: none(drawn.reason), leaves: [] }
  return { reading: { kind: 'pages', total: drawn.pages, facts: {} }, leaves: drawn.leaves.map(leafOfPage) }
}

async function read(vault: Vault, file: FileRow): Promise<Reading> {
  const path = vault.localPath(file.sha256)
  if (file.kind === 'image') {
    const facts = answerOf(await runChild({ program: './preview-facts.process.ts', path, draws: true })) as PictureFacts | string | null
    return typeof facts === 'string' || facts === null ? none('The picture says nothing of itself.') : { kind: 'picture', total: 1, facts }
  }
  if (file.kind === 'zip') {
    const listed = answerOf(await runChild({ program: './zip.process.ts', path })) as ZipHeader | string
    return typeof listed === 'string' || !listed.ok || !('entries' in listed) ? none(typeof listed === 'string' ? listed : 'The archive is damaged or incomplete. Download it to look at what arrived.') : { kind: 'entries', total: listed.count, facts: { entries: listed.entries } }
  }
  if (file.kind === 'mail') {
    const mail = answerOf(await runChild({ program: './mail.process.ts', path })) as MailHeader | string
    if (typeof mail === 'string' || !mail.ok) return none(typeof mail === 'string' ? mail : 'The mail could not be read. Download it to open it.')
    const { ok: _, ...facts } = mail
    return { kind: 'mail', total: facts.attachments.length, facts }
  }
  if (file.kind === 'csv' || /spreadsheetml/.test(file.media_type)) {
    const rows = await readRows(vault, file)
    if (rows.kind === 'rows' || file.kind !== 'csv') return rows
  }
  if (file.kind === 'csv' || file.kind === 'text') {
    const index = await indexLines(vault.read(file.sha256))
    return { kind: 'lines', total: index.lines, facts: { ...index, charset: await charsetOf(vault, file.sha256) } }
  }
  return none('Files of this type are not opened here. Download it to open it in its own program.')
}

/** Writes the rows of a sheet out, one to a line, so that any of them is found at once. */
async function readRows(vault: Vault, file: FileRow): Promise<Reading> {
  let header: readonly string[] = []
  let sheet: string | null = null
  let notes: readonly string[] = []
  let more = false
  let empty = true
  async function* lines(): AsyncGenerator<string> {
    let count = 0
    for await (const part of readTable(vault.localPath(file.sha256), { name: file.name, maxColumns: 200 })) {
      if (part.kind === 'header') {
        header = part.header
        sheet = part.sheet
        notes = part.remarks
      } else if (part.kind === 'rows') {
        for (const row of part.rows) {
          if (count++ >= MOST_ROWS) {
            more = true
            return
          }
          empty = false
          yield JSON.stringify(row)
        }
      } else notes = [...notes, ...part.traps.map(({ sentence }) => sentence)]
    }
  }
  try {
    const { sha256, index } = await storeLines(vault, lines())
    return { kind: 'rows', total: index.lines, rowsSha256: sha256, facts: { ...index, header, sheet, notes, more } }
  } catch (error) {
    if (error instanceof ReadRefused) return none(error.message)
    // The vault keeps no blob without bytes, and a table of nothing but headings has no rows to keep.
    if (empty && error instanceof UploadRefused && error.fault.kind === 'empty') return none('The table has no row under its headings. Download it to see them.')
    throw error
  }
}

/** Draws up to eight pages of a document from `first` on. */
export async function drawPages(vault: Vault, file: FileRow, first: number): Promise<EvidenceLeaf[]> {
  const drawn = await drawPdf(vault, file.sha256, first)
  if (drawn.state === 'none') return [leafOf(first, { reason: drawn.reason })]
  return drawn.leaves.map(leafOfPage)
}

/** Opens one small file of an archive: a text is shown as text, a picture as a picture of ours. */
export async function openEntry(vault: Vault, file: FileRow, number: number): Promise<EvidenceLeaf> {
  const end = await runChild({ program: './zip.process.ts', path: vault.localPath(file.sha256), wishes: [number - 1] })
  const heard = end.ended === 'well' ? hear(end.output) : null
  if (end.ended !== 'well' || heard === null) return leafOf(number, { reason: broken[end.ended === 'well' ? 'broken' : end.ended] })
  const { bytes } = heard
  const header = heard.header as ZipHeader
  if (!header.ok) return leafOf(number, { reason: entryProblems[header.problem] })
  if (!('bytes' in header) || header.bytes === 0) return leafOf(number, { reason: 'It is empty.' })
  const head = bytes.subarray(0, 64 * 1024)
  const { kind } = await judge(head, bytes.length, header.name)
  if (kind === 'image') {
    const { sha256 } = await vault.store(Readable.from([bytes]))
    const preview = await makePreview({ vault, sha256, kind })
    return preview.state === 'none' ? leafOf(number, { reason: preview.reason }) : leafOf(number, { picture_sha256: preview.sha256, width: preview.width, height: preview.height })
  }
  const text = decodeText(bytes.subarray(0, MOST_SHOWN), bytes.length > MOST_SHOWN)?.text.replaceAll('\0', '')
  return text === undefined ? leafOf(number, { reason: 'It is neither a text nor a picture. Download the archive to open it.' }) : leafOf(number, { text })
}

const entryProblems = {
  damaged: 'It is damaged and could not be unpacked.',
  locked: 'It asks for a password.',
  large: 'It is larger than 8 MB, too large to look into here. Download the archive to open it.',
  absent: 'The archive has no such file.',
}

function leafOfPage({ leaf, sha256, width, height }: Leaf): EvidenceLeaf {
  return leafOf(leaf, { picture_sha256: sha256, width, height })
}

function leafOf(leaf: number, found: Partial<EvidenceLeaf>): EvidenceLeaf {
  return { leaf, picture_sha256: null, width: null, height: null, text: null, reason: null, ...found }
}

function none(reason: string): Reading {
  return { kind: 'none', total: 0, reason }
}

/** What the child said, or in a sentence why it said nothing. */
function answerOf(end: ChildEnd): unknown {
  if (end.ended !== 'well') return broken[end.ended]
  const heard = hear(end.output)
  return heard === null ? broken.broken : heard.header
}
