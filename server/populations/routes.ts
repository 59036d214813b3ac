import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { formState, readForm } from '../web/form.ts'
import { mapPopulation, remapPopulation } from './actions.ts'
import { browseRoutes } from './browse-routes.ts'
import { calendarRoutes } from './calendar-routes.ts'
import { decisionRoutes } from './decision-routes.ts'
import { findingRoutes } from './finding-routes.ts'
import { mappingPage, type ListFile, type MappingPage } from './mapping-pages.ts'
import { listPage } from './pages.ts'
import { peek, type Peek } from './peek.ts'
import { parsePopulation, populationNumber } from './rules.ts'
import { listUnread } from './statement-store.ts'
import { findListFile, findPopulation, listPopulations, toldOf, type Mapping } from './store.ts'
import { ReadRefused } from '../sheets/table.ts'

const base = '/engagements/:engagement/populations'
const one = `${base}/:population`

const mappingForm = z.object({
  name: z.string('Name the population in the plural, such as Production changes.').max(120, 'Keep the name under 120 characters.'),
  occurrence: z.string('Say what one row is, such as one deployment to production.').max(300, 'Keep it under 300 characters.'),
  key: z.string('Choose the column that names each row once.'),
  date: z.string('Choose the column whose date decides whether a row lies in the period.'),
  meaning: z.string('Say what the date means: requested, approved, deployed, last working day.').max(300, 'Keep it under 300 characters.'),
  order: z.enum(['dmy', 'mdy'], 'Choose day first or month first.').optional(),
  zone: z.string().refine((zone) => zone === 'UTC' || Intl.supportedValuesOf('timeZone').includes(zone), 'Choose a zone of the list.').optional(),
})

/** Lists under examination: mapping, checks, acceptance. */
export async function populationRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(base, { config: { permit: 'population.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('populations/list', await inScope(site.db, scope, async (trx) => listPage(scope, await listPopulations(trx, scope), await listUnread(trx, scope))))
  })

  app.get(`${base}/new`, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const file = await fileOf(site, scope, request.query)
    const page = await mappingPageOf(site, scope, file)
    const form = formState({ name: file.title, key: page.guess.key, date: page.guess.date, zone: file.zone })
    return await reply.page('populations/map', { ...page, form }, { status: page.refusal === null ? 200 : 422 })
  })

  app.post(base, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const file = await fileOf(site, scope, request.body)
    const page = await mappingPageOf(site, scope, file)
    return await tryMapping(reply, request, page, async (mapping) => mapPopulation(site, scope, file.id, page.head.header, mapping))
  })

  app.get(`${one}/columns`, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const row = await inScope(site.db, scope, async (trx) => findPopulation(trx, scope, populationOf(request)))
    const page = await mappingPageOf(site, scope, readAs(row))
    const told = toldOf(row)
    const form = formState({ name: row.name, occurrence: row.occurrence, key: row.key_column, date: row.date_column, meaning: row.date_meaning, order: told.order, zone: told.zone })
    return await reply.page('populations/map', { ...page, form }, { status: page.refusal === null ? 200 : 422 })
  })

  app.post(`${one}/columns`, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const row = await inScope(site.db, scope, async (trx) => findPopulation(trx, scope, populationOf(request)))
    const page = await mappingPageOf(site, scope, readAs(row))
    return await tryMapping(reply, request, page, async (mapping) => {
      await remapPopulation(site, scope, row.number, page.head.header, mapping)
      return row.number
    })
  })

  await decisionRoutes(app, site)
  await findingRoutes(app, site)
  await browseRoutes(app, site)
  await calendarRoutes(app, site)
}

/** The number in the address; throws NotFound when it is none. */
export function populationOf(request: FastifyRequest): number {
  return parsePopulation(request.params)
}

async function fileOf(site: Site, scope: EngagementScope, from: unknown): Promise<ListFile & { title: string, zone: string }> {
  const { file: id } = readForm(z.object({ file: z.uuid('The file is missing. Start again from the request.') }), from)
  const file = await inScope(site.db, scope, async (trx) => findListFile(trx, scope, id))
  return { id, name: file.name, sha256: file.sha256, request: file.request_number, population: null, title: file.request_title, zone: file.generated_zone }
}

function readAs(row: Awaited<ReturnType<typeof findPopulation>>): ListFile {
  if (row.file_id === null || row.request_number === null) throw new Refused(`${populationNumber(row.number)} was not read from a file, so it has no columns to map.`)
  return { id: row.file_id, name: row.file_name, sha256: row.file_sha256, request: row.request_number, population: row.number }
}

/** The page about a file; one that turned out to be no list says why instead of showing its columns. */
async function mappingPageOf(site: Site, scope: EngagementScope, file: ListFile): Promise<MappingPage & { guess: Pick<Peek, 'key' | 'date'> }> {
  try {
    const head = await peek(site.vault.localPath(file.sha256))
    return { ...mappingPage(scope, file, head, null), guess: head }
  } catch (error) {
    if (!(error instanceof ReadRefused)) throw error
    return { ...mappingPage(scope, file, { header: [], rows: [] }, error.message), guess: { key: '', date: '' } }
  }
}

async function tryMapping(reply: FastifyReply, request: FastifyRequest, page: MappingPage, map: (mapping: Mapping) => Promise<number>): Promise<FastifyReply> {
  try {
    if (page.refusal !== null) throw new Invalid({ form: page.refusal })
    const form = readForm(mappingForm, request.body)
    const named = (typed: string) => page.head.header.find((name) => name.replaceAll('\r\n', '\n').trim() === typed) ?? ''
    const number = await map({
      name: form.name, occurrence: form.occurrence, keyColumn: named(form.key), dateColumn: named(form.date), dateMeaning: form.meaning,
      told: { order: form.order ?? null, zone: form.zone ?? null },
    })
    return await reply.redirect(`${page.base}/populations/${populationNumber(number)}`, 303)
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    return await reply.page('populations/map', { ...page, form: formState(request.body, error) }, { status: 422 })
  }
}
