import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, NotFound } from '../errors.ts'
import { lend } from '../files/lending.ts'
import { sendFile } from '../files/send.ts'
import { recordView } from '../trail/views.ts'
import { formState, readForm } from '../web/form.ts'
import { addToArchive, authorizeAddition, reviewAddition } from './additions-actions.ts'
import { additionsPage } from './additions-pages.ts'
import { lockAddition } from './additions-store.ts'
import { takeAttached } from './attached.ts'

const path = '/engagements/:engagement/additions'
const one = `${path}/:addition`
const addition = z.object({
  reason: z.string('Say why it is added after the lock.').max(2000, 'A reason has at most 2,000 characters.'),
  text: z.string().max(20_000, 'A note has at most 20,000 characters.').default(''),
})

/** What comes to a file after it was locked. */
export async function additionRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(path, { config: { permit: 'phase.view' } }, async (request, reply) => show(request, reply, 200))

  app.post(path, { config: { permit: 'addition.make', whileClosed: true } }, async (request, reply) => {
    const scope = engagementScope(request)
    let typed: Record<string, unknown> = {}
    try {
      const sent = await takeAttached(request, site.vault)
      typed = sent.typed
      await addToArchive(site, scope, { ...readForm(addition, typed), file: sent.file })
      return await reply.redirect(`/engagements/${scope.engagement.id}/additions`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await show(request, reply, 422, typed, error)
    }
  })

  app.post(`${one}/review`, { config: { permit: 'addition.review', whileClosed: true } }, async (request, reply) => {
    await reviewAddition(site, engagementScope(request), numberOf(request))
    return await reply.redirect(`/engagements/${engagementScope(request).engagement.id}/additions`, 303)
  })

  app.post(`${one}/authorization`, { config: { permit: 'addition.authorize', whileClosed: true } }, async (request, reply) => {
    await authorizeAddition(site, engagementScope(request), numberOf(request))
    return await reply.redirect(`/engagements/${engagementScope(request).engagement.id}/additions`, 303)
  })

  app.get(`${one}/file`, { config: { permit: 'phase.view' } }, async (request, reply): Promise<FastifyReply> => {
    const scope = engagementScope(request)
    const file = await inScope(site.db, scope, async (trx) => {
      const { id, file_sha256: sha256, file_name: name, media_type: mediaType } = await lockAddition(trx, scope, numberOf(request))
      if (sha256 === null) throw new NotFound('There is no file in this addition.')
      if (request.method === 'GET') await recordView(trx, scope, 'file_downloaded', id)
      return { sha256, name: name ?? '', mediaType: mediaType ?? '' }
    })
    if (site.config.filesUrl === null) return await sendFile(reply, site.vault, file)
    return await reply.header('cache-control', 'private, no-store').redirect(lend(site.sealer, site.config.filesUrl, file, new Date()), 302)
  })

  async function show(request: FastifyRequest, reply: FastifyReply, status: number, typed?: unknown, error?: Invalid): Promise<FastifyReply> {
    const scope = engagementScope(request)
    return await reply.page('engagements/additions', await inScope(site.db, scope, async (trx) => additionsPage(trx, scope, error && formState(typed, error))), { status })
  }
}

function numberOf(request: FastifyRequest): number {
  const number = Number((request.params as { addition: string }).addition)
  if (!Number.isSafeInteger(number) || number < 1 || number > 2_000_000_000) throw new NotFound()
  return number
}
