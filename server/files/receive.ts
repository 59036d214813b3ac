import type { FastifyInstance, FastifyRequest } from 'fastify'
import type {} from '@fastify/multipart'
import { finished } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { UploadRefused, type UploadFault } from './faults.ts'
import type { StoredBlob, Vault } from './vault.ts'

/** One file of a form, by the name it was sent under: kept as a blob, or refused with the reason. */
export type ReceivedFile =
  | { field: string, name: string, blob: StoredBlob }
  | { field: string, name: string, fault: UploadFault }

/** `cut` names text fields longer than the limit, kept up to it. `complete` is false when parts beyond a count were dropped. */
export type ReceivedForm = {
  fields: Record<string, string | string[]>
  files: ReceivedFile[]
  cut: string[]
  complete: boolean
}

/** Counts, and bytes for sizes; `fileBytes` can only lower the vault's own limit. */
export type FormLimits = { files?: number, fields?: number, fieldBytes?: number, fileBytes?: number, signal?: AbortSignal }

const partsBeyond = 2000
// All that is typed into a form is held in memory, however many fields it is spread over.
const mostTyped = 8 * 1024 * 1024
const countLimits = new Set(['FST_PARTS_LIMIT', 'FST_FILES_LIMIT', 'FST_FIELDS_LIMIT'])

/** More was typed into a form than any form here asks for; nothing of it is used. */
class FormTooLarge extends Error {
  readonly statusCode = 413
}

/**
 * Reads a whole multipart form, files straight into the vault, one after the other, in flat memory.
 * Faults of one file stand in its entry; files past the count are read and dropped, so that the fields after them still arrive.
 * Throws `UploadRefused` when the body ends early: then nothing of the form may be used.
 */
export async function receiveForm(request: FastifyRequest, vault: Vault, limits: FormLimits = {}): Promise<ReceivedForm> {
  const { files: mostFiles = 500, fields: mostFields = 200, fieldBytes = 1024 * 1024 } = limits
  const fileBytes = Math.min(limits.fileBytes ?? vault.maxBytes, vault.maxBytes)
  const fields = new Map<string, string | string[]>()
  const form: Omit<ReceivedForm, 'fields'> = { files: [], cut: [], complete: true }
  const options = {
    preservePath: true,
    throwFileSizeLimit: false,
    limits: {
      files: partsBeyond, fields: mostFields, parts: partsBeyond + mostFields, headerPairs: 20,
      fieldSize: fieldBytes, fieldNameSize: 100, fileSize: fileBytes
    }
  }
  let taken = 0
  let typed = 0
  try {
    for await (const part of request.parts(options)) {
      if (part.type === 'field') {
        const value = typeof part.value === 'string' ? part.value : JSON.stringify(part.value)
        typed += part.fieldname.length + value.length
        if (typed > mostTyped) throw new FormTooLarge()
        addField(fields, part.fieldname, value)
        if (part.valueTruncated) form.cut.push(part.fieldname)
      } else if (isEmptyChoice(part)) {
        await drain(part.file)
      } else if (taken >= mostFiles) {
        form.complete = false
        await drain(part.file)
        const kept = form.files.filter((file) => 'blob' in file).length
        form.files.push({ field: part.fieldname, name: part.filename ?? '', fault: { kind: 'too_many', kept, limit: mostFiles } })
      } else {
        taken += 1
        form.files.push(await receivePart(part, vault, fileBytes, limits.signal))
      }
    }
  } catch (error) {
    if (!isCountLimit(error)) throw endedEarly(error)
    form.complete = false
  }
  return { ...form, fields: Object.fromEntries(fields) }
}

// A file input left empty still sends a part, without name and without bytes.
function isEmptyChoice(part: { filename: string, mimetype: string }): boolean {
  return part.filename === '' && part.mimetype === 'application/octet-stream'
}

async function receivePart(
  part: { file: Readable, fieldname: string, filename: string }, vault: Vault, limit: number, signal: AbortSignal | undefined
): Promise<ReceivedFile> {
  const { file, fieldname: field, filename: name } = part
  try {
    return { field, name: name ?? '', blob: await vault.store(file, { limit, signal, keepStream: true }) }
  } catch (error) {
    if (!(error instanceof UploadRefused) || error.fault.kind === 'truncated') throw error
    await drain(file)
    return { field, name: name ?? '', fault: error.fault }
  }
}

async function drain(file: Readable): Promise<void> {
  if (file.readableEnded) return
  file.resume()
  await finished(file)
}

function addField(fields: Map<string, string | string[]>, name: string, value: string): void {
  const before = fields.get(name)
  fields.set(name, before === undefined ? value : [before, value].flat())
}

function isCountLimit(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && countLimits.has(error.code)
}

// Errors with a status of their own already say what is wrong with the request; all others mean a broken body.
function endedEarly(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (error instanceof UploadRefused) return error
  if (code !== 'FST_MP_PREMATURE_CLOSE' && error instanceof Error && 'statusCode' in error) return error
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code) && code !== 'ECONNRESET') return error
  return new UploadRefused({ kind: 'truncated', received: 0 }, { cause: error })
}

/** Lets the routes of this plugin take one file as `application/octet-stream`; the body is then left unread for `receiveRaw`. */
export function acceptRawFiles(app: FastifyInstance): void {
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
}

/**
 * Takes one file sent as the body itself. Its name comes percent-encoded in `x-file-name` or in the query as `name`;
 * Content-Length and, when given, `x-file-sha256` are held against what arrives. Throws `UploadRefused`.
 */
export async function receiveRaw(
  request: FastifyRequest, vault: Vault, { fileBytes, signal }: { fileBytes?: number, signal?: AbortSignal } = {}
): Promise<{ name: string, blob: StoredBlob }> {
  const stream = request.body instanceof Readable ? request.body : request.raw
  const length = request.headers['content-length']
  const sha256 = headerOf(request, 'x-file-sha256')
  const announced = { expectedBytes: length === undefined ? undefined : Number(length), expectedSha256: sha256 || undefined }
  try {
    return { name: nameOf(request), blob: await vault.store(stream, { limit: fileBytes, signal, keepStream: true, ...announced }) }
  } catch (error) {
    // A browser still sending would see a broken connection instead of the answer.
    stream.resume()
    throw error
  }
}

function nameOf(request: FastifyRequest): string {
  const header = headerOf(request, 'x-file-name')
  if (header !== '') return decodeName(header)
  const query = request.query
  return typeof query === 'object' && query !== null && 'name' in query && typeof query.name === 'string' ? query.name : ''
}

function headerOf(request: FastifyRequest, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

function decodeName(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return encoded
  }
}
