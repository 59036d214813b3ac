import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import { may } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Forbidden, Invalid, NotFound } from '../errors.ts'
import { showPage } from '../evidence/pages.ts'
import { record } from '../trail/record.ts'
import { formState, readForm, type FormState } from '../web/form.ts'
import { bulkRoutes } from './bulk-routes.ts'
import { changeDraft, changeDue, close, draftRequest, issue, issueOne, reassign, remind, reopen, revokeLinks } from './actions.ts'
import { readDay, readDraft, readRhythm } from './draft.ts'
import { importRoutes } from './import-routes.ts'
import { listRoutes } from './list-routes.ts'
import { formPage } from './pages.ts'
import { planSeries } from './series-actions.ts'
import { seriesRoutes } from './series-routes.ts'
import { parseRequestNumber, requestNumber } from './rules.ts'
import { findRequest, listChecklist, listControlNumbers, listOwners, listRequestControls } from './store.ts'

const base = '/engagements/:engagement/requests'
const one = `${base}/:number`
const reason = z.object({ reason: z.string('Say why; the reason stays in the trail.').max(2000, 'Keep the reason under 2,000 characters.') })

/** The request list and what may be done to a request, short of its evidence. */
export async function requestRoutes(app: FastifyInstance, site: Site): Promise<void> {
  await app.register(async (scoped) => listRoutes(scoped, site))
  await app.register(async (scoped) => bulkRoutes(scoped, site))
  await app.register(async (scoped) => importRoutes(scoped, site))
  await app.register(async (scoped) => seriesRoutes(scoped, site))
  const back = (request: FastifyRequest) => `/engagements/${engagementScope(request).engagement.id}/requests/${requestNumber(numberOf(request))}`

  app.get(`${base}/new`, { config: { permit: 'request.draft' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { control } = readForm(z.object({ control: z.string().optional() }), request.query)
    const page = await inScope(site.db, scope, async (trx) => draftForm(trx, request, null, formState({ kind: 'configuration', priority: 'normal', ...(control ? { controls: control } : {}) })))
    return await reply.page('requests/edit', page)
  })

  app.post(base, { config: { permit: 'request.draft' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const issued = wantsIssue(request.body)
    try {
      const rhythm = readRhythm(request.body)
      if (rhythm) {
        if (issued && !may(scope.role, 'request.issue')) throw new Forbidden('Your role drafts requests; a senior issues them.')
        await inScope(site.db, scope, async (trx) => planSeries(trx, scope, site, await readDraft(trx, scope, request.body), { ...rhythm, on: issued }))
        return await reply.redirect(`/engagements/${scope.engagement.id}/requests/series`, 303)
      }
      const { number } = await inScope(site.db, scope, async (trx) => {
        const drafted = await draftRequest(trx, scope, await readDraft(trx, scope, request.body))
        if (issued && !may(scope.role, 'request.issue')) throw new Forbidden('Your role drafts requests; a senior issues them.')
        if (issued) await record(trx, scope, ...await issueOne(trx, scope, site.sealer, drafted.number))
        return drafted
      })
      return await reply.redirect(`/engagements/${scope.engagement.id}/requests/${requestNumber(number)}`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      const page = await inScope(site.db, scope, async (trx) => draftForm(trx, request, null, formState(request.body, error)))
      return await reply.page('requests/edit', page, { status: 422 })
    }
  })

  app.get(one, { config: { permit: 'request.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const page = await inScope(site.db, scope, async (trx) => showPage(trx, site, scope, numberOf(request), request.query))
    return await reply.page('requests/show', page)
  })

  app.get(`${one}/draft`, { config: { permit: 'request.draft' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const page = await inScope(site.db, scope, async (trx) => {
      const found = await findRequest(trx, scope, numberOf(request))
      const controls = await listRequestControls(trx, scope, found.id)
      return draftForm(trx, request, found, formState({
        kind: found.kind, title: found.title, ask: found.ask, why: found.why, system: found.system, example: found.example,
        priority: found.priority, owner: found.owner_id, due: found.due_on, controls: controls.map(({ number }) => number).join(', '),
        checklist: (await listChecklist(trx, scope, found.id)).join('\n'), reference: found.reference, external: found.external_id, formats: found.formats,
      }))
    })
    return await reply.page('requests/edit', page)
  })

  app.post(`${one}/draft`, { config: { permit: 'request.draft' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { version } = readForm(z.object({ version: z.coerce.number('The form is incomplete. Load it again.').int() }), request.body)
    try {
      const draft = await inScope(site.db, scope, async (trx) => readDraft(trx, scope, request.body))
      await changeDraft(site, scope, numberOf(request), version, draft)
      return await reply.redirect(back(request), 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      const page = await inScope(site.db, scope, async (trx) => draftForm(trx, request, { number: numberOf(request), version }, formState(request.body, error)))
      return await reply.page('requests/edit', page, { status: 422 })
    }
  })

  app.post(`${one}/issue`, { config: { permit: 'request.issue' } }, async (request, reply) => {
    await issue(site, engagementScope(request), [numberOf(request)])
    return await reply.redirect(back(request), 303)
  })

  app.post(`${one}/links`, { config: { permit: 'link.send' } }, async (request, reply) => {
    await remind(site, engagementScope(request), numberOf(request))
    return await reply.redirect(back(request), 303)
  })

  app.post(`${one}/links/revocation`, { config: { permit: 'link.send' } }, async (request, reply) => {
    await revokeLinks(site, engagementScope(request), numberOf(request))
    return await reply.redirect(back(request), 303)
  })

  app.post(`${one}/owner`, { config: { permit: 'request.assign' } }, async (request, reply) => {
    const { owner } = readForm(z.object({ owner: z.uuid('Choose one of the client’s people.') }), request.body)
    await reassign(site, engagementScope(request), numberOf(request), owner)
    return await reply.redirect(back(request), 303)
  })

  app.post(`${one}/due-date`, { config: { permit: 'request.issue' } }, async (request, reply) => {
    const { due, why } = readForm(z.object({ due: z.string('Give the new due date.'), why: z.string().max(2000, 'Keep the reason under 2,000 characters.').default('') }), request.body)
    await changeDue(site, engagementScope(request), numberOf(request), readDay('due', due), why)
    return await reply.redirect(back(request), 303)
  })

  for (const [noun, how] of [['cancellation', 'cancel'], ['not-applicable', 'setNotApplicable']] as const) {
    app.post(`${one}/${noun}`, { config: { permit: 'request.decide' } }, async (request, reply) => {
      await close(site, engagementScope(request), numberOf(request), how, readForm(reason, request.body).reason)
      return await reply.redirect(back(request), 303)
    })
  }

  app.post(`${one}/reopening`, { config: { permit: 'request.decide' } }, async (request, reply) => {
    await reopen(site, engagementScope(request), numberOf(request), readForm(reason, request.body).reason)
    return await reply.redirect(back(request), 303)
  })
}

async function draftForm(trx: Tx, request: FastifyRequest, found: { number: number, version: number } | null, form: FormState) {
  const scope = engagementScope(request)
  return formPage(scope, found, form, await listOwners(trx, scope), await listControlNumbers(trx, scope))
}

function numberOf(request: FastifyRequest): number {
  return readNumber((request.params as { number: string }).number)
}

function readNumber(text: string): number {
  const number = parseRequestNumber(text)
  if (number === null) throw new NotFound()
  return number
}

function wantsIssue(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'save' in body && body.save === 'issue'
}
