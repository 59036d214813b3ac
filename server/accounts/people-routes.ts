import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { callerScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { idIn } from '../web/address.ts'
import { readForm } from '../web/form.ts'
import { addPerson, removePerson, sendInvitation, takeAwayTwoStep } from './actions.ts'
import { peoplePage } from './pages.ts'
import { listFirmPeople } from './store.ts'

type OfPerson = { Params: { person: string } }

const personForm = z.object({
  email: z.email('Enter an e-mail address, such as name@firm.example.').max(254).toLowerCase(),
  name: z.string('Enter the name.').max(120, 'Keep the name under 120 characters.'),
  title: z.string().max(120, 'Keep the title under 120 characters.').default(''),
  rank: z.enum(['partner', 'manager', 'senior', 'staff'], 'Choose a rank.'),
})
const asking = z.object({
  q: z.string().max(200).default('').catch(''), page: z.coerce.number().int().min(1).max(100_000).default(1).catch(1), done: z.string().optional().catch(undefined),
})

/** The firm's people and their accounts. */
export async function peopleRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/people', { config: { permit: 'account.manage' } }, async (request, reply) => {
    return await showPeople(site, request, reply)
  })

  app.post('/people', { config: { permit: 'account.manage' } }, async (request, reply) => {
    const scope = callerScope(request)
    try {
      const person = readForm(personForm, request.body)
      await inScope(site.db, scope, async (trx) => {
        const id = await addPerson(trx, scope, { ...person, organizationId: scope.organizationId ?? '' })
        await sendInvitation(trx, scope, site.sealer, id)
      })
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await showPeople(site, request, reply, { typed: request.body, error })
    }
    return await reply.redirect('/people?done=invited', 303)
  })

  app.post<OfPerson>('/people/:person/invitation', { config: { permit: 'account.manage' } }, async (request, reply) => {
    const scope = callerScope(request)
    const id = personIn(request)
    await inScope(site.db, scope, async (trx) => sendInvitation(trx, scope, site.sealer, id))
    return await reply.redirect('/people?done=invited', 303)
  })

  app.post<OfPerson>('/people/:person/two-step/removal', { config: { permit: 'account.manage' } }, async (request, reply) => {
    const scope = callerScope(request)
    const id = personIn(request)
    await inScope(site.db, scope, async (trx) => takeAwayTwoStep(trx, scope, site.sealer, id))
    return await reply.redirect('/people?done=two-step', 303)
  })

  app.post<OfPerson>('/people/:person/removal', { config: { permit: 'account.manage' } }, async (request, reply) => {
    const scope = callerScope(request)
    const id = personIn(request)
    await inScope(site.db, scope, async (trx) => removePerson(trx, scope, id))
    return await reply.redirect('/people?done=removed', 303)
  })
}

async function showPeople(site: Site, request: FastifyRequest, reply: FastifyReply, refused: { readonly typed?: unknown, readonly error?: Invalid } = {}): Promise<FastifyReply> {
  const scope = callerScope(request)
  const { done, ...asked } = readForm(asking, request.query)
  const found = await inScope(site.db, scope, async (trx) => listFirmPeople(trx, scope.organizationId ?? '', asked))
  return await reply.page('accounts/people', peoplePage(scope, { ...found, asked, done, ...refused }), { status: refused.error ? 422 : 200 })
}

function personIn(request: FastifyRequest): string {
  return idIn(request, 'person')
}
