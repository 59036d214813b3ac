import type { FastifyInstance, FastifyRequest } from 'fastify'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { browseRoutes } from './browse-routes.ts'
import { calendarRoutes } from './calendar-routes.ts'
import { decisionRoutes } from './decision-routes.ts'
import { findingRoutes } from './finding-routes.ts'
import { mappingRoutes } from './mapping-routes.ts'
import { listPage } from './pages.ts'
import { parsePopulation } from './rules.ts'
import { listUnread } from './statement-store.ts'
import { listPopulations } from './store.ts'

const base = '/engagements/:engagement/populations'

/** Lists under examination: mapping, checks, acceptance. */
export async function populationRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(base, { config: { permit: 'population.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('populations/list', await inScope(site.db, scope, async (trx) => listPage(scope, await listPopulations(trx, scope), await listUnread(trx, scope))))
  })

  await mappingRoutes(app, site)
  await decisionRoutes(app, site)
  await findingRoutes(app, site)
  await browseRoutes(app, site)
  await calendarRoutes(app, site)
}

/** The number in the address; throws NotFound when it is none. */
export function populationOf(request: FastifyRequest): number {
  return parsePopulation(request.params)
}
