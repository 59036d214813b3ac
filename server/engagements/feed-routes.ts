import type { FastifyInstance } from 'fastify'
import { callerScope } from '../access/guard.ts'
import { personScope } from '../access/session.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import { feedCalendar } from '../mail/calendar.ts'
import { feedDays } from './feed-pages.ts'
import { makeFeed, stopFeed } from './feed-actions.ts'
import { findFeed, findFeedAge, listFeed } from './feed-store.ts'

declare module '../web/view.ts' {
  interface Pages {
    /** `address`: the one just made, shown this once. */
    'accounts/calendar': { madeAt: Date | null, address: string | null }
  }
}

/** Calendars ask a few times an hour; many behind one address may share it. */
const asking = { max: 60, timeWindow: 60_000 }

/** The calendar address of a person: made, renewed and ended from the account, read by calendars without a session. */
export async function feedRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/account/calendar', { config: { permit: 'signed_in' } }, async (request, reply) => {
    const scope = callerScope(request)
    const madeAt = await inScope(site.db, scope, async (trx) => findFeedAge(trx, scope))
    return await reply.page('accounts/calendar', { title: 'Your calendar', frame: 'center', madeAt, address: null })
  })

  app.post('/account/calendar', { config: { permit: 'signed_in' } }, async (request, reply) => {
    const token = await makeFeed(site.db, callerScope(request))
    return await reply.page('accounts/calendar', { title: 'Your calendar', frame: 'center', madeAt: new Date(), address: new URL(`/calendar/${token}.ics`, site.config.publicUrl).href })
  })

  app.post('/account/calendar/end', { config: { permit: 'signed_in' } }, async (request, reply) => {
    await stopFeed(site.db, callerScope(request))
    return await reply.redirect('/account/calendar', 303)
  })

  app.get('/calendar/:token', { config: { permit: 'public', rateLimit: asking } }, async (request, reply) => {
    const token = (request.params as { token: string }).token.replace(/\.ics$/, '')
    const person = /^[A-Za-z0-9_-]{43}$/.test(token) ? await findFeed(site.db, token) : null
    if (!person) throw new NotFound()
    const scope = { ...personScope({ id: person.personId, name: person.name }, request.ip), side: person.side }
    const engagements = await inScope(site.db, scope, async (trx) => listFeed(trx, scope))
    return await reply.header('cache-control', 'private, no-store').header('content-disposition', 'inline; filename="tickmark.ics"')
      .type('text/calendar; charset=utf-8').send(feedCalendar(feedDays(engagements, site.config.publicUrl.hostname), new Date()))
  })
}
