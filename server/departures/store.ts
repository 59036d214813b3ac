import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { HandedKind } from '../database/schema/carried.ts'
import { personOf, type EngagementScope } from '../scope.ts'

/** Something of the engagement that a person looks after; `number` only for requests to answer. */
export type OpenItem = { readonly kind: HandedKind, readonly subject: string, readonly number: number | null }

/**
 * What is open with a person on the engagement: requests to answer or under review, controls owned, series switched on,
 * gaps to close, and test lines and exceptions that they began and nobody took over.
 */
export async function listOpenItems(trx: Tx, scope: EngagementScope, personId: string): Promise<OpenItem[]> {
  const { id } = scope.engagement
  const keeper = (kind: HandedKind, subject: string) => sql`(select to_id from handed_item where handed_item.engagement_id = ${id} and kind = ${kind}
    and subject = ${sql.raw(subject)}::text order by handed_at desc limit 1)`
  const result = await sql<OpenItem>`
    select 'answer' as kind, id::text as subject, number from request
      where engagement_id = ${id} and owner_id = ${personId} and status not in ('accepted', 'cancelled', 'not_applicable')
    union all select 'review', id::text, null from request where engagement_id = ${id} and reviewer_id = ${personId} and status = 'in_review'
    union all select 'control', id::text, null from control where engagement_id = ${id} and owner_id = ${personId}
    union all select 'series', id::text, null from recurrence where engagement_id = ${id} and switched_on_by = ${personId}
    union all select 'gap', criterion, null from readiness_assessment where engagement_id = ${id} and owner_id = ${personId} and status <> 'verified'
    union all select 'exception', exception.id::text, null from exception where engagement_id = ${id} and status not in ('final', 'cleared')
      and coalesce(${keeper('exception', 'exception.id')}, opened_by) = ${personId}
    union all select 'line', line.id::text, null from test_line line where line.engagement_id = ${id}
      and coalesce(${keeper('line', 'line.id')}, (select person_id from sign_off where sign_off.engagement_id = ${id} and sign_off.test_line_id = line.id
        and kind = 'prepared' and voided_at is null limit 1), line.created_by) = ${personId}
      and not exists (select from sign_off where sign_off.engagement_id = ${id} and sign_off.test_line_id = line.id and kind = 'reviewed' and voided_at is null)
    order by 1, 3, 2`.execute(trx)
  return result.rows
}

/** Gives what has a column for its keeper to `to`; requests to answer are reassigned one by one, for each has its links and mails. */
export async function giveItems(trx: Tx, scope: EngagementScope, from: string, to: string): Promise<void> {
  const { id } = scope.engagement
  await trx.updateTable('request').set({ reviewer_id: to }).where('engagement_id', '=', id).where('reviewer_id', '=', from).where('status', '=', 'in_review').execute()
  await trx.updateTable('control').set({ owner_id: to }).where('engagement_id', '=', id).where('owner_id', '=', from).execute()
  await trx.updateTable('recurrence').set({ switched_on_by: to }).where('engagement_id', '=', id).where('switched_on_by', '=', from).execute()
  await trx.updateTable('readiness_assessment').set({ owner_id: to }).where('engagement_id', '=', id).where('owner_id', '=', from).where('status', '<>', 'verified').execute()
}

/** Notes who looks after each thing from now on. */
export async function insertHanded(trx: Tx, scope: EngagementScope, from: string, to: string, items: readonly OpenItem[]): Promise<void> {
  if (items.length === 0) return
  await trx.insertInto('handed_item').values(items.map(({ kind, subject }) => ({
    engagement_id: scope.engagement.id, kind, subject, from_id: from, to_id: to, handed_by: personOf(scope)!,
  }))).execute()
}
