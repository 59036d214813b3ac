import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { callerScope, engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import { formState, readForm } from '../web/form.ts'
import { destroyFile } from './destruction-actions.ts'
import { destroyedPage } from './destruction-pages.ts'
import { phasePage, type Typed } from './phase-pages.ts'

const form = z.object({
  destroyReason: z.string('Say why.').max(2000, 'A reason has at most 2,000 characters.'),
  destroyClient: z.string('Type the client’s name.'),
})

/** The end of a file whose retention is over, and what is left to say of it. */
export async function destructionRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.post('/engagements/:engagement/phase/destruction', { config: { permit: 'engagement.destroy', whileClosed: true } }, async (request, reply) => {
    const scope = engagementScope(request)
    const again = async (status: number, typed: Typed) => reply.page('engagements/phase', await inScope(site.db, scope, async (trx) => phasePage(trx, scope, typed)), { status })
    try {
      const { destroyReason, destroyClient } = readForm(form, request.body)
      await destroyFile(site, scope, { client: destroyClient, reason: destroyReason })
      return await reply.redirect(`/destroyed/${scope.engagement.id}`, 303)
    } catch (error) {
      if (error instanceof Refused) return await again(409, { kept: error.message })
      if (!(error instanceof Invalid)) throw error
      return await again(422, { destroyForm: formState(request.body, error) })
    }
  })

  app.get<{ Params: { archive: string } }>('/destroyed/:archive', { config: { permit: 'firm_trail.view' } }, async (request, reply) => {
    const scope = callerScope(request)
    return await reply.page('engagements/destroyed', await inScope(site.db, scope, async (trx) => destroyedPage(trx, request.params.archive)))
  })
}
