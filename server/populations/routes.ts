import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid, NotFound } from '../errors.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { formState, readForm, type FormState } from '../web/form.ts'
import { acceptPopulation, mapPopulation, remapPopulation } from './actions.ts'
import { drawCards } from './draw-cards.ts'
import { listPage, periodInWords, showPage, type MappingPage } from './pages.ts'
import { peek, type Peek } from './peek.ts'
import { parseNumber, populationNumber } from './rules.ts'
import { findListFile, findPopulation, listPopulations, listRows, toldOf, type Mapping } from './store.ts'
import { ReadRefused } from './table.ts'

const base = '/engagements/:engagement/populations'
const one = `${base}/:population`
const ROWS = 200

const mappingForm = z.object({
  name: z.string('Name the population in the plural, such as Production changes.').max(120, 'Keep the name under 120 characters.'),
  occurrence: z.string('Say what one row is, such as one deployment to production.').max(300, 'Keep it under 300 characters.'),
  key: z.string('Choose the column that names each row once.'),
  date: z.string('Choose the column whose date decides whether a row lies in the period.'),
  meaning: z.string('Say what the date means: requested, approved, deployed, last working day.').max(300, 'Keep it under 300 characters.'),
  order: z.enum(['dmy', 'mdy']).optional(),
  zone: z.string().refine((zone) => zone === 'UTC' || Intl.supportedValuesOf('timeZone').includes(zone), 'Choose a zone of the list.').optional(),
})

/** Lists under examination: mapping, checks, acceptance. */
export async function populationRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(base, { config: { permit: 'population.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('populations/list', await inScope(site.db, scope, async (trx) => listPage(scope, await listPopulations(trx, scope))))
  })

  app.get(`${base}/new`, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { file: fileId } = readForm(z.object({ file: z.uuid() }), request.query)
    const file = await inScope(site.db, scope, async (trx) => findListFile(trx, scope, fileId))
    const head = await peek(site.vault.localPath(file.sha256))
    const form = formState({ name: file.request_title, key: head.key, date: head.date, zone: file.generated_zone })
    return await reply.page('populations/map', mappingPage(scope, { id: fileId, name: file.name, request: requestNumber(file.request_number) }, null, head, form))
  })

  app.post(base, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { file: fileId } = readForm(z.object({ file: z.uuid('The file is missing. Start again from the request.') }), request.body)
    const file = await inScope(site.db, scope, async (trx) => findListFile(trx, scope, fileId))
    const head = await peek(site.vault.localPath(file.sha256))
    return await tryMapping(reply, request, mappingPage(scope, { id: fileId, name: file.name, request: requestNumber(file.request_number) }, null, head, formState()), async (mapping) =>
      mapPopulation(site, scope, fileId, head.header, mapping))
  })

  app.get(one, { config: { permit: 'population.view' } }, async (request, reply) => {
    return await reply.page('populations/show', await show(site, engagementScope(request), numberOf(request), formState()))
  })

  app.get(`${one}/columns`, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const row = await inScope(site.db, scope, async (trx) => findPopulation(trx, scope, numberOf(request)))
    const head = await headOf(site, row.file_sha256)
    const told = toldOf(row)
    const form = formState({ name: row.name, occurrence: row.occurrence, key: row.key_column, date: row.date_column, meaning: row.date_meaning, order: told.order, zone: told.zone })
    return await reply.page('populations/map', mappingPage(scope, { id: row.file_id, name: row.file_name, request: requestNumber(row.request_number) }, row.number, head, form))
  })

  app.post(`${one}/columns`, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const row = await inScope(site.db, scope, async (trx) => findPopulation(trx, scope, numberOf(request)))
    const head = await headOf(site, row.file_sha256)
    return await tryMapping(reply, request, mappingPage(scope, { id: row.file_id, name: row.file_name, request: requestNumber(row.request_number) }, row.number, head, formState()), async (mapping) => {
      await remapPopulation(site, scope, row.number, head.header, mapping)
      return row.number
    })
  })

  app.post(`${one}/acceptance`, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { corroboration } = readForm(z.object({ corroboration: z.string().max(2000, 'Keep it under 2,000 characters.').default('') }), request.body)
    await acceptPopulation(site, scope, numberOf(request), corroboration)
    return await reply.redirect(`/engagements/${scope.engagement.id}/populations/${populationNumber(numberOf(request))}`, 303)
  })

  app.get(`${one}/rows`, { config: { permit: 'population.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { after, outside } = readForm(z.object({ after: z.coerce.number().int().min(0).default(0), outside: z.string().optional() }), request.query)
    const page = await inScope(site.db, scope, async (trx) => {
      const population = await findPopulation(trx, scope, numberOf(request))
      const rows = await listRows(trx, scope, population.id, after, ROWS + 1, outside !== undefined)
      const here = `/engagements/${scope.engagement.id}/populations/${populationNumber(population.number)}`
      const last = rows[ROWS - 1]
      return {
        title: `Rows of ${populationNumber(population.number)}`, tab: 'populations' as const, here, heading: `${populationNumber(population.number)} ${population.name}`,
        header: population.header, outside: outside !== undefined,
        rows: rows.slice(0, ROWS).map((row) => ({ row: row.row_number, inScope: row.in_period, cells: row.cells })),
        next: rows.length > ROWS && last ? `${here}/rows?after=${last.row_number}${outside === undefined ? '' : '&outside=1'}` : null,
      }
    })
    return await reply.page('populations/rows', page)
  })
}

async function show(site: Site, scope: EngagementScope, number: number, form: FormState) {
  return await inScope(site.db, scope, async (trx: Tx) => {
    const row = await findPopulation(trx, scope, number)
    return showPage(scope, row, await drawCards(trx, scope, row), form)
  })
}

/** The columns of a file that turned out not to be a list: none, so that the page can still be left. */
async function headOf(site: Site, sha256: string): Promise<Peek> {
  try {
    return await peek(site.vault.localPath(sha256))
  } catch (error) {
    if (error instanceof ReadRefused) return { header: [], rows: [], key: '', date: '' }
    throw error
  }
}

async function tryMapping(reply: FastifyReply, request: FastifyRequest, page: MappingPage, map: (mapping: Mapping) => Promise<number>): Promise<FastifyReply> {
  try {
    const form = readForm(mappingForm, request.body)
    const number = await map({ name: form.name, occurrence: form.occurrence, keyColumn: form.key, dateColumn: form.date, dateMeaning: form.meaning, told: { order: form.order ?? null, zone: form.zone ?? null } })
    return await reply.redirect(`${page.base}/populations/${populationNumber(number)}`, 303)
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    return await reply.page('populations/map', { ...page, form: formState(request.body, error) }, { status: 422 })
  }
}

function mappingPage(scope: EngagementScope, file: { id: string, name: string, request: string }, number: number | null, head: Peek, form: FormState): MappingPage {
  const path = `/engagements/${scope.engagement.id}`
  return {
    title: number === null ? 'Read a list as a population' : `Columns of ${populationNumber(number)}`,
    tab: 'populations',
    base: path,
    action: number === null ? `${path}/populations` : `${path}/populations/${populationNumber(number)}/columns`,
    back: number === null ? `${path}/requests/${file.request}` : `${path}/populations/${populationNumber(number)}`,
    heading: number === null ? `Read ${file.name} as a population` : `Map the columns of ${populationNumber(number)} again`,
    file,
    form,
    columns: head.header.map((name) => ({ value: name, label: name })),
    head,
    period: periodInWords(scope),
  }
}

function numberOf(request: FastifyRequest): number {
  const number = parseNumber('POP', (request.params as { population: string }).population)
  if (number === null) throw new NotFound()
  return number
}
