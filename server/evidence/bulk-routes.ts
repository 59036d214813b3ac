import type { FastifyInstance } from 'fastify'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import { doneAddress, readPicked, type Picked } from '../requests/bulk-form.ts'
import { bulkPage } from '../requests/bulk-pages.ts'
import { acts } from '../requests/bulk-rules.ts'
import { listChosen } from '../requests/bulk-store.ts'
import type { EngagementScope } from '../scope.ts'
import { formState } from '../web/form.ts'
import { acceptMany, returnMany, tryAcceptance } from './bulk-actions.ts'
import { readReturn } from './return-form-routes.ts'

type Decision = 'acceptance' | 'return'

const performs: Readonly<Record<Decision, (site: Site, scope: EngagementScope, picked: readonly Picked[], body: unknown) => Promise<void>>> = {
  acceptance: async (site, scope, picked) => acceptMany(site, scope, picked),
  return: async (site, scope, picked, body) => returnMany(site, scope, picked, readReturn(body, scope)),
}

/** Decisions on the evidence of many requests: first what would happen, then doing it, whole or not at all. */
export async function bulkDecisionRoutes(app: FastifyInstance, site: Site): Promise<void> {
  for (const [act, perform] of Object.entries(performs) as [Decision, (typeof performs)[Decision]][]) {
    const address = `/engagements/:engagement/requests/bulk/${act}`

    app.get(address, { config: { permit: acts[act].permit } }, async (request, reply) => {
      return await reply.page('requests/bulk', await preview(site, engagementScope(request), act, request.query, formState()))
    })

    app.post(address, { config: { permit: acts[act].permit } }, async (request, reply) => {
      const scope = engagementScope(request)
      const picked = readPicked(request.body)
      try {
        await perform(site, scope, picked, request.body)
      } catch (error) {
        if (!(error instanceof Invalid) && !(error instanceof Refused)) throw error
        const page = await preview(site, scope, act, request.body, formState(request.body, error instanceof Invalid ? error : undefined), error instanceof Refused ? error.message : null)
        return await reply.page('requests/bulk', page, { status: error instanceof Invalid ? 422 : 409 })
      }
      return await reply.redirect(doneAddress(scope.engagement.id, act, picked), 303)
    })
  }
}

async function preview(site: Site, scope: EngagementScope, act: Decision, input: unknown, form: ReturnType<typeof formState>, conflict: string | null = null) {
  const numbers = readPicked(input).map(({ number }) => number)
  const chosen = await inScope(site.db, scope, async (trx) => listChosen(trx, scope, numbers))
  const inReview = chosen.filter(({ status }) => status === 'in_review').map(({ number }) => number)
  const refusals = act === 'acceptance' ? await tryAcceptance(site, scope, inReview) : new Map<number, string>()
  return bulkPage(scope, act, chosen, [], form, conflict, refusals)
}
