import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { PopulationStatus } from '../database/schema/populations.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Finding } from './findings.ts'
import { moves } from './rules.ts'

export type PopulationRow = Awaited<ReturnType<typeof findPopulation>>

/** The population by its number with the file it was read from; throws NotFound. `lock` keeps it for a change. */
export async function findPopulation(trx: Tx, scope: EngagementScope, number: number, lock = false) {
  const query = populations(trx, scope).where('population.number', '=', number)
  return await (lock ? query.forNoKeyUpdate('population') : query).executeTakeFirstOrThrow(() => new NotFound())
}

/** The same by id. */
export async function findPopulationById(trx: Tx, scope: EngagementScope, id: string, lock = false) {
  const query = populations(trx, scope).where('population.id', '=', id)
  // No key of it changes, so rows that are being read in under it do not stand in the way.
  return await (lock ? query.forNoKeyUpdate('population') : query).executeTakeFirstOrThrow(() => new NotFound())
}

export async function listPopulations(trx: Tx, scope: EngagementScope) {
  return await populations(trx, scope)
    .select(sql<number>`(select count(*) from draw where draw.engagement_id = population.engagement_id and draw.population_id = population.id)`.as('draws'))
    .orderBy('population.number').execute()
}

/** The populations read from one submission, locked. */
export async function lockPopulationsOf(trx: Tx, scope: EngagementScope, submissionId: string) {
  return await populations(trx, scope).where('population.submission_id', '=', submissionId).orderBy('population.number').forNoKeyUpdate('population').execute()
}

/** Calendars still to be confirmed that are matched with one of these lists, locked. */
export async function lockCalendarsOf(trx: Tx, scope: EngagementScope, listIds: readonly string[]) {
  return await populations(trx, scope).where(sql<boolean>`population.list_id = any (${[...listIds]}::uuid[])`).where('population.status', '=', 'checking')
    .orderBy('population.number').forNoKeyUpdate('population').execute()
}

/** A file of a submission, as far as reading it as a list goes; throws NotFound. */
export async function findListFile(trx: Tx, scope: EngagementScope, fileId: string) {
  return await trx.selectFrom('evidence_file')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'evidence_file.engagement_id').onRef('submission.id', '=', 'evidence_file.submission_id'))
    .innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'evidence_file.engagement_id').onRef('request.id', '=', 'evidence_file.request_id'))
    .select(['evidence_file.id', 'evidence_file.name', 'evidence_file.sha256', 'evidence_file.kind', 'evidence_file.submission_id', 'evidence_file.request_id',
      'submission.status as submission_status', 'submission.source_system', 'submission.query', 'submission.row_count', 'submission.generated_zone',
      'request.number as request_number', 'request.kind as request_kind', 'request.status as request_status', 'request.title as request_title'])
    .where('evidence_file.engagement_id', '=', scope.engagement.id).where('evidence_file.id', '=', fileId).where('evidence_file.withheld', '=', false)
    .executeTakeFirstOrThrow(() => new NotFound())
}

export type Mapping = {
  readonly name: string
  readonly occurrence: string
  readonly keyColumn: string
  readonly dateColumn: string
  readonly dateMeaning: string
  /** What somebody said of dates that do not say it themselves: day or month first, and the zone of naive times. */
  readonly told: { readonly order: 'dmy' | 'mdy' | null, readonly zone: string | null }
  /** The sheet of a workbook and the row of its column names, where somebody chose them. */
  readonly sheet?: string | null
  readonly headerRow?: number | null
  /** The last day of occurrences that last; a row then belongs to the period by overlap. */
  readonly untilColumn?: string | null
  /** What the list is divided by when a sample is drawn from each of its layers. */
  readonly stratumColumn?: string | null
  readonly only?: Only | null
}

/** Which rows are in scope at all: those with one of the values, or, where they are not kept, all others. */
export type Only = { readonly column: string, readonly keeps: boolean, readonly values: readonly string[] }

/** The number of the population that reads this file, if there is one. */
export async function findReadingOf(trx: Tx, scope: EngagementScope, fileId: string): Promise<number | null> {
  const row = await trx.selectFrom('population').select('number').where('engagement_id', '=', scope.engagement.id).where('file_id', '=', fileId).executeTakeFirst()
  return row?.number ?? null
}

export async function insertPopulation(trx: Tx, scope: EngagementScope, number: number, mapping: Mapping, file: Awaited<ReturnType<typeof findListFile>>): Promise<string> {
  const { id } = await trx.insertInto('population').values({
    engagement_id: scope.engagement.id, number, request_id: file.request_id, submission_id: file.submission_id, file_id: file.id,
    source_system: file.source_system, query: file.query, declared_count: file.row_count, created_by: personOf(scope)!, ...columnsOf(mapping),
  }).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Maps the columns anew: what was read before is forgotten. */
export async function remap(trx: Tx, scope: EngagementScope, id: string, mapping: Mapping): Promise<void> {
  await clearRows(trx, scope, id)
  await trx.updateTable('population').set((row) => ({
    ...columnsOf(mapping), reading: 'pending' as const, reading_error: null, row_count: null, in_scope_count: null, findings: '[]', coverage: null, version: row('version', '+', 1),
  })).where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
}

export type PopulationChange = {
  status?: PopulationStatus
  reading?: 'pending' | 'running' | 'done' | 'failed'
  reading_error?: string | null
  header?: string[]
  row_count?: number | null
  expected_rows?: null
  in_scope_count?: number
  findings?: string
  coverage?: string
  corroboration?: string
  accepted_by?: string | null
}

export async function updatePopulation(trx: Tx, scope: EngagementScope, id: string, change: PopulationChange): Promise<void> {
  await trx.updateTable('population').set((row) => ({
    ...change,
    version: row('version', '+', 1),
    ...(change.status === 'accepted' ? { accepted_at: sql<Date>`app_now()` } : {}),
    ...(change.status === 'locked' ? { locked_at: sql<Date>`app_now()` } : {}),
  })).where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
}

/** Says how many rows have been read so far and how many there are, as long as this reading (the version it began with) is still the one that counts. */
export async function noteProgress(trx: Tx, scope: EngagementScope, id: string, version: number, rows: number, expected: number): Promise<void> {
  await trx.updateTable('population').set({ row_count: rows, expected_rows: expected })
    .where('engagement_id', '=', scope.engagement.id).where('id', '=', id).where('version', '=', version).execute()
}

/** Sets the populations of a submission that goes back to its owner back as well; one that was drawn from stays locked. Returns their numbers. */
export async function returnPopulations(trx: Tx, scope: EngagementScope, submissionId: string): Promise<{ id: string, number: number }[]> {
  return await trx.updateTable('population').set((row) => ({ status: moves.return.to, version: row('version', '+', 1) }))
    .where('engagement_id', '=', scope.engagement.id).where('submission_id', '=', submissionId)
    .where('status', 'in', moves.return.from).returning(['id', 'number']).execute()
}

/** Lets one reading of a list write at a time, until its transaction ends; whoever decides on the list need not wait for it. */
export async function lockReading(trx: Tx, populationId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${populationId}, 0))`.execute(trx)
}

export type NewRow = { readonly row: number, readonly key: string, readonly occurredOn: string | null, readonly inScope: boolean, readonly cells: readonly string[] }

export async function clearRows(trx: Tx, scope: EngagementScope, populationId: string): Promise<void> {
  await trx.deleteFrom('population_row').where('engagement_id', '=', scope.engagement.id).where('population_id', '=', populationId).execute()
}

export async function insertRows(trx: Tx, scope: EngagementScope, populationId: string, rows: readonly NewRow[]): Promise<void> {
  if (rows.length === 0) return
  const lines = JSON.stringify(rows.map((row) => ({ row_number: row.row, key: row.key, occurred_on: row.occurredOn, in_period: row.inScope, cells: row.cells })))
  await sql`insert into population_row (engagement_id, population_id, row_number, key, occurred_on, in_period, cells)
    select ${scope.engagement.id}, ${populationId}, line.* from json_to_recordset(${lines}::json)
      as line(row_number integer, key text, occurred_on date, in_period boolean, cells text[])`.execute(trx)
}

export type RowFilter = { readonly column: number, readonly value: string } | null

/** Keys in scope with their rows, in file order; with a filter those whose cell of that column (from 0) equals the value. */
export async function listKeys(trx: Tx, scope: EngagementScope, populationId: string, filter: RowFilter, page: { readonly after: number, readonly limit: number } | null = null): Promise<{ key: string, row: number }[]> {
  let query = trx.selectFrom('population_row').select(['key', 'row_number as row'])
    .where('engagement_id', '=', scope.engagement.id).where('population_id', '=', populationId).where('in_period', '=', true)
  if (filter) query = query.where(sql<boolean>`cells[${filter.column + 1}::integer] = ${filter.value}`)
  if (page) query = query.where('row_number', '>', page.after).limit(page.limit)
  return await query.orderBy('row_number').execute()
}

export type RowChoice = { readonly outsideOnly?: boolean, readonly among?: readonly number[] | null }

/** One page of rows from `after` (a row number), as the file has them; `among` names the rows wanted. */
export async function listRows(trx: Tx, scope: EngagementScope, populationId: string, after: number, limit: number, { outsideOnly = false, among = null }: RowChoice = {}) {
  let query = trx.selectFrom('population_row').select(['row_number', 'key', 'occurred_on', 'in_period', 'cells'])
    .where('engagement_id', '=', scope.engagement.id).where('population_id', '=', populationId).where('row_number', '>', after)
  if (outsideOnly) query = query.where('in_period', '=', false)
  if (among !== null) query = query.where(sql<boolean>`row_number = any (${[...among]}::integer[])`)
  return await query.orderBy('row_number').limit(limit).execute()
}

/** Numbers of the other lists read from the same submission. */
export async function listSiblings(trx: Tx, scope: EngagementScope, population: { id: string, submission_id: string | null }): Promise<number[]> {
  if (population.submission_id === null) return []
  const rows = await trx.selectFrom('population').select('number').where('engagement_id', '=', scope.engagement.id)
    .where('submission_id', '=', population.submission_id).where('id', '<>', population.id).orderBy('number').execute()
  return rows.map(({ number }) => number)
}

/** Numbers of the controls a population is for: those of its request, or those its calendar serves. */
export async function listControlsOf(trx: Tx, scope: EngagementScope, population: { id: string, request_id: string | null }): Promise<string[]> {
  const { rows } = await sql<{ number: string }>`select control.number from control
    where control.engagement_id = ${scope.engagement.id} and control.id in (
      select control_id from request_control where engagement_id = ${scope.engagement.id} and request_id = ${population.request_id}
      union select control_id from population_control where engagement_id = ${scope.engagement.id} and population_id = ${population.id})
    order by control.number`.execute(trx)
  return rows.map(({ number }) => number)
}

export function findingsOf(population: { findings: unknown }): readonly Finding[] {
  return population.findings as readonly Finding[]
}

function columnsOf(mapping: Mapping) {
  return {
    name: mapping.name, occurrence: mapping.occurrence, key_column: mapping.keyColumn, date_column: mapping.dateColumn,
    date_meaning: mapping.dateMeaning, date_format: JSON.stringify(mapping.told), sheet: mapping.sheet ?? null, header_row: mapping.headerRow ?? null,
    until_column: mapping.untilColumn ?? null, stratum_column: mapping.stratumColumn ?? null,
    scope_column: mapping.only?.column ?? null, scope_keeps: mapping.only?.keeps ?? true, scope_values: [...mapping.only?.values ?? []],
  }
}

/** How a population's columns are mapped now. */
export function mappingOf(row: PopulationRow): Mapping {
  return {
    name: row.name, occurrence: row.occurrence, keyColumn: row.key_column ?? '', dateColumn: row.date_column ?? '', dateMeaning: row.date_meaning, told: toldOf(row),
    sheet: row.sheet, headerRow: row.header_row, untilColumn: row.until_column, stratumColumn: row.stratum_column,
    only: row.scope_column === null ? null : { column: row.scope_column, keeps: row.scope_keeps, values: row.scope_values },
  }
}

/** How the newest list that answered this request was mapped, so that its next version need not be mapped from nothing; null where none was. */
export async function findMappingOf(trx: Tx, scope: EngagementScope, requestId: string): Promise<Mapping | null> {
  const row = await populations(trx, scope).where('population.request_id', '=', requestId).where('population.source', '=', 'file')
    .orderBy('submission.number', 'desc').orderBy('population.number', 'desc').limit(1).executeTakeFirst()
  return row === undefined ? null : mappingOf(row)
}

export type Told = Mapping['told']

export function toldOf(population: { date_format: unknown }): Told {
  return (population.date_format ?? { order: null, zone: null }) as Told
}

function populations(trx: Tx, scope: EngagementScope) {
  return trx.selectFrom('population')
    .leftJoin('evidence_file', (join) => join.onRef('evidence_file.engagement_id', '=', 'population.engagement_id').onRef('evidence_file.id', '=', 'population.file_id'))
    .leftJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'population.engagement_id').onRef('submission.id', '=', 'population.submission_id'))
    .leftJoin('request', (join) => join.onRef('request.engagement_id', '=', 'population.engagement_id').onRef('request.id', '=', 'population.request_id'))
    .leftJoin('person as accepter', 'accepter.id', 'population.accepted_by')
    .leftJoin('person as preparer', 'preparer.id', 'population.created_by')
    .selectAll('population')
    .select(['submission.number as submission_number', 'request.number as request_number', 'request.status as request_status',
      'accepter.name as accepter', 'preparer.name as preparer',
      sql<string>`coalesce(evidence_file.name, '')`.as('file_name'),
      sql<boolean>`coalesce(evidence_file.withheld, false)`.as('withheld'),
      // A calendar has no file: the hash of its keys says which items it holds.
      sql<string>`coalesce(evidence_file.sha256, population.items_sha256, '')`.as('file_sha256')])
    .where('population.engagement_id', '=', scope.engagement.id)
}
