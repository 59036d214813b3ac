import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { todayIn } from './calendar.ts'
import type { PhaseFacts } from './phase-conditions.ts'
import type { Phase } from './phases.ts'

export type CountedFacts = Omit<PhaseFacts, 'unassessed'> & { readonly assessed: readonly string[] }

/**
 * What the conditions of the phases rest on. A control is walked through once its design is evaluated, and concluded once
 * every line of it is; of a record the last entry counts, unless it takes back what stood; evidence counts from when it
 * was submitted.
 */
export async function findPhaseFacts(trx: Tx, scope: EngagementScope, now: Date): Promise<CountedFacts> {
  const { id, zone, type, purpose = 'examination' } = scope.engagement
  const { rows } = await sql<Omit<CountedFacts, 'today' | 'purpose' | 'type'>>`
    with standing as (select kind, person_id, dated_on from (
        select distinct on (kind, case when kind = 'independence' then person_id end) kind, person_id, dated_on, stands from engagement_record
        where engagement_id = ${id} order by kind, case when kind = 'independence' then person_id end, version desc) latest where stands)
    select coalesce(period_end, as_of)::text as end, report_date::text as "reportDate", release_date::text as "releaseDate",
      exists (select from standing where kind = 'acceptance') as acceptance, exists (select from standing where kind = 'terms') as terms,
      exists (select from standing where kind = 'control_matrix') as matrix, exists (select from standing where kind = 'assertion') as assertion,
      exists (select from standing where kind = 'assembly') as assembled,
      (select dated_on::text from standing where kind = 'representation') as representation, (select dated_on::text from standing where kind = 'quality_review') as review,
      array(select person.name from membership join person on person.id = membership.person_id
        where membership.engagement_id = ${id} and membership.removed_at is null and role in ('partner', 'quality_reviewer', 'manager', 'senior', 'staff')
          and not exists (select from standing where kind = 'independence' and standing.person_id = membership.person_id) order by person.name) as unconfirmed,
      (select count(*) from control where engagement_id = ${id}) as controls,
      (select count(*) from control where engagement_id = ${id} and not exists (select from design_evaluation design
        where design.engagement_id = ${id} and design.control_id = control.id and voided_at is null and conclusion <> 'not_evaluated')) as unwalked,
      (select count(*) from control where engagement_id = ${id} and coalesce((select bool_or(conclusion is null) from test_line
        where test_line.engagement_id = ${id} and test_line.control_id = control.id), true)) as unconcluded,
      (select count(*) from test_line where engagement_id = ${id} and interim_on < coalesce(span_to, engagement.period_end) and rollforward_result is null) as unrolled,
      (select count(*) from exception where engagement_id = ${id} and status in ('identified', 'client_confirming', 'confirmed')) as unevaluated,
      (select count(*) from exception where engagement_id = ${id} and status = 'evaluated') as unanswered,
      (select (max(submitted_at) at time zone ${zone})::date::text from submission where engagement_id = ${id}) as "lastEvidence",
      coalesce((select quality_review from firm_policy where version = engagement.firm_policy_version), false) as "reviewRequired",
      array(select criterion from readiness_assessment where engagement_id = ${id}) as assessed
    from engagement where id = ${id}`.execute(trx)
  return { ...rows[0]!, type, purpose, today: todayIn(zone, now) }
}

/** Moves the engagement; who archives it, and when, stays with it. */
export async function updatePhase(trx: Tx, scope: EngagementScope, phase: Phase): Promise<void> {
  await trx.updateTable('engagement').set({ phase, ...phase === 'archived' ? { archived_at: sql<Date>`app_now()`, archived_by: personOf(scope) } : {} })
    .where('id', '=', scope.engagement.id).execute()
}

export type Closing = {
  readonly phase: string
  readonly reportDate: string | null
  readonly releaseDate: string | null
  readonly assemblyDays: number
  readonly retentionYears: number
  readonly retentionUntil: string | null
  readonly legalHold: boolean
  readonly archivedAt: Date | null
}

/** The dates at the engagement's end as they stand. */
export async function findClosing(trx: Tx, scope: EngagementScope): Promise<Closing> {
  const row = await trx.selectFrom('engagement').select(['phase', 'report_date', 'release_date', 'assembly_days', 'retention_years', 'retention_until', 'legal_hold', 'archived_at'])
    .where('id', '=', scope.engagement.id).executeTakeFirstOrThrow()
  return {
    phase: row.phase, reportDate: row.report_date, releaseDate: row.release_date, assemblyDays: row.assembly_days, retentionYears: row.retention_years,
    retentionUntil: row.retention_until, legalHold: row.legal_hold, archivedAt: row.archived_at,
  }
}

export async function updateClosing(trx: Tx, scope: EngagementScope, change: { report_date?: string | null, release_date?: string | null, legal_hold?: boolean }): Promise<void> {
  await trx.updateTable('engagement').set(change).where('id', '=', scope.engagement.id).execute()
}

/** Nobody keeps looking through the client’s eyes at an engagement that takes no changes: they could not end it. */
export async function endViews(trx: Tx, scope: EngagementScope): Promise<void> {
  await trx.updateTable('client_view').set({ ended_at: sql<Date>`app_now()` }).where('engagement_id', '=', scope.engagement.id).where('ended_at', 'is', null).execute()
}
