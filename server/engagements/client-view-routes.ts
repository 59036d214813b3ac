import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { engagementScope, memberScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { readForm } from '../web/form.ts'
import { lookAs, stopLooking } from './client-view-actions.ts'
import { clientViewPage } from './client-view-pages.ts'

const chosen = z.object({ person: z.uuid('Choose one of the client’s people.') })

/** Seeing the engagement as one of the client's people does. */
export async function clientViewRoutes(app: FastifyInstance, site: Site): Promise<void> {
  const here = '/engagements/:engagement/client-view'
  app.get(here, { config: { permit: 'client.see_as' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('engagements/client-view', await inScope(site.db, scope, async (trx) => clientViewPage(trx, scope)))
  })

  app.post(here, { config: { permit: 'client.see_as', whileClosed: true } }, async (request, reply) => {
    const { person } = readForm(chosen, request.body)
    await lookAs(site, memberScope(request), request.signedIn!.sessionId, person)
    return await reply.redirect(`/engagements/${engagementScope(request).engagement.id}`, 303)
  })

  app.post(`${here}/end`, { config: { permit: 'client.see_as', whileClosed: true } }, async (request, reply) => {
    await stopLooking(site, memberScope(request), request.signedIn!.sessionId)
    return await reply.redirect(`/engagements/${engagementScope(request).engagement.id}/team`, 303)
  })
}
