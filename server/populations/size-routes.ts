import type { FastifyInstance } from 'fastify'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { formState } from '../web/form.ts'
import { readAsked } from './size-form.ts'
import { sizesPage } from './size-pages.ts'

/** The calculator of sample sizes; it asks nothing of the database but the policy. */
export async function sizeRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/engagements/:engagement/sample-sizes', { config: { permit: 'population.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      const asked = readAsked(request.query)
      return await reply.page('populations/sample-sizes', await inScope(site.db, scope, async (trx) => sizesPage(trx, scope, asked, formState(request.query))))
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('populations/sample-sizes', await inScope(site.db, scope, async (trx) => sizesPage(trx, scope, null, formState(request.query, error))), { status: 422 })
    }
  })
}
