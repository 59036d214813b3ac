import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { callerScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { formState, readForm, ticked, type FormState } from '../web/form.ts'
import { enterFirmPolicy } from './firm-policy-actions.ts'
import { firmPolicyPage } from './firm-policy-pages.ts'

const whole = (what: string, least: number, most: number) => z.coerce.number(`${what} is a whole number.`).int(`${what} is a whole number.`)
  .min(least, `${what}: at least ${least}.`).max(most, `${what}: at most ${most}.`)
const terms = z.object({
  version: z.coerce.number('The form is incomplete. Load it again.').int().min(1),
  retentionYears: whole('Years of retention', 5, 50),
  assemblyDays: whole('Days to assemble', 1, 60),
  linkPolicy: z.enum(['link', 'link_and_code', 'account_only'], 'Choose how owners answer.'),
  linkDays: whole('Days a link lives', 1, 30),
  firmIdle: whole('Minutes for the firm', 5, 60),
  clientIdle: whole('Minutes for clients', 5, 720),
  qualityReview: ticked(),
})

/** The firm's policy and its versions. */
export async function firmPolicyRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/firm-policy', { config: { permit: 'firm_policy.enter' } }, async (request, reply) => show(request, reply, 200))

  app.post('/firm-policy', { config: { permit: 'firm_policy.enter' } }, async (request, reply) => {
    try {
      const { version: seen, ...policy } = readForm(terms, request.body)
      if (!await enterFirmPolicy(site, callerScope(request), seen, policy)) return await show(request, reply, 409, formState(request.body))
      return await reply.redirect('/firm-policy', 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await show(request, reply, 422, formState(request.body, error))
    }
  })

  async function show(request: FastifyRequest, reply: FastifyReply, status: number, typed: FormState | null = null): Promise<FastifyReply> {
    return await reply.page('engagements/firm-policy', await inScope(site.db, callerScope(request), async (trx) => firmPolicyPage(trx, typed, status === 409)), { status })
  }
}
