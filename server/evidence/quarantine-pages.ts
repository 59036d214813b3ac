import { isClosed } from '../access/policy.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { FileRow, SubmissionRow } from './store.ts'

/** The files that were handed in and that this person may have withheld; null when there are none. */
export type Withholding = { readonly action: string, readonly files: readonly { readonly id: string, readonly name: string }[] }

/** `here`: address of the request. A link speaks for what its recipient sent. */
export function withholdingOf(scope: EngagementScope, here: string, submissions: readonly SubmissionRow[], files: readonly FileRow[]): Withholding | null {
  if (isClosed(scope.engagement.phase)) return null
  const handedIn = new Set(submissions.filter(({ status }) => status !== 'draft').map(({ id }) => id))
  const own = files.filter((file) => handedIn.has(file.submission_id) && !file.withheld && (scope.actor.kind !== 'link' || file.uploaded_by === personOf(scope)))
  const once = own.filter((file, index) => own.findIndex(({ sha256 }) => sha256 === file.sha256) === index)
  return once.length === 0 ? null : { action: `${here}/quarantine`, files: once.map(({ id, name }) => ({ id, name })) }
}
