import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { LinkPolicy } from '../database/schema/engagements.ts'
import type { EngagementFacts, PersonScope, Role } from '../scope.ts'
import { shownTo, type Shown } from './client-view.ts'

/** The engagement and the person's role in it, or null when they are not (or no longer) on its team. */
export async function findMembership(trx: Tx, scope: PersonScope, engagementId: string): Promise<{ engagement: EngagementFacts, role: Role } | null> {
  const row = await membership(trx, scope, engagementId).executeTakeFirst()
  if (!row) return null
  const { role, ...facts } = row
  return { engagement: facts, role }
}

/** The same, and whom of the client the session looks as there, if it may: in one statement, for every request pays for it. */
export async function findEntrance(trx: Tx, scope: PersonScope, engagementId: string, sessionId: string | undefined): Promise<{ engagement: EngagementFacts, role: Role, shown: Shown | null } | null> {
  if (sessionId === undefined) {
    const found = await findMembership(trx, scope, engagementId)
    return found && { ...found, shown: null }
  }
  const row = await membership(trx, scope, engagementId).select(shownTo(trx, engagementId, sessionId).as('shown')).executeTakeFirst()
  if (!row) return null
  const { role, shown, ...facts } = row
  return { engagement: facts, role, shown }
}

/** The facts of the engagement the transaction is in. */
export async function findEngagementFacts(trx: Tx, engagementId: string): Promise<EngagementFacts | null> {
  return await engagementFacts(trx).where('engagement.id', '=', engagementId).executeTakeFirst() ?? null
}

/** How much a mailed link opens on the engagement the transaction is in, and for how many days. */
export async function findLinkTerms(trx: Tx, engagementId: string): Promise<{ policy: LinkPolicy, days: number }> {
  return await trx.selectFrom('engagement').select(['link_policy as policy', 'link_days as days']).where('id', '=', engagementId).executeTakeFirstOrThrow()
}

/** Name and standing of a person on the engagement the transaction is in. */
export async function findMember(trx: Tx, engagementId: string, personId: string): Promise<{ name: string, email: string, role: Role, organizationId: string } | null> {
  return await trx.selectFrom('membership').innerJoin('person', 'person.id', 'membership.person_id')
    .select(['person.name', 'person.email', 'membership.role', 'person.organization_id as organizationId'])
    .where('membership.engagement_id', '=', engagementId).where('membership.person_id', '=', personId)
    .where('membership.removed_at', 'is', null).where('person.removed_at', 'is', null)
    .executeTakeFirst() ?? null
}

function membership(trx: Tx, scope: PersonScope, engagementId: string) {
  return engagementFacts(trx)
    .innerJoin('membership', 'membership.engagement_id', 'engagement.id')
    .select('membership.role')
    .where('engagement.id', '=', engagementId)
    .where('membership.person_id', '=', scope.actor.id)
    .where('membership.removed_at', 'is', null)
}

function engagementFacts(trx: Tx) {
  return trx.selectFrom('engagement')
    .innerJoin('organization as client', 'client.id', 'engagement.client_id')
    .select([
      'engagement.id', 'engagement.client_id as clientId', 'client.name as client', 'engagement.system_name as system',
      'engagement.type', 'engagement.as_of as asOf', 'engagement.period_start as periodStart',
      'engagement.period_end as periodEnd', 'engagement.zone', 'engagement.categories', 'engagement.phase', 'engagement.purpose',
      sql<string>`(select name from organization where kind = 'firm')`.as('firm'),
    ])
}
