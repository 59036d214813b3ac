import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Site } from '../access/site.ts'
import { readForm, ticked } from '../web/form.ts'
import { lookAtLink, openLink, openWithCode, sendFreshLink, sendLinkCode, type Doorstep } from './link-actions.ts'
import { closedPage, codePage, doorPage, freshPage, shutPage } from './link-pages.ts'

const presses = { max: 60, timeWindow: 60_000 }
const askings = { max: 20, timeWindow: 3_600_000 }
const tries = { max: 30, timeWindow: 60_000 }

/** What people type or paste of a code: spaces and a dash between the digits are no mistake. */
export const codeForm = z.object({ code: z.string().max(40).transform((text) => text.replaceAll(/[\s-]/g, '')).catch(''), again: ticked() })

/** The addresses in the mails. Looking changes nothing; the button opens, or mails a code; the token is gone from the address after it. */
export async function linkRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/answer/:token', { config: { permit: 'public' } }, async (request, reply) => {
    return await showDoor(request, reply, await lookAtLink(site, tokenOf(request), request.ip))
  })

  app.post('/answer/:token', { config: { permit: 'public', rateLimit: presses } }, async (request, reply) => {
    const door = await lookAtLink(site, tokenOf(request), request.ip)
    if (door.state !== 'open') return await showDoor(request, reply, door)
    if (door.policy === 'link_and_code') {
      await sendLinkCode(site, door, false)
      return await reply.redirect(`/answer/${tokenOf(request)}/code`, 303)
    }
    await openLink(site, door.scope, reply)
    return await reply.redirect(`/answer/requests/${door.scope.actor.requestId}`, 303)
  })

  app.get('/answer/:token/code', { config: { permit: 'public' } }, async (request, reply) => {
    const door = await lookAtLink(site, tokenOf(request), request.ip)
    if (door.state !== 'open' || door.policy !== 'link_and_code') return await showDoor(request, reply, door)
    return await showCode(request, reply, door)
  })

  app.post('/answer/:token/code', { config: { permit: 'public', rateLimit: tries } }, async (request, reply) => {
    const door = await lookAtLink(site, tokenOf(request), request.ip)
    if (door.state !== 'open' || door.policy !== 'link_and_code') return await showDoor(request, reply, door)
    const { code, again } = readForm(codeForm, request.body)
    if (again) return await showCode(request, reply, door, { mailing: await sendLinkCode(site, door, true) })
    const verdict = await openWithCode(site, door.scope, code, reply)
    if (verdict !== 'right') return await showCode(request, reply, door, { verdict })
    return await reply.redirect(`/answer/requests/${door.scope.actor.requestId}`, 303)
  })

  app.post('/answer/:token/fresh', { config: { permit: 'public', rateLimit: askings } }, async (request, reply) => {
    await sendFreshLink(site, tokenOf(request), request.ip)
    return await reply.page('answer/fresh', freshPage(), { layout: 'owner' })
  })

  app.get('/answer/closed', { config: { permit: 'public' } }, async (_request, reply) => await reply.page('answer/closed', closedPage(), { layout: 'owner' }))
}

async function showDoor(request: FastifyRequest, reply: FastifyReply, door: Doorstep): Promise<FastifyReply> {
  if (door.state !== 'open') return await reply.page('answer/shut', shutPage(door.state, tokenOf(request)), { layout: 'owner', status: door.state === 'unknown' ? 404 : 410 })
  // The layout says whose audit this is, as the mail did.
  request.scope = door.scope
  return await reply.page('answer/door', doorPage(door), { layout: 'owner' })
}

async function showCode(request: FastifyRequest, reply: FastifyReply, door: Extract<Doorstep, { state: 'open' }>, outcome: Parameters<typeof codePage>[1] = {}): Promise<FastifyReply> {
  request.scope = door.scope
  const page = codePage({ email: door.email, purpose: 'request' }, outcome)
  return await reply.page('answer/code', page, { layout: 'owner', status: outcome.verdict ? 422 : outcome.mailing === 'many' ? 429 : 200 })
}

function tokenOf(request: FastifyRequest): string {
  return (request.params as { token: string }).token
}
