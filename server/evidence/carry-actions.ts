import type { Tx } from '../database/connect.ts'
import type { RequestRow } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { carriedOver } from './rules.ts'
import { listDecisions } from './review-store.ts'
import { answerOf } from './statement.ts'
import { copyParts, findNewest, insertDraft, listFiles, type FileRow, type SubmissionRow } from './store.ts'

/** The files of a version that go back by themselves, each with its reason and words. */
export type ReturnedFile = { readonly file: FileRow, readonly reason: string, readonly words: string }

/** Which files of a version go back and which need not be sent again; of a sample nothing that was not returned is sent twice. */
export async function sortFiles(trx: Tx, scope: EngagementScope, request: RequestRow, submission: SubmissionRow): Promise<{ returned: ReturnedFile[], kept: FileRow[] }> {
  const decisions = await listDecisions(trx, scope, request.id)
  const files = (await listFiles(trx, scope, request.id)).filter((file) => file.submission_id === submission.id)
  const returned = files.flatMap((file) => {
    const found = decisions.get(file.id)
    return found?.decision === 'returned' ? [{ file, reason: found.reason ?? 'other', words: found.words }] : []
  })
  const kept = files.filter((file) => {
    const decision = decisions.get(file.id)?.decision
    // What the firm obtained itself is its own and never becomes part of a client's answer.
    return file.channel !== 'auditor' && !file.withheld && (decision === 'accepted' || (request.draw_id !== null && decision !== 'returned'))
  })
  return { returned, kept }
}

/** Begins the client's next version with what need not be sent again, by reference to the same bytes. Returns what the caller records. */
export async function carryOver(trx: Tx, scope: EngagementScope, submission: SubmissionRow, kept: readonly FileRow[], whole: boolean): Promise<TrailEvent[]> {
  if (kept.length === 0 && !whole) return []
  const begun = await findNewest(trx, scope, submission.request_id)
  const draft = begun?.status === 'draft' ? begun.id : await insertDraft(trx, scope, submission.request_id, whole ? { ...answerOf(submission), ticked: [] } : carriedOver(answerOf(submission)))
  const files = await copyParts(trx, scope, submission.id, draft, kept.map(({ id }) => id))
  return files === 0 ? [] : [{ kind: 'evidence.carried_over', facts: { requestId: submission.request_id, version: submission.number, files } }]
}
