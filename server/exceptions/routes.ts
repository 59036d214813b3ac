import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, NotFound } from '../errors.ts'
import { takePost, type Post } from '../evidence/upload.ts'
import { lend } from '../files/lending.ts'
import { judge } from '../files/media.ts'
import { storedName } from '../files/names.ts'
import { sendFile } from '../files/send.ts'
import { recordView } from '../trail/views.ts'
import { idIn } from '../web/address.ts'
import { formState, type FormState } from '../web/form.ts'
import { clear, confirm, describe, evaluate, finish, respond, share, takePosition } from './actions.ts'
import { readCriterion, readDescription, readEvaluation, readExtension, readPosition, readReason, readResponse } from './forms.ts'
import { decideExtension, openOnCriterion } from './judge-actions.ts'
import { listPage, readFilter } from './list-pages.ts'
import { showPage } from './pages.ts'
import { findAnswerFile, type AnswerFile } from './release-store.ts'
import { exceptionNumber, parseExceptionNumber } from './rules.ts'
import { findException } from './store.ts'

const base = '/engagements/:engagement/exceptions'
const one = `${base}/:number`
const upload = { max: 120, timeWindow: 60_000 }

/** Exceptions from the first deviation to management's response. */
export async function exceptionRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(base, { config: { permit: 'exception.view' } }, async (request, reply) => {
    return await list(request, reply, formState())
  })

  app.get(one, { config: { permit: 'exception.view' } }, async (request, reply) => await show(request, reply, formState()))

  app.post(`${one}/description`, { config: { permit: 'exception.describe' } }, async (request, reply) => await act(request, reply, async (number) => {
    const { version, description } = readDescription(request.body)
    return await describe(site, engagementScope(request), number, version, description)
  }))

  app.post(`${one}/release`, { config: { permit: 'exception.release' } }, async (request, reply) => await act(request, reply, async (number) => share(site, engagementScope(request), number)))

  app.post(base, { config: { permit: 'exception.describe' } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      const number = await openOnCriterion(site, scope, readCriterion(request.body))
      return await reply.redirect(`/engagements/${scope.engagement.id}/exceptions/${exceptionNumber(number)}`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await list(request, reply, formState(request.body, error), 422)
    }
  })

  app.post(`${one}/position`, { config: { permit: 'exception.answer', rateLimit: upload } }, async (request, reply) => {
    const post = await takePost(request, site.vault)
    return await act(request, reply, async (number) => {
      if (post.notAdded[0]) throw new Invalid({ files: post.notAdded.map(({ name, message }) => `${name}: ${message}`).join(' ') })
      const { position, words, release } = readPosition(post.fields)
      await takePosition(site, engagementScope(request), number, position, words, release, await Promise.all(post.files.map(judged)))
    }, post.fields)
  })

  app.get(`${one}/files/:file`, { config: { permit: 'exception.view' } }, async (request, reply): Promise<FastifyReply> => {
    const scope = engagementScope(request)
    const file = idIn(request, 'file')
    const found = await inScope(site.db, scope, async (trx) => {
      const { id } = await findException(trx, scope, numberOf(request))
      const sent = await findAnswerFile(trx, scope, id, file)
      if (request.method === 'GET') await recordView(trx, scope, 'file_downloaded', sent.id)
      return { sha256: sent.sha256, name: sent.name, mediaType: sent.media_type }
    })
    if (site.config.filesUrl === null) return await sendFile(reply, site.vault, found)
    return await reply.header('cache-control', 'private, no-store').redirect(lend(site.sealer, site.config.filesUrl, found, new Date()), 302)
  })

  app.post(`${one}/extension`, { config: { permit: 'exception.release' } }, async (request, reply) => await act(request, reply, async (number) => decideExtension(site, engagementScope(request), number, readExtension(request.body))))

  app.post(`${one}/confirmation`, { config: { permit: 'exception.release' } }, async (request, reply) => await act(request, reply, async (number) => confirm(site, engagementScope(request), number)))

  app.post(`${one}/clearance`, { config: { permit: 'exception.release' } }, async (request, reply) => await act(request, reply, async (number) => clear(site, engagementScope(request), number, readReason(request.body))))

  app.post(`${one}/evaluation`, { config: { permit: 'exception.release' } }, async (request, reply) => await act(request, reply, async (number) => evaluate(site, engagementScope(request), number, readEvaluation(request.body))))

  app.post(`${one}/response`, { config: { permit: 'exception.answer' } }, async (request, reply) => await act(request, reply, async (number) => respond(site, engagementScope(request), number, readResponse(request.body))))

  app.post(`${one}/completion`, { config: { permit: 'exception.finish' } }, async (request, reply) => await act(request, reply, async (number) => finish(site, engagementScope(request), number)))

  async function act(request: FastifyRequest, reply: FastifyReply, work: (number: number) => Promise<boolean | void>, typed: unknown = request.body): Promise<FastifyReply> {
    const number = numberOf(request)
    try {
      if (await work(number) === false) return await show(request, reply, formState(typed), 409)
      return await reply.redirect(`/engagements/${engagementScope(request).engagement.id}/exceptions/${exceptionNumber(number)}`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await show(request, reply, formState(typed, error), 422)
    }
  }

  async function list(request: FastifyRequest, reply: FastifyReply, form: FormState, status = 200): Promise<FastifyReply> {
    const scope = engagementScope(request)
    return await reply.page('exceptions/list', await inScope(site.db, scope, async (trx) => listPage(trx, scope, readFilter(request.query), form)), { status })
  }

  async function show(request: FastifyRequest, reply: FastifyReply, form: FormState, status = 200): Promise<FastifyReply> {
    const scope = engagementScope(request)
    const page = await inScope(site.db, scope, async (trx) => showPage(trx, scope, numberOf(request), form, status === 409))
    return await reply.page('exceptions/show', page, { status })
  }
}

async function judged({ name, blob }: Post['files'][number]): Promise<AnswerFile> {
  const stored = storedName(name)
  return { name: stored, size: blob.size, sha256: blob.sha256, ...pick(await judge(blob.head, blob.size, stored)) }
}

function pick({ mediaType, kind }: Awaited<ReturnType<typeof judge>>): Pick<AnswerFile, 'mediaType' | 'kind'> {
  return { mediaType, kind }
}

function numberOf(request: FastifyRequest): number {
  const number = parseExceptionNumber((request.params as { number: string }).number)
  if (number === null) throw new NotFound()
  return number
}
