import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { callerScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { formState, type FormState } from '../web/form.ts'
import { enterPolicy } from './policy-actions.ts'
import { readPolicy } from './policy-form.ts'
import { policyPage } from './policy-pages.ts'

/** The firm's sampling policy and its versions. */
export async function policyRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/sampling-policy', { config: { permit: 'sampling_policy.enter' } }, async (request, reply) => await show(site, request, reply, 200))

  app.post('/sampling-policy', { config: { permit: 'sampling_policy.enter' } }, async (request, reply) => {
    try {
      const { seen, policy } = readPolicy(request.body)
      const entered = await enterPolicy(site, callerScope(request), seen, policy)
      if (!entered) return await show(site, request, reply, 409, formState(request.body))
      return await reply.redirect('/sampling-policy', 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await show(site, request, reply, 422, formState(request.body, error))
    }
  })
}

async function show(site: Site, request: FastifyRequest, reply: FastifyReply, status: number, typed: FormState | null = null): Promise<FastifyReply> {
  const page = await inScope(site.db, callerScope(request), async (trx) => policyPage(trx, typed, status === 409))
  return await reply.page('populations/policy', page, { status })
}
