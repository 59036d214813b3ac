import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { series } from '../controls/criteria.ts'
import { inScope } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import { contentDisposition } from '../files/names.ts'
import { recordView } from '../trail/views.ts'
import { readForm, several } from '../web/form.ts'
import { states, type StateOf } from '../web/states.ts'
import { exportMatrix, outlineMatrix } from './actions.ts'
import type { MatrixQuery } from './filter.ts'
import { exportPage, fileName, matrixPage } from './pages.ts'
import type { Reading } from './reading.ts'
import { findExport, listExports } from './exports-store.ts'
import { formats, type Format } from './formats.ts'
import { writeFile } from './write.ts'

const base = '/engagements/:engagement/matrix'

/** The control test matrix and what was exported of it. */
export async function matrixRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(base, { config: { permit: 'matrix.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const query = readQuery(request.query)
    const page = await inScope(site.db, scope, async (trx) => matrixPage(scope, await outlineMatrix(trx, scope), await listExports(trx, scope), query))
    return await reply.page('matrix/show', page)
  })

  app.post(`${base}/exports`, { config: { permit: 'matrix.export_draft' } }, async (request, reply) => {
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

  for (const format of Object.keys(formats) as Format[]) {
    app.get(`${base}/exports/:export/matrix.${format}`, { config: { permit: 'matrix.view' } }, async (request, reply) => {
      const scope = engagementScope(request)
      const { reading } = await inScope(site.db, scope, async (trx) => {
        const kept = await findExport(trx, scope, numberOf(request))
        await recordView(trx, scope, 'matrix_downloaded', `${kept.number}/matrix.${format}`)
        return kept
      })
      const bytes = await writeFile({ reading, format })
      return await reply.type(formats[format].mediaType)
        .header('content-disposition', contentDisposition(fileName(JSON.parse(reading) as Reading, format), 'attachment'))
        .header('content-security-policy', "sandbox; default-src 'none'")
        .header('cache-control', 'private, no-store')
        .send(bytes)
    })
  }
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
    by: z.enum(['criterion', 'control']).catch('criterion'),
    show: z.enum(['exceptions', 'unsigned', 'untested']).nullable().catch(null),
    conclusion: z.enum(conclusions).nullable().catch(null),
    series: several(z.string()).transform((ids) => series.map(({ id }) => id).filter((id) => ids.includes(id))),
  }), query)
}
