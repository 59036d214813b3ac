import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Temporal } from 'temporal-polyfill'
import { linkScope } from '../access/guard.ts'
import { endListSession, findListScope } from '../access/lists.ts'
import type { Site } from '../access/site.ts'
import { findMember } from '../access/store.ts'
import { inScope } from '../database/connect.ts'
import type { LinkScope } from '../scope.ts'
import { idIn } from '../web/address.ts'
import { readForm } from '../web/form.ts'
import { codePage } from './link-pages.ts'
import { codeForm } from './link-routes.ts'
import { openFromList, openList, sendListCode } from './list-actions.ts'
import { listDoorPage, listPage } from './list-pages.ts'
import { listAsked } from './list-store.ts'

const tries = { max: 30, timeWindow: 60_000 }
const door = '/answer/requests/:request/list'

/** From the page of one request to the list of all that are asked of the same person, which takes a mailed code. */
export async function listRoutes(app: FastifyInstance, site: Site): Promise<void> {
  const secure = site.config.publicUrl.protocol === 'https:'

  app.get(door, { config: { permit: 'link' } }, async (request, reply) => {
    const entered = await findListScope(site.db, request, secure)
    if (entered?.engagement.id === linkScope(request).engagement.id && entered.actor.personId === linkScope(request).actor.personId) return await reply.redirect('/answer/list', 303)
    return await reply.page('answer/list-door', listDoorPage(backOf(linkScope(request))), { layout: 'owner' })
  })

  app.post(door, { config: { permit: 'link', rateLimit: tries } }, async (request, reply) => {
    const scope = linkScope(request)
    await sendListCode(site, scope)
    return await reply.redirect(`${backOf(scope)}/list/code`, 303)
  })

  app.get(`${door}/code`, { config: { permit: 'link' } }, async (request, reply) => await showCode(site, request, reply))

  app.post(`${door}/code`, { config: { permit: 'link', rateLimit: tries } }, async (request, reply) => {
    const { code, again } = readForm(codeForm, request.body)
    if (again) return await showCode(site, request, reply, { mailing: await sendListCode(site, linkScope(request)) })
    const verdict = await openList(site, linkScope(request), code, reply)
    if (verdict !== 'right') return await showCode(site, request, reply, { verdict })
    return await reply.redirect('/answer/list', 303)
  })

  app.get('/answer/list', { config: { permit: 'list' } }, async (request, reply) => {
    const scope = linkScope(request)
    const asked = await inScope(site.db, scope, async (trx) => listAsked(trx, scope))
    const today = Temporal.Now.plainDateISO(scope.engagement.zone).toString()
    return await reply.page('answer/list', listPage(scope, asked, today), { layout: 'owner' })
  })

  app.post('/answer/list/requests/:asked', { config: { permit: 'list', rateLimit: tries } }, async (request, reply) => {
    const asked = idIn(request, 'asked')
    await openFromList(site, linkScope(request), asked, reply)
    return await reply.redirect(`/answer/requests/${asked}`, 303)
  })

  app.post('/answer/list/end', { config: { permit: 'list' } }, async (request, reply) => {
    await endListSession(site.db, linkScope(request), request, secure)
    return await reply.redirect('/answer/closed', 303)
  })
}

async function showCode(site: Site, request: FastifyRequest, reply: FastifyReply, outcome: Parameters<typeof codePage>[1] = {}): Promise<FastifyReply> {
  const scope = linkScope(request)
  const member = await inScope(site.db, scope, async (trx) => findMember(trx, scope.engagement.id, scope.actor.personId))
  const page = codePage({ email: member?.email ?? '', purpose: 'list' }, outcome)
  return await reply.page('answer/code', page, { layout: 'owner', status: outcome.verdict ? 422 : outcome.mailing === 'many' ? 429 : 200 })
}

function backOf(scope: LinkScope): string {
  return `/answer/requests/${scope.actor.requestId}`
}
