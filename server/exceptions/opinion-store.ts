import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EffectKind, OpinionKind } from '../database/schema/exceptions.ts'
import type { Conclusion } from '../database/schema/testing.ts'
import { personOf, type EngagementScope } from '../scope.ts'

export type CriterionEffect = Awaited<ReturnType<typeof listCriterionEffects>>[number]

/** Every version of what the partner recorded of each criterion, oldest first; the last one of a criterion stands. */
export async function listCriterionEffects(trx: Tx, scope: EngagementScope) {
  return await trx.selectFrom('criterion_effect').innerJoin('person', 'person.id', 'criterion_effect.recorded_by')
    .select(['criterion_effect.criterion', 'criterion_effect.version', 'criterion_effect.effect', 'criterion_effect.memo', 'criterion_effect.recorded_at', 'person.name as recorder'])
    .where('criterion_effect.engagement_id', '=', scope.engagement.id).orderBy('criterion_effect.criterion').orderBy('criterion_effect.version').execute()
}

/** The opinion that stands: the newest version the partner recorded, or undefined. */
export async function findOpinion(trx: Tx, scope: EngagementScope) {
  return (await listOpinions(trx, scope)).at(-1)
}

/** Every version of the opinion, oldest first. */
export async function listOpinions(trx: Tx, scope: EngagementScope) {
  return await trx.selectFrom('opinion').innerJoin('person', 'person.id', 'opinion.recorded_by')
    .select(['opinion.version', 'opinion.kind', 'opinion.memo', 'opinion.recorded_at', 'person.name as recorder'])
    .where('opinion.engagement_id', '=', scope.engagement.id).orderBy('opinion.version').execute()
}

/** Exceptions of criteria that no control meets, cleared ones too, by number. */
export async function listCriterionExceptions(trx: Tx, scope: EngagementScope) {
  const rows = await trx.selectFrom('exception').select(['id', 'number', 'criterion', 'status', 'problem', 'cause', 'evaluation'])
    .where('engagement_id', '=', scope.engagement.id).where('criterion', 'is not', null).orderBy('number').execute()
  return rows.map((row) => ({ ...row, criterion: row.criterion! }))
}

/** Records the version after `read`; false where somebody else did so meanwhile. */
export async function insertEffect(trx: Tx, scope: EngagementScope, criterion: string, read: number, effect: EffectKind, memo: string): Promise<boolean> {
  const row = await trx.insertInto('criterion_effect').values({ engagement_id: scope.engagement.id, criterion, version: read + 1, effect, memo, recorded_by: personOf(scope)! })
    .onConflict((conflict) => conflict.doNothing()).returning('version').executeTakeFirst()
  return row !== undefined
}

/** Records the version after `read`; false where somebody else did so meanwhile. */
export async function insertOpinion(trx: Tx, scope: EngagementScope, read: number, kind: OpinionKind, memo: string): Promise<boolean> {
  const row = await trx.insertInto('opinion').values({ engagement_id: scope.engagement.id, version: read + 1, kind, memo, recorded_by: personOf(scope)! })
    .onConflict((conflict) => conflict.doNothing()).returning('version').executeTakeFirst()
  return row !== undefined
}

/** Criteria that the engagement says do not apply. */
export async function listExcluded(trx: Tx, scope: EngagementScope): Promise<string[]> {
  const rows = await trx.selectFrom('criterion_exclusion').select('criterion').where('engagement_id', '=', scope.engagement.id).execute()
  return rows.map(({ criterion }) => criterion)
}

/** Whether a control is mapped to the criterion. */
export async function isMet(trx: Tx, scope: EngagementScope, criterion: string): Promise<boolean> {
  return await trx.selectFrom('control_criterion').select('control_id').where('engagement_id', '=', scope.engagement.id).where('criterion', '=', criterion).limit(1).executeTakeFirst() !== undefined
}

export type Neighbour = { readonly number: string, readonly criteria: readonly string[], readonly lines: readonly { readonly sequence: number, readonly conclusion: Conclusion | null }[] }

/** Every control that serves one of these criteria, with how its tests concluded. */
export async function listControlsOn(trx: Tx, scope: EngagementScope, criteria: readonly string[]): Promise<Neighbour[]> {
  if (criteria.length === 0) return []
  const { rows } = await sql<Neighbour>`select control.number, array_agg(served.criterion order by served.criterion) as criteria,
      coalesce((select json_agg(json_build_object('sequence', line.sequence, 'conclusion', line.conclusion) order by line.sequence) from test_line line
        where line.engagement_id = control.engagement_id and line.control_id = control.id), '[]') as lines
    from control join control_criterion served on served.engagement_id = control.engagement_id and served.control_id = control.id
    where control.engagement_id = ${scope.engagement.id} and served.criterion in (${sql.join(criteria)})
    group by control.engagement_id, control.id, control.number order by control.number`.execute(trx)
  return rows
}
