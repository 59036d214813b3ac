import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { callerScope, engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid, NotFound, Refused } from '../errors.ts'
import { parseRequestNumber } from '../requests/rules.ts'
import { idIn } from '../web/address.ts'
import { formState, readForm, several, type FormState } from '../web/form.ts'
import { applyTemplates, changeTemplate, dropTemplate, keepTemplate, planApplication } from './actions.ts'
import { attributeValues, readAttributeTemplate, readRequestTemplate, requestValues } from './form-pages.ts'
import { applyPage, attributesPage, listPage, requestPage } from './pages.ts'
import { listSources, readLine, readRequest } from './source-store.ts'
import { listAttributeTemplates, listRequestTemplates, type TemplateKind } from './store.ts'

const source = z.object({ engagement: z.uuid(), request: z.string().optional(), test: z.string().optional() })

/** The firm's templates: kept, changed, removed, and applied to an engagement. */
export async function templateRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/templates', { config: { permit: 'template.view' } }, async (request, reply) => {
    const scope = callerScope(request)
    return await reply.page('templates/list', await inScope(site.db, scope, async (trx) => listPage(trx, scope)))
  })

  for (const kind of ['requests', 'attributes'] as const) {
    app.get(`/templates/${kind}/new`, { config: { permit: 'template.keep' } }, async (request, reply) => {
      const values = await inScope(site.db, callerScope(request), async (trx) => startingValues(trx, kind, request.query))
      return await show(reply, kind, formState(values), null)
    })

    app.post(`/templates/${kind}`, { config: { permit: 'template.keep' } }, async (request, reply) => await answer(request, reply, kind, null, async () => {
      await keepTemplate(site, callerScope(request), kind, read(kind, request.body).template)
      return true
    }))

    app.get(`/templates/${kind}/:template`, { config: { permit: 'template.keep' } }, async (request, reply) => {
      const id = idOf(request)
      const values = await inScope(site.db, callerScope(request), async (trx) => standingValues(trx, kind, id))
      return await show(reply, kind, formState(values), id)
    })

    app.post(`/templates/${kind}/:template`, { config: { permit: 'template.keep' } }, async (request, reply) => await answer(request, reply, kind, idOf(request), async (id) => {
      const { seen, template } = read(kind, request.body)
      return await changeTemplate(site, callerScope(request), kind, id ?? '', seen, template)
    }))

    app.post(`/templates/${kind}/:template/removal`, { config: { permit: 'template.keep' } }, async (request, reply) => {
      await dropTemplate(site, callerScope(request), kind, idOf(request))
      return await reply.redirect('/templates', 303)
    })
  }

  app.get('/engagements/:engagement/templates', { config: { permit: 'template.apply' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('templates/apply', await inScope(site.db, scope, async (trx) => applyPage(scope, await planApplication(trx, scope), await listSources(trx, scope))))
  })

  app.post('/engagements/:engagement/templates', { config: { permit: 'template.apply' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { use } = readForm(z.object({ use: several(z.string()) }), request.body)
    try {
      if (use.length === 0) throw new Refused('Tick what is to be made.')
      const { requests } = await applyTemplates(site, scope, use)
      return await reply.redirect(`/engagements/${scope.engagement.id}/${requests > 0 ? 'requests?state=draft' : 'testing'}`, 303)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return await reply.page('templates/apply', await inScope(site.db, scope, async (trx) => applyPage(scope, await planApplication(trx, scope), await listSources(trx, scope), error.message)), { status: 409 })
    }
  })

  async function answer(request: FastifyRequest, reply: FastifyReply, kind: TemplateKind, id: string | null, write: (id: string | null) => Promise<boolean>): Promise<FastifyReply> {
    try {
      if (await write(id)) return await reply.redirect('/templates', 303)
      const now = await inScope(site.db, callerScope(request), async (trx) => standingValues(trx, kind, id ?? ''))
      return await show(reply, kind, formState({ ...Object(request.body), version: now['version'] }), id, 409)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await show(reply, kind, formState(request.body, error), id, 422)
    }
  }
}

async function show(reply: FastifyReply, kind: TemplateKind, form: FormState, id: string | null, status = 200): Promise<FastifyReply> {
  if (kind === 'requests') return await reply.page('templates/request', requestPage(form, id, status === 409), { status })
  return await reply.page('templates/attributes', attributesPage(form, id, status === 409), { status })
}

function read(kind: TemplateKind, body: unknown) {
  return kind === 'requests' ? readRequestTemplate(body) : readAttributeTemplate(body)
}

/** What a new template starts from: nothing, or a request or a test of one of the person's engagements. */
async function startingValues(trx: Tx, kind: TemplateKind, query: unknown): Promise<Record<string, string>> {
  const asked = source.safeParse(query)
  if (!asked.success) return { version: '0', noun: 'items' }
  const { engagement, request, test } = asked.data
  const [, control, line] = /^(.+)\.T(\d{1,4})$/.exec(test ?? '') ?? []
  if (kind === 'requests') return requestValues(await readRequest(trx, engagement, parseRequestNumber(request ?? '') ?? 0), 0)
  return attributeValues(await readLine(trx, engagement, control ?? '', Number(line ?? 0)), 0)
}

async function standingValues(trx: Tx, kind: TemplateKind, id: string): Promise<Record<string, string>> {
  const missing = () => { throw new NotFound() }
  if (kind === 'requests') {
    const template = (await listRequestTemplates(trx)).find((one) => one.id === id) ?? missing()
    return requestValues(pickRequest(template), template.version)
  }
  const template = (await listAttributeTemplates(trx)).find((one) => one.id === id) ?? missing()
  return attributeValues(template, template.version)
}

function pickRequest({ kind, title, ask, why, checklist, example, formats, criteria, keywords, dueDays }: Parameters<typeof requestValues>[0]): Parameters<typeof requestValues>[0] {
  return { kind, title, ask, why, checklist, example, formats, criteria, keywords, dueDays }
}

function idOf(request: FastifyRequest): string {
  return idIn(request, 'template')
}
