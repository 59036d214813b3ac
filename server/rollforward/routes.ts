import type { FastifyInstance } from 'fastify'
import { memberScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { findMembership } from '../access/store.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { formState, readForm } from '../web/form.ts'
import { previewRolling, rollForward } from './actions.ts'
import { nextEngagement } from './forms.ts'
import { newPage, planForm, proposedPlan, reportPage } from './pages.ts'
import { findReport } from './store.ts'

/** Last year's engagement becomes this year's draft. */
export async function rollForwardRoutes(app: FastifyInstance, site: Site): Promise<void> {
  const here = '/engagements/:engagement/next'
  app.get(here, { config: { permit: 'engagement.carry' } }, async (request, reply) => {
    const scope = memberScope(request)
    const typed = Object.keys(request.query as object).length > 0
    return await inScope(site.db, scope, async (trx) => {
      try {
        const plan = typed ? readForm(nextEngagement, request.query) : proposedPlan(scope.engagement)
        return await reply.page('rollforward/new', newPage(scope, planForm(plan), await previewRolling(trx, scope, plan)))
      } catch (error) {
        if (!(error instanceof Invalid)) throw error
        return await reply.page('rollforward/new', newPage(scope, formState(request.query, error), null), { status: 422 })
      }
    })
  })

  app.post(here, { config: { permit: 'engagement.carry', whileClosed: true } }, async (request, reply) => {
    const scope = memberScope(request)
    try {
      const id = await rollForward(site, scope, readForm(nextEngagement, request.body))
      return await reply.redirect(`/engagements/${id}/carried`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('rollforward/new', newPage(scope, formState(request.body, error), null), { status: 422 })
    }
  })

  app.get('/engagements/:engagement/carried', { config: { permit: 'trail.view' } }, async (request, reply) => {
    const scope = memberScope(request)
    const from = (await inScope(site.db, scope, async (trx) => findReport(trx, scope)))?.report.from.id
    const outside = { ...scope, engagement: null, role: null }
    const reachable = from !== undefined && await inScope(site.db, outside, async (trx) => findMembership(trx, outside, from)) !== null
    return await reply.page('rollforward/show', await inScope(site.db, scope, async (trx) => reportPage(trx, scope, new Set(reachable ? [from] : []))))
  })
}
