import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { RequestStatus } from '../database/schema/requests.ts'
import type { PersonScope, Role } from '../scope.ts'

/** Whose morning it is, and its ISO date there; asked before the program is inside any engagement. */
export async function listPeopleAtMorning(trx: Tx): Promise<{ personId: string, day: string }[]> {
  const { rows } = await sql<{ personId: string, day: string }>`select person_id as "personId", day::text from people_at_morning()`.execute(trx)
  return rows
}

/** Claims the digest of a day; false when it was made before. */
export async function insertDigest(trx: Tx, personId: string, day: string, things: number): Promise<boolean> {
  const result = await trx.insertInto('digest').values({ person_id: personId, day, things }).onConflict((conflict) => conflict.doNothing()).executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** What a request that waits for this person's answer is, beyond its title. `today`: ISO date in its engagement's zone. */
export type DueRequest = { readonly engagementId: string, readonly id: string, readonly number: number, readonly dueOn: string, readonly status: RequestStatus, readonly role: Role, readonly today: string }

export async function listDueRequests(trx: Tx, scope: PersonScope): Promise<DueRequest[]> {
  const { rows } = await sql<DueRequest>`
    select request.engagement_id as "engagementId", request.id, request.number, request.due_on::text as "dueOn", request.status, membership.role,
      (app_now() at time zone engagement.zone)::date::text as today
    from request
      join engagement on engagement.id = request.engagement_id
      join membership on membership.engagement_id = request.engagement_id and membership.person_id = request.owner_id and membership.removed_at is null
    where request.owner_id = ${scope.actor.id} and request.status in ('open', 'in_progress', 'returned')`.execute(trx)
  return rows
}

/** A request with something else that waits: a question nobody has answered, or an owner who has left. */
export type LooseRequest = { readonly kind: 'question' | 'unowned', readonly engagementId: string, readonly client: string, readonly zone: string, readonly number: number, readonly title: string, readonly from: string | null, readonly role: Role, readonly id: string }

/** Questions asked of this person that stand last in their thread, and, for a lead, requests whose owner has left. */
export async function listLooseRequests(trx: Tx, scope: PersonScope): Promise<LooseRequest[]> {
  const firm = scope.side === 'firm'
  const person = scope.actor.id
  const { rows } = await sql<LooseRequest>`
    with mine as (select membership.engagement_id, role, client.name as client, engagement.zone from membership
      join engagement on engagement.id = membership.engagement_id join organization client on client.id = engagement.client_id
      where person_id = ${person} and removed_at is null and phase not in ('archived', 'withdrawn')),
    last as (select distinct on (engagement_id, request_id) engagement_id, request_id, author_id, question from comment
      where not internal and engagement_id in (select engagement_id from mine) order by engagement_id, request_id, written_at desc, id desc)
    select 'question' as kind, request.engagement_id as "engagementId", mine.client, mine.zone, request.id, request.number, request.title, author.name as "from", mine.role
    from last
      join mine on mine.engagement_id = last.engagement_id
      join request on request.engagement_id = last.engagement_id and request.id = last.request_id
      join person author on author.id = last.author_id
      join organization on organization.id = author.organization_id
    where last.question and last.author_id <> ${person} and request.status not in ('accepted', 'not_applicable', 'cancelled')
      and case when ${firm} then organization.kind = 'client' and coalesce(request.reviewer_id, request.issued_by) = ${person}
        else organization.kind = 'firm' and request.owner_id = ${person} end
    union all
    select 'unowned', request.engagement_id, mine.client, mine.zone, request.id, request.number, request.title, owner.name, mine.role
    from request
      join mine on mine.engagement_id = request.engagement_id and mine.role = 'lead'
      join membership on membership.engagement_id = request.engagement_id and membership.person_id = request.owner_id and membership.removed_at is not null
      join person owner on owner.id = request.owner_id
    where request.status in ('open', 'in_progress', 'returned')
    order by 2, 6`.execute(trx)
  return rows
}
