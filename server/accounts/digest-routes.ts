import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { callerScope } from '../access/guard.ts'
import { personScope } from '../access/session.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, NotFound } from '../errors.ts'
import { readUnsubscribe } from '../mail/stopping.ts'
import type { PersonScope } from '../scope.ts'
import { isZone } from '../web/days.ts'
import { formState, readForm } from '../web/form.ts'
import { chooseDigest } from './digest-actions.ts'
import { digestPage } from './digest-pages.ts'
import { findDigestChoice } from './digest-store.ts'

const choiceForm = z.object({
  often: z.enum(['morning', 'never'], 'Choose whether the mail comes.'),
  zone: z.string().refine(isZone, 'Choose a time zone from the list.').optional(),
})
/** What a mail program posts by itself when its reader presses its own button (RFC 8058). */
const oneClick = z.object({ 'List-Unsubscribe': z.literal('One-Click') })
const presses = { max: 60, timeWindow: 60_000 }

/** The daily mail: from one's account, and from the mail itself without signing in. */
export async function digestRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/account/digest', { config: { permit: 'signed_in' } }, async (request, reply) => await show(site, reply, callerScope(request), { fromMail: false }))

  app.post('/account/digest', { config: { permit: 'signed_in' } }, async (request, reply) => await choose(site, request, reply, callerScope(request), false))

  app.get('/digest/:key', { config: { permit: 'public' } }, async (request, reply) => await show(site, reply, readerOf(site, request), { fromMail: true }))

  app.post('/digest/:key', { config: { permit: 'public', provedByAddress: true, rateLimit: presses } }, async (request, reply) => {
    const scope = readerOf(site, request)
    if (!oneClick.safeParse(request.body).success) return await choose(site, request, reply, scope, true)
    await chooseDigest(site.db, scope, { stopped: true })
    return await reply.send('')
  })
}

async function choose(site: Site, request: FastifyRequest, reply: FastifyReply, scope: PersonScope, fromMail: boolean): Promise<FastifyReply> {
  try {
    const { often, zone } = readForm(choiceForm, request.body)
    await chooseDigest(site.db, scope, { stopped: often === 'never', zone: zone ?? null })
    return await show(site, reply, scope, { fromMail, done: true })
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    return await show(site, reply, scope, { fromMail, form: formState(request.body, error) }, 422)
  }
}

async function show(site: Site, reply: FastifyReply, scope: PersonScope, shown: Parameters<typeof digestPage>[1], status = 200): Promise<FastifyReply> {
  const choice = await inScope(site.db, scope, async (trx) => findDigestChoice(trx, scope))
  return await reply.page('accounts/digest', digestPage(choice, shown), { status, ...shown.fromMail ? { layout: 'owner' as const } : {} })
}

function readerOf(site: Site, request: FastifyRequest): PersonScope {
  const personId = readUnsubscribe(site.sealer, (request.params as { key: string }).key)
  if (personId === null) throw new NotFound()
  return personScope({ id: personId, name: 'By mail' }, request.ip)
}
