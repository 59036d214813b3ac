import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { formState, readForm } from '../web/form.ts'
import { changeLinkRule } from './link-rule-actions.ts'
import { linkRulePage } from './link-rule-pages.ts'

const rule = z.object({
  policy: z.enum(['link', 'link_and_code', 'account_only'], 'Choose how owners answer.'),
  days: z.coerce.number('Give a number of days.').int('Give whole days.').min(1, 'A link lives at least 1 day.').max(30, 'A link lives at most 30 days.'),
})
const path = '/engagements/:engagement/link-rule'

export async function linkRuleRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(path, { config: { permit: 'link.rule' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('engagements/link-rule', await inScope(site.db, scope, async (trx) => linkRulePage(trx, scope)))
  })

  app.post(path, { config: { permit: 'link.rule' } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      await changeLinkRule(site, scope, readForm(rule, request.body))
      return await reply.redirect(`/engagements/${scope.engagement.id}`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('engagements/link-rule', await inScope(site.db, scope, async (trx) => linkRulePage(trx, scope, formState(request.body, error))), { status: 422 })
    }
  })
}
