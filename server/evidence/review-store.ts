import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { emptyRecord, type Observation, type ReviewRecord } from './acceptance.ts'

export type FileDecision = { readonly decision: 'accepted' | 'returned', readonly reason: string | null, readonly words: string, readonly decider: string, readonly at: Date, readonly carried: boolean }

/**
 * What was decided on single files of a request, by file id. A file carried over into a later version keeps the acceptance
 * of the one it was taken from (`carried`) until somebody decides on it anew. The client learns of a decision with the
 * one on the whole version: until then it is a reviewer's thought that may be taken back.
 */
export async function listDecisions(trx: Tx, scope: EngagementScope, requestId: string): Promise<Map<string, FileDecision>> {
  let query = trx.selectFrom('evidence_file as file')
    .leftJoin('evidence_file as source', (join) => join.onRef('source.engagement_id', '=', 'file.engagement_id').onRef('source.id', '=', 'file.taken_from').onRef('source.request_id', '=', 'file.request_id'))
    .innerJoin('file_decision as decision', (join) => join.onRef('decision.engagement_id', '=', 'file.engagement_id')
      .on((eb) => eb.or([eb('decision.file_id', '=', eb.ref('file.id')), eb.and([eb('decision.file_id', '=', eb.ref('source.id')), eb('decision.decision', '=', 'accepted')])])))
    .innerJoin('person', 'person.id', 'decision.decided_by')
    .select(['file.id', 'decision.file_id', 'decision.decision', 'decision.reason_code', 'decision.words', 'decision.decided_at', 'person.name'])
    .where('file.engagement_id', '=', scope.engagement.id).where('file.request_id', '=', requestId)
  if (scope.side === 'client') query = query.where((eb) => eb.not(eb.exists(eb.selectFrom('evidence_file as decided')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'decided.engagement_id').onRef('submission.id', '=', 'decided.submission_id'))
    .whereRef('decided.engagement_id', '=', 'decision.engagement_id').whereRef('decided.id', '=', 'decision.file_id').where('submission.status', '=', 'submitted').select('submission.id'))))
  const found = new Map<string, FileDecision>()
  for (const row of await query.execute()) {
    const carried = row.file_id !== row.id
    if (carried && found.has(row.id)) continue
    found.set(row.id, { decision: row.decision, reason: row.reason_code, words: row.words, decider: row.name, at: row.decided_at, carried })
  }
  return found
}

export type Decided = { readonly decision: 'accepted' | 'returned', readonly reason: string | null, readonly words: string }

/** Writes the decision on one file, over what was decided before while its answer is under review. */
export async function updateDecision(trx: Tx, scope: EngagementScope, fileId: string, { decision, reason, words }: Decided): Promise<void> {
  const decided = { decision, reason_code: reason, words, decided_by: personOf(scope)! }
  await trx.insertInto('file_decision').values({ engagement_id: scope.engagement.id, file_id: fileId, ...decided })
    .onConflict((conflict) => conflict.columns(['engagement_id', 'file_id']).doUpdateSet({ ...decided, decided_at: sql<Date>`app_now()` })).execute()
}

/** Takes a decision back; returns whether there was one. */
export async function deleteDecision(trx: Tx, scope: EngagementScope, fileId: string): Promise<boolean> {
  const { numDeletedRows } = await trx.deleteFrom('file_decision').where('engagement_id', '=', scope.engagement.id).where('file_id', '=', fileId).executeTakeFirst()
  return numDeletedRows > 0n
}

/** What the reviewer noted of a version; nothing yet where nothing was. */
export async function findReviewRecord(trx: Tx, scope: EngagementScope, submissionId: string): Promise<ReviewRecord> {
  const row = await trx.selectFrom('review_record').selectAll().where('engagement_id', '=', scope.engagement.id).where('submission_id', '=', submissionId).executeTakeFirst()
  return row ? { seen: row.seen, documentVersion: row.document_version, approver: row.approver, effectiveOn: row.effective_on } : emptyRecord
}

/** Writes down what the reviewer noted of a version under review. */
export async function updateReviewRecord(trx: Tx, scope: EngagementScope, submissionId: string, record: ReviewRecord): Promise<void> {
  const noted = { seen: [...record.seen], document_version: record.documentVersion, approver: record.approver, effective_on: record.effectiveOn, recorded_by: personOf(scope)! }
  await trx.insertInto('review_record').values({ engagement_id: scope.engagement.id, submission_id: submissionId, ...noted })
    .onConflict((conflict) => conflict.columns(['engagement_id', 'submission_id']).doUpdateSet({ ...noted, recorded_at: sql<Date>`app_now()` })).execute()
}

/** What the auditor wrote down, by the version it belongs to. */
export async function listObservations(trx: Tx, scope: EngagementScope, requestId: string): Promise<Map<string, Observation>> {
  const rows = await trx.selectFrom('observation')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'observation.engagement_id').onRef('submission.id', '=', 'observation.submission_id'))
    .selectAll('observation').where('observation.engagement_id', '=', scope.engagement.id).where('submission.request_id', '=', requestId).execute()
  return new Map(rows.map((row) => [row.submission_id, {
    source: row.source, observer: row.observer, at: row.observed_at, zone: row.observed_zone, subject: row.subject, subjectRole: row.subject_role, lines: row.lines,
  }]))
}

/** Writes down, for good, what the auditor obtained, asked or watched. */
export async function insertObservation(trx: Tx, scope: EngagementScope, submissionId: string, observation: Observation): Promise<void> {
  await trx.insertInto('observation').values({
    engagement_id: scope.engagement.id, submission_id: submissionId, source: observation.source, observer: observation.observer, observed_at: observation.at,
    observed_zone: observation.zone, subject: observation.subject, subject_role: observation.subjectRole, lines: JSON.stringify(observation.lines),
  }).execute()
}

/** The file another one was taken from: its request and version; null where this scope may not see it. */
export async function findSource(trx: Tx, scope: EngagementScope, fileId: string): Promise<{ id: string, number: number, version: number } | null> {
  let query = trx.selectFrom('evidence_file')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'evidence_file.engagement_id').onRef('submission.id', '=', 'evidence_file.submission_id'))
    .innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'evidence_file.engagement_id').onRef('request.id', '=', 'evidence_file.request_id'))
    .select(['evidence_file.id', 'request.number', 'submission.number as version'])
    .where('evidence_file.engagement_id', '=', scope.engagement.id).where('evidence_file.id', '=', fileId)
  if (scope.role === 'owner') query = query.where('request.owner_id', '=', personOf(scope))
  return await query.executeTakeFirst() ?? null
}
