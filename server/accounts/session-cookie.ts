import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SignedIn } from '../access/session.ts'
import type { Site } from '../access/site.ts'
import { NotFound } from '../errors.ts'

/** Begins a session under a new token and ends the one this browser had. `pending`: the second step is still to come. */
export async function begin(site: Site, request: FastifyRequest, reply: FastifyReply, personId: string, how: { twoStep: boolean, pending: boolean }): Promise<void> {
  const former = request.cookies[site.sessions.cookieName]
  if (former !== undefined) await site.sessions.end(former)
  const cookie = await site.sessions.begin(personId, { ...how, address: request.ip, browser: request.headers['user-agent'] ?? '' })
  reply.setCookie(cookie.name, cookie.value, cookie.options)
}

/** Makes the browser forget its session. */
export function leave(site: Site, reply: FastifyReply): void {
  const cookie = site.sessions.blankCookie()
  reply.setCookie(cookie.name, cookie.value, cookie.options)
}

/** The person of a route whose permit lets no stranger in. */
export function signedIn(request: FastifyRequest): SignedIn {
  if (!request.signedIn) throw new NotFound()
  return request.signedIn
}
