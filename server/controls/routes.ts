import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { formState, readForm } from '../web/form.ts'
import { addControl, changeControl, confirm, reword } from './actions.ts'
import { bulkRoutes } from './bulk-routes.ts'
import { changedControl, confirmation, fieldsOf, firmWording, formValues, leadWording, newControl } from './forms.ts'
import { importRoutes } from './import-routes.ts'
import { editPage, hrefOf, listPage, showPage } from './pages.ts'
import { findControl, type Control } from './store.ts'

const list = '/engagements/:engagement/controls'
const one = `${list}/:number`

export async function controlRoutes(app: FastifyInstance, site: Site): Promise<void> {
  await importRoutes(app, site)
  await bulkRoutes(app, site)

  app.get(list, { config: { permit: 'control.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const asked = request.query as Record<string, unknown>
    const filter = { q: word(asked['q']), criterion: word(asked['criterion']), wording: word(asked['wording']) }
    return await reply.page('controls/list', await inScope(site.db, scope, async (trx) => listPage(trx, scope, filter)))
  })

  app.get(`${list}/new`, { config: { permit: 'control.edit' } }, async (request, reply) => {
    return await showEditor(request, reply, null, formState({ risk: 'moderate' }))
  })

  app.post(list, { config: { permit: 'control.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      const form = readForm(newControl, request.body)
      await addControl(site, scope, form.number, fieldsOf(form), form)
      return await reply.redirect(hrefOf(scope, form.number), 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await showEditor(request, reply, null, formState(request.body, error), 422)
    }
  })

  app.get(one, { config: { permit: 'control.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const page = await inScope(site.db, scope, async (trx) => showPage(trx, scope, await findControl(trx, scope, numberOf(request))))
    return await reply.page('controls/show', page)
  })

  app.get(`${one}/edit`, { config: { permit: 'control.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const control = await inScope(site.db, scope, async (trx) => findControl(trx, scope, numberOf(request)))
    return await showEditor(request, reply, control.number, formState(formValues(control)))
  })

  app.post(`${one}/edit`, { config: { permit: 'control.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const number = numberOf(request)
    try {
      const form = readForm(changedControl, request.body)
      const outcome = await changeControl(site, scope, number, form.version, fieldsOf(form))
      if (outcome.done) return await reply.redirect(hrefOf(scope, number), 303)
      return await showEditor(request, reply, number, formState({ ...Object(request.body), version: outcome.theirs.version }), 409, outcome.theirs)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await showEditor(request, reply, number, formState(request.body, error), 422)
    }
  })

  app.post(`${one}/wording`, { config: { permit: 'control.reword' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const number = numberOf(request)
    try {
      const form = readForm(scope.role === 'lead' ? leadWording : firmWording, request.body)
      const outcome = await reword(site, scope, number, form.version, form)
      if (outcome.done) return await reply.redirect(hrefOf(scope, number), 303)
      return await showWording(request, reply, formState({ ...Object(request.body), version: outcome.theirs.wordingVersion }), 409, outcome.theirs)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await showWording(request, reply, formState(request.body, error), 422, null)
    }
  })

  app.post(`${one}/confirmation`, { config: { permit: 'control.confirm' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { version } = readForm(confirmation, request.body)
    await confirm(site, scope, numberOf(request), version)
    return await reply.redirect(hrefOf(scope, numberOf(request)), 303)
  })

  async function showEditor(request: FastifyRequest, reply: FastifyReply, number: string | null, form: ReturnType<typeof formState>, status = 200, theirs?: Control) {
    const scope = engagementScope(request)
    return await reply.page('controls/edit', await inScope(site.db, scope, async (trx) => editPage(trx, scope, number, form, theirs)), { status })
  }

  async function showWording(request: FastifyRequest, reply: FastifyReply, form: ReturnType<typeof formState>, status: number, theirs: Control | null) {
    const scope = engagementScope(request)
    const page = await inScope(site.db, scope, async (trx) => showPage(trx, scope, await findControl(trx, scope, numberOf(request)), { form, theirs }))
    return await reply.page('controls/show', page, { status })
  }
}

function numberOf(request: FastifyRequest): string {
  return (request.params as { number: string }).number
}

function word(value: unknown): string {
  return typeof value === 'string' ? value.trim().slice(0, 200) : ''
}
