import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope, linkScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { requestNumber } from '../requests/rules.ts'
import { findRequest } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import { formState, readForm } from '../web/form.ts'
import { numberOf } from './address-routes.ts'
import { cancelMeeting, confirmMeeting, proposeMeeting } from './meeting-actions.ts'
import { meetingAgainPage, meetingOf } from './meeting-pages.ts'
import { readStart } from './meetings.ts'
import { findNumber } from './store.ts'

type Caller = { readonly scope: EngagementScope, readonly number: number, readonly back: (origin: 'request' | 'answer') => string }

const ways = [
  { path: '/answer/requests/:request/meeting', permit: 'link', callerOf: linkCaller },
  { path: '/engagements/:engagement/requests/:number/meeting', permit: 'meeting.arrange', callerOf: memberCaller },
] as const

const often = { max: 30, timeWindow: 60_000 }
const origin = z.object({ origin: z.enum(['request', 'answer']).catch('request') })
const proposal = z.object({
  starts: z.string('Say when.').max(40),
  minutes: z.coerce.number('Say how many minutes, such as 60.').int('Give whole minutes.').min(5, 'Take at least five minutes.').max(600, 'Take at most ten hours.'),
  place: z.string().max(200, 'Keep the place under 200 characters.').default(''),
})

/** Finding a time to meet about an inquiry or a walkthrough: one side proposes, the other agrees or proposes another. */
export async function meetingRoutes(app: FastifyInstance, site: Site): Promise<void> {
  for (const { path, permit, callerOf } of ways) {
    app.post(path, { config: { permit, rateLimit: often } }, async (request, reply) => {
      const who = await callerOf(site, request)
      try {
        const { starts, minutes, place } = readForm(proposal, request.body)
        await proposeMeeting(site, who.scope, who.number, { startsAt: readStart(starts, who.scope.engagement.zone, new Date()), minutes, place })
      } catch (error) {
        if (!(error instanceof Invalid)) throw error
        return await showAgain(site, request, reply, who, error)
      }
      return await goBack(request, reply, who)
    })

    app.post(`${path}/confirmation`, { config: { permit, rateLimit: often } }, async (request, reply) => {
      const who = await callerOf(site, request)
      await confirmMeeting(site, who.scope, who.number)
      return await goBack(request, reply, who)
    })

    app.post(`${path}/cancellation`, { config: { permit, rateLimit: often } }, async (request, reply) => {
      const who = await callerOf(site, request)
      await cancelMeeting(site, who.scope, who.number)
      return await goBack(request, reply, who)
    })
  }
}

async function showAgain(site: Site, request: FastifyRequest, reply: FastifyReply, { scope, number, back }: Caller, error: Invalid): Promise<FastifyReply> {
  const from = readForm(origin, request.body).origin
  const typed = formState({ starts: '', minutes: '60', place: '', ...request.body as object }, error)
  const page = await inScope(site.db, scope, async (trx) => {
    const meeting = await meetingOf(trx, scope, await findRequest(trx, scope, number), from, typed)
    return meeting && meetingAgainPage(number, meeting, back(from))
  })
  if (!page) throw error
  return await reply.page('requests/meeting', page, { status: 422, ...scope.actor.kind === 'link' ? { layout: 'owner' as const } : {} })
}

async function goBack(request: FastifyRequest, reply: FastifyReply, { back }: Caller): Promise<FastifyReply> {
  return await reply.redirect(back(readForm(origin, request.body).origin), 303)
}

async function linkCaller(site: Site, request: FastifyRequest): Promise<Caller> {
  const scope = linkScope(request)
  const number = await inScope(site.db, scope, async (trx) => findNumber(trx, scope, scope.actor.requestId))
  return { scope, number, back: () => `/answer/requests/${scope.actor.requestId}` }
}

async function memberCaller(_site: Site, request: FastifyRequest): Promise<Caller> {
  const scope = engagementScope(request)
  const number = numberOf(request)
  const page = `/engagements/${scope.engagement.id}/requests/${requestNumber(number)}`
  return { scope, number, back: (from) => from === 'answer' ? `${page}/answer` : page }
}
