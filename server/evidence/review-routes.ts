import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, NotFound, Refused } from '../errors.ts'
import { parseRequestNumber, requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { formState, readForm } from '../web/form.ts'
import { accept, releaseReview, returnAccepted, returnSubmission, startReview, type Return } from './actions.ts'
import { readNoted } from './noted-form.ts'
import { showPage } from './pages.ts'
import { readReturn } from './return-form.ts'

const one = '/engagements/:engagement/requests/:number'

/** The auditor's decision on submitted evidence. */
export async function reviewRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.post(`${one}/review`, { config: { permit: 'request.review' } }, async (request, reply) => {
    await startReview(site, engagementScope(request), numberOf(request))
    return await reply.redirect(addressOf(request), 303)
  })

  app.post(`${one}/review/release`, { config: { permit: 'request.review' } }, async (request, reply) => {
    await releaseReview(site, engagementScope(request), numberOf(request))
    return await reply.redirect(addressOf(request), 303)
  })

  app.post(`${one}/acceptance`, { config: { permit: 'request.review' } }, async (request, reply) => {
    await accept(site, engagementScope(request), numberOf(request), versionOf(request), readNoted(request.body))
    return await reply.redirect(addressOf(request), 303)
  })

  app.post(`${one}/return`, { config: { permit: 'request.review' } }, async (request, reply) => {
    return await sendBack(site, request, reply, async (scope, returned) => returnSubmission(site, scope, numberOf(request), versionOf(request), returned))
  })

  app.post(`${one}/acceptance/reversal`, { config: { permit: 'request.decide' } }, async (request, reply) => {
    return await sendBack(site, request, reply, async (scope, returned) => returnAccepted(site, scope, numberOf(request), returned))
  })
}

/** What was typed is shown again when a field is wrong, and when somebody else decided first. */
async function sendBack(site: Site, request: FastifyRequest, reply: FastifyReply, act: (scope: EngagementScope, returned: Return) => Promise<void>): Promise<FastifyReply> {
  const scope = engagementScope(request)
  try {
    await act(scope, readReturn(request.body, scope))
  } catch (error) {
    if (!(error instanceof Invalid) && !(error instanceof Refused)) throw error
    const again = { form: formState(request.body, error instanceof Invalid ? error : undefined), conflict: error instanceof Refused ? error.message : null }
    const page = await inScope(site.db, scope, async (trx) => showPage(trx, site, scope, numberOf(request), {}, again))
    return await reply.page('requests/show', page, { status: error instanceof Invalid ? 422 : 409 })
  }
  return await reply.redirect(addressOf(request), 303)
}

function versionOf(request: FastifyRequest): number | null {
  return readForm(z.object({ version: z.coerce.number().int().positive().nullable().catch(null) }), request.body).version
}

function addressOf(request: FastifyRequest): string {
  return `/engagements/${engagementScope(request).engagement.id}/requests/${requestNumber(numberOf(request))}`
}

function numberOf(request: FastifyRequest): number {
  const number = parseRequestNumber((request.params as { number: string }).number)
  if (number === null) throw new NotFound()
  return number
}
