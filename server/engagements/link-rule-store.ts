import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { LinkPolicy } from '../database/schema/engagements.ts'
import type { EngagementScope } from '../scope.ts'

export async function updateLinkRule(trx: Tx, scope: EngagementScope, { policy, days }: { policy: LinkPolicy, days: number }): Promise<void> {
  await trx.updateTable('engagement').set({ link_policy: policy, link_days: days }).where('id', '=', scope.engagement.id).execute()
}

/** The people of the client who have something to answer and cannot sign in yet, by name. */
export async function listAccountless(trx: Tx, scope: EngagementScope): Promise<{ id: string, name: string, account: 'invited' | 'none' }[]> {
  const { id } = scope.engagement
  const { rows } = await sql<{ id: string, name: string, account: 'invited' | 'none' }>`
    select person.id, person.name, standing as account
    from membership
      join person on person.id = membership.person_id and person.removed_at is null
      join account_standing(array(select person_id from membership where engagement_id = ${id})) standings on standings.person_id = person.id
    where membership.engagement_id = ${id} and membership.removed_at is null and standing <> 'active'
      and exists (select from request where request.engagement_id = ${id} and owner_id = person.id and status in ('open', 'in_progress', 'returned', 'client_review', 'submitted', 'in_review'))
    order by person.name`.execute(trx)
  return rows
}

/** How many links are open now, in as many hands. */
export async function countLivingLinks(trx: Tx, scope: EngagementScope): Promise<number> {
  const { count } = await trx.selectFrom('answer_link').select(({ fn }) => fn.countAll<number>().as('count'))
    .where('engagement_id', '=', scope.engagement.id).where('ended_at', 'is', null).where(sql<boolean>`expires_at > now()`).executeTakeFirstOrThrow()
  return count
}
