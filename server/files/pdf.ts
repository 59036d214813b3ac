import { Readable } from 'node:stream'
import { runChild } from './child.ts'
import type { PdfHeader } from './pdf.process.ts'
import { hear } from './say.ts'
import type { Vault } from './vault.ts'

/** Pages drawn at a time. */
export const PAGES_AT_ONCE = 8

const mostInput = 512 * 1024 * 1024

export type Leaf = { readonly leaf: number, readonly sha256: string, readonly width: number, readonly height: number }

/** How many pages a PDF has and the pictures of some of them, stored as blobs; or the sentence why not. */
export type DrawnPages = { readonly state: 'ready', readonly pages: number, readonly leaves: readonly Leaf[] } | { readonly state: 'none', readonly reason: string }

const reasons = {
  input: 'The PDF is larger than 512 MiB, too large to show here. Download the file to open it.',
  encrypted: 'The PDF asks for a password. Ask for one without, or download the file to open it.',
  damaged: 'The PDF is damaged or incomplete and could not be drawn. Download the file to look at what arrived.',
  broken: 'The PDF could not be drawn. Download the file to open it.',
  time: 'The PDF took too long to draw. Download the file to open it.',
  memory: 'The PDF takes too much memory to show here. Download the file to open it.',
  output: 'The pages of this PDF are too large to show here. Download the file to open it.',
}

/** Draws up to eight pages from `first` on in a child process; faults of the file never throw. */
export async function drawPdf(vault: Vault, sha256: string, first: number): Promise<DrawnPages> {
  if (await vault.size(sha256) > mostInput) return { state: 'none', reason: reasons.input }
  const end = await runChild({ program: './pdf.process.ts', path: vault.localPath(sha256), wishes: [first, first + PAGES_AT_ONCE - 1], draws: true })
  const answer = end.ended === 'well' ? hear(end.output) : null
  if (end.ended !== 'well' || answer === null) return { state: 'none', reason: reasons[end.ended === 'well' ? 'broken' : end.ended] }
  const header = answer.header as PdfHeader
  if (!header.ok) return { state: 'none', reason: reasons[header.problem] }
  const leaves: Leaf[] = []
  let at = 0
  for (const { page, width, height, bytes } of header.drawn) {
    const blob = await vault.store(Readable.from([answer.bytes.subarray(at, at + bytes)]))
    leaves.push({ leaf: page, sha256: blob.sha256, width, height })
    at += bytes
  }
  return { state: 'ready', pages: header.pages, leaves }
}
