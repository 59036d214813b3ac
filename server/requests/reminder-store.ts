import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { ReminderStep } from '../database/schema/requests.ts'
import type { EngagementScope } from '../scope.ts'

/** How often the due date of a request was moved since it was issued. */
export async function countDueChanges(trx: Tx, scope: EngagementScope, requestId: string): Promise<number> {
  const { count } = await trx.selectFrom('due_change').select(({ fn }) => fn.countAll<number>().as('count'))
    .where('engagement_id', '=', scope.engagement.id).where('request_id', '=', requestId).executeTakeFirstOrThrow()
  return count
}

/** A request that waits for its owner; the days are those of the engagement's zone. `since`: when it last came to them. */
export type Remindable = { readonly number: number, readonly dueOn: string, readonly since: string }

/** The requests near their due date that wait for an owner who is on the engagement, and which day it is there. */
export async function listRemindable(trx: Tx, scope: EngagementScope): Promise<{ today: string, requests: Remindable[] }> {
  const { id, zone } = scope.engagement
  const day = sql<string>`(app_now() at time zone ${zone})::date`
  const { rows: [now] } = await sql<{ today: string }>`select ${day}::text as today`.execute(trx)
  const requests = await trx.selectFrom('request')
    .innerJoin('membership', (join) => join.onRef('membership.engagement_id', '=', 'request.engagement_id').onRef('membership.person_id', '=', 'request.owner_id'))
    .select(['number', sql<string>`due_on::text`.as('dueOn'), sql<string>`((case status when 'returned' then status_since else issued_at end) at time zone ${zone})::date::text`.as('since')])
    .where('request.engagement_id', '=', id).where('status', 'in', ['open', 'in_progress', 'returned']).where('membership.removed_at', 'is', null)
    .where(sql<boolean>`due_on between ${day} - 10 and ${day} + 10`)
    .orderBy('number').execute()
  return { today: now!.today, requests }
}

/** Claims a reminder; false when it was sent before, by whomever. */
export async function insertReminder(trx: Tx, scope: EngagementScope, requestId: string, dueOn: string, step: ReminderStep): Promise<boolean> {
  const result = await trx.insertInto('reminder').values({ engagement_id: scope.engagement.id, request_id: requestId, due_on: dueOn, step })
    .onConflict((conflict) => conflict.doNothing()).executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** Ids of the engagements with something to be reminded of this working morning; asked before the program is inside any. */
export async function listMornings(trx: Tx): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select engagement_id as id from engagements_at_morning()`.execute(trx)
  return rows.map(({ id }) => id)
}
