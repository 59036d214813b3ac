import { programScope } from '../access/program.ts'
import type { Site } from '../access/site.ts'
import { takeNumber } from '../database/counter.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { todayIn } from '../engagements/calendar.ts'
import type { Every } from '../database/schema/requests.ts'
import { Refused } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { issueOne } from './actions.ts'
import { isIssuable } from './bulk-rules.ts'
import { insertSeries, listDueDrafts, listEngagementsWithSeries, lockSeries, updateSeries } from './series-store.ts'
import { dueAfter, isOver, spanLabel, spansOf } from './spans.ts'
import { insertRequest, updateRequest, type RequestDraft } from './store.ts'

/**
 * Plans a series at once: a draft for each span of the observation period, due `dueDays` after the span has ended, so
 * that whoever opens it sees the whole of it; `on` lets it go out as its spans end. Returns its id. Throws Refused where
 * there is no period.
 */
export async function planSeries(trx: Tx, scope: EngagementScope, site: Site, draft: RequestDraft, { every, days: dueDays, on }: { readonly every: Every, readonly days: number, readonly on: boolean }): Promise<string> {
  const { periodStart, periodEnd } = scope.engagement
  if (periodStart === null || periodEnd === null) throw new Refused('A series asks for each part of a period, and this engagement is as of one day.')
  const id = await insertSeries(trx, scope, { title: draft.title, every, dueDays })
  const spans = spansOf(every, periodStart, periodEnd)
  const events: TrailEvent[] = []
  for (const span of spans) {
    const number = await takeNumber(trx, scope.engagement.id, 'request')
    const title = `${draft.title}, ${spanLabel(span)}`
    const requestId = await insertRequest(trx, scope, number, { ...draft, title, dueOn: dueAfter(span, dueDays), span, recurrenceId: id, externalId: null })
    events.push({ kind: 'request.drafted', facts: { requestId, number, kind: draft.kind }, detail: { title, ask: draft.ask } })
  }
  events.unshift({ kind: 'series.planned', facts: { seriesId: id, every, requests: spans.length }, detail: { title: draft.title } })
  if (on) events.push(...await switchOn(trx, scope, site, id, draft.title))
  await record(trx, scope, ...events)
  return id
}

/** Lets a series send each request once its span has ended, in the name of who switches it on; or stops it. */
export async function switchSeries(site: Site, scope: EngagementScope, id: string, on: boolean): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const series = await lockSeries(trx, scope, id)
    if ((series.switched_on_by !== null) === on) return
    if (on) return await record(trx, scope, ...await switchOn(trx, scope, site, id, series.title))
    await updateSeries(trx, scope, id, null)
    await record(trx, scope, { kind: 'series.switched', facts: { seriesId: id, on }, detail: { title: series.title } })
  })
}

/** The job `issue_series`, once an hour: issues what is due in each engagement, on the day after each span where the client is. */
export async function issueSeries(site: Site): Promise<void> {
  const failures: unknown[] = []
  for (const engagementId of await listEngagementsWithSeries(site.db)) {
    // One engagement in trouble keeps none of the others waiting; the job is tried again for it.
    await issueIn(site, engagementId).catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw new AggregateError(failures, `Series of ${failures.length} engagements could not be issued`)
}

async function issueIn(site: Site, engagementId: string): Promise<void> {
  const scope = await programScope(site.db, engagementId, 'issue_series')
  await inScope(site.db, scope, async (trx) => record(trx, scope, ...await issueDue(trx, scope, site, new Date())))
}

async function switchOn(trx: Tx, scope: EngagementScope, site: Site, id: string, title: string): Promise<TrailEvent[]> {
  await updateSeries(trx, scope, id, personOf(scope))
  return [{ kind: 'series.switched', facts: { seriesId: id, on: true }, detail: { title } }, ...await issueDue(trx, scope, site, new Date())]
}

async function issueDue(trx: Tx, scope: EngagementScope, site: Site, now: Date): Promise<TrailEvent[]> {
  if (!isIssuable(scope.engagement.phase)) return []
  const events: TrailEvent[] = []
  // The day in the database's question is a day early for some zones, so each is judged by its own calendar.
  const tomorrow = new Date(now.getTime() + 86_400_000).toISOString().slice(0, 10)
  const today = todayIn(scope.engagement.zone, now)
  for (const { id, number, by, start, end, dueOn, dueDays } of await listDueDrafts(trx, scope, tomorrow)) {
    if (!isOver({ start, end }, scope.engagement.zone, now)) continue
    // A span long past is asked for late, and its owner still gets the days it takes to answer.
    if (dueOn < today) await updateRequest(trx, scope, id, { due_on: dueAfter({ start, end: today }, dueDays) })
    events.push(...await issueOne(trx, scope, site.sealer, number, by))
  }
  return events
}
