import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { contentDisposition } from './names.ts'
import { charsetOf } from './read.ts'
import type { Vault } from './vault.ts'

/** A stored file as its row knows it: hex SHA-256, the name as sent, the media type judged from its content. */
export type SentFile = { sha256: string, name: string, mediaType: string }

// Types a browser could run or draw keep their bytes but lose their name.
const active = /html|xml|javascript|ecmascript|shockwave|pdf/

/**
 * Sends evidence for download: one range at most, never drawn, never cached, inside a sandbox that allows nothing.
 * Throws ENOENT when the vault does not hold the blob.
 */
export async function sendFile(reply: FastifyReply, vault: Vault, file: SentFile): Promise<FastifyReply> {
  shield(reply).header('content-disposition', contentDisposition(file.name, 'attachment'))
  return sendBytes(reply, vault, file.sha256, await contentType(vault, file))
}

/** Sends a preview that this program encoded itself, to be shown inside a page. */
export async function sendPreview(reply: FastifyReply, vault: Vault, sha256: string): Promise<FastifyReply> {
  shield(reply).header('content-disposition', contentDisposition('preview.webp', 'inline'))
  return sendBytes(reply, vault, sha256, 'image/webp')
}

/** Sends a picture that this program drew just now, for download. */
export async function sendPicture(reply: FastifyReply, name: string, png: Buffer): Promise<FastifyReply> {
  return shield(reply).headers({ 'content-disposition': contentDisposition(name, 'attachment'), 'content-type': 'image/png' }).send(png)
}

/** Sends a text that this program wrote just now, for download. */
export async function sendText(reply: FastifyReply, name: string, text: string): Promise<FastifyReply> {
  return shield(reply).headers({ 'content-disposition': contentDisposition(name, 'attachment'), 'content-type': 'text/plain; charset=utf-8' }).send(text)
}

function shield(reply: FastifyReply): FastifyReply {
  return reply.headers({
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'private, no-store'
  })
}

async function contentType(vault: Vault, { sha256, mediaType }: SentFile): Promise<string> {
  if (active.test(mediaType) || !/^[a-z0-9][\w.+-]*\/[a-z0-9][\w.+-]*$/i.test(mediaType)) return 'application/octet-stream'
  if (!mediaType.startsWith('text/')) return mediaType
  return `${mediaType}; charset=${await charsetOf(vault, sha256)}`
}

async function sendBytes(reply: FastifyReply, vault: Vault, sha256: string, type: string): Promise<FastifyReply> {
  const size = await vault.size(sha256)
  const { method, headers } = reply.request
  const tag = `"${sha256}"`
  reply.headers({ 'accept-ranges': 'bytes', etag: tag, 'content-type': type })
  const range = headers['if-range'] === undefined || headers['if-range'] === tag ? parseRange(headers.range, size) : undefined
  if (range === 'outside') {
    return reply.code(416).headers({ 'content-range': `bytes */${size}`, 'content-length': '0' }).send(Readable.from([]))
  }
  const { start, end } = range ?? { start: 0, end: size - 1 }
  if (range) reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`)
  reply.header('content-length', String(end - start + 1))
  // HEAD must not read the file only to throw its bytes away.
  return reply.send(method === 'HEAD' ? Readable.from([]) : vault.read(sha256, { start, end }))
}

/** Reads one byte range (RFC 9110 §14.2), inclusive; several ranges or nonsense are ignored, as the RFC allows. */
export function parseRange(header: string | undefined, size: number): { start: number, end: number } | 'outside' | undefined {
  const found = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/.exec(header ?? '')
  if (!found || (found[1] === '' && found[2] === '')) return undefined
  if (found[1] === '') {
    const last = Number(found[2])
    return last === 0 || size === 0 ? 'outside' : { start: Math.max(0, size - last), end: size - 1 }
  }
  const start = Number(found[1])
  const end = found[2] === '' ? size - 1 : Math.min(Number(found[2]), size - 1)
  if (found[2] !== '' && Number(found[2]) < start) return undefined
  return start >= size ? 'outside' : { start, end }
}
