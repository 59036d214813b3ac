import { sql } from 'kysely'
import type { Db, Tx } from '../database/connect.ts'
import { hashToken } from '../secrets.ts'
import type { EngagementFacts, PersonScope, Role } from '../scope.ts'
import type { Closing, Moved } from './milestones.ts'

/** Whose calendar a token opens, or null; asked before anybody's scope is known. */
export async function findFeed(db: Db, token: string): Promise<{ personId: string, name: string, side: 'firm' | 'client' } | null> {
  const result = await sql<{ personId: string, name: string, side: 'firm' | 'client' }>`
    select person_id as "personId", name, side from find_calendar_feed(${hashToken(token)})`.execute(db)
  return result.rows[0] ?? null
}

/** When the living address was made, or null where there is none. */
export async function findFeedAge(trx: Tx, scope: PersonScope): Promise<Date | null> {
  const row = await trx.selectFrom('calendar_token').select('made_at').where('person_id', '=', scope.actor.id).where('ended_at', 'is', null).executeTakeFirst()
  return row?.made_at ?? null
}

export async function insertFeed(trx: Tx, scope: PersonScope, token: string): Promise<void> {
  await trx.insertInto('calendar_token').values({ person_id: scope.actor.id, token_hash: hashToken(token) }).execute()
}

/** Ends the living address and says whether there was one. */
export async function endFeed(trx: Tx, scope: PersonScope): Promise<boolean> {
  const result = await trx.updateTable('calendar_token').set({ ended_at: sql<Date>`app_now()` }).where('person_id', '=', scope.actor.id).where('ended_at', 'is', null).executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export type FeedEngagement = Pick<EngagementFacts, 'id' | 'type' | 'asOf' | 'periodStart' | 'periodEnd' | 'purpose'> & Closing & {
  readonly role: Role
  readonly moved: readonly Moved[]
  readonly due: readonly { readonly on: string, readonly numbers: readonly number[] }[]
}

/** Milestones and open due dates of every engagement the person is on that is not over; a control owner's own requests only. */
export async function listFeed(trx: Tx, scope: PersonScope): Promise<FeedEngagement[]> {
  const result = await sql<FeedEngagement>`
    select engagement.id, type, as_of as "asOf", period_start as "periodStart", period_end as "periodEnd", purpose, role, assembly_days as "assemblyDays", release_date::text as "releaseDate",
      coalesce((select json_agg(json_build_object('kind', kind, 'on', due_on, 'version', version)) from milestone where milestone.engagement_id = engagement.id), '[]') as moved,
      coalesce((select json_agg(json_build_object('on', due_on, 'numbers', numbers) order by due_on) from (
        select due_on, json_agg(number order by number) as numbers from request where request.engagement_id = engagement.id and due_on is not null
          and status in ('open', 'in_progress', 'returned') and (role <> 'owner' or owner_id = ${scope.actor.id}) group by due_on) days), '[]') as due
    from membership join engagement on engagement.id = membership.engagement_id
    where membership.person_id = ${scope.actor.id} and membership.removed_at is null and phase not in ('archived', 'withdrawn')
    order by engagement.id`.execute(trx)
  return result.rows
}
