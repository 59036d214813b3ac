import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { Invalid } from '../errors.ts'
import { idIn } from '../web/address.ts'
import { formState, readForm } from '../web/form.ts'
import { showAnswer, ways } from './answer-way-routes.ts'
import { handedPage } from './gate-pages.ts'
import { approveHandover, declineHandover, handOver } from './handover-actions.ts'

const rarely = { max: 30, timeWindow: 3_600_000 }
const handover = '/engagements/:engagement/handovers/:handover'

const form = z.object({
  colleague: z.string('Say who it is.').max(200, 'Keep the name under 200 characters.'),
  email: z.email('Give their work e-mail address, such as name@company.com.').max(200, 'Keep the address under 200 characters.'),
  handoverWords: z.string().max(2000, 'Keep it under 2,000 characters.').default(''),
})

/** Giving a request to a colleague, and what the lead decides of those who are not on the engagement. */
export async function handoverRoutes(app: FastifyInstance, site: Site): Promise<void> {
  for (const { path, permit, callerOf } of ways) {
    app.post(`${path}/handover`, { config: { permit, rateLimit: rarely } }, async (request, reply) => {
      const who = await callerOf(site, request)
      try {
        const { colleague, email, handoverWords } = readForm(form, request.body)
        const { given, to } = await handOver(site, who.scope, who.number, { name: colleague, email, words: handoverWords })
        if (given && who.back === null) return await reply.page('answer/handed', handedPage(to), { layout: 'owner' })
        return await reply.redirect(given ? who.back! : `${who.base}#handover`, 303)
      } catch (error) {
        if (!(error instanceof Invalid)) throw error
        return await showAnswer(site, reply, who, { form: formState(request.body, error), refused: [] }, 422)
      }
    })
  }

  app.post(`${handover}/approval`, { config: { permit: 'gate.decide' } }, async (request, reply) => {
    await approveHandover(site, engagementScope(request), idOf(request))
    return await reply.redirect(queueOf(request), 303)
  })

  app.post(`${handover}/refusal`, { config: { permit: 'gate.decide' } }, async (request, reply) => {
    await declineHandover(site, engagementScope(request), idOf(request))
    return await reply.redirect(queueOf(request), 303)
  })
}

function queueOf(request: FastifyRequest): string {
  return `/engagements/${engagementScope(request).engagement.id}/client-review`
}

function idOf(request: FastifyRequest): string {
  return idIn(request, 'handover')
}
