import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { callerScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { Invalid, NotFound } from '../errors.ts'
import { readForm } from '../web/form.ts'
import { askPasswordReset, openInvitation, setPassword } from './actions.ts'
import { digestRoutes } from './digest-routes.ts'
import { endSession } from './own-actions.ts'
import { ownRoutes } from './own-routes.ts'
import { deadPage, passwordPage, resetPage, secondStepPage, signInPage } from './pages.ts'
import { typedPassword } from './passwords.ts'
import { peopleRoutes } from './people-routes.ts'
import { begin, leave, signedIn } from './session-cookie.ts'
import { needsSecondStep, passSecondStep, signIn, type SecondStep } from './sign-in-actions.ts'
import type { Account, FoundInvitation } from './store.ts'

const TOO_MANY = 'Too many attempts in a short time. Wait 15 minutes, then try again. Setting a new password lets you in sooner.'
const WRONG = 'This address and password do not go together. Check both; capital letters count in the password.'

/** Asking for a new password takes this long for every address, so that the time tells nothing either. */
const ASKING_MILLISECONDS = 400

const signInForm = z.object({ email: z.string('Enter your e-mail address.').max(254, 'An e-mail address is shorter than this.').toLowerCase() })
const resetForm = z.object({ email: z.email('Enter your e-mail address, such as you@company.example.').max(254).toLowerCase() })
const codeForm = z.object({ code: z.string().optional(), recovery: z.string().optional() })
const notice = z.object({ done: z.string().optional() }).catch({})

/** Doors: sign-in and its second step, invitations, new passwords; then one's own account and the firm's people. */
export async function accountRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/sign-in', { config: { permit: 'public' } }, async (request, reply) => {
    return await reply.page('accounts/sign-in', signInPage(site.config.demo, notice.parse(request.query).done))
  })

  app.post('/sign-in', { config: { permit: 'public' } }, async (request, reply) => {
    const again = async (status: number, error: Invalid) => await reply.page('accounts/sign-in', signInPage(site.config.demo, undefined, request.body, error), { status })
    try {
      const { email } = readForm(signInForm, request.body)
      const password = typedPassword(request.body, 'password')
      if (password === '') throw new Invalid({ password: 'Enter your password.' })
      const answer = await signIn(site.db, { email, password }, request.ip)
      if (answer.outcome === 'wait') return await again(429, new Invalid({ form: TOO_MANY }))
      if (answer.outcome === 'wrong') return await again(422, new Invalid({ form: WRONG }))
      return await enter(site, request, reply, answer.account)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await again(422, error)
    }
  })

  app.get('/sign-in/second-step', { config: { permit: 'pending' } }, async (request, reply) => {
    const person = signedIn(request)
    if (person.complete || !person.twoStepConfirmed) return await reply.redirect(person.complete ? '/' : '/account/two-step', 303)
    return await reply.page('accounts/second-step', secondStepPage(person))
  })

  app.post('/sign-in/second-step', { config: { permit: 'pending' } }, async (request, reply) => {
    const person = signedIn(request)
    if (person.complete || !person.twoStepConfirmed) return await reply.redirect(person.complete ? '/' : '/account/two-step', 303)
    const step = readSecondStep(request.body)
    const outcome = step === null ? 'wrong' : await passSecondStep(site.db, site.sealer, callerScope(request), step)
    if (outcome === 'right') {
      await begin(site, request, reply, person.personId, { twoStep: true, pending: false })
      return await reply.redirect('/', 303)
    }
    const field = step && 'recovery' in step ? 'recovery' : 'code'
    const error = outcome === 'wait'
      ? new Invalid({ [field]: 'Too many codes in a short time. Wait 10 minutes, then try again.' })
      : new Invalid({ [field]: field === 'code' ? 'This code is not right, or was used. Type the six digits your app shows now.' : 'This recovery code is not right, or was used.' })
    return await reply.page('accounts/second-step', secondStepPage(person, error), { status: outcome === 'wait' ? 429 : 422 })
  })

  app.post('/sign-out', { config: { permit: 'pending' } }, async (request, reply) => {
    await endSession(site.db, callerScope(request), signedIn(request).sessionId)
    leave(site, reply)
    return await reply.redirect('/sign-in?done=out', 303)
  })

  app.get('/password-reset', { config: { permit: 'public' } }, async (_request, reply) => {
    return await reply.page('accounts/password-reset', resetPage())
  })

  app.post('/password-reset', { config: { permit: 'public' } }, async (request, reply) => {
    try {
      const { email } = readForm(resetForm, request.body)
      await Promise.all([askPasswordReset(site.db, site.sealer, email, request.ip), delay(ASKING_MILLISECONDS)])
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('accounts/password-reset', resetPage(request.body, error), { status: 422 })
    }
    return await reply.redirect('/password-reset/sent', 303)
  })

  app.get('/password-reset/sent', { config: { permit: 'public' } }, async (_request, reply) => {
    return await reply.page('accounts/reset-sent', { title: 'Look into your mail' })
  })

  tokenRoutes(app, site, '/invitations', 'invitation')
  tokenRoutes(app, site, '/password-reset', 'password_reset')
  await digestRoutes(app, site)
  await ownRoutes(app, site)
  await peopleRoutes(app, site)
}

/** The page behind a link of a mail: looking changes nothing, so a mail scanner may look too. */
function tokenRoutes(app: FastifyInstance, site: Site, folder: string, purpose: FoundInvitation['purpose']): void {
  app.get<{ Params: { token: string } }>(`${folder}/:token`, { config: { permit: 'public' } }, async (request, reply) => {
    const found = await openInvitation(site.db, purpose, request.params.token, request.ip)
    if (found.state === 'open') return await reply.page('accounts/password', passwordPage(purpose, found.account))
    return await reply.page('accounts/dead-link', deadPage(purpose, found.state), { status: found.state === 'unknown' ? 404 : 410 })
  })

  app.post<{ Params: { token: string } }>(`${folder}/:token`, { config: { permit: 'public' } }, async (request, reply) => {
    const { token } = request.params
    try {
      const found = await setPassword(site.db, purpose, token, typedPassword(request.body, 'password'), request.ip)
      if (found.state !== 'open') return await reply.page('accounts/dead-link', deadPage(purpose, found.state), { status: found.state === 'unknown' ? 404 : 410 })
      if (purpose === 'password_reset') {
        leave(site, reply)
        return await reply.redirect('/sign-in?done=password', 303)
      }
      return await enter(site, request, reply, found.account)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      const found = await openInvitation(site.db, purpose, token, request.ip)
      if (found.state !== 'open') throw new NotFound()
      return await reply.page('accounts/password', passwordPage(purpose, found.account, error), { status: 422 })
    }
  })
}

/** Lets somebody in who gave the right password: all the way, or to the second step. */
async function enter(site: Site, request: FastifyRequest, reply: FastifyReply, account: Account): Promise<FastifyReply> {
  const pending = needsSecondStep(account)
  await begin(site, request, reply, account.id, { twoStep: false, pending })
  return await reply.redirect(!pending ? '/' : account.twoStep ? '/sign-in/second-step' : '/account/two-step', 303)
}

function readSecondStep(body: unknown): SecondStep | null {
  const { code, recovery } = readForm(codeForm, body)
  if (recovery !== undefined) return { recovery }
  return code === undefined ? null : { code }
}
