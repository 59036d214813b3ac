import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { DesignFinding, StandingDesign } from './design.ts'

export type DesignRow = Awaited<ReturnType<typeof listDesigns>>[number]

/** Every evaluation of a control's design, the one that stands first, then the former ones, newest first. */
export async function listDesigns(trx: Tx, scope: EngagementScope, controlId: string) {
  return await trx.selectFrom('design_evaluation as design').innerJoin('person as preparer', 'preparer.id', 'design.prepared_by')
    .leftJoin('person as reviewer', 'reviewer.id', 'design.reviewed_by').leftJoin('person as voider', 'voider.id', 'design.voided_by')
    .leftJoin('request', (join) => join.onRef('request.engagement_id', '=', 'design.engagement_id').onRef('request.id', '=', 'design.request_id'))
    .selectAll('design').select(['preparer.name as preparer', 'reviewer.name as reviewer', 'voider.name as voider', 'request.number as request_number', 'request.title as request_title'])
    .where('design.engagement_id', '=', scope.engagement.id).where('design.control_id', '=', controlId)
    .orderBy(sql`design.voided_at is not null`).orderBy('design.prepared_at', 'desc').execute()
}

/** The evaluation that was not voided, as the rules know it, be it of the present wording or of one before; undefined when there is none. */
export async function findStandingDesign(trx: Tx, scope: EngagementScope, controlId: string): Promise<(StandingDesign & { id: string }) | undefined> {
  return await trx.selectFrom('design_evaluation').select(['id', 'conclusion', 'prepared_by as preparedBy', 'wording_version as wordingVersion', sql<boolean>`reviewed_at is not null`.as('reviewed')])
    .where('engagement_id', '=', scope.engagement.id).where('control_id', '=', controlId).where('voided_at', 'is', null).executeTakeFirst()
}

export async function insertDesign(trx: Tx, scope: EngagementScope, control: { id: string, wordingVersion: number }, found: DesignFinding): Promise<void> {
  await trx.insertInto('design_evaluation').values({
    engagement_id: scope.engagement.id, control_id: control.id, wording_version: control.wordingVersion, looked_at: found.lookedAt, request_id: found.requestId,
    conclusion: found.conclusion, deficiency: found.deficiency, implemented: found.implemented, seen_on: found.seenOn, prepared_by: personOf(scope)!,
  }).execute()
}

export async function reviewDesign(trx: Tx, scope: EngagementScope, id: string): Promise<void> {
  await trx.updateTable('design_evaluation').set({ reviewed_by: personOf(scope), reviewed_at: sql<Date>`app_now()` }).where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
}

/** Voids the evaluation that stands; false when there was none. */
export async function voidDesign(trx: Tx, scope: EngagementScope, controlId: string, reason: string): Promise<boolean> {
  const rows = await trx.updateTable('design_evaluation').set({ voided_by: personOf(scope), voided_at: sql<Date>`app_now()`, void_reason: reason })
    .where('engagement_id', '=', scope.engagement.id).where('control_id', '=', controlId).where('voided_at', 'is', null).returning('id').execute()
  return rows.length > 0
}

/** How many controls there are, and for how many the design is concluded, reviewed, and found deficient. */
export async function countDesign(trx: Tx, scope: EngagementScope): Promise<{ controls: number, evaluated: number, reviewed: number, deficient: number }> {
  const { rows } = await sql<{ controls: number, evaluated: number, reviewed: number, deficient: number }>`select count(control.id)::int as controls,
      count(design.id) filter (where design.conclusion <> 'not_evaluated')::int as evaluated,
      count(design.reviewed_at)::int as reviewed,
      count(design.id) filter (where design.conclusion = 'deficient')::int as deficient
    from control left join design_evaluation design on design.engagement_id = control.engagement_id and design.control_id = control.id
      and design.voided_at is null and design.wording_version = control.wording_version
    where control.engagement_id = ${scope.engagement.id}`.execute(trx)
  return rows[0]!
}

/** How the design of each control stands, by the control's id; a control whose present wording nobody evaluated is not in it. */
export async function listStandingDesigns(trx: Tx, scope: EngagementScope): Promise<Map<string, StandingDesign>> {
  const rows = await trx.selectFrom('design_evaluation as design')
    .innerJoin('control', (join) => join.onRef('control.engagement_id', '=', 'design.engagement_id').onRef('control.id', '=', 'design.control_id').onRef('control.wording_version', '=', 'design.wording_version'))
    .select(['design.control_id', 'design.conclusion', 'design.prepared_by as preparedBy', 'design.wording_version as wordingVersion', sql<boolean>`design.reviewed_at is not null`.as('reviewed')])
    .where('design.engagement_id', '=', scope.engagement.id).where('design.voided_at', 'is', null).execute()
  return new Map(rows.map(({ control_id: id, ...design }) => [id, design]))
}
