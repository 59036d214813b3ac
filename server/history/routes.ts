import type { FastifyInstance, FastifyRequest } from 'fastify'
import { callerScope, engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { isId } from '../web/address.ts'
import { firmTrailPage, trailPage, type TrailQuery } from './pages.ts'

export async function trailRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/engagements/:engagement/trail', { config: { permit: 'trail.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('history/list', await inScope(site.db, scope, async (trx) => trailPage(trx, scope, queryOf(request))))
  })

  app.get('/trail', { config: { permit: 'firm_trail.view' } }, async (request, reply) => {
    const scope = callerScope(request)
    return await reply.page('history/list', await inScope(site.db, scope, async (trx) => firmTrailPage(trx, scope, queryOf(request))))
  })
}

/** What the address asks for; what it cannot mean is left out. */
function queryOf(request: FastifyRequest): TrailQuery {
  const asked = request.query as Record<string, unknown>
  const text = (name: string, pattern: RegExp) => typeof asked[name] === 'string' && pattern.test(asked[name].trim()) ? asked[name].trim() : ''
  const before = text('before', /^\d{1,15}$/)
  const person = text('person', /./)
  return {
    before: before === '' ? null : Number(before),
    kind: text('kind', /^[a-z]+\.[a-z_]*$/),
    person: isId(person) ? person : '',
    about: text('about', /^\S{1,40}$/),
  }
}
