import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, NotFound } from '../errors.ts'
import { formState, type FormState } from '../web/form.ts'
import { clear, confirm, describe, evaluate, finish, respond, share, takePosition } from './actions.ts'
import { readDescription, readEvaluation, readPosition, readReason, readResponse } from './forms.ts'
import { listPage, showPage } from './pages.ts'
import { exceptionNumber, parseExceptionNumber } from './rules.ts'

const base = '/engagements/:engagement/exceptions'
const one = `${base}/:number`

/** Exceptions from the first deviation to management's response. */
export async function exceptionRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(base, { config: { permit: 'exception.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('exceptions/list', await inScope(site.db, scope, async (trx) => listPage(trx, scope)))
  })

  app.get(one, { config: { permit: 'exception.view' } }, async (request, reply) => await show(request, reply, formState()))

  app.post(`${one}/description`, { config: { permit: 'exception.describe' } }, async (request, reply) => await act(request, reply, async (number) => {
    const { version, description } = readDescription(request.body)
    return await describe(site, engagementScope(request), number, version, description)
  }))

  app.post(`${one}/release`, { config: { permit: 'exception.release' } }, async (request, reply) => await act(request, reply, async (number) => share(site, engagementScope(request), number)))

  app.post(`${one}/position`, { config: { permit: 'exception.answer' } }, async (request, reply) => await act(request, reply, async (number) => {
    const { position, words, version } = readPosition(request.body)
    await takePosition(site, engagementScope(request), number, position, words, version)
  }))

  app.post(`${one}/confirmation`, { config: { permit: 'exception.release' } }, async (request, reply) => await act(request, reply, async (number) => confirm(site, engagementScope(request), number)))

  app.post(`${one}/clearance`, { config: { permit: 'exception.release' } }, async (request, reply) => await act(request, reply, async (number) => clear(site, engagementScope(request), number, readReason(request.body))))

  app.post(`${one}/evaluation`, { config: { permit: 'exception.release' } }, async (request, reply) => await act(request, reply, async (number) => evaluate(site, engagementScope(request), number, readEvaluation(request.body))))

  app.post(`${one}/response`, { config: { permit: 'exception.answer' } }, async (request, reply) => await act(request, reply, async (number) => respond(site, engagementScope(request), number, readResponse(request.body))))

  app.post(`${one}/completion`, { config: { permit: 'exception.finish' } }, async (request, reply) => await act(request, reply, async (number) => finish(site, engagementScope(request), number)))

  async function act(request: FastifyRequest, reply: FastifyReply, work: (number: number) => Promise<boolean | void>): Promise<FastifyReply> {
    const number = numberOf(request)
    try {
      if (await work(number) === false) return await show(request, reply, formState(request.body), 409)
      return await reply.redirect(`/engagements/${engagementScope(request).engagement.id}/exceptions/${exceptionNumber(number)}`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await show(request, reply, formState(request.body, error), 422)
    }
  }

  async function show(request: FastifyRequest, reply: FastifyReply, form: FormState, status = 200): Promise<FastifyReply> {
    const scope = engagementScope(request)
    const page = await inScope(site.db, scope, async (trx) => showPage(trx, scope, numberOf(request), form, status === 409))
    return await reply.page('exceptions/show', page, { status })
  }
}

function numberOf(request: FastifyRequest): number {
  const number = parseExceptionNumber((request.params as { number: string }).number)
  if (number === null) throw new NotFound()
  return number
}
