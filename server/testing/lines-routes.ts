import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid, NotFound } from '../errors.ts'
import { formState, readForm } from '../web/form.ts'
import type { PageModel, Pages } from '../web/view.ts'
import { hereOf, placeOf } from './address.ts'
import { evaluateDesign, signDesignReview } from './design-actions.ts'
import { controlTestPage, designValues } from './design-pages.ts'
import { entriesPage, retestPage, rollforwardPage } from './line-pages.ts'
import { changeItem, enterItem, planMissing, planRetest, removeItem, rollForward } from './lines-actions.ts'
import { readChosen, readDesign, readItem, readRetest, readRollforward } from './lines-forms.ts'
import { missingPage } from './plan-pages.ts'

const base = '/engagements/:engagement/testing'
const one = `${base}/:reference`
const control = `${base}/controls/:control`

/** Planning lines for all controls, their own items, rollforward and retest, and the evaluation of designs. */
export async function lineRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(`${base}/plan`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('testing/missing', await inScope(site.db, scope, async (trx) => missingPage(trx, scope, formState())))
  })

  app.post(`${base}/plan`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const chosen = readChosen(request.body)
    return await orAgain(site, request, reply, 'testing/missing', async () => {
      if (chosen.length === 0) throw new Invalid({ form: 'Choose at least one of the tests below.' })
      await planMissing(site, scope, chosen)
      return `/engagements/${scope.engagement.id}/testing`
    }, async (trx, form) => missingPage(trx, scope, form, chosen))
  })

  app.get(control, { config: { permit: 'test.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { evaluate } = readForm(z.object({ evaluate: z.string().optional() }), request.query)
    const page = await inScope(site.db, scope, async (trx) => controlTestPage(trx, scope, numberOf(request), formState(await designValues(trx, scope, numberOf(request))), evaluate !== undefined))
    return await reply.page('testing/control', page)
  })

  app.post(`${control}/design`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await orAgain(site, request, reply, 'testing/control', async () => {
      const { version, found } = readDesign(request.body)
      await evaluateDesign(site, scope, numberOf(request), version, found)
      return `/engagements/${scope.engagement.id}/testing/controls/${encodeURIComponent(numberOf(request))}`
    }, async (trx, form) => controlTestPage(trx, scope, numberOf(request), form, true))
  })

  app.post(`${control}/design/review`, { config: { permit: 'test.review' } }, async (request, reply) => {
    const scope = engagementScope(request)
    await signDesignReview(site, scope, numberOf(request))
    return await reply.redirect(`/engagements/${scope.engagement.id}/testing/controls/${encodeURIComponent(numberOf(request))}`, 303)
  })

  app.get(`${one}/entries`, { config: { permit: 'test.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { item } = readForm(z.object({ item: z.coerce.number().int().min(1).optional().catch(undefined) }), request.query)
    return await reply.page('testing/entries', await inScope(site.db, scope, async (trx) => entriesPage(trx, scope, placeOf(request), null, item ?? null)))
  })

  app.post(`${one}/entries`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await orAgain(site, request, reply, 'testing/entries', async () => {
      await enterItem(site, scope, placeOf(request), readItem(request.body))
      return `${hereOf(request)}/entries`
    }, async (trx, form) => entriesPage(trx, scope, placeOf(request), form))
  })

  app.post(`${one}/entries/:position`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await orAgain(site, request, reply, 'testing/entries', async () => {
      await changeItem(site, scope, placeOf(request), positionOf(request), readItem(request.body))
      return `${hereOf(request)}/entries`
    }, async (trx, form) => entriesPage(trx, scope, placeOf(request), form, positionOf(request)))
  })

  app.post(`${one}/entries/:position/removal`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    await removeItem(site, engagementScope(request), placeOf(request), positionOf(request))
    return await reply.redirect(`${hereOf(request)}/entries`, 303)
  })

  app.get(`${one}/rollforward`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('testing/rollforward', await inScope(site.db, scope, async (trx) => rollforwardPage(trx, scope, placeOf(request), null)))
  })

  app.post(`${one}/rollforward`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await orAgain(site, request, reply, 'testing/rollforward', async () => {
      await rollForward(site, scope, placeOf(request), readRollforward(request.body))
      return hereOf(request)
    }, async (trx, form) => rollforwardPage(trx, scope, placeOf(request), form))
  })

  app.get(`${one}/retest`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('testing/retest', await inScope(site.db, scope, async (trx) => retestPage(trx, scope, placeOf(request), formState())))
  })

  app.post(`${one}/retest`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await orAgain(site, request, reply, 'testing/retest', async () => {
      const reference = await planRetest(site, scope, placeOf(request), readRetest(request.body))
      return `/engagements/${scope.engagement.id}/testing/${encodeURIComponent(reference)}/plan`
    }, async (trx, form) => retestPage(trx, scope, placeOf(request), form))
  })
}

/** Does the work and goes where it says, or shows the page again with what was typed and what is wrong with it. */
async function orAgain<P extends keyof Pages>(site: Site, request: FastifyRequest, reply: FastifyReply, page: P, work: () => Promise<string>, again: (trx: Tx, form: ReturnType<typeof formState>) => Promise<Pages[P] & PageModel>): Promise<FastifyReply> {
  try {
    return await reply.redirect(await work(), 303)
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    return await reply.page(page, await inScope(site.db, engagementScope(request), async (trx) => again(trx, formState(request.body, error))), { status: 422 })
  }
}

function numberOf(request: FastifyRequest): string {
  return (request.params as { control: string }).control
}

function positionOf(request: FastifyRequest): number {
  const position = Number((request.params as { position: string }).position)
  if (!Number.isInteger(position) || position < 1) throw new NotFound()
  return position
}
