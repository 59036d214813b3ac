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
const notice = z.object({ done: z.string().optional() }).catch({})

/** The firm's people and their accounts. */
export async function peopleRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/people', { config: { permit: 'account.manage' } }, async (request, reply) => {
    return await showPeople(site, request, reply, { done: notice.parse(request.query).done })
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

type Showing = { done?: string | undefined, typed?: unknown, error?: Invalid }

async function showPeople(site: Site, request: FastifyRequest, reply: FastifyReply, { done, typed, error }: Showing): Promise<FastifyReply> {
  const scope = callerScope(request)
  const people = await inScope(site.db, scope, async (trx) => listFirmPeople(trx, scope.organizationId ?? ''))
  return await reply.page('accounts/people', peoplePage(scope, people, done, typed, error), { status: error ? 422 : 200 })
}

function personIn(request: FastifyRequest): string {
  return idIn(request, 'person')
}
