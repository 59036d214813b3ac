import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { NotFound, Refused } from '../errors.ts'
import { requestNumber, type ReturnReason } from '../requests/rules.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { lockReviewed } from './actions.ts'
import { deleteDecision, updateDecision } from './review-store.ts'
import { refuseOwnAnswer } from './rules.ts'
import { listFiles } from './store.ts'

/** The decision on one file of an answer: accepted, to go back with reason and words, or taken back. */
export type FileChoice =
  | { readonly decision: 'accepted' | 'undecided' }
  | { readonly decision: 'returned', readonly reason: ReturnReason, readonly words: string }

/** Decides on one file of the version under review; `version` is the one the person looked at. Throws NotFound and Refused. */
export async function decideFile(site: Site, scope: EngagementScope, number: number, version: number | null, fileId: string, choice: FileChoice): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const { request, submission } = await lockReviewed(trx, scope, number, version)
    if (request.status !== 'in_review') throw new Refused(`${requestNumber(number)} is not under review. Start the review first.`)
    refuseOwnAnswer(submission.submitted_by, personOf(scope))
    const file = (await listFiles(trx, scope, request.id)).find(({ id }) => id === fileId)
    if (!file) throw new NotFound()
    if (file.submission_id !== submission.id) throw new Refused('This file belongs to an earlier version. Decide on the one under review.')
    const reason = choice.decision === 'returned' ? choice.reason : null
    if (choice.decision === 'undecided') {
      if (!await deleteDecision(trx, scope, file.id)) return
    } else {
      await updateDecision(trx, scope, file.id, { decision: choice.decision, reason, words: choice.decision === 'returned' ? choice.words : '' })
    }
    await record(trx, scope, { kind: 'evidence.file_decided', facts: { fileId: file.id, requestId: request.id, decision: choice.decision, reason }, ...choice.decision === 'returned' ? { detail: { words: choice.words } } : {} })
  })
}
