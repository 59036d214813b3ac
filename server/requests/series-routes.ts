import type { FastifyInstance } from 'fastify'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { idIn } from '../web/address.ts'
import { switchSeries } from './series-actions.ts'
import { seriesPage } from './series-pages.ts'
import { listSeries } from './series-store.ts'

const base = '/engagements/:engagement/requests/series'

/** Requests that ask for each part of the period; they are planned by the form of a new request. */
export async function seriesRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(base, { config: { permit: 'request.draft' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const rows = await inScope(site.db, scope, async (trx) => listSeries(trx, scope))
    return await reply.page('requests/series', seriesPage(scope, rows, new Date()))
  })

  for (const [noun, on] of [['start', true], ['pause', false]] as const) {
    app.post(`${base}/:series/${noun}`, { config: { permit: 'request.issue' } }, async (request, reply) => {
      const scope = engagementScope(request)
      await switchSeries(site, scope, idIn(request, 'series'), on)
      return await reply.redirect(`/engagements/${scope.engagement.id}/requests/series`, 303)
    })
  }
}
