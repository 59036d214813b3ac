import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { ReadinessState, RemediationStatus } from '../database/schema/carried.ts'
import { personOf, type EngagementScope } from '../scope.ts'

export type Assessment = {
  readonly criterion: string
  readonly state: ReadinessState
  readonly gap: string
  readonly ownerId: string | null
  readonly owner: string | null
  readonly dueOn: string | null
  readonly status: RemediationStatus | null
  readonly since: Date
  readonly version: number
  readonly by: string
}

/** Every assessment the scope may see; a control owner sees the gaps that are theirs. */
export async function listAssessments(trx: Tx, scope: EngagementScope): Promise<Assessment[]> {
  return await assessments(trx, scope).execute()
}

/** The assessment of one criterion, or null where nobody assessed it or it is not this owner's. */
export async function findAssessment(trx: Tx, scope: EngagementScope, criterion: string): Promise<Assessment | null> {
  return await assessments(trx, scope).where('readiness_assessment.criterion', '=', criterion).executeTakeFirst() ?? null
}

/** The same, locked until the transaction ends. */
export async function lockAssessment(trx: Tx, scope: EngagementScope, criterion: string): Promise<Assessment | null> {
  await trx.selectFrom('readiness_assessment').select('criterion').where('engagement_id', '=', scope.engagement.id).where('criterion', '=', criterion).forUpdate().execute()
  return await findAssessment(trx, scope, criterion)
}

export type Judgement = { readonly state: ReadinessState, readonly gap: string, readonly ownerId: string | null, readonly dueOn: string | null, readonly status: RemediationStatus | null }

export async function saveAssessment(trx: Tx, scope: EngagementScope, criterion: string, judgement: Judgement): Promise<void> {
  const { state, gap, ownerId, dueOn, status } = judgement
  const values = { state, gap, owner_id: ownerId, due_on: dueOn, status, assessed_by: personOf(scope)! }
  await trx.insertInto('readiness_assessment').values({ engagement_id: scope.engagement.id, criterion, ...values })
    .onConflict((conflict) => conflict.columns(['engagement_id', 'criterion']).doUpdateSet((row) => ({
      ...values, assessed_at: sql<Date>`app_now()`, version: sql<number>`${row.ref('readiness_assessment.version')} + 1`,
      status_since: sql<Date>`case when ${row.ref('readiness_assessment.status')} is distinct from ${status} then app_now() else ${row.ref('readiness_assessment.status_since')} end`,
    }))).execute()
}

/** Moves a gap on and keeps who said what. */
export async function moveRemediation(trx: Tx, scope: EngagementScope, criterion: string, from: RemediationStatus, to: RemediationStatus, words: string): Promise<void> {
  const { id } = scope.engagement
  await trx.updateTable('readiness_assessment').set((row) => ({ status: to, status_since: sql<Date>`app_now()`, version: sql<number>`${row.ref('version')} + 1` }))
    .where('engagement_id', '=', id).where('criterion', '=', criterion).execute()
  await trx.insertInto('remediation_note').values({ engagement_id: id, criterion, from_status: from, to_status: to, words, written_by: personOf(scope)! }).execute()
}

/** What was said of a gap on its way, newest first. */
export async function listNotes(trx: Tx, scope: EngagementScope, criterion: string) {
  return await trx.selectFrom('remediation_note').innerJoin('person', 'person.id', 'remediation_note.written_by')
    .select(['remediation_note.from_status as from', 'remediation_note.to_status as to', 'remediation_note.words', 'remediation_note.written_at as at', 'person.name as by'])
    .where('engagement_id', '=', scope.engagement.id).where('criterion', '=', criterion).orderBy('written_at', 'desc').execute()
}

function assessments(trx: Tx, scope: EngagementScope) {
  let query = trx.selectFrom('readiness_assessment')
    .innerJoin('person as assessor', 'assessor.id', 'readiness_assessment.assessed_by').leftJoin('person as owner', 'owner.id', 'readiness_assessment.owner_id')
    .select(['readiness_assessment.criterion', 'readiness_assessment.state', 'readiness_assessment.gap', 'readiness_assessment.owner_id as ownerId', 'owner.name as owner',
      'readiness_assessment.due_on as dueOn', 'readiness_assessment.status', 'readiness_assessment.status_since as since', 'readiness_assessment.version', 'assessor.name as by'])
    .where('readiness_assessment.engagement_id', '=', scope.engagement.id)
  if (scope.role === 'owner') query = query.where('readiness_assessment.owner_id', '=', personOf(scope))
  return query
}
