import { sql } from 'kysely'
import type { Db, Tx } from '../database/connect.ts'
import type { Every, RequestStatus } from '../database/schema/requests.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'

/** One request of a series and the span it asks about. */
export type SeriesRequest = { readonly number: number, readonly status: RequestStatus, readonly dueOn: string | null, readonly start: string, readonly end: string }

export type SeriesRow = { readonly id: string, readonly title: string, readonly every: Every, readonly dueDays: number, readonly on: boolean, readonly requests: readonly SeriesRequest[] }

/** Every series of the engagement with its requests in the order of their spans. */
export async function listSeries(trx: Tx, scope: EngagementScope): Promise<SeriesRow[]> {
  const series = await trx.selectFrom('recurrence').selectAll().where('engagement_id', '=', scope.engagement.id).orderBy('created_at').orderBy('title').execute()
  const requests = await trx.selectFrom('request').select(['recurrence_id', 'number', 'status', 'due_on', 'span_start', 'span_end'])
    .where('engagement_id', '=', scope.engagement.id).where('recurrence_id', 'is not', null).orderBy('span_start').execute()
  return series.map(({ id, title, every, due_days: dueDays, switched_on_by: by }) => ({
    id, title, every, dueDays, on: by !== null,
    requests: requests.filter((request) => request.recurrence_id === id)
      .map(({ number, status, due_on: dueOn, span_start: start, span_end: end }) => ({ number, status, dueOn, start: start!, end: end! })),
  }))
}

export async function findSeriesTitle(trx: Tx, scope: EngagementScope, id: string): Promise<string | null> {
  const row = await trx.selectFrom('recurrence').select('title').where('engagement_id', '=', scope.engagement.id).where('id', '=', id).executeTakeFirst()
  return row?.title ?? null
}

export async function insertSeries(trx: Tx, scope: EngagementScope, series: { readonly title: string, readonly every: Every, readonly dueDays: number }): Promise<string> {
  const { id } = await trx.insertInto('recurrence').values({
    engagement_id: scope.engagement.id, title: series.title, every: series.every, due_days: series.dueDays, created_by: personOf(scope)!,
  }).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Locks a series until the transaction ends; throws NotFound. */
export async function lockSeries(trx: Tx, scope: EngagementScope, id: string) {
  return await trx.selectFrom('recurrence').selectAll().where('engagement_id', '=', scope.engagement.id).where('id', '=', id)
    .forUpdate().executeTakeFirstOrThrow(() => new NotFound())
}

/** `by`: who vouches for what the series sends out from now on, or null to send nothing. */
export async function updateSeries(trx: Tx, scope: EngagementScope, id: string, by: string | null): Promise<void> {
  await trx.updateTable('recurrence').set({ switched_on_by: by }).where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
}

export type DueDraft = { readonly id: string, readonly number: number, readonly by: string, readonly start: string, readonly end: string, readonly dueOn: string, readonly dueDays: number }

/** Drafts of series that are switched on whose span ended before `today` (ISO day) and that can go out. */
export async function listDueDrafts(trx: Tx, scope: EngagementScope, today: string): Promise<DueDraft[]> {
  const rows = await trx.selectFrom('request')
    .innerJoin('recurrence', (join) => join.onRef('recurrence.engagement_id', '=', 'request.engagement_id').onRef('recurrence.id', '=', 'request.recurrence_id'))
    .select(['request.id', 'request.number', 'recurrence.switched_on_by as by', 'request.span_start as start', 'request.span_end as end', 'request.due_on as dueOn', 'recurrence.due_days as dueDays'])
    .where('request.engagement_id', '=', scope.engagement.id).where('request.status', '=', 'draft').where('recurrence.switched_on_by', 'is not', null)
    .where('request.owner_id', 'is not', null).where('request.due_on', 'is not', null).where('request.span_end', '<', today)
    .orderBy('request.number').execute()
  return rows.map(({ id, number, by, start, end, dueOn, dueDays }) => ({ id, number, by: by!, start: start!, end: end!, dueOn: dueOn!, dueDays }))
}

/** The engagements in which a series is switched on; asked before the program is inside any of them. */
export async function listEngagementsWithSeries(db: Db): Promise<string[]> {
  const { rows } = await sql<{ engagement_id: string }>`select engagement_id from engagements_with_series()`.execute(db)
  return rows.map(({ engagement_id: id }) => id)
}
