import { sql } from 'kysely'
import { jsonObjectFrom } from 'kysely/helpers/postgres'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope, PersonScope, Role } from '../scope.ts'

/** A person of the client through whose eyes somebody of the firm looks. */
export type Shown = { readonly id: string, readonly name: string, readonly role: Role, readonly organizationId: string }

/** Minutes after which a look through the client's eyes ends by itself. */
const MINUTES = 60

/** Whom of the client this session looks as in the engagement, as a part of another statement; it ends when that person leaves or the file is locked. */
export function shownTo(trx: Tx, engagementId: string, sessionId: string) {
  return jsonObjectFrom(trx.selectFrom('client_view')
    .innerJoin('membership', (join) => join.onRef('membership.engagement_id', '=', 'client_view.engagement_id').onRef('membership.person_id', '=', 'client_view.shown_id'))
    .innerJoin('person', 'person.id', 'membership.person_id').innerJoin('engagement', 'engagement.id', 'client_view.engagement_id')
    .select(['person.id', 'person.name', 'membership.role', 'person.organization_id as organizationId'])
    .where('client_view.engagement_id', '=', engagementId).where('client_view.session_id', '=', sessionId).where('client_view.ended_at', 'is', null)
    .where('client_view.begun_at', '>', sql<Date>`app_now() - make_interval(mins => ${MINUTES})`)
    .where('membership.removed_at', 'is', null).where('person.removed_at', 'is', null)
    .where('membership.role', 'in', ['sponsor', 'lead', 'owner']).where('engagement.phase', '<>', 'archived'))
}

/** The scope of `shown`, for reading only; who really looks stays named in it. */
export function scopeOfShown(scope: PersonScope & EngagementScope, shown: Shown): EngagementScope & PersonScope {
  return {
    ...scope, actor: { kind: 'person', id: shown.id, name: shown.name }, side: 'client', organizationId: shown.organizationId,
    rank: null, role: shown.role, viewer: { id: scope.actor.id, name: scope.actor.name },
  }
}

/** Notes under the viewer's own name which page they looked at, and as whom; `scope` is their own. */
export async function recordLook(trx: Tx, scope: EngagementScope & PersonScope, shown: Shown, page: string): Promise<void> {
  await trx.insertInto('access_entry').values({
    engagement_id: scope.engagement.id, person_id: scope.actor.id, channel: 'login', kind: 'seen_as_client', subject: `${shown.id} ${page.slice(0, 300)}`, address: scope.address,
  }).execute()
}

/** Starts to look as somebody of the client; what the session looked at before as somebody else ends. */
export async function beginView(trx: Tx, scope: EngagementScope & PersonScope, sessionId: string, shownId: string): Promise<void> {
  await endView(trx, scope, sessionId)
  await trx.insertInto('client_view').values({ engagement_id: scope.engagement.id, session_id: sessionId, viewer_id: scope.actor.id, shown_id: shownId }).execute()
}

/** Ends it and returns whom they looked as, or null where nothing had begun. */
export async function endView(trx: Tx, scope: EngagementScope, sessionId: string): Promise<string | null> {
  const row = await trx.updateTable('client_view').set({ ended_at: sql<Date>`app_now()` })
    .where('engagement_id', '=', scope.engagement.id).where('session_id', '=', sessionId).where('ended_at', 'is', null)
    .returning('shown_id').executeTakeFirst()
  return row?.shown_id ?? null
}
