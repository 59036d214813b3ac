import type { FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { inScope, type Db, type Tx } from '../database/connect.ts'
import { hashToken, newToken } from '../secrets.ts'
import type { LinkScope } from '../scope.ts'
import { findRecipient, lookUp, type CookieJar } from './links.ts'

const SESSION_SECONDS = 12 * 3600

/** Starts the session in which the recipient of a link, having given a mailed code, sees everything asked of them on the engagement. */
export async function beginListSession(trx: Tx, scope: LinkScope, jar: CookieJar, secure: boolean): Promise<void> {
  const token = newToken()
  await trx.insertInto('list_session').values({
    engagement_id: scope.engagement.id, id_hash: hashToken(token), link_id: scope.actor.id,
    expires_at: sql<Date>`now() + make_interval(secs => ${SESSION_SECONDS})`, address: scope.address,
  }).execute()
  jar.setCookie(cookieName(secure), token, { httpOnly: true, secure, sameSite: 'lax', path: '/', maxAge: SESSION_SECONDS })
}

/** The scope of the list session this browser holds, or null. Its link is the one it was reached from. */
export async function findListScope(db: Db, request: FastifyRequest, secure: boolean): Promise<LinkScope | null> {
  const token = request.cookies[cookieName(secure)]
  if (token === undefined) return null
  const found = await lookUp(db, 'find_list_session', token)
  if (found?.state !== 'open') return null
  const recipient = await findRecipient(db, found, request.ip)
  return recipient && recipient.policy !== 'account_only' ? recipient.scope : null
}

/** Ends the list session this browser holds; the cookie is of no use from then on. */
export async function endListSession(db: Db, scope: LinkScope, request: FastifyRequest, secure: boolean): Promise<void> {
  const token = request.cookies[cookieName(secure)] ?? ''
  await inScope(db, scope, async (trx) => {
    await trx.updateTable('list_session').set({ ended_at: sql<Date>`now()` })
      .where('engagement_id', '=', scope.engagement.id).where('id_hash', '=', hashToken(token)).where('ended_at', 'is', null).execute()
  })
}

function cookieName(secure: boolean): string {
  return `${secure ? '__Host-' : ''}answer-list`
}
