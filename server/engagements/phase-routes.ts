import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import { isDay } from '../web/days.ts'
import { formState, readForm } from '../web/form.ts'
import { changePhase, setClosingDates, setLegalHold } from './phase-actions.ts'
import { phasePage, type Typed } from './phase-pages.ts'
import { isPhase } from './phases.ts'

const path = '/engagements/:engagement/phase'
const change = z.object({
  to: z.string('Choose the phase.').refine(isPhase, 'Choose a phase from the list.'),
  reason: z.string().max(2000, 'A reason has at most 2,000 characters.').default(''),
})
const day = z.string().refine(isDay, 'Enter the date as year-month-day, such as 2026-09-30.').optional()
const dates = z.object({ reportDate: day, releaseDate: day })
const hold = z.object({ on: z.enum(['on', 'off'], 'Say whether the hold is set or lifted.'), holdReason: z.string('Say why.').max(2000, 'A reason has at most 2,000 characters.') })

/** The phase an engagement is in, what the next one asks, and the dates at the end. */
export async function phaseRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(path, { config: { permit: 'phase.view' } }, async (request, reply) => show(request, reply, 200, {}))

  app.post(path, { config: { permit: 'phase.change', whileClosed: true } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      const { to, reason } = readForm(change, request.body)
      await changePhase(site, scope, to, reason)
      return await reply.redirect(`/engagements/${scope.engagement.id}/phase`, 303)
    } catch (error) {
      if (error instanceof Refused) return await show(request, reply, 409, { refusal: error.message })
      if (!(error instanceof Invalid)) throw error
      return await show(request, reply, 422, { form: formState(request.body, error) })
    }
  })

  app.post(`${path}/dates`, { config: { permit: 'phase.change' } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      const { reportDate = null, releaseDate = null } = readForm(dates, request.body)
      await setClosingDates(site, scope, { reportDate, releaseDate })
      return await reply.redirect(`/engagements/${scope.engagement.id}/phase#dates`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await show(request, reply, 422, { dateForm: formState(request.body, error) })
    }
  })

  app.post(`${path}/hold`, { config: { permit: 'engagement.hold', whileClosed: true } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      const { on, holdReason } = readForm(hold, request.body)
      await setLegalHold(site, scope, on === 'on', holdReason)
      return await reply.redirect(`/engagements/${scope.engagement.id}/phase#dates`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await show(request, reply, 422, { holdForm: formState(request.body, error) })
    }
  })

  async function show(request: FastifyRequest, reply: FastifyReply, status: number, typed: Typed): Promise<FastifyReply> {
    const scope = engagementScope(request)
    return await reply.page('engagements/phase', await inScope(site.db, scope, async (trx) => phasePage(trx, scope, typed)), { status })
  }
}
