import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { searchPage } from './pages.ts'

const searchQuery = z.object({ q: z.string().transform((text) => text.replace(/\p{Cc}/gu, ' ').trim().slice(0, 200)).catch('') })

/** Looking for words in everything of one engagement. */
export async function searchRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/engagements/:engagement/search', { config: { permit: 'engagement.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { q } = searchQuery.parse(request.query)
    return await reply.page('search/show', await inScope(site.db, scope, async (trx) => searchPage(trx, scope, q)))
  })
}
