import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { findRequest } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import { formState, readForm, several, type FormState } from '../web/form.ts'
import { readLines, type Observation } from './acceptance.ts'
import { addressOf, numberOf } from './address-routes.ts'
import { listRequestItems } from './items-store.ts'
import { observe } from './observe-actions.ts'
import { observationPage, reusePage } from './observed-pages.ts'
import { reuseFile } from './reuse-actions.ts'
import { listReusable } from './reuse-store.ts'
import { listObservations } from './review-store.ts'
import { findNewest, listFiles } from './store.ts'
import { takePost } from './upload.ts'

const one = '/engagements/:engagement/requests/:number'
const upload = { max: 120, timeWindow: 60_000 }
const text = (longest: number) => z.string().max(longest, `Keep it under ${longest} characters.`).default('')
const observed = z.object({ source: text(300), observer: text(200), at: text(40), zone: text(60), subject: text(200), subjectRole: text(200) })
const lines = z.object({ line: several(z.string().max(5000)), answer: several(z.string().max(5000)) })
const choice = z.object({ file: z.uuid('Choose a file.'), item: z.uuid().optional() })

/** Evidence that the firm obtained itself, records of inquiries and walkthroughs, and accepted evidence used again. */
export async function ownRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(`${one}/observation`, { config: { permit: 'request.review' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('requests/observation', await inScope(site.db, scope, async (trx) => form(trx, scope, numberOf(request), null)))
  })

  app.post(`${one}/observation`, { config: { permit: 'request.review', rateLimit: upload } }, async (request, reply) => {
    const scope = engagementScope(request)
    const post = await takePost(request, site.vault)
    try {
      if (post.notAdded[0]) throw new Invalid({ files: post.notAdded.map(({ name, message }) => `${name}: ${message}`).join(' ') })
      await observe(site, scope, numberOf(request), readObservation(post.fields), post.files)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      const page = await inScope(site.db, scope, async (trx) => form(trx, scope, numberOf(request), formState(post.fields, error)))
      return await reply.page('requests/observation', page, { status: 422 })
    }
    return await reply.redirect(here(request), 303)
  })

  app.get(`${one}/reuse`, { config: { permit: 'evidence.reuse' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { q } = readForm(z.object({ q: z.string().max(200).catch('') }), request.query)
    const page = await inScope(site.db, scope, async (trx) => {
      const found = await findRequest(trx, scope, numberOf(request))
      return reusePage(scope, found, await listReusable(trx, scope, found.id, { words: q }), q, await listRequestItems(trx, scope, found))
    })
    return await reply.page('requests/reuse', page)
  })

  app.post(`${one}/reuse`, { config: { permit: 'evidence.reuse' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { file, item } = readForm(choice, request.body)
    await reuseFile(site, scope, numberOf(request), { fileId: file, itemId: item ?? null })
    return await sendOn(request, reply, scope)
  })
}

async function sendOn(request: FastifyRequest, reply: FastifyReply, scope: EngagementScope): Promise<FastifyReply> {
  return await reply.redirect(scope.side === 'firm' ? addressOf(request) : `${addressOf(request)}/answer#files`, 303)
}

async function form(trx: Tx, scope: EngagementScope, number: number, typed: FormState | null) {
  const found = await findRequest(trx, scope, number)
  const newest = await findNewest(trx, scope, found.id)
  const kept = newest?.status === 'submitted' ? (await listFiles(trx, scope, found.id)).filter((file) => file.submission_id === newest.id).length : 0
  return observationPage(scope, found, [...(await listObservations(trx, scope, found.id)).values()].at(-1) ?? null, kept, typed)
}

function readObservation(body: Readonly<Record<string, string | readonly string[]>>): Observation {
  const fields = readForm(observed, body)
  // Read as they stand: of two columns of boxes an empty one keeps its place.
  const { line, answer } = lines.parse({ line: body['line'], answer: body['answer'] })
  return { ...fields, lines: readLines(line, answer) }
}

// A form with files has been read already: nothing of the list it came from is in it.
function here(request: FastifyRequest): string {
  return request.url.replace(/\/observation(\?.*)?$/, '')
}
