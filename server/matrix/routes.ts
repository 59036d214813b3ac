import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { categoryNames, series, type Category } from '../controls/criteria.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import { contentDisposition } from '../files/names.ts'
import type { EngagementScope } from '../scope.ts'
import { readForm, several } from '../web/form.ts'
import { states, type StateOf } from '../web/states.ts'
import { exportMatrix, outlineMatrix } from './actions.ts'
import type { MatrixQuery } from './filter.ts'
import { matrixLineRoutes } from './cells-routes.ts'
import { changesPage, type Compared } from './changes-pages.ts'
import { exportPage, fileName } from './export-pages.ts'
import { fetchExport } from './file-actions.ts'
import { openReading } from './kept.ts'
import { matrixPage } from './pages.ts'
import { partsRoutes } from './parts-routes.ts'
import { bundleRoutes } from './bundle-routes.ts'
import { findExport, listExports } from './exports-store.ts'
import { schemaRoutes } from './schema-routes.ts'
import { formats, type Format } from './formats.ts'

const base = '/engagements/:engagement/matrix'

// Every export is kept for good.
const exporting = { max: 30, timeWindow: 60_000 }

/** The control test matrix and what was exported of it. */
export async function matrixRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(base, { config: { permit: 'matrix.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const query = readQuery(request.query)
    const page = await inScope(site.db, scope, async (trx) => matrixPage(scope, await outlineMatrix(trx, scope), await listExports(trx, scope), query))
    return await reply.page('matrix/show', page)
  })

  app.post(`${base}/exports`, { config: { permit: 'matrix.export_draft', rateLimit: exporting } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { form } = readForm(z.object({ form: z.enum(['draft', 'final'], 'Say whether it is a draft or the final matrix.') }), request.body)
    const number = await exportMatrix(site, scope, form)
    return await reply.redirect(`/engagements/${scope.engagement.id}/matrix/exports/${number}`, 303)
  })

  app.get(`${base}/exports/:export`, { config: { permit: 'matrix.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const kept = await inScope(site.db, scope, async (trx) => findExport(trx, scope, numberOf(request)))
    return await reply.page('matrix/export', exportPage(scope, kept))
  })

  app.get(`${base}/changes`, { config: { permit: 'matrix.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const version = z.coerce.number().int().positive().max(999_999_999).nullable().catch(null)
    const { since, to } = readForm(z.object({ since: version, to: version }), request.query)
    const page = await inScope(site.db, scope, async (trx) => {
      const kept = await listExports(trx, scope)
      // Without a version the newest export is meant, and the matrix as it stands is compared with it.
      const from = since ?? kept[0]?.number
      if (from === undefined) throw new NotFound()
      return changesPage(scope, await versionOf(trx, scope, from), to === null ? await present(trx, scope) : await versionOf(trx, scope, to), kept)
    })
    return await reply.page('matrix/changes', page)
  })

  await app.register(async (inner) => matrixLineRoutes(inner, site))
  await app.register(schemaRoutes)
  await app.register(async (inner) => bundleRoutes(inner, site))
  await app.register(async (inner) => partsRoutes(inner, site))

  for (const format of Object.keys(formats) as Format[]) {
    app.get(`${base}/exports/:export/matrix.${format}`, { config: { permit: 'matrix.view' } }, async (request, reply) => {
      const scope = engagementScope(request)
      const { kept, bytes } = await fetchExport(site, scope, numberOf(request), format)
      return await reply.type(formats[format].mediaType)
        .header('content-disposition', contentDisposition(fileName(scope.engagement.client, kept, format), 'attachment'))
        .header('content-security-policy', "sandbox; default-src 'none'")
        .header('cache-control', 'private, no-store')
        .send(bytes)
    })
  }
}

async function versionOf(trx: Tx, scope: EngagementScope, number: number): Promise<Compared> {
  const { draft, exported_at: at, content_sha256: hash, reading } = await findExport(trx, scope, number)
  return { number, draft, at, hash, reading: openReading(reading) }
}

async function present(trx: Tx, scope: EngagementScope): Promise<Compared> {
  const reading = await outlineMatrix(trx, scope)
  return { number: null, draft: true, at: reading.stamp.generatedAt, hash: null, reading }
}

function numberOf(request: FastifyRequest): number {
  const { export: text } = request.params as { export: string }
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new NotFound()
  return Number(text)
}

/** Filters of an old or mistyped address are left out rather than refused. */
function readQuery(query: unknown): MatrixQuery {
  const conclusions = Object.keys(states.conclusion) as [StateOf<'conclusion'>, ...StateOf<'conclusion'>[]]
  return readForm(z.object({
    by: z.enum(['criterion', 'control']).nullable().catch(null),
    show: z.enum(['exceptions', 'unsigned', 'untested']).nullable().catch(null),
    conclusion: z.enum(conclusions).nullable().catch(null),
    category: z.enum(Object.keys(categoryNames) as [Category, ...Category[]]).nullable().catch(null),
    series: several(z.string()).transform((ids) => series.map(({ id }) => id).filter((id) => ids.includes(id))),
    q: z.string().max(100).catch(''),
  }).transform(({ q, ...found }) => ({ ...found, words: q.trim() })), query)
}
