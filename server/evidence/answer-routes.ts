import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import { findRequest } from '../requests/store.ts'
import { idIn } from '../web/address.ts'
import { wantsJson } from '../web/failure.ts'
import { formState } from '../web/form.ts'
import { contribute, findRemovable, removeFile, submit, withdraw, type NotAdded } from './answer-actions.ts'
import { showAnswer, ways, type Caller } from './answer-way-routes.ts'
import { previewDraft } from './preview-actions.ts'
import { isUnderWay, refuseUnlessAnswerable } from './rules.ts'
import { holdsAnswer, readAnswer } from './statement.ts'
import { listFiles } from './store.ts'
import { takeFile, takePost, type Post } from './upload.ts'

const upload = { max: 600, timeWindow: 60_000 }

/** The owner's page and what it posts, once for the recipient of a link and once for people who signed in. */
export async function answerRoutes(app: FastifyInstance, site: Site): Promise<void> {
  for (const { path, withdrawal, permit, callerOf } of ways) {
    const caller = async (request: FastifyRequest) => callerOf(site, request)
    const early = (look: (who: Caller, request: FastifyRequest) => Promise<void>) => ({
      preParsing: async (request: FastifyRequest) => refuseEarly(request, async () => look(await caller(request), request)),
    })
    const answerable = early(async (who) => refuseUnlessAnswerable(await statusOf(site, who)))
    const removable = early(async ({ scope, number }, request) => {
      await inScope(site.db, scope, async (trx) => findRemovable(trx, scope, await findRequest(trx, scope, number), idOf(request)))
    })
    // The second of two presses brings what the first did, so only its content shows whether it comes too late.
    const submittable = early(async (who) => {
      const status = await statusOf(site, who)
      if (!isUnderWay(status)) refuseUnlessAnswerable(status)
    })

    app.get(path, { config: { permit } }, async (request, reply) => await showAnswer(site, reply, await caller(request)))

    app.post(`${path}/files`, { config: { permit, rateLimit: upload }, ...answerable }, async (request, reply) => {
      const who = await caller(request)
      if (request.headers['content-type'] === 'application/octet-stream') return await keepBody(site, who, request, reply)
      const post = await takePost(request, site.vault)
      const notAdded = await keep(site, who, post)
      if (notAdded.length > 0) return await showAnswer(site, reply, who, { form: formOf(post), refused: notAdded }, post.faults.some(({ kind }) => kind === 'disk_full') ? 507 : 422)
      return await reply.redirect(`${who.base}#files`, 303)
    })

    app.post(`${path}/files/:file/removal`, { config: { permit }, ...removable }, async (request, reply) => {
      const who = await caller(request)
      const post = await takePost(request, site.vault)
      await removeFile(site, who.scope, who.number, idOf(request))
      if (holdsAnswer(post.fields) || post.files.length > 0) await keep(site, who, post)
      return wantsJson(request) ? await reply.send({ removed: true }) : await reply.redirect(`${who.base}#files`, 303)
    })

    app.post(`${path}/draft`, { config: { permit }, ...answerable }, async (request, reply) => {
      const who = await caller(request)
      await keep(site, who, await takePost(request, site.vault))
      return wantsJson(request) ? await reply.send({ saved: true }) : await reply.redirect(who.base, 303)
    })

    app.post(`${path}/submission`, { config: { permit, rateLimit: upload }, ...submittable }, async (request, reply) => {
      const who = await caller(request)
      const post = await takePost(request, site.vault)
      if (await isHandedIn(site, who)) {
        await refuseLate(site, who, post)
        return await reply.redirect(who.base, 303)
      }
      try {
        // What is there already is what was meant: it came with the first of two presses.
        const notAdded = (await keep(site, who, post)).filter(({ same }) => !same)
        if (notAdded.length > 0) return await showAnswer(site, reply, who, { form: formOf(post), refused: notAdded }, 422)
        await previewDraft(site, who.scope, who.number)
        await submit(site, who.scope, who.number, readAnswer(post.fields).faults)
      } catch (error) {
        if (error instanceof Invalid) return await showAnswer(site, reply, who, { form: formOf(post, error), refused: [] }, 422)
        // Of two pressed at once the first has it all; the second finds the same page.
        if (!(error instanceof Refused) || !await isHandedIn(site, who)) throw error
      }
      return await reply.redirect(who.base, 303)
    })

    app.post(withdrawal, { config: { permit } }, async (request, reply) => {
      const who = await caller(request)
      await withdraw(site, who.scope, who.number)
      return await reply.redirect(who.base, 303)
    })
  }
}

async function keep(site: Site, { scope, number }: Caller, post: Post): Promise<NotAdded[]> {
  const answer = holdsAnswer(post.fields) ? readAnswer(post.fields) : null
  const { notAdded } = await contribute(site, scope, number, { files: post.files, answer })
  return [...post.notAdded, ...notAdded]
}

async function keepBody(site: Site, { scope, number }: Caller, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const file = await takeFile(request, site.vault)
  const { added, notAdded } = await contribute(site, scope, number, { files: [file], answer: null })
  return notAdded[0] ? await reply.code(409).send({ error: notAdded[0].message, same: notAdded[0].same === true }) : await reply.code(201).send({ id: added[0] })
}

// Nobody should send gigabytes only to hear that they came too late; the action looks again under lock.
async function refuseEarly(request: FastifyRequest, look: () => Promise<void>): Promise<void> {
  try {
    await look()
  } catch (error) {
    // A browser still sending would see a broken connection instead of the answer.
    request.raw.resume()
    throw error
  }
}

async function isHandedIn(site: Site, who: Caller): Promise<boolean> {
  return isUnderWay(await statusOf(site, who))
}

async function statusOf(site: Site, { scope, number }: Caller) {
  return await inScope(site.db, scope, async (trx) => (await findRequest(trx, scope, number)).status)
}

async function refuseLate(site: Site, who: Caller, { files }: Post): Promise<void> {
  if (files.length === 0) return
  const known = await inScope(site.db, who.scope, async (trx) => listFiles(trx, who.scope, (await findRequest(trx, who.scope, who.number)).id))
  const late = files.filter(({ blob }) => !known.some(({ sha256 }) => sha256 === blob.sha256))
  if (late.length > 0) refuseUnlessAnswerable(await statusOf(site, who))
}

// Whoever has not said yes or no is led to that question, not to the words that follow a yes.
function formOf(post: Post, error?: Invalid) {
  if (!error?.fields['edits'] || post.fields['edited'] === 'yes') return formState(post.fields, error)
  const { edits, ...others } = error.fields
  return formState(post.fields, new Invalid({ ...others, edited: edits }))
}

function idOf(request: FastifyRequest): string {
  return idIn(request, 'file')
}
