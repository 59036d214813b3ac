import type { EvidenceFileTable } from '../database/schema/evidence.ts'
import type { FormState } from '../web/form.ts'
import type { IconName } from '../web/icons.ts'
import type { FileFinding } from './findings.ts'
import type { FileRow } from './store.ts'
import { whyField } from './warnings.ts'

/** A finding as its owner meets it: `field` takes the word with which it may stand, null where none is asked for. */
export type ShownFinding = { readonly head: string, readonly text: string, readonly field: string | null, readonly words: string, readonly error: string | null }

/** A file as both sides list it. `href` is null where this person may not open it, `removal` where it stays. */
export type SentFile = {
  readonly id: string
  readonly name: string
  readonly icon: IconName
  readonly size: number
  readonly sha256: string
  readonly at: Date
  readonly zone: string
  readonly submitted: boolean
  readonly href: string | null
  readonly removal: string | null
  readonly findings: readonly ShownFinding[]
  /** Its picture is still being drawn, or its rows counted. */
  readonly looking: boolean
}

export type Listing = { readonly base: string, readonly removals: string | null, readonly zone: string, readonly submitted: boolean, readonly personId: string | null }

/** `base` and `removals`: addresses the file and its removal hang below. `personId`: whose files may be opened here, null for everybody's. */
export function sentFile(file: FileRow, { base, removals, zone, submitted, personId }: Listing, findings: readonly ShownFinding[] = []): SentFile {
  const address = `${base}/files/${file.id}`
  return {
    id: file.id, name: file.name, icon: iconOf(file.kind), size: file.size, sha256: file.sha256, at: file.uploaded_at, zone, submitted,
    href: !file.withheld && (personId === null || file.uploaded_by === personId) ? address : null,
    removal: removals === null ? null : `${removals}/files/${file.id}/removal`,
    findings,
    looking: file.preview === 'pending' && (file.kind === 'image' || file.kind === 'csv' || file.kind === 'text'),
  }
}

/** A finding with the field for its word, as the form has it. */
export function shownFinding({ code, head, text }: FileFinding, sha256: string, form: FormState): ShownFinding {
  if (code === null) return { head, text, field: null, words: '', error: null }
  const field = whyField({ code, sha256 })
  const words = form.values[field]
  return { head, text, field, words: typeof words === 'string' ? words : '', error: form.errors[field] ?? null }
}

export function iconOf(kind: EvidenceFileTable['kind']): IconName {
  if (kind === 'image') return 'image'
  if (kind === 'csv') return 'sheet'
  return kind === 'zip' ? 'zip' : 'file'
}
