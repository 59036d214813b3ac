import type { FastifyRequest } from 'fastify'
import { explain, type UploadFault } from '../files/faults.ts'
import { displayName } from '../files/names.ts'
import { receiveForm, receiveRaw } from '../files/receive.ts'
import type { StoredBlob, Vault } from '../files/vault.ts'

// Two for each item of a large sample, and the statement.
const MOST_FIELDS = 5000

type Fields = Readonly<Record<string, string | readonly string[]>>
type Arrived = { readonly name: string, readonly blob: StoredBlob, readonly itemId: string | null }

/** What a post brought: files that arrived whole, files that did not and why, and what was typed. */
export type Post = { readonly files: readonly Arrived[], readonly notAdded: readonly { readonly name: string, readonly message: string }[], readonly faults: readonly UploadFault[], readonly fields: Fields }

/** Takes a form with or without files; throws UploadRefused when it ends early, for then nothing of it may be used. */
export async function takePost(request: FastifyRequest, vault: Vault): Promise<Post> {
  if (!request.isMultipart()) return { files: [], notAdded: [], faults: [], fields: plainFields(request.body) }
  const form = await receiveForm(request, vault, { fields: MOST_FIELDS })
  const files: Arrived[] = []
  const notAdded: Post['notAdded'][number][] = []
  const faults: UploadFault[] = []
  for (const file of form.files) {
    if ('blob' in file) {
      files.push({ name: file.name, blob: file.blob, itemId: itemOf(file.field) })
      continue
    }
    faults.push(file.fault)
    notAdded.push({ name: displayName(file.name), message: explain(file.fault) })
  }
  return { files, notAdded: onceForTooMany(notAdded, faults), faults, fields: form.fields }
}

/** Takes one file sent as the body itself; `item` in the query names the item of a sample. */
export async function takeFile(request: FastifyRequest, vault: Vault): Promise<Arrived> {
  const { name, blob } = await receiveRaw(request, vault)
  const { item } = request.query as { item?: unknown }
  return { name, blob, itemId: typeof item === 'string' ? itemOf(`item-${item}`) : null }
}

function itemOf(field: string): string | null {
  return /^item-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(field)?.[1] ?? null
}

// Five hundred equal sentences say less than one.
function onceForTooMany(notAdded: Post['notAdded'], faults: readonly UploadFault[]): Post['notAdded'] {
  const dropped = faults.filter(({ kind }) => kind === 'too_many').length
  if (dropped < 2) return notAdded
  const first = faults.findIndex(({ kind }) => kind === 'too_many')
  return [
    ...notAdded.filter((_line, index) => faults[index]?.kind !== 'too_many'),
    { name: `${notAdded[first]!.name} and ${dropped - 1} more`, message: notAdded[first]!.message },
  ]
}

function plainFields(body: unknown): Fields {
  return body !== null && typeof body === 'object' ? body as Fields : {}
}
