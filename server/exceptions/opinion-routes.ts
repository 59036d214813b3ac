import type { FastifyInstance } from 'fastify'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { formState } from '../web/form.ts'
import { readEffect, readOpinion } from './forms.ts'
import { recordEffect, recordOpinion } from './judge-actions.ts'
import { opinionPage } from './opinion-pages.ts'

const base = '/engagements/:engagement/opinion'

/** What the exceptions come to together, as the partner records it. */
export async function opinionRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(base, { config: { permit: 'opinion.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('exceptions/opinion', await inScope(site.db, scope, async (trx) => opinionPage(trx, scope)))
  })

  for (const way of ['effects', 'versions'] as const) {
    app.post(`${base}/${way}`, { config: { permit: 'opinion.record' } }, async (request, reply) => {
      const scope = engagementScope(request)
      const form = formState(request.body)
      const about = way === 'effects' ? String(form.values['criterion'] ?? '') : 'opinion'
      try {
        if (way === 'effects') {
          const { criterion, version, effect, memo } = readEffect(request.body)
          await recordEffect(site, scope, criterion, version, effect, memo)
        } else {
          const { version, kind, memo } = readOpinion(request.body)
          await recordOpinion(site, scope, version, kind, memo)
        }
        return await reply.redirect(`/engagements/${scope.engagement.id}/opinion${way === 'effects' ? `#${encodeURIComponent(about)}` : ''}`, 303)
      } catch (error) {
        if (!(error instanceof Invalid)) throw error
        const page = await inScope(site.db, scope, async (trx) => opinionPage(trx, scope, { about, form: formState(request.body, error) }))
        return await reply.page('exceptions/opinion', page, { status: 422 })
      }
    })
  }
}
