import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { ReadRefused } from '../sheets/table.ts'
import { formState, readForm } from '../web/form.ts'
import { mapPopulation, remapPopulation } from './actions.ts'
import { mappingValues, readMapping, readWhere, saysMore } from './mapping-form.ts'
import { mappingPage, type ListFile, type MappingPage } from './mapping-pages.ts'
import { peek, type Peek } from './peek.ts'
import { parsePopulation, populationNumber } from './rules.ts'
import { findListFile, findMappingOf, findPopulation, mappingOf, type Mapping } from './store.ts'

const base = '/engagements/:engagement/populations'
const columns = `${base}/:population/columns`
const nothing: Omit<Peek, 'key' | 'date'> = { header: [], rows: [], headerRow: 0, format: 'csv', sheets: [], sheet: null, remarks: [] }

/** Saying which columns of a list are which, the first time and again while it is checked. */
export async function mappingRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(`${base}/new`, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const file = await fileOf(site, scope, request.query)
    const page = await mappingPageOf(site, scope, file)
    const earlier = await inScope(site.db, scope, async (trx) => findMappingOf(trx, scope, file.requestId))
    const remembered = earlier !== null && page.head.header.includes(earlier.keyColumn) && page.head.header.includes(earlier.dateColumn)
    const values = remembered ? mappingValues(earlier, page.head.header) : { name: file.title, key: page.guess.key, date: page.guess.date, zone: file.zone }
    return await reply.page('populations/map', { ...page, form: formState(values), more: saysMore(values), remembered }, { status: page.refusal === null ? 200 : 422 })
  })

  app.post(base, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const file = await fileOf(site, scope, request.body)
    const page = await mappingPageOf(site, scope, file)
    return await tryMapping(reply, request, page, async (mapping) => mapPopulation(site, scope, file.id, page.head.header, mapping))
  })

  app.get(columns, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const row = await inScope(site.db, scope, async (trx) => findPopulation(trx, scope, parsePopulation(request.params)))
    const { sheet, headerRow } = readWhere(request.query)
    const page = await mappingPageOf(site, scope, readAs(row, sheet ?? row.sheet, sheet === null ? headerRow ?? row.header_row : headerRow))
    const values = mappingValues(mappingOf(row), page.head.header)
    return await reply.page('populations/map', { ...page, form: formState(values), more: saysMore(values) }, { status: page.refusal === null ? 200 : 422 })
  })

  app.post(columns, { config: { permit: 'population.prepare' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const row = await inScope(site.db, scope, async (trx) => findPopulation(trx, scope, parsePopulation(request.params)))
    const { sheet, headerRow } = readWhere(request.body)
    const page = await mappingPageOf(site, scope, readAs(row, sheet, headerRow))
    return await tryMapping(reply, request, page, async (mapping) => {
      await remapPopulation(site, scope, row.number, page.head.header, mapping)
      return row.number
    })
  })
}

async function fileOf(site: Site, scope: EngagementScope, from: unknown): Promise<ListFile & { requestId: string, title: string, zone: string }> {
  const { file: id } = readForm(z.object({ file: z.uuid('The file is missing. Start again from the request.') }), from)
  const file = await inScope(site.db, scope, async (trx) => findListFile(trx, scope, id))
  return { id, name: file.name, sha256: file.sha256, request: file.request_number, population: null, ...readWhere(from), requestId: file.request_id, title: file.request_title, zone: file.generated_zone }
}

function readAs(row: Awaited<ReturnType<typeof findPopulation>>, sheet: string | null, headerRow: number | null): ListFile {
  if (row.file_id === null || row.request_number === null) throw new Refused(`${populationNumber(row.number)} was not read from a file, so it has no columns to map.`)
  return { id: row.file_id, name: row.file_name, sha256: row.file_sha256, request: row.request_number, population: row.number, sheet, headerRow }
}

/** The page about a file; one that turned out to be no list says why instead of showing its columns. */
async function mappingPageOf(site: Site, scope: EngagementScope, file: ListFile): Promise<MappingPage & { guess: Pick<Peek, 'key' | 'date'> }> {
  try {
    const head = await peek(site.vault.localPath(file.sha256), file)
    return { ...mappingPage(scope, file, head, null), guess: head }
  } catch (error) {
    if (!(error instanceof ReadRefused)) throw error
    return { ...mappingPage(scope, file, { ...nothing, sheets: error.sheets, sheet: file.sheet }, error.message), guess: { key: '', date: '' } }
  }
}

async function tryMapping(reply: FastifyReply, request: FastifyRequest, page: MappingPage, map: (mapping: Mapping) => Promise<number>): Promise<FastifyReply> {
  try {
    if (page.refusal !== null) throw new Invalid({ form: page.refusal })
    const number = await map(readMapping(page.head.header, request.body))
    return await reply.redirect(`${page.base}/populations/${populationNumber(number)}`, 303)
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    const form = formState(request.body, error)
    return await reply.page('populations/map', { ...page, form, more: saysMore(form.values) }, { status: 422 })
  }
}
