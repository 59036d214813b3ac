import type { FastifyInstance } from 'fastify'
import { engagementScope } from '../access/guard.ts'
import { may } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import { listControls } from '../controls/store.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { parseRequestNumber, requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { parseTestReference } from '../testing/rules.ts'

/** The jump box: a number leads to its thing, words lead to everything they are found in. */
export async function jumpRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/engagements/:engagement/jump', { config: { permit: 'engagement.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { q } = request.query as { q?: unknown }
    const text = typeof q === 'string' ? q.trim().slice(0, 200) : ''
    const place = await inScope(site.db, scope, async (trx) => findPlace(trx, scope, text))
    return await reply.redirect(`/engagements/${scope.engagement.id}${place}`, 303)
  })
}

async function findPlace(trx: Tx, scope: EngagementScope, text: string): Promise<string> {
  if (text === '') return ''
  const controls = may(scope.role, 'control.view') ? await listControls(trx, scope) : []
  const control = controls.find(({ number }) => number.toLowerCase() === text.toLowerCase())
  if (control) return `/controls/${encodeURIComponent(control.number)}`
  if (may(scope.role, 'test.view') && parseTestReference(text.toUpperCase())) return `/testing/${encodeURIComponent(text.toUpperCase())}`
  const numbered = /^(E|POP)-?0*(\d{1,6})$/i.exec(text)
  if (numbered?.[1]?.toUpperCase() === 'E' && may(scope.role, 'exception.view')) return `/exceptions/E-${numbered[2]!.padStart(2, '0')}`
  if (numbered?.[1]?.toUpperCase() === 'POP' && may(scope.role, 'population.view')) return `/populations/POP-${numbered[2]!.padStart(2, '0')}`
  const request = parseRequestNumber(text)
  if (request !== null) return `/requests/${requestNumber(request)}`
  return `/search?q=${encodeURIComponent(text)}`
}
