import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { callerScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { Invalid } from '../errors.ts'
import { idIn } from '../web/address.ts'
import { readForm } from '../web/form.ts'
import { changePassword, endSession, endSessions, readOwnAccount, removeTwoStep, renewRecoveryCodes, setUpTwoStep } from './own-actions.ts'
import { accountPage, twoStepPage } from './pages.ts'
import { typedPassword } from './passwords.ts'
import { begin, leave, signedIn } from './session-cookie.ts'
import { newKey } from './two-step.ts'

const keyForm = z.object({ sealed: z.string('This form could not be read. Send it again.'), code: z.string('Type the six digits your app shows.').max(20, 'A code has six digits.') })
const notice = z.object({ done: z.string().optional() }).catch({})

/** A person's own account: sessions, password, second step. */
export async function ownRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/account', { config: { permit: 'signed_in' } }, async (request, reply) => {
    return await showAccount(site, request, reply, notice.parse(request.query).done)
  })

  app.post('/account/password', { config: { permit: 'signed_in' } }, async (request, reply) => await orShowAccount(site, request, reply, async () => {
    const typed = { old: typedPassword(request.body, 'old'), fresh: typedPassword(request.body, 'fresh') }
    await changePassword(site.db, callerScope(request), typed, signedIn(request).sessionId)
    return await reply.redirect('/account?done=password', 303)
  }))

  app.post('/account/sessions/:session/end', { config: { permit: 'signed_in' } }, async (request, reply) => {
    const session = idIn(request, 'session')
    await endSession(site.db, callerScope(request), session)
    if (session !== signedIn(request).sessionId) return await reply.redirect('/account?done=session', 303)
    leave(site, reply)
    return await reply.redirect('/sign-in?done=out', 303)
  })

  app.post('/account/sessions/end', { config: { permit: 'signed_in' } }, async (request, reply) => {
    await endSessions(site.db, callerScope(request))
    leave(site, reply)
    return await reply.redirect('/sign-in?done=everywhere', 303)
  })

  app.get('/account/two-step', { config: { permit: 'pending' } }, async (request, reply) => {
    const elsewhere = doorOfConfirmed(request)
    if (elsewhere) return await reply.redirect(elsewhere, 303)
    return await reply.page('accounts/two-step', newKeyPage(site, request))
  })

  app.post('/account/two-step', { config: { permit: 'pending' } }, async (request, reply) => {
    const elsewhere = doorOfConfirmed(request)
    if (elsewhere) return await reply.redirect(elsewhere, 303)
    const person = signedIn(request)
    const key = readKey(site, request)
    if (key === null) return await reply.page('accounts/two-step', newKeyPage(site, request, new Invalid({ form: 'This page was open for too long. Here is a new key: scan it, then type its code.' })), { status: 422 })
    try {
      const { code } = readForm(keyForm, request.body)
      const codes = await setUpTwoStep(site.db, site.sealer, callerScope(request), { key, code }, person.sessionId)
      await begin(site, request, reply, person.personId, { twoStep: true, pending: false })
      return await reply.page('accounts/recovery-codes', { title: 'Your recovery codes', codes }, { layout: 'plain' })
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('accounts/two-step', twoStepPage(person, key, sealKey(site, request, key), error), { status: 422 })
    }
  })

  app.post('/account/two-step/recovery-codes', { config: { permit: 'signed_in' } }, async (request, reply) => await orShowAccount(site, request, reply, async () => {
    const codes = await renewRecoveryCodes(site.db, callerScope(request), typedPassword(request.body, 'password'))
    return await reply.page('accounts/recovery-codes', { title: 'Your recovery codes', codes }, { layout: 'plain' })
  }))

  app.post('/account/two-step/removal', { config: { permit: 'signed_in' } }, async (request, reply) => await orShowAccount(site, request, reply, async () => {
    await removeTwoStep(site.db, callerScope(request), typedPassword(request.body, 'password'))
    return await reply.redirect('/account?done=two-step', 303)
  }))
}

async function showAccount(site: Site, request: FastifyRequest, reply: FastifyReply, done?: string, error?: Invalid): Promise<FastifyReply> {
  const account = await readOwnAccount(site.db, callerScope(request))
  return await reply.page('accounts/show', accountPage(signedIn(request), account, done, error), { status: error ? 422 : 200 })
}

async function orShowAccount(site: Site, request: FastifyRequest, reply: FastifyReply, work: () => Promise<FastifyReply>): Promise<FastifyReply> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    return await showAccount(site, request, reply, undefined, error)
  }
}

/** Where somebody goes who has a second step: who has not taken it yet must not replace it. */
function doorOfConfirmed(request: FastifyRequest): string | null {
  const person = signedIn(request)
  if (!person.twoStepConfirmed) return null
  return person.complete ? '/account' : '/sign-in/second-step'
}

function newKeyPage(site: Site, request: FastifyRequest, error?: Invalid) {
  const key = newKey()
  return twoStepPage(signedIn(request), key, sealKey(site, request, key), error)
}

/** The key travels with the form, sealed for this session, so that looking at the page stores nothing. */
function sealKey(site: Site, request: FastifyRequest, key: string): string {
  return site.sealer.seal(`two-step set-up ${signedIn(request).sessionId}`, key)
}

function readKey(site: Site, request: FastifyRequest): string | null {
  const { sealed } = (request.body ?? {}) as { sealed?: unknown }
  try {
    return site.sealer.unseal(`two-step set-up ${signedIn(request).sessionId}`, String(sealed))
  } catch {
    return null
  }
}
