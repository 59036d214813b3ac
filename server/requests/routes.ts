import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import { may } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import type { RequestStatus } from '../database/schema/requests.ts'
import { Forbidden, Invalid, NotFound } from '../errors.ts'
import { showPage } from '../evidence/pages.ts'
import { record } from '../trail/record.ts'
import { formState, readForm, several, type FormState } from '../web/form.ts'
import { changeDraft, changeDue, close, draftRequest, issue, issueOne, reassign, remind, reopen, revokeLinks } from './actions.ts'
import { readDay, readDraft } from './draft.ts'
import { formPage, listPage, type ListQuery } from './pages.ts'
import { kinds, parseRequestNumber, requestNumber, statusWords } from './rules.ts'
import { countRequests, findRequest, listChecklist, listControlNumbers, listOwners, listRequestControls, listRequests } from './store.ts'

const base = '/engagements/:engagement/requests'
const one = `${base}/:number`
const reason = z.object({ reason: z.string('Say why; the reason stays in the trail.').max(2000, 'Keep the reason under 2,000 characters.') })

/** The request list and what may be done to a request, short of its evidence. */
export async function requestRoutes(app: FastifyInstance, site: Site): Promise<void> {
  const back = (request: FastifyRequest) => `/engagements/${engagementScope(request).engagement.id}/requests/${requestNumber(numberOf(request))}`

  app.get(base, { config: { permit: 'request.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const query = readListQuery(request.query)
    const page = await inScope(site.db, scope, async (trx) => listPage(scope,
      await listRequests(trx, scope, { words: query.q, status: query.state as RequestStatus[] | undefined, kind: query.kind as keyof typeof kinds | undefined, ownerId: query.owner, control: query.control }),
      await countRequests(trx, scope), await listOwners(trx, scope), query, new Date()))
    return await reply.page('requests/list', page)
  })

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
        checklist: (await listChecklist(trx, scope, found.id)).join('\n'),
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

  app.post(`${base}/issue`, { config: { permit: 'request.issue' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { number: numbers } = readForm(z.object({ number: several(z.string()) }), request.body)
    if (numbers.length === 0) throw new Invalid({ number: 'Choose the drafts to issue first.' })
    await issue(site, scope, [...new Set(numbers.map(readNumber))])
    return await reply.redirect(`/engagements/${scope.engagement.id}/requests`, 303)
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
    const { due } = readForm(z.object({ due: z.string('Give the new due date.') }), request.body)
    await changeDue(site, engagementScope(request), numberOf(request), readDay('due', due))
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

function readListQuery(query: unknown): ListQuery {
  const states = Object.keys(statusWords)
  const form = readForm(z.object({
    q: z.string().max(200).optional().catch(undefined),
    state: several(z.string()).transform((list) => list.filter((status) => states.includes(status))),
    kind: z.string().optional().transform((kind) => kind !== undefined && Object.hasOwn(kinds, kind) ? kind : undefined),
    owner: z.uuid().optional().catch(undefined),
    control: z.string().max(20).optional().catch(undefined),
  }), query)
  return form
}
