import type { FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { inScope, type Db, type Tx } from '../database/connect.ts'
import type { LinkPolicy } from '../database/schema/engagements.ts'
import type { LinkEnd } from '../database/schema/requests.ts'
import { hashToken, newToken } from '../secrets.ts'
import type { EngagementScope, LinkScope } from '../scope.ts'
import { isClosed, may } from './policy.ts'
import { doorwayScope } from './program.ts'
import { findEngagementFacts, findLinkTerms, findMember } from './store.ts'

/** What a link's token leads to. `state` says why it may no longer open. */
export type FoundLink = {
  readonly engagementId: string
  readonly linkId: string
  readonly requestId: string
  readonly personId: string
  readonly state: 'open' | 'expired' | LinkEnd
}

/** Where the cookie of a session is put; a reply is one. */
export type CookieJar = { setCookie(name: string, value: string, options: { httpOnly: true, secure: boolean, sameSite: 'lax', path: '/', maxAge: number }): unknown }

const SESSION_SECONDS = 12 * 3600

/** The link behind a token, or null for one that was never given out. Changes nothing. */
export async function findLink(db: Db, token: string): Promise<FoundLink | null> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return null
  return await lookUp(db, 'find_answer_link', token)
}

/** How a recipient showed who they are: by having the link, or by giving the code mailed beside it as well. */
export type Proof = 'link' | 'code'

/** Starts the session of one link, which must be open: the browser gets a cookie of its own for it, so that it may hold several. */
export async function beginLinkSession(trx: Tx, scope: LinkScope, jar: CookieJar, secure: boolean, proof: Proof): Promise<void> {
  const token = newToken()
  await trx.insertInto('link_session').values({
    engagement_id: scope.engagement.id, id_hash: hashToken(token), link_id: scope.actor.id,
    expires_at: sql<Date>`now() + make_interval(secs => ${SESSION_SECONDS})`, address: scope.address,
    ...proof === 'code' ? { code_at: sql<Date>`now()` } : {},
  }).execute()
  jar.setCookie(cookieName(scope.actor.requestId, secure), token, { httpOnly: true, secure, sameSite: 'lax', path: '/', maxAge: SESSION_SECONDS })
}

/** The scope of the link session for the request in the URL (`/answer/requests/:request`), or null. */
export async function findLinkScope(db: Db, request: FastifyRequest, secure: boolean): Promise<LinkScope | null> {
  const { request: requestId } = request.params as { request?: string }
  if (requestId === undefined || !/^[0-9a-f-]{36}$/.test(requestId)) return null
  const token = request.cookies[cookieName(requestId, secure)]
  if (token === undefined) return null
  const link = await lookUp(db, 'find_link_session', token)
  if (link?.state !== 'open' || link.requestId !== requestId) return null
  const recipient = await findRecipient(db, link, request.ip)
  if (!recipient || recipient.policy === 'account_only') return null
  if (recipient.policy === 'link_and_code' && !await inScope(db, recipient.scope, async (trx) => hasGivenCode(trx, recipient.scope, token))) return null
  return recipient.scope
}

/** The recipient of a link and what the engagement lets links open; null when they have left the engagement or their organization. */
export async function findRecipient(db: Db, link: FoundLink, address: string): Promise<{ scope: LinkScope, policy: LinkPolicy, email: string } | null> {
  return await inScope(db, doorwayScope(link.engagementId, 'link', address), async (trx) => {
    const engagement = await findEngagementFacts(trx, link.engagementId)
    const member = await findMember(trx, link.engagementId, link.personId)
    if (!engagement || !member) return null
    const scope: LinkScope = {
      actor: { kind: 'link', id: link.linkId, personId: link.personId, name: member.name, requestId: link.requestId },
      side: 'client', organizationId: member.organizationId, rank: null, role: 'owner', engagement, address, at: null,
    }
    return { scope, email: member.email, policy: (await findLinkTerms(trx, engagement.id)).policy }
  })
}

/** The same for whoever need not know what links open. */
export async function recipientScope(db: Db, link: FoundLink, address: string): Promise<LinkScope | null> {
  return (await findRecipient(db, link, address))?.scope ?? null
}

/** Makes a link for one request and one recipient and returns its id; `token` is stored as its hash only. */
export async function insertLink(trx: Tx, scope: EngagementScope, link: { requestId: string, personId: string, token: string, days: number }): Promise<string> {
  const row = await trx.insertInto('answer_link').values({
    engagement_id: scope.engagement.id, request_id: link.requestId, person_id: link.personId, token_hash: hashToken(link.token),
    expires_at: sql<Date>`app_now() + make_interval(days => ${link.days})`,
  }).returning('id').executeTakeFirstOrThrow()
  return row.id
}

/** Ends the living links of a request, of everybody or of one recipient, and returns how many there were. */
export async function endLinks(trx: Tx, scope: EngagementScope, requestId: string, reason: LinkEnd, personId?: string): Promise<number> {
  let query = trx.updateTable('answer_link').set({ ended_at: sql`app_now()`, end_reason: reason })
    .where('engagement_id', '=', scope.engagement.id).where('request_id', '=', requestId).where('ended_at', 'is', null)
  if (personId !== undefined) query = query.where('person_id', '=', personId)
  const result = await query.executeTakeFirst()
  return Number(result.numUpdatedRows)
}

/** Ends every living link of the engagement, and with them their sessions; returns how many there were. */
export async function endAllLinks(trx: Tx, scope: EngagementScope): Promise<number> {
  const result = await trx.updateTable('answer_link').set({ ended_at: sql`app_now()`, end_reason: 'revoked' })
    .where('engagement_id', '=', scope.engagement.id).where('ended_at', 'is', null).executeTakeFirst()
  return Number(result.numUpdatedRows)
}

/**
 * Whether the caller may still answer. A long upload outlives the guard's look at it, and revoking ends it nonetheless;
 * age alone does not, for what began in time may arrive.
 */
export async function isStillAdmitted(trx: Tx, scope: EngagementScope): Promise<boolean> {
  const { actor, engagement } = scope
  if (actor.kind === 'job') return true
  const member = await findMember(trx, engagement.id, actor.kind === 'link' ? actor.personId : actor.id)
  if (!member) return false
  const { phase } = await trx.selectFrom('engagement').select('phase').where('id', '=', engagement.id).executeTakeFirstOrThrow()
  if (isClosed(phase)) return false
  if (actor.kind === 'person') return may(member.role, 'request.answer')
  const link = await trx.selectFrom('answer_link').select('ended_at')
    .where('engagement_id', '=', engagement.id).where('id', '=', actor.id).executeTakeFirst()
  return link?.ended_at === null
}

async function hasGivenCode(trx: Tx, scope: LinkScope, token: string): Promise<boolean> {
  const session = await trx.selectFrom('link_session').select('code_at')
    .where('engagement_id', '=', scope.engagement.id).where('id_hash', '=', hashToken(token)).executeTakeFirst()
  return session !== undefined && session.code_at !== null
}

function cookieName(requestId: string, secure: boolean): string {
  return `${secure ? '__Host-' : ''}answer-${requestId}`
}

/** Asks one of the narrow questions that need no scope: what stands behind the token of a link, or of a session. */
export async function lookUp(db: Db, question: 'find_answer_link' | 'find_link_session' | 'find_list_session', token: string): Promise<FoundLink | null> {
  const result = await sql<{ engagement_id: string, link_id: string, request_id: string, person_id: string, expired: boolean, end_reason: LinkEnd | null }>`
    select * from ${sql.id(question)}(${hashToken(token)})`.execute(db)
  const row = result.rows[0]
  if (!row) return null
  return {
    engagementId: row.engagement_id, linkId: row.link_id, requestId: row.request_id, personId: row.person_id,
    state: row.end_reason ?? (row.expired ? 'expired' : 'open'),
  }
}
