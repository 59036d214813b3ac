import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { formState, readForm } from '../web/form.ts'
import { fillPending } from './actions.ts'
import { hereOf, placeOf } from './address.ts'
import { readConclusion, readFill, readNoOccurrence, readPlan, readSignature, planValues } from './forms.ts'
import { testPage } from './grid-pages.ts'
import { lineRoutes } from './lines-routes.ts'
import { listPage, shows, type Show } from './pages.ts'
import { changePlan, conclude, planLine, recordNoOccurrence, sign, testNewWording } from './plan-actions.ts'
import { planPage } from './plan-pages.ts'
import { notesRoutes } from './notes-routes.ts'
import { resultRoutes } from './result-routes.ts'
import { findLine, listAttributes, listProcedures } from './store.ts'

const base = '/engagements/:engagement/testing'
const one = `${base}/:reference`

/** Planning, testing, concluding and signing the test lines of an engagement. */
export async function testingRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(base, { config: { permit: 'test.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { show } = readForm(z.object({ show: z.enum(Object.keys(shows) as [Show, ...Show[]]).optional().catch(undefined) }), request.query)
    return await reply.page('testing/list', await inScope(site.db, scope, async (trx) => listPage(trx, scope, show ?? null)))
  })

  app.get(`${base}/new`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { control } = readForm(z.object({ control: z.string().max(20).default('') }), request.query)
    return await reply.page('testing/edit', await inScope(site.db, scope, async (trx) => planPage(trx, scope, null, control, formState())))
  })

  app.post(base, { config: { permit: 'test.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      const { control } = readForm(z.looseObject({ control: z.string('Choose the control.').max(20) }), request.body)
      const reference = await planLine(site, scope, control, readPlan(request.body))
      return await reply.redirect(`/engagements/${scope.engagement.id}/testing/${encodeURIComponent(reference)}`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      const page = await inScope(site.db, scope, async (trx) => planPage(trx, scope, null, '', formState(request.body, error)))
      return await reply.page('testing/edit', page, { status: 422 })
    }
  })

  app.get(`${one}/plan`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const place = placeOf(request)
    const page = await inScope(site.db, scope, async (trx) => {
      const line = await findLine(trx, scope, place.control, place.sequence)
      const plan = { title: line.title, itemNoun: line.item_noun, kind: line.kind, frequency: line.frequency, spanFrom: line.span_from, spanTo: line.span_to, interimOn: line.interim_on, procedures: await listProcedures(trx, scope, line.id), attributes: await listAttributes(trx, scope, line.id) }
      return await planPage(trx, scope, place, '', formState(planValues(plan)))
    })
    return await reply.page('testing/edit', page)
  })

  app.post(`${one}/plan`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const place = placeOf(request)
    const again = async (form: ReturnType<typeof formState>, conflict: boolean) => inScope(site.db, scope, async (trx) => planPage(trx, scope, place, '', form, conflict))
    try {
      const { version } = readForm(z.looseObject({ version: z.coerce.number('The form is incomplete. Load it again.').int() }), request.body)
      const saved = await changePlan(site, scope, place, version, readPlan(request.body))
      if (!saved) return await reply.page('testing/edit', await again(formState(request.body), true), { status: 409 })
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('testing/edit', await again(formState(request.body, error), false), { status: 422 })
    }
    return await reply.redirect(hereOf(request), 303)
  })

  app.get(one, { config: { permit: 'test.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const wanted = readForm(z.object({
      cell: z.string().regex(/^[1-9]\d{0,6}\.[A-Z]$/).optional().catch(undefined),
      item: z.coerce.number().int().min(1).optional().catch(undefined),
      file: z.uuid().optional().catch(undefined),
    }), request.query)
    return await reply.page('testing/show', await inScope(site.db, scope, async (trx) => testPage(trx, site, scope, placeOf(request), wanted)))
  })

  app.post(`${one}/wording`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    await testNewWording(site, engagementScope(request), placeOf(request))
    return await reply.redirect(hereOf(request), 303)
  })

  app.post(`${one}/results/fill`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    return await orAgain(site, request, reply, async () => {
      await fillPending(site, engagementScope(request), placeOf(request), readFill(request.body))
    })
  })

  app.post(`${one}/no-occurrence`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    return await orAgain(site, request, reply, async () => recordNoOccurrence(site, engagementScope(request), placeOf(request), readNoOccurrence(request.body)))
  })

  app.post(`${one}/conclusion`, { config: { permit: 'test.prepare' } }, async (request, reply) => {
    return await orAgain(site, request, reply, async () => conclude(site, engagementScope(request), placeOf(request), readConclusion(request.body)))
  })

  app.post(`${one}/signature`, { config: { permit: 'test.prepare' } }, async (request, reply) => {
    const { kind, version } = readSignature(request.body)
    await sign(site, engagementScope(request), placeOf(request), kind, version)
    return await reply.redirect(hereOf(request), 303)
  })

  await lineRoutes(app, site)
  await resultRoutes(app, site)
  await notesRoutes(app, site)
}

async function orAgain(site: Site, request: FastifyRequest, reply: FastifyReply, work: () => Promise<void>): Promise<FastifyReply> {
  const scope = engagementScope(request)
  try {
    await work()
    return await reply.redirect(hereOf(request), 303)
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    const page = await inScope(site.db, scope, async (trx) => testPage(trx, site, scope, placeOf(request), {}, { form: formState(request.body, error) }))
    return await reply.page('testing/show', page, { status: 422 })
  }
}
