import type { FastifyReply, FastifyRequest } from 'fastify'
import { engagementScope, linkScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import { parseRequestNumber, requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { recordView } from '../trail/views.ts'
import { answerPage, type Again } from './answer-pages.ts'
import { findNumber, hasJustOpened } from './store.ts'

/** Whoever answers a request, and the address of the page on which they do. */
export type Caller = { readonly scope: EngagementScope, readonly number: number, readonly base: string, readonly back: string | null }

/** The owner's page is there for the recipient of a link and for people who signed in. */
export const ways = [
  { path: '/answer/requests/:request', withdrawal: '/answer/requests/:request/withdrawal', permit: 'link', callerOf: linkCaller },
  { path: '/engagements/:engagement/requests/:number/answer', withdrawal: '/engagements/:engagement/requests/:number/withdrawal', permit: 'request.answer', callerOf: memberCaller },
] as const

/** Sends the owner's page, with a form that could not be taken as it was. */
export async function showAnswer(site: Site, reply: FastifyReply, { scope, number, base, back }: Caller, again: Again | null = null, status = 200): Promise<FastifyReply> {
  const page = await inScope(site.db, scope, async (trx) => {
    const { requestId, page } = await answerPage(trx, scope, number, { base, back }, site.vault.maxBytes, again)
    // The page looks at itself again after each upload; that is one opening.
    if (!again && !await hasJustOpened(trx, scope, requestId)) await recordView(trx, scope, 'request_opened', requestId)
    return page
  })
  return await reply.page('answer/show', page, { layout: 'owner', status })
}

/** Somebody signed in, by the engagement and the request's number in the address. */
export async function memberCaller(_site: Site, request: FastifyRequest): Promise<Caller> {
  const scope = engagementScope(request)
  const number = parseRequestNumber((request.params as { number: string }).number)
  if (number === null) throw new NotFound()
  const requests = `/engagements/${scope.engagement.id}/requests`
  return { scope, number, base: `${requests}/${requestNumber(number)}/answer`, back: requests }
}

async function linkCaller(site: Site, request: FastifyRequest): Promise<Caller> {
  const scope = linkScope(request)
  const number = await inScope(site.db, scope, async (trx) => findNumber(trx, scope, scope.actor.requestId))
  return { scope, number, base: `/answer/requests/${scope.actor.requestId}`, back: null }
}
