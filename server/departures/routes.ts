import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { personOf } from '../scope.ts'
import { idIn } from '../web/address.ts'
import { formState, readForm } from '../web/form.ts'
import { depart } from './actions.ts'
import { departurePage } from './pages.ts'

const departure = z.object({ successor: z.uuid('Choose somebody from the list.').optional() })

/** Leaving an engagement, and to whom what is open goes. */
export async function departureRoutes(app: FastifyInstance, site: Site): Promise<void> {
  const here = '/engagements/:engagement/team/:person/departure'
  app.get(here, { config: { permit: 'team.leave' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('departures/show', await inScope(site.db, scope, async (trx) => departurePage(trx, scope, personIn(request))))
  })

  app.post(here, { config: { permit: 'team.leave' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const personId = personIn(request)
    try {
      const { successor } = readForm(departure, request.body)
      await depart(site, scope, personId, successor ?? null)
      return await reply.redirect(personId === personOf(scope) ? '/engagements' : `/engagements/${scope.engagement.id}/team`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('departures/show', await inScope(site.db, scope, async (trx) => departurePage(trx, scope, personId, formState(request.body, error))), { status: 422 })
    }
  })
}

function personIn(request: FastifyRequest): string {
  return idIn(request, 'person', 'This person is not, or no longer, on the team.')
}
