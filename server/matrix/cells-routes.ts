import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import { mayStill } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import { parseTestReference } from '../testing/rules.ts'
import { findLine, listAttributes } from '../testing/store.ts'
import { readForm } from '../web/form.ts'
import { outlineMatrix } from './actions.ts'
import { cellsPage } from './cells-pages.ts'
import { layOut, writeSentence } from './sentence-actions.ts'
import { sentencesPage, type Typed } from './sentences-pages.ts'
import { listSentences } from './sentences-store.ts'
import { readGrid } from './store.ts'

const base = '/engagements/:engagement/matrix'
const letter = z.string().regex(/^[A-Z]$/)

/** What stands behind one number of the matrix, and what is written by hand in place of its sentences. */
export async function matrixLineRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(`${base}/cells/:reference`, { config: { permit: 'matrix.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { reference, control, sequence } = lineIn(request)
    // What an old or mistyped address asks for is left out rather than refused.
    const opens = readForm(z.object({
      result: z.enum(['pass', 'deviation', 'not_applicable', 'pending', 'applied', 'tested']).nullable().catch(null), part: z.enum(['first', 'further']).nullable().catch(null), attribute: letter.nullable().catch(null),
    }), request.query)
    const page = await inScope(site.db, scope, async (trx) => {
      const line = await findLine(trx, scope, control, sequence)
      return cellsPage(scope, { reference, noun: line.item_noun, attributes: await listAttributes(trx, scope, line.id) }, await readGrid(trx, scope, line.id), opens)
    })
    return await reply.page('matrix/cells', page)
  })

  app.get(`${base}/sentences/:reference`, { config: { permit: 'matrix.view' } }, async (request, reply) => await show(request, reply, null))

  app.post(`${base}/sentences/:reference`, { config: { permit: 'matrix.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { part } = readForm(z.object({ part: z.enum(['test', 'result'], 'Say which text it is.') }), request.body)
    const { text, version, print } = readForm(z.object({
      [`text-${part}`]: z.string('Write the text, or print what the cells say.').max(4000, 'Keep it within 4,000 characters.').optional(),
      version: z.coerce.number().int().min(0).catch(-1), print: z.enum(['written', 'made']).catch('written'),
    }).transform((read) => ({ text: (read[`text-${part}`] ?? null) as string | null, version: read.version as number, print: read.print as string })), request.body)
    const line = lineIn(request)
    const kept = await writeSentence(site, scope, line, { part, text: print === 'made' ? null : text, version })
    if (!kept) return await show(request, reply, { part, text: text ?? '' })
    return await reply.redirect(`/engagements/${scope.engagement.id}/matrix/sentences/${encodeURIComponent(line.reference)}`, 303)
  })

  app.post(`${base}/layout`, { config: { permit: 'matrix.lay_out' } }, async (request, reply) => {
    const scope = engagementScope(request)
    await layOut(site, scope, readForm(z.object({
      arrangement: z.enum(['criterion', 'control'], 'Choose how the tables stand.'), responses: z.enum(['beside', 'section_v'], 'Choose where responses stand.'),
    }), request.body))
    return await reply.redirect(`/engagements/${scope.engagement.id}/matrix`, 303)
  })

  async function show(request: FastifyRequest, reply: FastifyReply, typed: Typed | null): Promise<FastifyReply> {
    const scope = engagementScope(request)
    const { reference, control, sequence } = lineIn(request)
    const page = await inScope(site.db, scope, async (trx) => {
      const { id } = await findLine(trx, scope, control, sequence)
      const found = (await outlineMatrix(trx, scope)).controls.find(({ number }) => number === control)
      const line = found?.testLines.find((one) => one.reference === reference)
      // A Type 1 prints no test, so there is no sentence of one.
      if (!found || !line) throw new NotFound()
      return sentencesPage(scope, mayStill(scope, 'matrix.edit'), found, line, await listSentences(trx, scope, id), typed)
    })
    return await reply.page('matrix/sentences', page, { status: typed ? 409 : 200 })
  }
}

function lineIn(request: FastifyRequest): { reference: string, control: string, sequence: number } {
  const { reference } = request.params as { reference: string }
  const found = parseTestReference(reference)
  if (!found) throw new NotFound()
  return { reference, ...found }
}
