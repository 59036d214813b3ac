import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Site } from '../access/site.ts'
import { lookAtLink, openLink, sendFreshLink, type Doorstep } from './link-actions.ts'
import { doorPage, freshPage, closedPage, shutPage } from './link-pages.ts'

const presses = { max: 60, timeWindow: 60_000 }
const askings = { max: 20, timeWindow: 3_600_000 }

/** The addresses in the mails. Looking changes nothing; the button opens; the token is gone from the address after it. */
export async function linkRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/answer/:token', { config: { permit: 'public' } }, async (request, reply) => {
    return await showDoor(request, reply, await lookAtLink(site, tokenOf(request), request.ip))
  })

  app.post('/answer/:token', { config: { permit: 'public', rateLimit: presses } }, async (request, reply) => {
    const door = await lookAtLink(site, tokenOf(request), request.ip)
    if (door.state !== 'open') return await showDoor(request, reply, door)
    await openLink(site, door.scope, reply)
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

function tokenOf(request: FastifyRequest): string {
  return (request.params as { token: string }).token
}
