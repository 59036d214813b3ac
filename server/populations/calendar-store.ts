import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { Every } from '../database/schema/populations.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Expected } from './calendar.ts'
import { finding } from './findings.ts'
import { keysHash } from './keys.ts'
import { clearRows, insertRows } from './store.ts'

/** The columns of a calendar's rows. */
export const calendarHeader = ['expected', 'first_day', 'last_day'] as const

export type NewCalendar = { readonly number: number, readonly name: string, readonly occurrence: string, readonly every: Every, readonly controlIds: readonly string[] }

/** A calendar population under examination, still without its items. */
export async function insertCalendar(trx: Tx, scope: EngagementScope, calendar: NewCalendar): Promise<string> {
  const { id } = await trx.insertInto('population').values({
    engagement_id: scope.engagement.id, number: calendar.number, name: calendar.name, occurrence: calendar.occurrence, source: 'calendar', every: calendar.every,
    source_system: 'Calendar', header: [...calendarHeader], key_column: 'expected', date_column: 'last_day', date_meaning: 'Due at the end of each',
    status: 'checking', reading: 'done', items_sha256: keysHash([]), created_by: personOf(scope)!,
  }).returning('id').executeTakeFirstOrThrow()
  await trx.insertInto('population_control').values(calendar.controlIds.map((controlId) => ({ engagement_id: scope.engagement.id, population_id: id, control_id: controlId }))).execute()
  return id
}

/** Writes the items of a calendar anew; returns the hash of their keys. */
export async function writeItems(trx: Tx, scope: EngagementScope, id: string, items: readonly Expected[], sentence: string): Promise<string> {
  const sha256 = keysHash(items.map(({ key }) => key))
  await clearRows(trx, scope, id)
  await insertRows(trx, scope, id, items.map(({ key, first, last }, index) => ({ row: index + 1, key, occurredOn: last, inScope: true, cells: [key, first, last] })))
  await trx.updateTable('population').set((row) => ({
    row_count: items.length, in_scope_count: items.length, items_sha256: sha256, findings: JSON.stringify([finding('count', 'agrees', sentence)]), version: row('version', '+', 1),
  })).where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
  return sha256
}

export async function setList(trx: Tx, scope: EngagementScope, id: string, listId: string | null): Promise<void> {
  await trx.updateTable('population').set((row) => ({ list_id: listId, version: row('version', '+', 1) })).where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
}

export async function insertOmissions(trx: Tx, scope: EngagementScope, populationId: string, keys: readonly string[], reason: string): Promise<void> {
  await trx.insertInto('calendar_omission').values(keys.map((key) => ({ engagement_id: scope.engagement.id, population_id: populationId, key, reason, agreed_by: personOf(scope)! }))).execute()
}

/** Puts one back; false where it was not left out. */
export async function deleteOmission(trx: Tx, scope: EngagementScope, populationId: string, key: string): Promise<boolean> {
  const { numDeletedRows } = await trx.deleteFrom('calendar_omission').where('engagement_id', '=', scope.engagement.id).where('population_id', '=', populationId).where('key', '=', key).executeTakeFirst()
  return numDeletedRows > 0n
}

/** What the control was agreed not to be due on, by key. */
export async function listOmissions(trx: Tx, scope: EngagementScope, populationId: string) {
  return await trx.selectFrom('calendar_omission').innerJoin('person', 'person.id', 'calendar_omission.agreed_by')
    .select(['key', 'reason', 'agreed_at', 'person.name as agreer']).where('calendar_omission.engagement_id', '=', scope.engagement.id)
    .where('population_id', '=', populationId).orderBy('key').execute()
}

export type Match = {
  /** Expected items without a row of the list, by key. */
  readonly missing: readonly string[]
  /** Days of the list on which nothing was expected. */
  readonly unexpected: readonly { readonly day: string, readonly rows: number, readonly first: number }[]
  /** Expected items with a row, and rows without a day, which match nothing. */
  readonly met: number
  readonly undated: number
}

/** Matches a calendar with a client's list by date: a row meets the item whose days its own lies in. */
export async function matchByDate(trx: Tx, scope: EngagementScope, calendarId: string, listId: string): Promise<Match> {
  const engagement = scope.engagement.id
  const spans = sql`(select key, cells[2]::date as first_day, cells[3]::date as last_day from population_row where engagement_id = ${engagement} and population_id = ${calendarId})`
  const days = sql`(select occurred_on as day, count(*)::integer as rows, min(row_number) as first from population_row
    where engagement_id = ${engagement} and population_id = ${listId} and in_period group by occurred_on)`
  const missing = await sql<{ key: string }>`select key from ${spans} span where not exists (select from ${days} had where had.day between span.first_day and span.last_day) order by key`.execute(trx)
  const unexpected = await sql<{ day: string, rows: number, first: number }>`select day, rows, first from ${days} had
    where day is not null and not exists (select from ${spans} span where had.day between span.first_day and span.last_day) order by day`.execute(trx)
  const { rows: [totals] } = await sql<{ items: number, undated: number }>`select (select count(*)::integer from ${spans} span) as items,
    coalesce((select rows from ${days} had where day is null), 0) as undated`.execute(trx)
  return { missing: missing.rows.map(({ key }) => key), unexpected: unexpected.rows, met: (totals?.items ?? 0) - missing.rows.length, undated: totals?.undated ?? 0 }
}

/** Numbers of the calendars still to be confirmed that a list was matched with. */
export async function listCalendarsOn(trx: Tx, scope: EngagementScope, listId: string): Promise<number[]> {
  const rows = await trx.selectFrom('population').select('number').where('engagement_id', '=', scope.engagement.id).where('list_id', '=', listId).where('status', '=', 'checking').orderBy('number').execute()
  return rows.map(({ number }) => number)
}

/** Lists read from files, as candidates for a comparison or a match: newest first. */
export async function listReadLists(trx: Tx, scope: EngagementScope, exceptId: string) {
  return await trx.selectFrom('population').select(['id', 'number', 'name', 'in_scope_count']).where('engagement_id', '=', scope.engagement.id)
    .where('source', '=', 'file').where('reading', '=', 'done').where('id', '<>', exceptId).orderBy('number', 'desc').execute()
}
