import type { FastifyInstance } from 'fastify'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { formState, readForm } from '../web/form.ts'
import { categoriesStep, datesStep, systemStep } from './forms.ts'
import { changeExamined } from './setup-actions.ts'
import { controlsStepPage, reviewPage, scopePage, teamStepPage, type ScopeStep, type Typed } from './setup-pages.ts'
import type { Examined } from './setup-scope.ts'
import { stepAfter } from './setup.ts'

const setup = '/engagements/:engagement/setup'
const forms = { client: systemStep, dates: datesStep, categories: categoriesStep } as const

export async function setupRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(setup, { config: { permit: 'setup.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('engagements/setup', await inScope(site.db, scope, async (trx) => reviewPage(trx, scope)))
  })

  app.get(`${setup}/team`, { config: { permit: 'setup.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('engagements/setup-team', await inScope(site.db, scope, async (trx) => teamStepPage(trx, scope)))
  })

  app.get(`${setup}/controls`, { config: { permit: 'setup.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('engagements/setup-controls', await inScope(site.db, scope, async (trx) => controlsStepPage(trx, scope)))
  })

  for (const step of Object.keys(forms) as ScopeStep[]) {
    app.get(`${setup}/${step}`, { config: { permit: 'setup.view' } }, async (request, reply) => {
      const scope = engagementScope(request)
      return await reply.page('engagements/setup-scope', await inScope(site.db, scope, async (trx) => scopePage(trx, scope, step)))
    })

    app.post(`${setup}/${step}`, { config: { permit: 'setup.change' } }, async (request, reply) => {
      const scope = engagementScope(request)
      const again = async (typed: Typed, status: number) => await reply.page('engagements/setup-scope', await inScope(site.db, scope, async (trx) => scopePage(trx, scope, step, typed)), { status })
      try {
        const change: Partial<Examined> = readForm<Partial<Examined>>(forms[step], request.body)
        const outcome = await changeExamined(site, scope, change, String(Object(request.body)['seen'] ?? ''))
        if (outcome.done) return await reply.redirect(`/engagements/${scope.engagement.id}/setup/${stepAfter(step) ?? ''}`, 303)
        return await again({ form: formState(request.body), ...'theirs' in outcome ? { theirs: outcome.theirs } : { reasons: outcome.reasons } }, 409)
      } catch (error) {
        if (!(error instanceof Invalid)) throw error
        return await again({ form: formState(request.body, error) }, 422)
      }
    })
  }
}
