import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope, linkScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, NotFound } from '../errors.ts'
import { findNumber } from '../evidence/store.ts'
import { parseRequestNumber, requestNumber } from '../requests/rules.ts'
import { findRequest } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import { formState, readForm, ticked } from '../web/form.ts'
import { comment, note } from './actions.ts'
import { againPage, threadOf } from './pages.ts'

const one = '/engagements/:engagement/requests/:number'
const writing = { max: 60, timeWindow: 60_000 }
const form = z.object({
  text: z.string().optional(), question: ticked(),
  origin: z.enum(['request', 'answer']).catch('request'),
  list: z.string().max(2000).catch(''),
})

type Written = z.infer<typeof form>

/** Writing into a request's thread; reading it is part of the pages that show the request. */
export async function threadRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.post(`${one}/comments`, { config: { permit: 'thread.comment', rateLimit: writing } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await write(site, reply, request, scope, numberOf(request), false)
  })

  app.post(`${one}/notes`, { config: { permit: 'thread.note', rateLimit: writing } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await write(site, reply, request, scope, numberOf(request), true)
  })

  app.post('/answer/requests/:request/comments', { config: { permit: 'link', rateLimit: writing } }, async (request, reply) => {
    const scope = linkScope(request)
    const number = await inScope(site.db, scope, async (trx) => findNumber(trx, scope, scope.actor.requestId))
    return await write(site, reply, request, scope, number, false)
  })
}

async function write(site: Site, reply: FastifyReply, request: FastifyRequest, scope: EngagementScope, number: number, internal: boolean): Promise<FastifyReply> {
  const written = readForm(form, request.body)
  const back = backTo(scope, number, written)
  try {
    if (internal) await note(site, scope, number, written.text)
    else await comment(site, scope, number, { text: written.text, question: written.question })
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    const page = await inScope(site.db, scope, async (trx) => {
      const thread = await threadOf(trx, scope, await findRequest(trx, scope, number), written)
      return againPage(thread, number, internal, formState(request.body, error), back)
    })
    return await reply.page('threads/again', page, { status: 422, ...scope.actor.kind === 'link' ? { layout: 'owner' as const } : {} })
  }
  return await reply.redirect(back, 303)
}

function backTo(scope: EngagementScope, number: number, { origin, list }: Written): string {
  if (scope.actor.kind === 'link') return `/answer/requests/${scope.actor.requestId}#thread`
  const page = `/engagements/${scope.engagement.id}/requests/${requestNumber(number)}`
  if (origin === 'answer') return `${page}/answer#thread`
  return `${page}${list === '' ? '' : `?list=${encodeURIComponent(list)}`}#thread`
}

function numberOf(request: FastifyRequest): number {
  const number = parseRequestNumber((request.params as { number: string }).number)
  if (number === null) throw new NotFound()
  return number
}
