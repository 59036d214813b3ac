import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, NotFound } from '../errors.ts'
import { isDay } from '../web/days.ts'
import { formState, readForm } from '../web/form.ts'
import { moveMilestone } from './milestones-actions.ts'
import { timelinePage } from './milestones-pages.ts'
import { kindsOf } from './milestones.ts'

/** The engagement's milestones and the days on which requests are due. */
export async function milestoneRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/engagements/:engagement/timeline', { config: { permit: 'milestone.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('engagements/timeline', await inScope(site.db, scope, async (trx) => timelinePage(trx, scope, new Date())))
  })

  app.post('/engagements/:engagement/milestones/:kind/date', { config: { permit: 'milestone.move', whileClosed: true } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { kind: typed } = request.params as { kind: string }
    const kind = kindsOf(scope.engagement).find((one) => one === typed)
    if (!kind) throw new NotFound()
    try {
      const { on, version } = readForm(z.object({
        on: z.string('Enter the day.').refine((day) => isDay(day) && day >= '2000-01-01' && day < '2100-01-01', 'Enter the day as year-month-day, such as 2026-10-07.'),
        version: z.coerce.number().int().min(0).max(1_000_000),
      }), request.body)
      await moveMilestone(site, scope, kind, on, version)
      return await reply.redirect(`/engagements/${scope.engagement.id}/timeline`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      const told = new Invalid({ [kind]: Object.values(error.fields)[0] ?? 'Enter the day.' })
      return await reply.page('engagements/timeline', await inScope(site.db, scope, async (trx) => timelinePage(trx, scope, new Date(), formState({}, told))), { status: 422 })
    }
  })
}
