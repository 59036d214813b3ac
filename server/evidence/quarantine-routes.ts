import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { engagementScope, linkScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { readForm } from '../web/form.ts'
import { addressOf, fileOf, numberOf } from './address-routes.ts'
import { askQuarantine, decideQuarantine } from './quarantine-actions.ts'
import { findNumber } from './store.ts'

const one = '/engagements/:engagement/requests/:number/files/:file/quarantine'
const asking = z.object({ reason: z.string('Say what is in it that should not be.').max(2000, 'Keep it under 2,000 characters.') })
const naming = asking.extend({ file: z.uuid('Choose a file.') })
const ruling = z.object({ decision: z.enum(['kept', 'released'], 'Choose what becomes of it.'), words: z.string('Say why; it stays in the trail.').max(2000, 'Keep it under 2,000 characters.') })
const often = { max: 30, timeWindow: 60_000 }

/** Withholding what should not have been sent, by anybody who may open it, and a manager's word on it. */
export async function quarantineRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.post(one, { config: { permit: 'evidence.withhold', rateLimit: often } }, async (request, reply) => {
    await askQuarantine(site, engagementScope(request), numberOf(request), fileOf(request), readForm(asking, request.body).reason)
    return await reply.redirect(addressOf(request, fileOf(request)), 303)
  })

  app.post('/answer/requests/:request/quarantine', { config: { permit: 'link', rateLimit: often } }, async (request, reply) => {
    const scope = linkScope(request)
    const { file, reason } = readForm(naming, request.body)
    const number = await inScope(site.db, scope, async (trx) => findNumber(trx, scope, scope.actor.requestId))
    await askQuarantine(site, scope, number, file, reason)
    return await reply.redirect(`/answer/requests/${scope.actor.requestId}`, 303)
  })

  app.post('/engagements/:engagement/requests/:number/quarantine', { config: { permit: 'evidence.withhold', rateLimit: often } }, async (request, reply) => {
    const { file, reason } = readForm(naming, request.body)
    await askQuarantine(site, engagementScope(request), numberOf(request), file, reason)
    return await reply.redirect(`${addressOf(request)}/answer`, 303)
  })

  app.post(`${one}/decision`, { config: { permit: 'quarantine.decide' } }, async (request, reply) => {
    const { decision, words } = readForm(ruling, request.body)
    await decideQuarantine(site, engagementScope(request), numberOf(request), fileOf(request), decision, words)
    return await reply.redirect(addressOf(request, fileOf(request)), 303)
  })
}
