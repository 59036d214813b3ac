import type { FastifyInstance } from 'fastify'
import { callerScope, engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { formState, readForm } from '../web/form.ts'
import { createEngagement } from './actions.ts'
import { newEngagement } from './forms.ts'
import { engagementsPage, homePage } from './home-pages.ts'
import { firmPage, readListQuery } from './list-pages.ts'
import { newPage, showPage } from './pages.ts'

export async function engagementRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/', { config: { permit: 'signed_in' } }, async (request, reply) => {
    const scope = callerScope(request)
    return await reply.page('home/show', await inScope(site.db, scope, async (trx) => homePage(trx, scope, new Date())))
  })

  app.get('/engagements', { config: { permit: 'signed_in' } }, async (request, reply) => {
    const scope = callerScope(request)
    if (scope.side === 'firm') return await reply.page('engagements/firm', await inScope(site.db, scope, async (trx) => firmPage(trx, scope, readListQuery(request.query), new Date())))
    return await reply.page('engagements/list', await inScope(site.db, scope, async (trx) => engagementsPage(trx, scope, new Date())))
  })

  app.get('/engagements/new', { config: { permit: 'engagement.create' } }, async (request, reply) => {
    const scope = callerScope(request)
    const form = formState({ type: '2' })
    return await reply.page('engagements/new', await inScope(site.db, scope, async (trx) => newPage(trx, form)))
  })

  app.post('/engagements', { config: { permit: 'engagement.create' } }, async (request, reply) => {
    const scope = callerScope(request)
    try {
      const { client, plan } = readForm(newEngagement, request.body)
      const id = await createEngagement(site, scope, client, plan)
      const dated = plan.asOf ?? plan.periodEnd
      return await reply.redirect(`/engagements/${id}${dated === null ? '/setup/dates' : ''}`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('engagements/new', await inScope(site.db, scope, async (trx) => newPage(trx, formState(request.body, error))), { status: 422 })
    }
  })

  app.get('/engagements/:engagement', { config: { permit: 'engagement.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('engagements/show', await inScope(site.db, scope, async (trx) => showPage(trx, scope, new Date())))
  })
}
