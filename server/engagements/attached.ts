import type { FastifyRequest } from 'fastify'
import { Invalid } from '../errors.ts'
import { explain } from '../files/faults.ts'
import { judge } from '../files/media.ts'
import { storedName } from '../files/names.ts'
import { receiveForm } from '../files/receive.ts'
import type { Vault } from '../files/vault.ts'

/** A file that came beside what was typed, as its row keeps it. */
export type Attached = { readonly file_sha256: string, readonly file_name: string, readonly file_size: number, readonly media_type: string }

export const unattached = { file_sha256: null, file_name: null, file_size: null, media_type: null } as const

/** What was typed, and the one file that may stand beside it; throws Invalid for the field `file` where it was not kept. */
export async function takeAttached(request: FastifyRequest, vault: Vault): Promise<{ typed: Record<string, unknown>, file: Attached | null }> {
  if (!request.isMultipart()) return { typed: (request.body ?? {}) as Record<string, unknown>, file: null }
  const form = await receiveForm(request, vault, { files: 1, fields: 20, fieldBytes: 64 * 1024 })
  const [sent] = form.files
  if (!sent) return { typed: form.fields, file: null }
  if ('fault' in sent) throw new Invalid({ file: explain(sent.fault) })
  const name = storedName(sent.name)
  const { mediaType } = await judge(sent.blob.head, sent.blob.size, name)
  return { typed: form.fields, file: { file_sha256: sent.blob.sha256, file_name: name, file_size: sent.blob.size, media_type: mediaType } }
}
