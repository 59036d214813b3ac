import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { listControls } from '../controls/store.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, NotFound } from '../errors.ts'
import { parseRequestNumber, requestNumber } from '../requests/rules.ts'
import { formState, readForm, several, type FormState } from '../web/form.ts'
import { leaveOut, makeCalendar, matchList, putBack } from './calendar-actions.ts'
import { calendarFormPage, statementFormPage } from './calendar-pages.ts'
import { show } from './decision-routes.ts'
import { parsePopulation, populationNumber } from './rules.ts'
import { takeStatement } from './statement-actions.ts'
import { listUnread } from './statement-store.ts'

const base = '/engagements/:engagement/populations'
const one = `${base}/:population`

const name = z.string('Name the population in the plural, such as Quarterly badge reviews.').max(120, 'Keep the name under 120 characters.')
const occurrence = z.string('Say what one item is, such as one review of a quarter.').max(300, 'Keep it under 300 characters.')
const calendarForm = z.object({
  name, occurrence,
  every: z.enum(['half_year', 'quarter', 'month', 'week', 'business_day', 'day'], 'Choose how often the control was due.'),
  control: several(z.uuid()),
})
const omissionForm = z.object({
  keys: z.string('Give the keys to leave out, one a line.').max(20_000, 'That is too long a list.'),
  reason: z.string('Say how the client explained it, who and when, and why you agree.').max(1000, 'Keep it under 1,000 characters.'),
})
const listForm = z.object({ list: z.coerce.number().int().positive().optional() })
const askedForm = z.object({ request: z.string().catch('') })
const statementForm = z.object({ request: z.string('The request is missing.'), name, occurrence })

/** Populations without a list: those of the calendar, and the statement that nothing occurred. */
export async function calendarRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(`${base}/calendars/new`, { config: { permit: 'population.prepare' } }, async (request, reply) => calendarAgain(site, request, reply, formState(), 200))

  app.post(`${base}/calendars`, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      const { control, ...plan } = readForm(calendarForm, request.body)
      const controls = await inScope(site.db, scope, async (trx) => listControls(trx, scope))
      const number = await makeCalendar(site, scope, { ...plan, controlIds: controls.filter(({ id }) => control.includes(id)).map(({ id }) => id) })
      return await reply.redirect(addressOf(request, number), 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await calendarAgain(site, request, reply, formState(request.body, error), 422)
    }
  })

  app.post(`${one}/omissions`, { config: { permit: 'population.prepare' } }, async (request, reply) => changeCalendar(site, request, reply, async (number) => {
    const { keys, reason } = readForm(omissionForm, request.body)
    await leaveOut(site, engagementScope(request), number, keys.split('\n').map((key) => key.trim()).filter((key) => key !== ''), reason)
  }))

  app.post(`${one}/omissions/removal`, { config: { permit: 'population.prepare' } }, async (request, reply) => changeCalendar(site, request, reply, async (number) => {
    const { key } = readForm(z.object({ key: z.string('Say what to put back.') }), request.body)
    await putBack(site, engagementScope(request), number, key)
  }))

  app.post(`${one}/list`, { config: { permit: 'population.prepare' } }, async (request, reply) => changeCalendar(site, request, reply, async (number) => {
    await matchList(site, engagementScope(request), number, readForm(listForm, request.body).list ?? null)
  }))

  app.get(`${base}/statements/new`, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const { request: asked } = readForm(askedForm, request.query)
    return await statementAgain(site, request, reply, asked, formState(), 200)
  })

  app.post(`${base}/statements`, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { request: asked } = readForm(askedForm, request.body)
    try {
      const form = readForm(statementForm, request.body)
      const number = parseRequestNumber(form.request)
      if (number === null) throw new NotFound()
      return await reply.redirect(addressOf(request, await takeStatement(site, scope, number, form)), 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await statementAgain(site, request, reply, asked, formState(request.body, error), 422)
    }
  })
}

async function changeCalendar(site: Site, request: FastifyRequest, reply: FastifyReply, change: (number: number) => Promise<void>): Promise<FastifyReply> {
  const number = parsePopulation(request.params)
  try {
    await change(number)
    return await reply.redirect(addressOf(request, number), 303)
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    return await reply.page('populations/show', await show(site, engagementScope(request), number, { calendarForm: formState(request.body, error) }), { status: 422 })
  }
}

async function calendarAgain(site: Site, request: FastifyRequest, reply: FastifyReply, form: FormState, status: number): Promise<FastifyReply> {
  const scope = engagementScope(request)
  const controls = await inScope(site.db, scope, async (trx) => listControls(trx, scope))
  return await reply.page('populations/calendar', calendarFormPage(scope, controls, form), { status })
}

/** The form about an answer without a list; once it is read as something, there is nothing left to state. */
async function statementAgain(site: Site, request: FastifyRequest, reply: FastifyReply, asked: string, form: FormState, status: number): Promise<FastifyReply> {
  const scope = engagementScope(request)
  const number = parseRequestNumber(asked)
  const found = (await inScope(site.db, scope, async (trx) => listUnread(trx, scope))).find((unread) => unread.number === number)
  if (!found) throw new NotFound()
  const start = Object.keys(form.values).length > 0 ? form : formState({ name: found.title })
  return await reply.page('populations/statement', statementFormPage(scope, { request: requestNumber(found.number), words: found.answer, form: start }), { status })
}

function addressOf(request: FastifyRequest, number: number): string {
  return `/engagements/${engagementScope(request).engagement.id}/populations/${populationNumber(number)}`
}
