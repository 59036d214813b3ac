import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, NotFound } from '../errors.ts'
import { formState, readForm } from '../web/form.ts'
import { hereOf, placeOf } from './address.ts'
import { boardPage } from './board-pages.ts'
import { testPage } from './grid-pages.ts'
import { openNote, stepNote } from './notes-actions.ts'
import { assign, flag } from './signing-actions.ts'

const one = '/engagements/:engagement/testing/:reference'
const words = z.string('Write what is to be said.').min(1, 'Write what is to be said.').max(2000, 'Keep it under 2,000 characters.')

/** The board, review notes of a line, who tests it, and whether it is a significant matter. */
export async function notesRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/engagements/:engagement/testing/board', { config: { permit: 'test.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const filter = readForm(z.object({
      control: z.string().max(20).optional().catch(undefined), criterion: z.string().max(20).optional().catch(undefined),
      person: z.uuid().optional().catch(undefined), mine: z.enum(['testing', 'reviews']).optional().catch(undefined),
    }), request.query)
    return await reply.page('testing/board', await inScope(site.db, scope, async (trx) => boardPage(trx, scope, filter)))
  })

  app.post(`${one}/notes`, { config: { permit: 'note.open' } }, async (request, reply) => await orAgain(site, request, reply, async () => {
    const { note, about } = readForm(z.object({ note: words, about: z.string().regex(/^$|^[1-9]\d{0,6}\.[A-Z]$/, 'Choose what the note is about.').default('') }), request.body)
    const [rank, letter] = about.split('.')
    await openNote(site, engagementScope(request), placeOf(request), { text: note, cell: letter === undefined ? null : { rank: Number(rank), letter } })
  }))

  app.post(`${one}/notes/:number/answer`, { config: { permit: 'note.answer' } }, async (request, reply) => await orAgain(site, request, reply, async () => {
    await stepNote(site, engagementScope(request), placeOf(request), numberOf(request), 'answer', said(request))
  }))

  app.post(`${one}/notes/:number/refusal`, { config: { permit: 'note.clear' } }, async (request, reply) => await orAgain(site, request, reply, async () => {
    await stepNote(site, engagementScope(request), placeOf(request), numberOf(request), 'refuse', said(request))
  }))

  app.post(`${one}/notes/:number/clearing`, { config: { permit: 'note.clear' } }, async (request, reply) => await orAgain(site, request, reply, async () => {
    await stepNote(site, engagementScope(request), placeOf(request), numberOf(request), 'clear', null)
  }))

  app.post(`${one}/significance`, { config: { permit: 'test.flag' } }, async (request, reply) => {
    const { significant } = readForm(z.object({ significant: z.enum(['yes', 'no'], 'Say whether it is.') }), request.body)
    await flag(site, engagementScope(request), placeOf(request), significant === 'yes')
    return await reply.redirect(`${hereOf(request)}#sign-off`, 303)
  })

  app.post(`${one}/assignee`, { config: { permit: 'test.assign' } }, async (request, reply) => {
    const { person } = readForm(z.object({ person: z.union([z.uuid(), z.literal('')], 'Choose somebody of the team.').default('') }), request.body)
    await assign(site, engagementScope(request), placeOf(request), person === '' ? null : person)
    return await reply.redirect(`${hereOf(request)}#sign-off`, 303)
  })
}

function numberOf(request: FastifyRequest): number {
  const { number } = request.params as { number: string }
  if (!/^[1-9]\d{0,6}$/.test(number)) throw new NotFound()
  return Number(number)
}

function said(request: FastifyRequest): string {
  const name = `said-${numberOf(request)}`
  return String(readForm(z.object({ [name]: words }), request.body)[name])
}

async function orAgain(site: Site, request: FastifyRequest, reply: FastifyReply, work: () => Promise<void>): Promise<FastifyReply> {
  const scope = engagementScope(request)
  try {
    await work()
    return await reply.redirect(`${hereOf(request)}#notes`, 303)
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    const page = await inScope(site.db, scope, async (trx) => testPage(trx, site, scope, placeOf(request), {}, { form: formState(request.body, error) }))
    return await reply.page('testing/show', page, { status: 422 })
  }
}
