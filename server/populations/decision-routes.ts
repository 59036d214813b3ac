import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid, NotFound } from '../errors.ts'
import { readDay } from '../requests/draft.ts'
import { requestNumber, returnReasons, type ReturnReason } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { formState, readForm, type FormState } from '../web/form.ts'
import { acceptPopulation } from './actions.ts'
import { listCalendarsOn, listOmissions, listReadLists, matchByDate } from './calendar-store.ts'
import type { CalendarParts } from './calendar-pages.ts'
import { drawCards } from './draws-pages.ts'
import { findingsInWords } from './finding-pages.ts'
import { listMarks, listProcedures, type ProcedureRow } from './procedures-store.ts'
import { returnPopulation } from './return-actions.ts'
import { parsePopulation, populationNumber } from './rules.ts'
import { coveragePage, showPage, type PopulationShowPage } from './show-pages.ts'
import { listVersions } from './statement-store.ts'
import { findingsOf, findPopulation, listControlsOf, listSiblings, type PopulationRow } from './store.ts'
import { countDrawnByWeek } from './strip-store.ts'

const one = '/engagements/:engagement/populations/:population'

const longest = 'Keep it under 2,000 characters.'
const part = z.string().max(600, 'Keep it under 600 characters.').default('')
const acceptForm = z.object({ inquiry: part, query: part, other: part })
const returnForm = z.object({
  reason: z.enum(Object.keys(returnReasons) as [ReturnReason, ...ReturnReason[]], 'Choose why it goes back.'),
  words: z.string('Tell the owner what was found and what to send instead.').max(2000, longest),
  due: z.string('Give the new due date.'),
})

/** One population, and the decision on it. */
export async function decisionRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(one, { config: { permit: 'population.view' } }, async (request, reply) => {
    return await reply.page('populations/show', await show(site, engagementScope(request), parsePopulation(request.params)))
  })

  app.get(`${one}/coverage`, { config: { permit: 'population.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const page = await inScope(site.db, scope, async (trx) => {
      const row = await findPopulation(trx, scope, parsePopulation(request.params))
      return coveragePage(scope, row, await countDrawnByWeek(trx, scope, row.id))
    })
    if (page === null) throw new NotFound()
    return await reply.page('populations/coverage', page)
  })

  app.post(`${one}/acceptance`, { config: { permit: 'request.review' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const number = parsePopulation(request.params)
    return await again(site, request, reply, 'acceptForm', async () => {
      await acceptPopulation(site, scope, number, corroborationOf(readForm(acceptForm, request.body)))
      return `/engagements/${scope.engagement.id}/populations/${populationNumber(number)}`
    })
  })

  app.post(`${one}/return`, { config: { permit: 'request.review' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const number = parsePopulation(request.params)
    const population = await inScope(site.db, scope, async (trx) => findPopulation(trx, scope, number))
    return await again(site, request, reply, 'returnForm', async () => {
      const { reason, words, due } = readForm(returnForm, request.body)
      const dueOn = readDay('due', due)
      if (Temporal.PlainDate.compare(dueOn, Temporal.Now.plainDateISO(scope.engagement.zone)) < 0) throw new Invalid({ due: 'Give a due date from today on.' })
      await returnPopulation(site, scope, number, { reason, words, dueOn })
      return `/engagements/${scope.engagement.id}/requests/${requestNumber(population.request_number!)}`
    })
  })
}

/** The page of one population; `forms` holds what was typed into one of its forms and refused. */
export async function show(site: Site, scope: EngagementScope, number: number, forms: { acceptForm?: FormState, returnForm?: FormState, calendarForm?: FormState } = {}): Promise<PopulationShowPage> {
  return await inScope(site.db, scope, async (trx) => {
    const row = await findPopulation(trx, scope, number)
    const performed = await listProcedures(trx, scope, row.id)
    return showPage(scope, row, {
      controls: await listControlsOf(trx, scope, row), siblings: await listSiblings(trx, scope, row), confirms: await listCalendarsOn(trx, scope, row.id), draws: await drawCards(trx, scope, row),
      marks: await listMarks(trx, scope, row.id), performed,
      versions: row.request_id === null ? [] : await listVersions(trx, scope, row.request_id),
      drawnByWeek: row.status === 'locked' ? await countDrawnByWeek(trx, scope, row.id) : new Map(),
      calendar: row.source === 'calendar' ? await calendarParts(trx, scope, row, forms.calendarForm ?? null) : null,
      acceptForm: forms.acceptForm ?? formState(), returnForm: forms.returnForm ?? returnFormOf(row, performed),
    })
  })
}

async function calendarParts(trx: Tx, scope: EngagementScope, row: PopulationRow, form: FormState | null): Promise<CalendarParts> {
  return {
    omissions: await listOmissions(trx, scope, row.id), lists: await listReadLists(trx, scope, row.id), form,
    match: row.list_id === null ? null : await matchByDate(trx, scope, row.id, row.list_id),
  }
}

/** The words of a return begin with what was found; a list that could not be read says why. */
function returnFormOf(row: PopulationRow, performed: readonly ProcedureRow[]): FormState {
  const words = row.reading === 'failed' ? row.reading_error ?? '' : findingsInWords(findingsOf(row), performed)
  return formState({ reason: 'incomplete_population', words: words.slice(0, 2000) })
}

/** The three ways of 5.7 in one text, each with its name, so that the record says which was which. */
function corroborationOf({ inquiry, query, other }: z.infer<typeof acceptForm>): string {
  if (inquiry + query + other === '') return ''
  const wrong: Record<string, string> = {}
  if (inquiry === '') wrong['inquiry'] = 'Say whom you asked, when, and what they said.'
  if (query === '') wrong['query'] = 'Say which query of the source system showed zero rows.'
  if (other === '') wrong['other'] = 'Name another source that agrees, such as a register, tickets or an invoice list.'
  if (Object.keys(wrong).length > 0) throw new Invalid(wrong)
  return `Inquiry: ${inquiry}\nSystem query: ${query}\nOther sources: ${other}`
}

async function again(site: Site, request: FastifyRequest, reply: FastifyReply, form: 'acceptForm' | 'returnForm', act: () => Promise<string>): Promise<FastifyReply> {
  try {
    return await reply.redirect(await act(), 303)
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    return await reply.page('populations/show', await show(site, engagementScope(request), parsePopulation(request.params), { [form]: formState(request.body, namedFor(form, error)) }), { status: 422 })
  }
}

/** Where nothing was said at all, the first of the three questions carries the sentence. */
function namedFor(form: string, error: Invalid): Invalid {
  const { corroboration, ...fields } = error.fields
  return form === 'acceptForm' && corroboration !== undefined ? new Invalid({ inquiry: corroboration, ...fields }) : error
}
