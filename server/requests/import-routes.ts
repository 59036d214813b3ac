import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { guessFields } from '../sheets/headings.ts'
import { insertImport, listHeadings, lockImport, updateMapping, type Mapping, type SheetImport } from '../sheets/import-store.ts'
import { receiveSheet } from '../sheets/receive.ts'
import { idIn } from '../web/address.ts'
import { formState, readForm } from '../web/form.ts'
import { applyImport, judgeImport, PURPOSE } from './import-actions.ts'
import { importFields } from './import-fields.ts'
import { importMappingPage, importPreviewPage, importStartPage } from './import-pages.ts'
import { kinds } from './rules.ts'

const base = '/engagements/:engagement/requests/imports'
const one = `${base}/:import`
const permit = 'request.draft'
const MOST_ROWS = 2000
const MOST_BYTES = 10 * 1024 ** 2

/** A list of requests from elsewhere: the file, what its columns mean, what each row would do, and doing it. */
export async function importRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(`${base}/new`, { config: { permit } }, async (request, reply) => reply.page('requests/import', importStartPage(engagementScope(request), formState())))

  app.post(base, { config: { permit } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      const sheet = await receiveSheet(request, { noun: 'requests', rows: MOST_ROWS, bytes: MOST_BYTES })
      const id = await inScope(site.db, scope, async (trx) => insertImport(trx, scope, PURPOSE, sheet))
      return await reply.redirect(`/engagements/${scope.engagement.id}/requests/imports/${id}/mapping`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('requests/import', importStartPage(scope, formState({}, error)), { status: 422 })
    }
  })

  app.get(`${one}/mapping`, { config: { permit } }, async (request, reply) => {
    const scope = engagementScope(request)
    const page = await inScope(site.db, scope, async (trx) => {
      const sheet = await lockImport(trx, scope, PURPOSE, importOf(request))
      return importMappingPage(scope, sheet, await mappingOf(trx, scope, sheet), null)
    })
    return await reply.page('requests/import-mapping', page)
  })

  app.post(`${one}/mapping`, { config: { permit } }, async (request, reply) => {
    const scope = engagementScope(request)
    const id = importOf(request)
    const again = await inScope(site.db, scope, async (trx) => {
      const sheet = await lockImport(trx, scope, PURPOSE, id)
      const { mapping, problem } = readMapping(sheet, request.body)
      if (problem) return importMappingPage(scope, sheet, mapping, formState({ kind: mapping.defaults['kind'] ?? '' }, problem))
      await updateMapping(trx, scope, id, mapping)
      return null
    })
    if (again) return await reply.page('requests/import-mapping', again, { status: 422 })
    return await reply.redirect(`/engagements/${scope.engagement.id}/requests/imports/${id}/preview`, 303)
  })

  app.get(`${one}/preview`, { config: { permit } }, async (request, reply) => {
    const page = await preview(site, engagementScope(request), importOf(request))
    return await reply.page('requests/import-preview', page)
  })

  app.post(`${one}/adoption`, { config: { permit } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { digest } = readForm(z.object({ digest: z.string('Look at the preview first.') }), request.body)
    try {
      const { numbers } = await applyImport(site, scope, importOf(request), digest)
      return await reply.redirect(`/engagements/${scope.engagement.id}/requests${numbers.length > 0 && numbers.length <= 500 ? `?only=${numbers.join(',')}` : ''}`, 303)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return await reply.page('requests/import-preview', await preview(site, scope, importOf(request), error.message), { status: 409 })
    }
  })
}

async function preview(site: Site, scope: EngagementScope, id: string, conflict: string | null = null) {
  return await inScope(site.db, scope, async (trx) => {
    const sheet = await lockImport(trx, scope, PURPOSE, id)
    const judged = await judgeImport(trx, scope, sheet, sheet.mapping ?? await mappingOf(trx, scope, sheet))
    return importPreviewPage(scope, sheet, judged.map(({ mark }) => mark), conflict)
  })
}

async function mappingOf(trx: Tx, scope: EngagementScope, sheet: SheetImport): Promise<Mapping> {
  return sheet.mapping ?? { columns: guessFields(sheet.header, importFields, await listHeadings(trx, scope, PURPOSE)), defaults: {} }
}

function readMapping(sheet: SheetImport, body: unknown): { mapping: Mapping, problem: Invalid | null } {
  const form = readForm(z.record(z.string(), z.unknown()), body)
  const columns = sheet.header.map((_heading, place) => importFields.find(({ name }) => name === form[`column-${place}`])?.name ?? null)
  const kind = Object.values(kinds).find((word) => word === form['kind'])
  const mapping: Mapping = { columns, defaults: kind ? { kind } : {} }
  const twice = importFields.find(({ name }) => columns.filter((column) => column === name).length > 1)
  if (twice) return { mapping, problem: new Invalid({ [`column-${columns.lastIndexOf(twice.name)}`]: `Two columns are meant to be “${twice.label}”. Leave one of them out.` }) }
  if (!columns.includes('title') && !columns.includes('number') && !columns.includes('external')) return { mapping, problem: new Invalid({ 'column-0': 'Say which column holds the title, or the number of a request that is there already.' }) }
  return { mapping, problem: null }
}

function importOf(request: FastifyRequest): string {
  return idIn(request, 'import')
}
