import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
import type { Open } from './blockers.ts'
import type { Asked } from './progress.ts'

/** Every request that was issued, in the order of its number. */
export async function listAsked(trx: Tx, scope: EngagementScope): Promise<Asked[]> {
  const { id, zone } = scope.engagement
  const result = await sql<Asked>`
    select request.number, request.title, request.kind, request.status, (request.issued_at at time zone ${zone})::date::text as "issuedOn",
      request.due_on::text as "dueOn", coalesce(request.original_due_on, request.due_on)::text as "originalDueOn",
      (request.status_since at time zone ${zone})::date::text as "sinceOn", coalesce(person.name, '') as owner, coalesce(back.returns, 0) as returns
    from request
      left join person on person.id = request.owner_id
      left join (select request_id, count(*) as returns from submission where engagement_id = ${id} and status = 'returned' group by request_id) back
        on back.request_id = request.id
    where request.engagement_id = ${id} and request.issued_at is not null and request.due_on is not null
    order by request.number`.execute(trx)
  return result.rows
}

/** What is open beside the conditions of the phases: requests not closed, tests without a standing second signature, exceptions before their end. */
export async function countOpen(trx: Tx, scope: EngagementScope): Promise<Omit<Open, 'unconfirmed' | 'uncovered'>> {
  const { id } = scope.engagement
  const result = await sql<Omit<Open, 'unconfirmed' | 'uncovered'>>`select
    (select count(*) from request where engagement_id = ${id} and status not in ('accepted', 'not_applicable', 'cancelled')) as requests,
    (select count(*) from test_line where engagement_id = ${id} and not exists (select from sign_off
      where sign_off.engagement_id = ${id} and test_line_id = test_line.id and kind = 'reviewed' and voided_at is null)) as unsigned,
    (select count(*) from exception where engagement_id = ${id} and status not in ('final', 'cleared')) as unfinished`.execute(trx)
  return result.rows[0]!
}
