import { fileTypeFromBuffer } from 'file-type'
import { mismatch } from './extensions.ts'
import { extensionOf, isMisleading } from './names.ts'
import { judgeOffice } from './office.ts'
import { guessDelimiter } from './table.ts'
import { decodeText } from './text.ts'

export type MediaKind = 'image' | 'text' | 'csv' | 'pdf' | 'zip' | 'office' | 'mail' | 'other'

/** What a file is, from its bytes. `warnings` are whole sentences for the people on both sides. */
export type Judgement = { mediaType: string, kind: MediaKind, warnings: string[] }

type Found = { mediaType: string, kind: MediaKind, warnings?: string[] }

const programs = new Set(['application/x-msdownload', 'application/x-elf', 'application/x-mach-binary', 'application/x.ms.shortcut'])

/**
 * Judges a file by its first bytes (64 KiB are enough), never by its name or what the sender said it is.
 * The name only settles whether separated text is a table, and is compared with the content.
 */
export async function judge(head: Buffer, size: number, name: string): Promise<Judgement> {
  const found = judgeText(head, size, name) ?? await judgeBinary(head)
  const warnings = [...found.warnings ?? []]
  const differs = mismatch(name, found.mediaType)
  if (differs) warnings.push(differs)
  if (programs.has(found.mediaType)) warnings.push('The content is a program. It is kept for download and never run here.')
  if (isMisleading(name)) warnings.push('The name holds hidden characters that turn the reading direction; they are shown in brackets.')
  return { mediaType: found.mediaType, kind: found.kind, warnings }
}

// Text comes first: binary signatures such as "BM" or "MZ" are also words, while packed bytes are never printable throughout.
function judgeText(head: Buffer, size: number, name: string): Found | undefined {
  const decoded = decodeText(head, size > head.length)
  if (!decoded) return undefined
  const text = decoded.text
  if (/^\s*%PDF-\d/.test(text)) return { mediaType: 'application/pdf', kind: 'pdf' }
  if (text.startsWith('{\\rtf')) return { mediaType: 'application/rtf', kind: 'office' }
  const markup = judgeMarkup(text)
  if (markup) return markup
  if (isMail(text)) return { mediaType: 'message/rfc822', kind: 'mail' }
  if (isJson(text, size > head.length)) return { mediaType: 'application/json', kind: 'text' }
  const delimiter = guessDelimiter(text, extensionOf(name))
  if (delimiter === '\t') return { mediaType: 'text/tab-separated-values', kind: 'csv' }
  if (delimiter) return { mediaType: 'text/csv', kind: 'csv' }
  return { mediaType: 'text/plain', kind: 'text' }
}

function judgeMarkup(text: string): Found | undefined {
  const start = text.slice(0, 4096).replace(/^\s*<\?xml[^>]*>/i, '').replace(/<!--[^]*?(-->|$)/g, '').trimStart().toLowerCase()
  const shown = 'can carry script, so it is shown as source only and never drawn.'
  if (/^(<!doctype svg[^>]*>\s*)?<svg[\s>/]/.test(start)) {
    return { mediaType: 'image/svg+xml', kind: 'text', warnings: [`An SVG image ${shown}`] }
  }
  if (/^<[!a-z]/.test(start) && /<(!doctype html|html|head|body|script|iframe|title|meta|style|table|div|img|object|embed|form)[\s>/]/.test(start)) {
    return { mediaType: 'text/html', kind: 'text', warnings: [`An HTML page ${shown}`] }
  }
  return /^\s*<\?xml\s/i.test(text) ? { mediaType: 'application/xml', kind: 'text' } : undefined
}

function isMail(text: string): boolean {
  const names = new Set<string>()
  for (const line of text.split(/\r?\n/, 200)) {
    if (line === '') break
    if (/^[ \t]/.test(line) && names.size > 0) continue
    const header = /^([A-Za-z][A-Za-z0-9-]*):/.exec(line)
    if (!header?.[1]) return false
    names.add(header[1].toLowerCase())
  }
  const origin = names.has('from') || names.has('received')
  return origin && ['date', 'subject', 'mime-version', 'message-id'].filter((name) => names.has(name)).length >= 2
}

function isJson(text: string, cut: boolean): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  if (cut) return /^\s*(\{\s*"|\[\s*[[{"\d])/.test(text)
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

async function judgeBinary(head: Buffer): Promise<Found> {
  const office = judgeOffice(head)
  if (office) return office
  // A signature that runs past the head makes the detector throw; such a file is simply unknown.
  const mediaType = (await fileTypeFromBuffer(head).catch(() => undefined))?.mime ?? 'application/octet-stream'
  return { mediaType, kind: kindOf(mediaType) }
}

function kindOf(mediaType: string): MediaKind {
  if (mediaType.startsWith('image/')) return 'image'
  if (mediaType === 'application/pdf') return 'pdf'
  if (mediaType === 'application/zip') return 'zip'
  if (mediaType === 'application/vnd.ms-outlook') return 'mail'
  return /opendocument|officedocument|ms-(excel|word|powerpoint)|visio|epub/.test(mediaType) ? 'office' : 'other'
}
