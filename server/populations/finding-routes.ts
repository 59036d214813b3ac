import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid, NotFound } from '../errors.ts'
import { readDay } from '../requests/draft.ts'
import { formState, readForm, type FormState } from '../web/form.ts'
import { listReadLists } from './calendar-store.ts'
import { findingPage } from './finding-pages.ts'
import type { CheckName } from './findings.ts'
import { isCheckName } from './pages.ts'
import { findPrevious, listChanges } from './previous-store.ts'
import { changesIn } from './previous.ts'
import { markFinding, performProcedure, recordProcedure } from './procedure-actions.ts'
import { changesPage, procedureFormPage, procedurePage } from './procedure-pages.ts'
import { isProcedureKind, type Outcome } from './procedures.ts'
import { findProcedure, listMarks } from './procedures-store.ts'
import { parsePopulation, populationNumber, refuseWithheld } from './rules.ts'
import { findingsOf, findPopulation } from './store.ts'

const one = '/engagements/:engagement/populations/:population'
const CHANGES = 100

const markForm = z.object({
  tick: z.enum(['agreed', 'explained', 'exception'], 'Say what you make of it.'),
  note: z.string('Write the note that goes with the mark.').max(2000, 'Keep it under 2,000 characters.'),
})

const count = z.coerce.number('Give a whole number.').int('Give a whole number.').min(0).max(2_000_000_000)
const procedureForm = z.object({
  kind: z.string().refine(isProcedureKind, 'Choose the procedure.'),
  performed: z.string('Say on which day it was performed.'),
  words: z.string('Say what was done and what it came to.').max(2000, 'Keep it under 2,000 characters.'),
  conclusion: z.enum(['agrees', 'differs'], 'Say what it came to.').optional().transform((said) => said ?? null),
  shown: count.optional().transform((shown) => shown ?? null),
  items: z.string().max(20_000, 'That is too long a list.').default(''),
  other: z.coerce.number().int().positive().optional().transform((other) => other ?? null),
})
const lookForm = procedureForm.pick({ kind: true, items: true, other: true })

const changesQuery = z.object({
  change: z.enum(['added', 'removed', 'changed']).catch('added').default('added'),
  after: z.string().catch('').default(''), turn: z.coerce.number().int().min(0).max(2_000_000_000).catch(0).default(0),
})

/** What was found in a list, and what the auditor made of it and did besides. */
export async function findingRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(`${one}/checks/:check`, { config: { permit: 'population.view' } }, async (request, reply) => {
    return await reply.page('populations/finding', await finding(site, request, formState()))
  })

  app.post(`${one}/checks/:check/marks`, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const number = parsePopulation(request.params)
    try {
      await markFinding(site, scope, number, checkOf(request), readForm(markForm, request.body))
      return await reply.redirect(`/engagements/${scope.engagement.id}/populations/${populationNumber(number)}`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('populations/finding', await finding(site, request, formState(request.body, error)), { status: 422 })
    }
  })

  app.get(`${one}/procedures/new`, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { kind } = request.query as { kind?: string }
    const today = Temporal.Now.plainDateISO(scope.engagement.zone).toString()
    return await procedureAgain(site, request, reply, formState({ kind: typeof kind === 'string' && isProcedureKind(kind) ? kind : 'query_logic', performed: today }), 200)
  })

  app.post(`${one}/procedures`, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const number = parsePopulation(request.params)
    try {
      if ((request.body as { act?: unknown } | undefined)?.act === 'look') return await look(site, request, reply)
      const { performed, ...said } = readForm(procedureForm, request.body)
      await recordProcedure(site, scope, number, { ...said, performedOn: readDay('performed', performed) })
      return await reply.redirect(`/engagements/${scope.engagement.id}/populations/${populationNumber(number)}`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await procedureAgain(site, request, reply, formState(request.body, error), 422)
    }
  })

  app.get(`${one}/procedures/:procedure`, { config: { permit: 'population.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const page = await inScope(site.db, scope, async (trx) => {
      const population = await findPopulation(trx, scope, parsePopulation(request.params))
      const number = Number((request.params as { procedure: string }).procedure)
      if (!Number.isInteger(number) || number < 1 || number > 1_000_000) throw new NotFound()
      return procedurePage(scope, population, await findProcedure(trx, scope, population.id, number))
    })
    return await reply.page('populations/procedure', page)
  })

  app.get(`${one}/changes`, { config: { permit: 'population.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { change, after, turn } = readForm(changesQuery, request.query)
    const page = await inScope(site.db, scope, async (trx) => {
      const population = await findPopulation(trx, scope, parsePopulation(request.params))
      const before = await findPrevious(trx, scope, population)
      if (before === null || population.reading !== 'done') throw new NotFound()
      refuseWithheld(population)
      refuseWithheld(before)
      const found = findingsOf(population).find((one) => one.check === 'previous')
      const [now, then] = [{ ...population, unique: isUnique(population) }, { ...before, unique: isUnique(before) }]
      const rows = await listChanges(trx, scope, now, then, { change, after: { key: after, turn }, limit: CHANGES + 1 })
      return changesPage(scope, population, { before, counts: changesIn(found) ?? { added: 0, removed: 0, changed: 0 }, change, rows, shown: CHANGES })
    })
    return await reply.page('populations/changes', page)
  })
}

/** Shows what a procedure would find, so that the conclusion is written knowing it; nothing is kept yet. */
async function look(site: Site, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const scope = engagementScope(request)
  const said = readForm(lookForm, request.body)
  const { outcome } = await inScope(site.db, scope, async (trx) => performProcedure(trx, scope, await findPopulation(trx, scope, parsePopulation(request.params)), said))
  return await procedureAgain(site, request, reply, formState(request.body), 200, { outcome, other: said.other })
}

async function procedureAgain(site: Site, request: FastifyRequest, reply: FastifyReply, form: FormState, status: number, looked: { outcome: Outcome, other: number | null } | null = null): Promise<FastifyReply> {
  const scope = engagementScope(request)
  const page = await inScope(site.db, scope, async (trx) => {
    const population = await findPopulation(trx, scope, parsePopulation(request.params))
    const kind = form.values['kind']
    return procedureFormPage(scope, population, { kind: typeof kind === 'string' && isProcedureKind(kind) ? kind : 'query_logic', lists: await listReadLists(trx, scope, population.id), form, looked })
  })
  return await reply.page('populations/procedure-form', page, { status })
}

async function finding(site: Site, request: FastifyRequest, form: FormState) {
  const scope = engagementScope(request)
  const check = checkOf(request)
  return await inScope(site.db, scope, async (trx: Tx) => {
    const population = await findPopulation(trx, scope, parsePopulation(request.params))
    const found = findingsOf(population).find((named) => named.check === check)
    if (!found) throw new NotFound()
    return findingPage(scope, population, found, await listMarks(trx, scope, population.id), form)
  })
}

function isUnique(population: { findings: unknown }): boolean {
  return findingsOf(population).some(({ check, mark }) => check === 'duplicate_key' && mark === 'agrees')
}

function checkOf(request: FastifyRequest): CheckName {
  const { check } = request.params as { check: string }
  if (!isCheckName(check)) throw new NotFound()
  return check
}
