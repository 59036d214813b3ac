import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { MilestoneKind } from '../database/schema/carried.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Closing, Moved } from './milestones.ts'

export type MovedBy = Moved & { readonly by: string, readonly at: Date }

/** The milestones that somebody moved by hand. */
export async function listMoved(trx: Tx, scope: EngagementScope): Promise<MovedBy[]> {
  return await trx.selectFrom('milestone').innerJoin('person', 'person.id', 'milestone.moved_by')
    .select(['milestone.kind', 'milestone.due_on as on', 'milestone.version', 'person.name as by', 'milestone.moved_at as at'])
    .where('milestone.engagement_id', '=', scope.engagement.id).execute()
}

/** Keeps a milestone at a day; the transaction must hold the lock of the engagement. */
export async function saveMilestone(trx: Tx, scope: EngagementScope, kind: MilestoneKind, on: string): Promise<void> {
  const by = personOf(scope)!
  await trx.insertInto('milestone').values({ engagement_id: scope.engagement.id, kind, due_on: on, moved_by: by })
    .onConflict((conflict) => conflict.columns(['engagement_id', 'kind']).doUpdateSet((row) => ({
      due_on: on, version: sql<number>`${row.ref('milestone.version')} + 1`, moved_at: sql<Date>`app_now()`, moved_by: by,
    }))).execute()
}

/** What the assembly of the file is reckoned from, as the engagement has it. */
export async function findAssembly(trx: Tx, scope: EngagementScope): Promise<Closing> {
  return await trx.selectFrom('engagement').select(['assembly_days as assemblyDays', 'release_date as releaseDate']).where('id', '=', scope.engagement.id).executeTakeFirstOrThrow()
}

/** The requests due on one day, with how many of them the client has still to answer. */
export type DueDay = { readonly on: string, readonly numbers: readonly number[], readonly open: number }

/** The requests of the engagement by the day on which they are due; what was cancelled or does not apply is not counted, nor drafts for the client. */
export async function listDueDays(trx: Tx, scope: EngagementScope): Promise<DueDay[]> {
  const result = await sql<DueDay>`select due_on as on, array_agg(number order by number) as numbers,
      count(*) filter (where status in ('open', 'in_progress', 'returned', 'client_review')) as open
    from request where engagement_id = ${scope.engagement.id} and due_on is not null and status not in ('cancelled', 'not_applicable')
      and (${scope.side === 'firm'} or status <> 'draft') group by due_on order by due_on`.execute(trx)
  return result.rows
}

/** Whether the engagement was made by rolling one forward. */
export async function isRolled(trx: Tx, scope: EngagementScope): Promise<boolean> {
  const row = await trx.selectFrom('roll_report').select('engagement_id').where('engagement_id', '=', scope.engagement.id).executeTakeFirst()
  return row !== undefined
}
