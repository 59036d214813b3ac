import { describeMedia } from '../files/extensions.ts'
import { readTable, readText, type TextPreview } from '../files/read.ts'
import type { Table } from '../files/table.ts'
import type { Vault } from '../files/vault.ts'
import { findingsOf, type FileFinding } from './findings.ts'
import type { FileRow } from './store.ts'

type NumberedTable = Pick<Table, 'header' | 'note'> & { readonly rows: readonly { readonly number: number, readonly cells: readonly string[] }[] }

/** One piece of evidence as the review page shows it: a picture of ours, lines, a table, or only its facts. */
export type Viewer = {
  readonly id: string
  readonly name: string
  readonly href: string
  readonly size: number
  readonly sha256: string
  readonly at: Date
  readonly media: string
  readonly channel: string
  readonly pixels: string | null
  readonly image: { readonly src: string, readonly width: number, readonly height: number } | null
  readonly table: NumberedTable | null
  readonly text: TextPreview | null
  readonly more: string | null
  readonly why: string | null
  readonly findings: readonly FileFinding[]
  /** Its bytes are in quarantine: nothing of them is shown or sent. */
  readonly withheld: boolean
}

const channels: Readonly<Record<FileRow['channel'], string>> = { link: 'by link', login: 'signed in', auditor: 'by the firm' }
const widest = 2000

/** Reads as much of a file as can be shown safely. `here`: address of the request; `from`: first line of a text, counted from 0. */
export async function readViewer(vault: Vault, file: FileRow, here: string, from: number): Promise<Viewer> {
  const href = `${here}/files/${file.id}`
  const shown = file.withheld ? { table: null, text: null, why: 'Withheld: somebody said that it should not have been sent. Its record and its fingerprint stay.' } : await readContent(vault, file, from)
  const scale = Math.min(1, widest / (file.width ?? 1))
  return {
    id: file.id, name: file.name, href, size: file.size, sha256: file.sha256, at: file.uploaded_at, media: describeMedia(file.media_type), channel: channels[file.channel],
    pixels: file.width === null || file.height === null ? null : `${file.width} × ${file.height} px`,
    image: file.preview === 'ready' && !file.withheld ? { src: `${href}/preview`, width: Math.round((file.width ?? 0) * scale), height: Math.round((file.height ?? 0) * scale) } : null,
    table: shown.table, text: shown.text, why: shown.why,
    more: shown.text?.next === undefined ? null : `${here}?file=${file.id}&from=${shown.text.next}`,
    findings: findingsOf(file), withheld: file.withheld,
  }
}

/** Whether the page itself shows content of the file, so that showing it is opening it. */
export function isOpened(viewer: Viewer): boolean {
  return viewer.table !== null || viewer.text !== null
}

async function readContent(vault: Vault, file: FileRow, from: number): Promise<{ table: NumberedTable | null, text: TextPreview | null, why: string | null }> {
  const nothing = { table: null, text: null }
  if (file.kind === 'image') {
    if (file.preview === 'ready') return { ...nothing, why: null }
    return { ...nothing, why: file.preview === 'pending' ? 'The picture is being drawn. Load the page again in a moment, or download the file.' : file.preview_reason }
  }
  try {
    if (file.kind === 'csv') {
      const table = await readTable(vault, file.sha256)
      if (table) return { ...nothing, table: { ...table, rows: table.rows.map((cells, index) => ({ number: index + 1, cells })) }, why: null }
    }
    if (file.kind === 'csv' || file.kind === 'text' || file.kind === 'mail') {
      const text = await readText(vault, file.sha256, { from })
      if (text) return { ...nothing, text, why: null }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return { ...nothing, why: 'The bytes of this file are missing from the store. Tell the person who runs this server.' }
  }
  return { ...nothing, why: `This file is ${describeMedia(file.media_type)}. It is not opened here: download it and open it in its own program.` }
}
