import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { formState, readForm } from '../web/form.ts'
import { memberCaller, showAnswer } from './answer-way-routes.ts'
import { giveBack, sendOn, setGate } from './gate-actions.ts'
import { gatePage, matchesPage } from './gate-pages.ts'

const gate = '/engagements/:engagement/client-review'
const one = '/engagements/:engagement/requests/:number'

/** The client's own look at answers before the firm gets them, and where else a file is that the lead and the firm may know of. */
export async function gateRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(gate, { config: { permit: 'gate.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('evidence/gate', await inScope(site.db, scope, async (trx) => gatePage(trx, scope)))
  })

  app.post(gate, { config: { permit: 'gate.change' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { gate: wanted } = readForm(z.object({ gate: z.enum(['on', 'off'], 'Choose whether answers wait for the lead.') }), request.body)
    await setGate(site, scope, wanted === 'on')
    return await reply.redirect(`/engagements/${scope.engagement.id}/client-review`, 303)
  })

  app.post(`${one}/answer/approval`, { config: { permit: 'gate.decide' } }, async (request, reply) => {
    const who = await memberCaller(site, request)
    await sendOn(site, who.scope, who.number)
    return await reply.redirect(who.base, 303)
  })

  app.post(`${one}/answer/objection`, { config: { permit: 'gate.decide' } }, async (request, reply) => {
    const who = await memberCaller(site, request)
    try {
      const { objection } = readForm(z.object({ objection: z.string('Tell its owner what to look at again.').max(2000, 'Keep it under 2,000 characters.') }), request.body)
      await giveBack(site, who.scope, who.number, objection)
      return await reply.redirect(who.base, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await showAnswer(site, reply, who, { form: formState(request.body, error), refused: [] }, 422)
    }
  })

  app.get(`${one}/matches`, { config: { permit: 'evidence.match' } }, async (request, reply) => {
    const { scope, number } = await memberCaller(site, request)
    return await reply.page('evidence/matches', await inScope(site.db, scope, async (trx) => matchesPage(trx, scope, number)))
  })
}
