import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope, type Role } from '../scope.ts'
import type { Reader } from './rules.ts'

export type CommentRow = Awaited<ReturnType<typeof listComments>>[number]

/** The thread of a request as this scope may read it, oldest first; an internal note is read by the firm alone. */
export async function listComments(trx: Tx, scope: EngagementScope, requestId: string) {
  let query = trx.selectFrom('comment')
    .innerJoin('person as author', 'author.id', 'comment.author_id')
    .innerJoin('organization', 'organization.id', 'author.organization_id')
    .select(['comment.id', 'comment.internal', 'comment.question', 'comment.text', 'comment.channel', 'comment.written_at', 'comment.author_id',
      'author.name as author', 'author.title as author_title', 'organization.kind as side'])
    .where('comment.engagement_id', '=', scope.engagement.id).where('comment.request_id', '=', requestId)
  if (scope.side !== 'firm') query = query.where('comment.internal', '=', false)
  return await query.orderBy('comment.written_at').orderBy('comment.id').execute()
}

export type NewComment = { readonly requestId: string, readonly internal: boolean, readonly question: boolean, readonly text: string }

/** Adds a comment for good and returns its id. */
export async function insertComment(trx: Tx, scope: EngagementScope, comment: NewComment, mentioned: readonly Reader[]): Promise<string> {
  const { id } = await trx.insertInto('comment').values({
    engagement_id: scope.engagement.id, request_id: comment.requestId, internal: comment.internal, question: comment.question, text: comment.text,
    author_id: personOf(scope)!, channel: scope.actor.kind === 'link' ? 'link' : 'login',
  }).returning('id').executeTakeFirstOrThrow()
  if (mentioned.length > 0) {
    await trx.insertInto('comment_mention').values(mentioned.map((person) => ({ engagement_id: scope.engagement.id, comment_id: id, person_id: person.id }))).execute()
  }
  return id
}

/** Notes that this person has read the thread up to now. */
export async function insertVisit(trx: Tx, scope: EngagementScope, requestId: string): Promise<void> {
  const person = personOf(scope)
  // Whoever looks through somebody else's eyes has read nothing for them.
  if (person === null || scope.viewer) return
  await trx.insertInto('thread_visit').values({ engagement_id: scope.engagement.id, request_id: requestId, person_id: person })
    .onConflict((conflict) => conflict.columns(['engagement_id', 'request_id', 'person_id']).doUpdateSet({ seen_at: sql<Date>`app_now()` })).execute()
}

/** How many comments by others this person has not read, by request id; requests without any are missing. */
export async function listUnread(trx: Tx, scope: EngagementScope): Promise<Map<string, number>> {
  const person = personOf(scope)
  if (person === null) return new Map()
  let query = trx.selectFrom('comment')
    .leftJoin('thread_visit as visit', (join) => join.onRef('visit.engagement_id', '=', 'comment.engagement_id').onRef('visit.request_id', '=', 'comment.request_id').on('visit.person_id', '=', person))
    .select(['comment.request_id', (eb) => eb.fn.countAll<number>().as('unread')])
    .where('comment.engagement_id', '=', scope.engagement.id).where('comment.author_id', '<>', person)
    .where((eb) => eb.or([eb('visit.seen_at', 'is', null), eb('comment.written_at', '>', eb.ref('visit.seen_at'))]))
  if (scope.side !== 'firm') query = query.where('comment.internal', '=', false)
  const rows = await query.groupBy('comment.request_id').execute()
  return new Map(rows.map(({ request_id: id, unread }) => [id, unread]))
}

export type TeamReader = Reader & { readonly role: Role, readonly firm: boolean }

/** The people of the engagement who may read a request's thread: the firm, the client's leads and sponsors, and its owner. */
export async function listReaders(trx: Tx, scope: EngagementScope, ownerId: string | null): Promise<TeamReader[]> {
  const rows = await trx.selectFrom('membership').innerJoin('person', 'person.id', 'membership.person_id')
    .innerJoin('organization', 'organization.id', 'person.organization_id')
    .select(['person.id', 'person.name', 'membership.role', 'organization.kind'])
    .where('membership.engagement_id', '=', scope.engagement.id).where('membership.removed_at', 'is', null).where('person.removed_at', 'is', null)
    .orderBy('person.name').execute()
  return rows.filter(({ id, role }) => role !== 'owner' || id === ownerId).map(({ id, name, role, kind }) => ({ id, name, role, firm: kind === 'firm' }))
}
