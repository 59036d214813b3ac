import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { formState, readForm } from '../web/form.ts'
import { coveragePage } from './coverage-pages.ts'
import { excludeCriterion, includeCriterion } from './exclusion-actions.ts'

const exclusion = z.object({
  criterion: z.string('Choose the criterion that does not apply.').max(10, 'Choose a criterion from the list.'),
  reason: z.string('Say why it does not apply; the description will disclose it.').max(1000, 'A reason has at most 1,000 characters.'),
})
const coverage = '/engagements/:engagement/coverage'

export async function coverageRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(coverage, { config: { permit: 'control.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('engagements/coverage', await inScope(site.db, scope, async (trx) => coveragePage(trx, scope)))
  })

  app.post(`${coverage}/exclusions`, { config: { permit: 'criterion.exclude' } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      const { criterion, reason } = readForm(exclusion, request.body)
      await excludeCriterion(site, scope, criterion, reason)
      return await reply.redirect(`/engagements/${scope.engagement.id}/coverage`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('engagements/coverage', await inScope(site.db, scope, async (trx) => coveragePage(trx, scope, formState(request.body, error))), { status: 422 })
    }
  })

  app.post(`${coverage}/exclusions/:criterion/removal`, { config: { permit: 'criterion.exclude' } }, async (request, reply) => {
    const scope = engagementScope(request)
    await includeCriterion(site, scope, (request.params as { criterion: string }).criterion)
    return await reply.redirect(`/engagements/${scope.engagement.id}/coverage`, 303)
  })
}
