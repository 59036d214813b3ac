import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Warning, Why } from './warnings.ts'

export type KeptWarning = Awaited<ReturnType<typeof listWarnings>>[number]

/** The words said on warnings of a request's versions, the newest version first; what concerns a whole answer holds for its own version alone. */
export async function listWhys(trx: Tx, scope: EngagementScope, requestId: string, submissionId: string | null): Promise<Why[]> {
  return await trx.selectFrom('answer_warning')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'answer_warning.engagement_id').onRef('submission.id', '=', 'answer_warning.submission_id'))
    .select(['answer_warning.code', 'answer_warning.sha256', 'answer_warning.words'])
    .where('answer_warning.engagement_id', '=', scope.engagement.id).where('submission.request_id', '=', requestId).where('answer_warning.words', '<>', '')
    .where((eb) => eb.or([eb('answer_warning.sha256', '<>', ''), ...submissionId === null ? [] : [eb('answer_warning.submission_id', '=', submissionId)]]))
    .orderBy('submission.number', 'desc').execute()
}

/** What was pointed out in one version when it was handed in, and what its owner said to it. */
export async function listWarnings(trx: Tx, scope: EngagementScope, submissionId: string) {
  return await trx.selectFrom('answer_warning').innerJoin('person', 'person.id', 'answer_warning.said_by')
    .select(['answer_warning.code', 'answer_warning.sha256', 'answer_warning.finding', 'answer_warning.words', 'person.name as by'])
    .where('answer_warning.engagement_id', '=', scope.engagement.id).where('answer_warning.submission_id', '=', submissionId)
    .orderBy('answer_warning.sha256').orderBy('answer_warning.code').execute()
}

/** Replaces the words on warnings of a draft, which may be about things not found any more. */
export async function replaceWhys(trx: Tx, scope: EngagementScope, submissionId: string, whys: readonly Why[]): Promise<void> {
  await write(trx, scope, submissionId, whys.map((why) => ({ ...why, finding: '' })))
}

/** Keeps what was pointed out, and what was said to it, as a draft is handed in. */
export async function replaceWarnings(trx: Tx, scope: EngagementScope, submissionId: string, warnings: readonly Warning[]): Promise<void> {
  await write(trx, scope, submissionId, warnings.map(({ code, sha256, words, subject, head }) => ({
    code, sha256, words, finding: subject === null ? head : `${subject}: ${head}`,
  })))
}

/** The newest version that was returned with a file, by the file's SHA-256. */
export async function listReturnedBytes(trx: Tx, scope: EngagementScope, requestId: string): Promise<Map<string, number>> {
  const rows = await trx.selectFrom('evidence_file')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'evidence_file.engagement_id').onRef('submission.id', '=', 'evidence_file.submission_id'))
    .select(['evidence_file.sha256', 'submission.number'])
    .where('evidence_file.engagement_id', '=', scope.engagement.id).where('evidence_file.request_id', '=', requestId).where('submission.status', '=', 'returned')
    .orderBy('submission.number').execute()
  return new Map(rows.map(({ sha256, number }) => [sha256, number]))
}

async function write(trx: Tx, scope: EngagementScope, submissionId: string, rows: readonly (Why & { readonly finding: string })[]): Promise<void> {
  const before = await trx.selectFrom('answer_warning').select(['code', 'sha256', 'words', 'finding'])
    .where('engagement_id', '=', scope.engagement.id).where('submission_id', '=', submissionId).execute()
  const told = (all: readonly (Why & { readonly finding: string })[]) => JSON.stringify(all.map(({ code, sha256, words, finding }) => JSON.stringify([code, sha256, words, finding])).toSorted())
  // What was typed is saved every second or so; most of the time nothing of this changed.
  if (told(before) === told(rows)) return
  await trx.deleteFrom('answer_warning').where('engagement_id', '=', scope.engagement.id).where('submission_id', '=', submissionId).execute()
  if (rows.length === 0) return
  await trx.insertInto('answer_warning').values(rows.map((row) => ({ engagement_id: scope.engagement.id, submission_id: submissionId, said_by: personOf(scope)!, ...row }))).execute()
}
