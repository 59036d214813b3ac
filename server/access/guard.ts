import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { inScope, type Db } from '../database/connect.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import type { EngagementScope, LinkScope, PersonScope, Scope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { isId } from '../web/address.ts'
import { wantsJson } from '../web/failure.ts'
import { recordLook, scopeOfShown, type Shown } from './client-view.ts'
import { findLinkScope } from './links.ts'
import { findListScope } from './lists.ts'
import { hasMatter, isClosed, isEngagementPermit, isFirmPermit, isPermit, may, mayInFirm, type EngagementPermit, type Permit } from './policy.ts'
import { personScope, type Sessions, type SignedIn } from './session.ts'
import { findEntrance } from './store.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    permit?: Permit
    /** Whether this write has business in an engagement that is issued, archived or withdrawn. */
    whileClosed?: boolean
  }
  interface FastifyRequest {
    scope: Scope | null
    signedIn: SignedIn | null
  }
}

export type Guard = {
  readonly db: Db
  readonly sessions: Sessions
  readonly secureCookies: boolean
  /** Whether this very request may use the doors that exist in demo mode only. */
  readonly isDemo: (request: FastifyRequest) => boolean
}

export type GuardedRoute = { readonly method: string, readonly url: string, readonly permit: Permit, readonly whileClosed: boolean }

const tables = new WeakMap<FastifyInstance, GuardedRoute[]>()

/** Every route of the application with the permit it states. */
export function routeTable(app: FastifyInstance): readonly GuardedRoute[] {
  return tables.get(app) ?? []
}

/**
 * Closes every route: one that does not state its permit keeps the server from starting, and no handler runs, and no
 * body is read, before the caller's right to it is known.
 */
export function registerGuard(app: FastifyInstance, guard: Guard): void {
  app.decorateRequest('scope', null)
  app.decorateRequest('signedIn', null)
  const table: GuardedRoute[] = []
  tables.set(app, table)
  app.addHook('onRoute', (route) => {
    const permit = route.config?.permit
    if (!isPermit(permit)) throw new Error(`${String(route.method)} ${route.url} does not state its permit`)
    if (isEngagementPermit(permit) && !route.url.startsWith('/engagements/:engagement')) {
      throw new Error(`${route.url} asks for ${permit}, which only means something inside an engagement`)
    }
    for (const method of [route.method].flat()) table.push({ method, url: route.url, permit, whileClosed: route.config?.whileClosed ?? false })
  })
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return
    const permit = request.routeOptions.config.permit
    if (permit === undefined) throw new NotFound()
    await admit(guard, permit, request, reply)
  })
}

/** The caller's scope inside the engagement of the URL. */
export function engagementScope(request: FastifyRequest): EngagementScope {
  const { scope } = request
  if (!scope?.engagement) throw new NotFound()
  return scope as EngagementScope
}

/** The caller as a signed-in person. */
export function callerScope(request: FastifyRequest): PersonScope {
  const { scope } = request
  if (scope?.actor.kind !== 'person') throw new NotFound()
  return scope as PersonScope
}

/** The caller as a signed-in person inside the engagement of the URL. */
export function memberScope(request: FastifyRequest): EngagementScope & PersonScope {
  callerScope(request)
  return engagementScope(request) as EngagementScope & PersonScope
}

/** The caller as the recipient of the answer link in the URL, or of the one their list was reached from. */
export function linkScope(request: FastifyRequest): LinkScope {
  const { scope } = request
  if (scope?.actor.kind !== 'link' || !scope.engagement) throw new NotFound()
  return scope as LinkScope
}

async function admit(guard: Guard, permit: Permit, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (permit === 'public') return
  if (permit === 'demo') {
    if (!guard.isDemo(request)) throw new NotFound()
    return
  }
  if (permit === 'link' || permit === 'list') {
    request.scope = await (permit === 'link' ? findLinkScope : findListScope)(guard.db, request, guard.secureCookies)
    if (!request.scope) await turnAway(request, reply, '/answer/closed')
    else refuseClosed(request)
    return
  }
  const person = await guard.sessions.read(request.cookies[guard.sessions.cookieName])
  if (!person) return await turnAway(request, reply, '/sign-in')
  request.signedIn = person
  const scope: PersonScope = {
    ...personScope({ id: person.personId, name: person.name }, request.ip),
    side: person.side, organizationId: person.organizationId, rank: person.rank,
  }
  request.scope = scope
  if (permit === 'pending') return
  if (!person.complete) return await turnAway(request, reply, person.twoStepConfirmed ? '/sign-in/second-step' : '/account/two-step')
  if (isFirmPermit(permit)) {
    if (person.side !== 'firm') throw new NotFound()
    if (!mayInFirm(person.rank, permit)) await refuse(guard, scope, permit, request)
  }
  if (isEngagementPermit(permit)) await enter(guard, scope, permit, request)
}

async function enter(guard: Guard, scope: PersonScope, permit: Permit, request: FastifyRequest): Promise<void> {
  const { engagement: id } = request.params as { engagement?: string }
  if (!isId(id)) throw new NotFound()
  const session = scope.side === 'firm' ? request.signedIn?.sessionId : undefined
  const found = await inScope(guard.db, scope, async (trx) => findEntrance(trx, scope, id, session))
  if (!found) throw new NotFound()
  const inside: EngagementScope & PersonScope = { ...scope, engagement: found.engagement, role: found.role }
  request.scope = inside
  if (!isEngagementPermit(permit)) return
  if (found.shown && permit !== 'client.see_as') return await look(guard, inside, found.shown, permit, request)
  if (!may(found.role, permit)) await refuse(guard, inside, permit, request)
  if (!hasMatter(found.engagement.purpose ?? 'examination', permit)) throw new NotFound()
  refuseClosed(request)
}

/** What is issued, archived or withdrawn changes no more: a route that does not say otherwise only reads there. */
function refuseClosed(request: FastifyRequest): void {
  const phase = request.scope?.engagement?.phase ?? ''
  if (request.method === 'GET' || request.method === 'HEAD' || request.routeOptions.config.whileClosed || !isClosed(phase)) return
  throw new Refused(`This engagement is ${phase}, so nothing in it changes any more.`)
}

/** Admits somebody of the firm as the client's person they look as: the client's rights and rows decide, and nothing can be written. */
async function look(guard: Guard, inside: EngagementScope & PersonScope, shown: Shown, permit: EngagementPermit, request: FastifyRequest): Promise<void> {
  request.scope = scopeOfShown(inside, shown)
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refused(`You look at this engagement as ${shown.name}. End that view before you change anything.`)
  await inScope(guard.db, inside, async (trx) => recordLook(trx, inside, shown, request.url.split('?')[0] ?? ''))
  if (!may(shown.role, permit)) throw new Forbidden(`${shown.name} does not get to see this page.`)
  if (!hasMatter(inside.engagement.purpose ?? 'examination', permit)) throw new NotFound()
}

async function refuse(guard: Guard, scope: Scope, permit: Permit, request: FastifyRequest): Promise<never> {
  await inScope(guard.db, scope, async (trx) => {
    await record(trx, scope, { kind: 'account.refused', facts: { route: `${request.method} ${request.routeOptions.url ?? ''}`, permit } })
  })
  throw new Forbidden()
}

async function turnAway(request: FastifyRequest, reply: FastifyReply, door: string): Promise<void> {
  if (wantsJson(request)) await reply.code(401).send({ error: 'You are no longer signed in. What you typed is still on the page: sign in in another tab, then try again.' })
  else await reply.redirect(door, 303)
}
