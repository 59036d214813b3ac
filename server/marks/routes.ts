import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid, NotFound, Refused } from '../errors.ts'
import { findLeaf } from '../evidence/readings-store.ts'
import { findFile, type FileRow } from '../evidence/store.ts'
import { sendPicture, sendPreview, sendText } from '../files/send.ts'
import { parseRequestNumber } from '../requests/rules.ts'
import { findRequest } from '../requests/store.ts'
import { recordView } from '../trail/views.ts'
import { isId } from '../web/address.ts'
import { formState, readForm } from '../web/form.ts'
import { addTickmark, askForLeaf, carryMarks, makeMark, takeBackMark } from './actions.ts'
import { findWords } from './find-actions.ts'
import { legendForm, markForm } from './forms.ts'
import { legendPage, showPage } from './pages.ts'
import { renderMarked, writeMarkedLines } from './rendering-actions.ts'

const view = '/engagements/:engagement/requests/:number/files/:file/view'

const wish = z.object({
  leaf: z.coerce.number().int().min(0).max(1_000_000).catch(0), from: z.coerce.number().int().min(1).max(2_000_000_000).catch(1),
  find: z.string().transform((text) => text.replace(/\p{Cc}/gu, ' ').trim().slice(0, 200)).catch(''), lines: z.string().regex(/^\d{1,10}-\d{1,10}$/).transform((text) => text.split('-').map(Number) as [number, number]).catch([0, 0]), turn: z.coerce.number().pipe(z.literal([0, 90, 180, 270])).catch(0), zoom: z.literal('1').transform(() => true).catch(false),
})

/** Evidence looked at closely: its pages, lines and rows, and the tickmarks of the firm on them. */
export async function markRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(view, { config: { permit: 'evidence.view' } }, async (request, reply) => show(site, request, reply))

  app.get(`${view}/picture`, { config: { permit: 'evidence.view' } }, async (request, reply) => {
    const file = await inScope(site.db, engagementScope(request), async (trx) => fileAt(trx, request))
    if (file.preview_sha256 === null) throw new NotFound()
    return await sendPreview(reply, site.vault, file.preview_sha256)
  })

  app.get(`${view}/leaves/:leaf`, { config: { permit: 'evidence.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const leaf = Number((request.params as { leaf: string }).leaf)
    const sha256 = await inScope(site.db, scope, async (trx) => {
      const file = await fileAt(trx, request)
      if (request.method === 'GET') await recordView(trx, scope, 'file_previewed', file.id)
      return Number.isSafeInteger(leaf) && leaf < 2 ** 31 ? (await findLeaf(trx, scope, file.sha256, leaf))?.picture_sha256 : null
    })
    if (!sha256) throw new NotFound()
    return await sendPreview(reply, site.vault, sha256)
  })

  app.post(`${view}/leaves`, { config: { permit: 'evidence.view' } }, async (request, reply) => {
    const { leaf } = readWish(request.body)
    await askForLeaf(site, engagementScope(request), placeOf(request), leaf)
    return await reply.redirect(`${addressOf(request)}?leaf=${leaf}`, 303)
  })

  app.post(`${view}/marks`, { config: { permit: 'evidence.mark' } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      const { symbol, note, place } = readForm(markForm, request.body)
      await makeMark(site, scope, placeOf(request), { symbol, note, place })
      return await reply.redirect(`${addressOf(request)}?${'leaf' in place ? `leaf=${place.leaf}` : `from=${Math.max(1, place.first - 5)}`}`, 303)
    } catch (error) {
      if (!(error instanceof Invalid) && !(error instanceof Refused)) throw error
      return await show(site, request, reply, error)
    }
  })

  app.post(`${view}/marks/:mark/withdrawal`, { config: { permit: 'evidence.mark' } }, async (request, reply) => {
    const number = Number((request.params as { mark: string }).mark)
    if (!Number.isSafeInteger(number) || number > 2 ** 31) throw new NotFound()
    await takeBackMark(site, engagementScope(request), placeOf(request), number)
    return await reply.redirect(addressOf(request), 303)
  })

  app.post(`${view}/carried-marks`, { config: { permit: 'evidence.mark' } }, async (request, reply) => {
    await carryMarks(site, engagementScope(request), placeOf(request))
    return await reply.redirect(addressOf(request), 303)
  })

  app.get(`${view}/rendering`, { config: { permit: 'evidence.mark' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { leaf } = readWish(request.query)
    const { name, png } = await renderMarked(site, scope, placeOf(request), Math.max(1, leaf))
    return await sendPicture(reply, name, png)
  })

  app.get(`${view}/marked-lines.txt`, { config: { permit: 'evidence.mark' } }, async (request, reply) => {
    const { name, text } = await writeMarkedLines(site, engagementScope(request), placeOf(request))
    return await sendText(reply, name, text)
  })

  app.get('/engagements/:engagement/legend', { config: { permit: 'legend.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('marks/legend', await inScope(site.db, scope, async (trx) => legendPage(trx, scope, formState())))
  })

  app.post('/engagements/:engagement/legend', { config: { permit: 'legend.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      await addTickmark(site, scope, readForm(legendForm, request.body))
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('marks/legend', await inScope(site.db, scope, async (trx) => legendPage(trx, scope, formState(request.body, error))), { status: 422 })
    }
    return await reply.redirect(`/engagements/${scope.engagement.id}/legend`, 303)
  })
}

async function show(site: Site, request: FastifyRequest, reply: FastifyReply, error?: Invalid | Refused): Promise<FastifyReply> {
  const scope = engagementScope(request)
  const asked = readWish(error === undefined ? request.query : request.body)
  const { request: number, file } = placeOf(request)
  const again = { form: error === undefined ? formState() : formState(request.body, error instanceof Invalid ? error : undefined), conflict: error instanceof Refused ? error.message : null }
  const found = asked.find === '' ? null : await findWords(site, scope, { request: number, file }, asked.find)
  const page = await inScope(site.db, scope, async (trx) => showPage(trx, site, scope, number, file, { leaf: asked.leaf, from: asked.lines[0] > 0 ? Math.max(1, asked.lines[0] - 5) : asked.from, lines: asked.lines, find: asked.find, found, turned: asked.turn, zoomed: asked.zoom }, again))
  return await reply.page('marks/show', page, error === undefined ? {} : { status: error instanceof Invalid ? 422 : 409 })
}

/** What of a file is asked for; whatever makes no sense is as if it were not there. */
function readWish(input: unknown): z.infer<typeof wish> {
  return wish.parse(typeof input === 'object' && input !== null && !Array.isArray(input) ? input : {})
}

async function fileAt(trx: Tx, request: FastifyRequest): Promise<FileRow> {
  const scope = engagementScope(request)
  const { request: number, file } = placeOf(request)
  return await findFile(trx, scope, (await findRequest(trx, scope, number)).id, file)
}

function placeOf(request: FastifyRequest): { request: number, file: string } {
  const { number, file } = request.params as { number: string, file: string }
  const parsed = parseRequestNumber(number)
  if (parsed === null || !isId(file)) throw new NotFound()
  return { request: parsed, file }
}

function addressOf(request: FastifyRequest): string {
  const { number, file } = request.params as { number: string, file: string }
  return `/engagements/${engagementScope(request).engagement.id}/requests/${number}/files/${file}/view`
}
