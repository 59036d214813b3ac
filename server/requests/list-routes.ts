import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { todayIn } from '../engagements/calendar.ts'
import { NotFound } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { listUnread } from '../threads/store.ts'
import { writeCsvSheet, writeXlsxSheet } from '../sheets/write-sheet.ts'
import { idIn } from '../web/address.ts'
import { readForm, ticked } from '../web/form.ts'
import { filterOf } from './list-filter.ts'
import { exportTable } from './export.ts'
import { listWritten } from './import-store.ts'
import { listPage, type ListMatter } from './list-pages.ts'
import { readListQuery, writeListQuery, type ListQuery } from './list-query.ts'
import { findStanding, listRequests, listReviewers, listServed } from './list-store.ts'
import { findSeriesTitle } from './series-store.ts'
import { countRequests, listControlNumbers, listOwners } from './store.ts'
import { deleteView, listViews, saveView } from './views-store.ts'

const base = '/engagements/:engagement/requests'

/** The list, its saved views, and the same list as a file. */
export async function listRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(base, { config: { permit: 'request.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const query = readListQuery(request.query)
    const now = new Date()
    const matter = await inScope(site.db, scope, async (trx) => readMatter(trx, scope, query, now))
    return await reply.page('requests/list', listPage(scope, matter, query, now))
  })

  for (const format of ['csv', 'xlsx'] as const) {
    app.get(`${base}/export.${format}`, { config: { permit: 'request.view' } }, async (request, reply) => {
      const scope = engagementScope(request)
      const filter = filterOf(readListQuery(request.query), todayIn(scope.engagement.zone))
      const { header, rows, widths } = await inScope(site.db, scope, async (trx) => {
        const numbers = (await listRequests(trx, scope, filter)).map(({ number }) => number)
        return exportTable(await listWritten(trx, scope, numbers))
      })
      reply.header('content-disposition', `attachment; filename="requests.${format}"`).header('cache-control', 'no-store')
      if (format === 'csv') return await reply.type('text/csv; charset=utf-8').send(writeCsvSheet(header, rows))
      return await reply.type('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet').send(await writeXlsxSheet('Requests', header, rows, widths))
    })
  }

  app.post(`${base}/views`, { config: { permit: 'request.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const form = readForm(z.object({ name: z.string('Give the view a name.').max(60, 'Keep the name under 60 characters.'), query: z.string().max(2000).default(''), shared: ticked() }), request.body)
    // Only what the list itself understands is kept.
    const query = writeListQuery(readListQuery(Object.fromEntries(new URLSearchParams(form.query))))
    await inScope(site.db, scope, async (trx) => saveView(trx, scope, { name: form.name, query, shared: form.shared }))
    return await reply.redirect(`/engagements/${scope.engagement.id}/requests${query}`, 303)
  })

  app.post(`${base}/views/:view/removal`, { config: { permit: 'request.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const view = idIn(request, 'view')
    if (!await inScope(site.db, scope, async (trx) => deleteView(trx, scope, view))) throw new NotFound()
    return await reply.redirect(`/engagements/${scope.engagement.id}/requests`, 303)
  })
}

/** What the list page is made of, all of one transaction. `now` says what is overdue. */
export async function readMatter(trx: Tx, scope: EngagementScope, query: ListQuery, now: Date): Promise<ListMatter> {
  return {
    requests: await listRequests(trx, scope, filterOf(query, todayIn(scope.engagement.zone, now))),
    counts: await countRequests(trx, scope),
    standing: await findStanding(trx, scope, todayIn(scope.engagement.zone, now)),
    owners: await listOwners(trx, scope),
    reviewers: await listReviewers(trx, scope),
    controls: await listControlNumbers(trx, scope),
    criteria: await listServed(trx, scope),
    views: await listViews(trx, scope),
    series: query.series ? await findSeriesTitle(trx, scope, query.series) : null,
    unread: await listUnread(trx, scope),
  }
}
