import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
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
