import type { FastifyInstance, FastifyRequest } from 'fastify'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { criteriaProblem, parseCriteria } from '../controls/rules.ts'
import { inScope } from '../database/connect.ts'
import type { NoneSubject } from '../database/schema/description.ts'
import { Invalid } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { idIn } from '../web/address.ts'
import { readForm } from '../web/form.ts'
import { removeSubservice, saveEntries, saveSubservice } from './description-actions.ts'
import { entriesPage, kindsOf, subservicePage, subservicesPage, type EntryStep } from './description-pages.ts'
import { isFirmsOwn, noneWords, readTyped } from './description.ts'
import { subserviceForm } from './forms.ts'
import { stepAfter } from './setup.ts'

const setup = '/engagements/:engagement/setup'
const steps: readonly EntryStep[] = ['cuecs', 'commitments', 'components', 'events']

export async function descriptionRoutes(app: FastifyInstance, site: Site): Promise<void> {
  for (const step of steps) {
    app.get(`${setup}/${step}`, { config: { permit: 'setup.view' } }, async (request, reply) => {
      const scope = engagementScope(request)
      return await reply.page('engagements/setup-entries', await inScope(site.db, scope, async (trx) => entriesPage(trx, scope, step)))
    })

    app.post(`${setup}/${step}`, { config: { permit: 'description.edit' } }, async (request, reply) => {
      const scope = engagementScope(request)
      const { body } = request
      try {
        const saved = await saveEntries(site, scope, kindsOf(step), readTyped(body), noneOf(scope, step, body), textOf(body, 'source'))
        if (saved.done) return await reply.redirect(`/engagements/${scope.engagement.id}/setup/${textOf(body, 'then') === 'more' ? step : stepAfter(step) ?? ''}`, 303)
        return await reply.page('engagements/setup-entries', await inScope(site.db, scope, async (trx) => entriesPage(trx, scope, step, { body, clashes: saved.clashes })), { status: 409 })
      } catch (error) {
        if (!(error instanceof Invalid)) throw error
        return await reply.page('engagements/setup-entries', await inScope(site.db, scope, async (trx) => entriesPage(trx, scope, step, { body, error })), { status: 422 })
      }
    })
  }

  app.get(`${setup}/subservices`, { config: { permit: 'setup.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('engagements/setup-subservices', await inScope(site.db, scope, async (trx) => subservicesPage(trx, scope)))
  })

  app.post(`${setup}/subservices/none`, { config: { permit: 'subservice.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    await saveEntries(site, scope, [], [], { subservice: Object.hasOwn(Object(request.body), 'none') }, '')
    return await reply.redirect(`/engagements/${scope.engagement.id}/setup/subservices`, 303)
  })

  app.get(`${setup}/subservices/new`, { config: { permit: 'subservice.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('engagements/setup-subservice', await inScope(site.db, scope, async (trx) => subservicePage(trx, scope, null)))
  })

  app.get(`${setup}/subservices/:subservice`, { config: { permit: 'setup.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('engagements/setup-subservice', await inScope(site.db, scope, async (trx) => subservicePage(trx, scope, subserviceIn(request))))
  })

  for (const [path, idOf] of [[`${setup}/subservices`, () => null], [`${setup}/subservices/:subservice`, subserviceIn]] as const) {
    app.post(path, { config: { permit: 'subservice.edit' } }, async (request, reply) => {
      const scope = engagementScope(request)
      const { body } = request
      const id = idOf(request)
      try {
        const { criteria, seen, source, ...fields } = readForm(subserviceForm, body)
        const ids = parseCriteria(criteria)
        const problem = criteriaProblem(ids, scope.engagement.categories)
        if (problem !== null) throw new Invalid({ criteria: problem })
        const saved = await saveSubservice(site, scope, id, { ...fields, criteria: ids }, seen, readTyped(body), source)
        const list = `/engagements/${scope.engagement.id}/setup/subservices`
        if (saved.done) return await reply.redirect(textOf(body, 'then') === 'more' ? `${list}/${saved.id}` : list, 303)
        return await reply.page('engagements/setup-subservice', await inScope(site.db, scope, async (trx) => subservicePage(trx, scope, id, { body, clashes: saved.clashes, theirs: saved.theirs })), { status: 409 })
      } catch (error) {
        if (!(error instanceof Invalid)) throw error
        return await reply.page('engagements/setup-subservice', await inScope(site.db, scope, async (trx) => subservicePage(trx, scope, id, { body, error })), { status: 422 })
      }
    })
  }

  app.post(`${setup}/subservices/:subservice/removal`, { config: { permit: 'subservice.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    await removeSubservice(site, scope, subserviceIn(request))
    return await reply.redirect(`/engagements/${scope.engagement.id}/setup/subservices`, 303)
  })
}

/** What the form of a step says to be none; a side says nothing of what is the other's to write. */
function noneOf(scope: EngagementScope, step: EntryStep, body: unknown): Partial<Record<NoneSubject, boolean>> {
  const subjects = kindsOf(step).filter((kind): kind is Extract<typeof kind, NoneSubject> => Object.hasOwn(noneWords, kind))
    .filter((kind) => scope.side === 'firm' || kind === 'cuec' || !isFirmsOwn(kind))
  return Object.fromEntries(subjects.map((subject) => [subject, Object.hasOwn(Object(body), `none-${subject}`)]))
}

function textOf(body: unknown, name: string): string {
  const value: unknown = Object(body)[name]
  return typeof value === 'string' ? value.trim().slice(0, 500) : ''
}

function subserviceIn(request: FastifyRequest): string {
  return idIn(request, 'subservice', 'This organization is not, or no longer, in the setup.')
}
