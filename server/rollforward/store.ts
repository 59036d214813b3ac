import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope, type PersonScope } from '../scope.ts'
import { carried, left, type CarriedTable, type Source } from './source.ts'
import type { NewRows, Plan, Report } from './carriage.ts'

/** One at a time starts what follows this engagement. */
export async function lockNext(trx: Tx, scope: EngagementScope): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`next ${scope.engagement.id}`}, 0))`.execute(trx)
}

/** Everything of the engagement that may come along. */
export async function readSource(trx: Tx, scope: EngagementScope): Promise<Source> {
  const rows: Partial<Record<CarriedTable, readonly object[]>> = {}
  for (const table of carried) {
    rows[table] = await trx.selectFrom(table).selectAll().where('engagement_id', '=', scope.engagement.id).execute()
  }
  return rows as unknown as Source
}

/** The people of the client who are still on the engagement's team and in their organization. */
export async function listClientPeople(trx: Tx, scope: EngagementScope): Promise<string[]> {
  const rows = await trx.selectFrom('membership').innerJoin('person', 'person.id', 'membership.person_id').select('person.id')
    .where('membership.engagement_id', '=', scope.engagement.id).where('membership.removed_at', 'is', null).where('person.removed_at', 'is', null)
    .where('person.organization_id', '=', scope.engagement.clientId).execute()
  return rows.map(({ id }) => id)
}

/** How many rows there are of what never comes along, in the order in which the report tells them. */
export async function countLeft(trx: Tx, scope: EngagementScope): Promise<{ what: string, count: number }[]> {
  const counts: { what: string, count: number }[] = []
  for (const [table, what] of left) {
    const { count } = await trx.selectFrom(table).select(sql<number>`count(*)`.as('count')).where('engagement_id', '=', scope.engagement.id).executeTakeFirstOrThrow()
    counts.push({ what, count })
  }
  return counts
}

/** Settings of how links and the client's own gate work, which the next engagement begins with. */
export async function findSettings(trx: Tx, scope: EngagementScope) {
  return await trx.selectFrom('engagement').select(['link_days', 'link_policy', 'client_gate']).where('id', '=', scope.engagement.id).executeTakeFirstOrThrow()
}

export type Settings = Awaited<ReturnType<typeof findSettings>>

/** Writes a draft that was rolled forward from the engagement of `scope`; the transaction must have entered it. */
export async function insertDraft(trx: Tx, scope: EngagementScope & PersonScope, id: string, plan: Plan, settings: Settings): Promise<void> {
  await trx.insertInto('engagement').values({
    id, client_id: scope.engagement.clientId, system_name: scope.engagement.system, type: plan.type, as_of: plan.asOf, period_start: plan.periodStart,
    period_end: plan.periodEnd, zone: plan.zone, categories: [...plan.categories], phase: 'draft', rolled_from: scope.engagement.id,
    created_by: scope.actor.id, ...settings,
  }).execute()
}

/** Writes rows table by table, in the order in which they hold on to each other. */
export async function insertRows(trx: Tx, rows: NewRows): Promise<void> {
  for (const [table, all] of rows) {
    for (let from = 0; from < all.length; from += 500) {
      await trx.insertInto(table as 'control').values(all.slice(from, from + 500) as never).execute()
    }
  }
}

export async function insertReport(trx: Tx, scope: EngagementScope, report: Report): Promise<void> {
  await trx.insertInto('roll_report').values({ engagement_id: scope.engagement.id, report: JSON.stringify(report), made_by: personOf(scope)! }).execute()
}

/** The report of an engagement that was rolled forward, with when it was made and by whom; null for any other. */
export async function findReport(trx: Tx, scope: EngagementScope): Promise<{ report: Report, madeAt: Date, by: string } | null> {
  const row = await trx.selectFrom('roll_report').innerJoin('person', 'person.id', 'roll_report.made_by')
    .select(['roll_report.report', 'roll_report.made_at as madeAt', 'person.name as by']).where('engagement_id', '=', scope.engagement.id).executeTakeFirst()
  return row ? { report: row.report as Report, madeAt: row.madeAt, by: row.by } : null
}
