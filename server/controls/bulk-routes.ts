import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import type { ControlTable, Frequency } from '../database/schema/controls.ts'
import { Invalid, Refused } from '../errors.ts'
import { formState, readForm, several } from '../web/form.ts'
import { confirmMany, giveFrequencies } from './bulk-actions.ts'
import { frequenciesPage, wordingsPage } from './bulk-pages.ts'
import { frequencyWords, natureWords, typeWords } from './rules.ts'

const list = '/engagements/:engagement/controls'
const wordings = z.object({ all: z.string().optional(), read: several(z.string()), chosen: several(z.string()) })
const frequencies = z.object({
  controls: several(z.string()).refine((chosen) => chosen.length > 0, 'Tick the controls that are meant.'),
  frequencies: several(z.enum(Object.keys(frequencyWords) as [Frequency, ...Frequency[]], 'Choose from the list.')).refine((chosen) => chosen.length > 0, 'Say how often they run.'),
  type: z.enum(Object.keys(typeWords) as [ControlTable['type']], 'Choose from the list.').optional(),
  nature: z.enum(Object.keys(natureWords) as [ControlTable['nature']], 'Choose from the list.').optional(),
})

/** What is done to many controls at once: wordings confirmed, frequencies said. */
export async function bulkRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(`${list}/wordings`, { config: { permit: 'control.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('controls/wordings', await inScope(site.db, scope, async (trx) => wordingsPage(trx, scope)))
  })

  app.post(`${list}/wordings`, { config: { permit: 'control.confirm' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { all, read, chosen } = readForm(wordings, request.body)
    try {
      // '2 AC-04': the version that was read, then the number, which may hold any character but a space.
      const pairs = (all === undefined ? chosen : read).map((pair) => ({ version: Number.parseInt(pair, 10), number: pair.slice(pair.indexOf(' ') + 1) }))
      if (pairs.length === 0) throw new Refused('Tick the wordings you have read, or confirm all of them.')
      await confirmMany(site, scope, pairs)
      return await reply.redirect(`/engagements/${scope.engagement.id}/controls/wordings`, 303)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return await reply.page('controls/wordings', await inScope(site.db, scope, async (trx) => wordingsPage(trx, scope, error.message)), { status: 409 })
    }
  })

  app.get(`${list}/frequencies`, { config: { permit: 'control.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('controls/frequencies', await inScope(site.db, scope, async (trx) => frequenciesPage(trx, scope)))
  })

  app.post(`${list}/frequencies`, { config: { permit: 'control.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      const { controls, frequencies: chosen, type = null, nature = null } = readForm(frequencies, request.body)
      await giveFrequencies(site, scope, controls, chosen, { type, nature })
      return await reply.redirect(`/engagements/${scope.engagement.id}/controls/frequencies`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('controls/frequencies', await inScope(site.db, scope, async (trx) => frequenciesPage(trx, scope, formState(request.body, error))), { status: 422 })
    }
  })
}
