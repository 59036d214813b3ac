import { open } from 'node:fs/promises'
import PostalMime, { decodeWords } from 'postal-mime'
import { say } from './say.ts'

const MOST_BYTES = 32 * 1024 * 1024
const MOST_TEXT = 200_000

export type MailHeader =
  | {
    readonly ok: true, readonly headers: readonly { readonly name: string, readonly value: string }[], readonly text: string, readonly fromMarkup: boolean, readonly cut: boolean
    readonly attachments: readonly { readonly name: string, readonly mediaType: string, readonly size: number }[]
  }
  | { readonly ok: false, readonly problem: 'damaged' | 'large' }

if (import.meta.main) {
  say(await readMail(process.argv[2] ?? '').catch((): MailHeader => ({ ok: false, problem: 'damaged' })))
  process.exit(0)
}

/** Reads a mail: its headers as they came, its words without markup, the names of what is attached. Runs in a child process. */
export async function readMail(path: string): Promise<MailHeader> {
  const file = await open(path)
  const { size } = await file.stat()
  if (size > MOST_BYTES) return { ok: false, problem: 'large' }
  const mail = await PostalMime.parse(await file.readFile(), { maxNestingDepth: 20, maxHeadersSize: 1_000_000 })
  const words = mail.text?.trim() ? mail.text : withoutMarkup(mail.html ?? '')
  return {
    ok: true,
    headers: mail.headers.slice(0, 60).map(({ originalKey, key, value }) => ({ name: originalKey || key, value: decodeWords(value).slice(0, 2000) })),
    text: words.slice(0, MOST_TEXT), fromMarkup: !mail.text?.trim() && words !== '', cut: words.length > MOST_TEXT,
    attachments: mail.attachments.slice(0, 100).map(({ filename, mimeType, content }) => ({ name: filename ?? 'without a name', mediaType: mimeType, size: typeof content === 'string' ? content.length : content.byteLength })),
  }
}

function withoutMarkup(markup: string): string {
  return markup.replace(/<(style|script|head)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<(br|\/p|\/div|\/tr|\/li|\/h\d)\b[^>]*>/gi, '\n').replace(/<[^>]*>/g, '')
    .replace(/&nbsp;/g, ' ').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&')
    .replace(/[ \t]+/g, ' ').replace(/\s*\n\s*/g, '\n').trim()
}
