import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Finding } from './findings.ts'

export type NewStatement = {
  readonly number: number
  readonly name: string
  readonly occurrence: string
  readonly requestId: string
  readonly submission: { readonly id: string, readonly source_system: string, readonly query: string, readonly row_count: number | null }
  readonly findings: readonly Finding[]
}

/** A population of no rows that rests on what the owner wrote. */
export async function insertStatement(trx: Tx, scope: EngagementScope, { number, name, occurrence, requestId, submission, findings }: NewStatement): Promise<string> {
  const { id } = await trx.insertInto('population').values({
    engagement_id: scope.engagement.id, number, name, occurrence, source: 'statement', request_id: requestId, submission_id: submission.id,
    source_system: submission.source_system, query: submission.query, declared_count: submission.row_count, status: 'checking', reading: 'done',
    row_count: 0, in_scope_count: 0, findings: JSON.stringify(findings), created_by: personOf(scope)!,
  }).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Numbers of the populations an answer is read as. */
export async function listOfSubmission(trx: Tx, scope: EngagementScope, submissionId: string): Promise<number[]> {
  const rows = await trx.selectFrom('population').select('number').where('engagement_id', '=', scope.engagement.id).where('submission_id', '=', submissionId).orderBy('number').execute()
  return rows.map(({ number }) => number)
}

/** Population requests in review whose answer has not been read as anything yet. */
export async function listUnread(trx: Tx, scope: EngagementScope) {
  return await trx.selectFrom('request')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'request.engagement_id').onRef('submission.request_id', '=', 'request.id'))
    .select(['request.number', 'request.title', 'submission.number as version', 'submission.answer', 'submission.row_count'])
    .where('request.engagement_id', '=', scope.engagement.id).where('request.kind', '=', 'population').where('request.status', '=', 'in_review').where('submission.status', '=', 'submitted')
    .where((eb) => eb.not(eb.exists(eb.selectFrom('population').select('population.id').whereRef('population.engagement_id', '=', 'request.engagement_id').whereRef('population.submission_id', '=', 'submission.id'))))
    .orderBy('request.number').execute()
}

/** The versions of the answers to a request with what each was read as, newest first. */
export async function listVersions(trx: Tx, scope: EngagementScope, requestId: string) {
  return await trx.selectFrom('submission')
    .leftJoin('population', (join) => join.onRef('population.engagement_id', '=', 'submission.engagement_id').onRef('population.submission_id', '=', 'submission.id'))
    .select(['submission.number as version', 'submission.status', 'submission.submitted_at', 'submission.reason', 'population.number', 'population.name', 'population.status as population_status',
      'population.row_count', 'population.in_scope_count'])
    .where('submission.engagement_id', '=', scope.engagement.id).where('submission.request_id', '=', requestId).where('submission.status', '<>', 'draft')
    .orderBy('submission.number', 'desc').orderBy('population.number').execute()
}
