import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { formState, readForm } from '../web/form.ts'
import { cancelMany, changeDueOfMany, issueMany, reassignMany, remindMany, reopenMany } from './bulk-actions.ts'
import { doneAddress, readPicked } from './bulk-form.ts'
import { bulkPage } from './bulk-pages.ts'
import { acts, type Act } from './bulk-rules.ts'
import { listChosen } from './bulk-store.ts'
import { readDay } from './draft.ts'
import { listOwners } from './store.ts'

type Perform = (site: Site, scope: EngagementScope, numbers: number[], body: unknown) => Promise<void>

const reasonForm = z.object({ reason: z.string('Say why; the reason stays in the trail.').max(2000, 'Keep the reason under 2,000 characters.') })
const dueForm = z.object({ due: z.string('Give the new due date.'), why: z.string().max(2000, 'Keep the reason under 2,000 characters.').default('') })

/** What decides on evidence is done where evidence is; see `evidence/bulk-routes.ts`. */
const performs: Partial<Readonly<Record<Act, Perform>>> = {
  issue: async (site, scope, numbers) => issueMany(site, scope, numbers),
  owner: async (site, scope, numbers, body) => reassignMany(site, scope, numbers, readForm(z.object({ owner: z.uuid('Choose one of the client’s people.') }), body).owner),
  'due-date': async (site, scope, numbers, body) => {
    const { due, why } = readForm(dueForm, body)
    await changeDueOfMany(site, scope, numbers, readDay('due', due), why)
  },
  reminder: async (site, scope, numbers) => remindMany(site, scope, numbers),
  cancellation: async (site, scope, numbers, body) => cancelMany(site, scope, numbers, readForm(reasonForm, body).reason),
  reopening: async (site, scope, numbers, body) => reopenMany(site, scope, numbers, readForm(reasonForm, body).reason),
}

/** One act on many requests: first what it would do, then doing it, whole or not at all. */
export async function bulkRoutes(app: FastifyInstance, site: Site): Promise<void> {
  for (const [act, perform] of Object.entries(performs) as [Act, Perform][]) {
    const address = `/engagements/:engagement/requests/bulk/${act}`

    app.get(address, { config: { permit: acts[act].permit } }, async (request, reply) => {
      const scope = engagementScope(request)
      return await reply.page('requests/bulk', await preview(site, scope, act, request.query, formState()))
    })

    app.post(address, { config: { permit: acts[act].permit } }, async (request, reply) => {
      const scope = engagementScope(request)
      const picked = readPicked(request.body)
      try {
        await perform(site, scope, picked.map(({ number }) => number), request.body)
      } catch (error) {
        if (!(error instanceof Invalid) && !(error instanceof Refused)) throw error
        const page = await preview(site, scope, act, request.body, formState(request.body, error instanceof Invalid ? error : undefined), error instanceof Refused ? error.message : null)
        return await reply.page('requests/bulk', page, { status: error instanceof Invalid ? 422 : 409 })
      }
      return await reply.redirect(doneAddress(scope.engagement.id, act, picked), 303)
    })
  }
}

async function preview(site: Site, scope: EngagementScope, act: Act, input: unknown, form: ReturnType<typeof formState>, conflict: string | null = null) {
  const numbers = readPicked(input).map(({ number }) => number)
  return await inScope(site.db, scope, async (trx) => bulkPage(scope, act, await listChosen(trx, scope, numbers), act === 'owner' ? await listOwners(trx, scope) : [], form, conflict))
}
