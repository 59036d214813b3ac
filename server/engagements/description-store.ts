import { sql, type RawBuilder } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { FactKind, NoneSubject } from '../database/schema/description.ts'
import { personOf, type EngagementScope } from '../scope.ts'

/** An entry of a list of the setup: a CSOC, a CUEC or a fact. Criteria in natural order. */
export type Entry = {
  readonly id: string
  readonly text: string
  readonly criteria: string[]
  readonly on: string | null
  readonly source: string
  /** Whether the firm entered the words as supplied, or the client wrote them. */
  readonly side: 'firm' | 'client'
  readonly by: string
  readonly at: Date
}

export type Fact = Entry & { readonly kind: FactKind }
export type Csoc = Entry & { readonly subserviceId: string }
export type Subservice = {
  readonly id: string
  readonly name: string
  readonly service: string
  readonly method: 'carve_out' | 'inclusive'
  readonly criteria: string[]
  /** The client's control that monitors the organization. */
  readonly monitorId: string | null
  readonly monitor: string | null
  readonly version: number
}

/** Whose entries, and of what; it decides the table they stand in. */
export type Subject = { readonly noun: 'cuec' } | { readonly noun: 'csoc', readonly subserviceId: string } | { readonly noun: 'fact', readonly kind: FactKind }
export type EntryContent = { readonly text: string, readonly criteria: readonly string[], readonly on: string | null }

const inOrder = sql.raw("order by array_position(array['CC', 'A', 'C', 'PI', 'P'], substring(criterion from '^[A-Z]+')), criterion")

/** The subservice organizations in the order of the report. */
export async function listSubservices(trx: Tx, scope: EngagementScope): Promise<Subservice[]> {
  const { rows } = await sql<Subservice>`select one.id, one.name, one.service, one.method, one.monitor_id as "monitorId", control.number as monitor, one.version,
      array(select criterion from subservice_criterion mapped where mapped.engagement_id = one.engagement_id and mapped.subservice_id = one.id ${inOrder}) as criteria
    from subservice one left join control on control.engagement_id = one.engagement_id and control.id = one.monitor_id
    where one.engagement_id = ${scope.engagement.id} order by one.position, one.id`.execute(trx)
  return rows
}

/** The controls expected of subservice organizations, by organization. */
export async function listCsocs(trx: Tx, scope: EngagementScope, subserviceId?: string): Promise<Csoc[]> {
  return await listEntries<Csoc>(trx, scope, 'csoc', sql`, subservice_id as "subserviceId"`, subserviceId === undefined ? sql`true` : sql`subservice_id = ${subserviceId}`)
}

/** The controls expected of user entities. */
export async function listCuecs(trx: Tx, scope: EngagementScope): Promise<Entry[]> {
  return await listEntries<Entry>(trx, scope, 'cuec', sql``, sql`true`)
}

/** Facts of the system description of these kinds, all where none is named. */
export async function listFacts(trx: Tx, scope: EngagementScope, kinds?: readonly FactKind[]): Promise<Fact[]> {
  return await listEntries<Fact>(trx, scope, 'system_fact', sql`, kind`, kinds === undefined ? sql`true` : sql`kind = any (${[...kinds]}::text[])`)
}

/** The criteria declared not applicable, with why, who and when. */
export async function listExclusions(trx: Tx, scope: EngagementScope): Promise<{ criterion: string, reason: string, by: string, at: Date }[]> {
  return await trx.selectFrom('criterion_exclusion').innerJoin('person', 'person.id', 'excluded_by')
    .select(['criterion', 'reason', 'person.name as by', 'excluded_at as at']).where('engagement_id', '=', scope.engagement.id).execute()
}

/** What was said to be none. */
export async function listNone(trx: Tx, scope: EngagementScope): Promise<NoneSubject[]> {
  const rows = await trx.selectFrom('declared_none').select('subject').where('engagement_id', '=', scope.engagement.id).execute()
  return rows.map(({ subject }) => subject)
}

export async function declareNone(trx: Tx, scope: EngagementScope, subject: NoneSubject, on: boolean): Promise<void> {
  if (on) await trx.insertInto('declared_none').values({ engagement_id: scope.engagement.id, subject, declared_by: personOf(scope)! }).execute()
  else await trx.deleteFrom('declared_none').where('engagement_id', '=', scope.engagement.id).where('subject', '=', subject).execute()
}

/** Writes a new entry after the last one and returns its id. */
export async function insertEntry(trx: Tx, scope: EngagementScope, subject: Subject, { text, criteria, on }: EntryContent, source: string): Promise<string> {
  const id = scope.engagement.id
  const by = personOf(scope)!
  const [extra, values] = subject.noun === 'fact' ? [sql`, kind, occurred_on`, sql`, ${subject.kind}, ${on}`]
    : subject.noun === 'csoc' ? [sql`, subservice_id`, sql`, ${subject.subserviceId}`] : [sql``, sql``]
  const table = sql.table(tableOf(subject))
  const { rows } = await sql<{ id: string }>`insert into ${table} (engagement_id, position, text, source, side, created_by, changed_by ${extra})
    values (${id}, (select coalesce(max(position), 0) + 1 from ${table} where engagement_id = ${id}), ${text}, ${source}, ${sideOf(scope)}, ${by}, ${by} ${values}) returning id`.execute(trx)
  await writeCriteria(trx, scope, subject.noun, rows[0]!.id, criteria)
  return rows[0]!.id
}

export async function updateEntry(trx: Tx, scope: EngagementScope, subject: Subject, entryId: string, { text, criteria, on }: EntryContent, source: string): Promise<void> {
  await sql`update ${sql.table(tableOf(subject))} set text = ${text}, source = ${source}, side = ${sideOf(scope)}, version = version + 1, changed_at = app_now(), changed_by = ${personOf(scope)!}
      ${subject.noun === 'fact' ? sql`, occurred_on = ${on}` : sql``}
    where engagement_id = ${scope.engagement.id} and id = ${entryId}`.execute(trx)
  await clearCriteria(trx, scope, subject.noun, entryId)
  await writeCriteria(trx, scope, subject.noun, entryId, criteria)
}

export async function deleteEntry(trx: Tx, scope: EngagementScope, subject: Subject, entryId: string): Promise<void> {
  await clearCriteria(trx, scope, subject.noun, entryId)
  await sql`delete from ${sql.table(tableOf(subject))} where engagement_id = ${scope.engagement.id} and id = ${entryId}`.execute(trx)
}

/** Writes the criteria of an entry or of a subservice organization. */
export async function writeCriteria(trx: Tx, scope: EngagementScope, noun: Subject['noun'] | 'subservice', id: string, criteria: readonly string[]): Promise<void> {
  if (noun === 'fact' || criteria.length === 0) return
  await sql`insert into ${sql.table(`${noun}_criterion`)} (engagement_id, ${sql.ref(`${noun}_id`)}, criterion)
    select ${scope.engagement.id}, ${id}, unnest(${[...criteria]}::text[])`.execute(trx)
}

export async function clearCriteria(trx: Tx, scope: EngagementScope, noun: Subject['noun'] | 'subservice', id: string): Promise<void> {
  if (noun !== 'fact') await sql`delete from ${sql.table(`${noun}_criterion`)} where engagement_id = ${scope.engagement.id} and ${sql.ref(`${noun}_id`)} = ${id}`.execute(trx)
}

async function listEntries<T extends Entry>(trx: Tx, scope: EngagementScope, table: 'csoc' | 'cuec' | 'system_fact', extra: RawBuilder<unknown>, where: RawBuilder<unknown>): Promise<T[]> {
  const isFact = table === 'system_fact'
  const { rows } = await sql<T>`select one.id, one.text, one.source, one.side, person.name as by, one.changed_at as at,
      ${isFact ? sql`occurred_on::text` : sql`null::text`} as "on", ${isFact ? sql`'{}'::text[]` : sql`array(select criterion from ${sql.table(`${table}_criterion`)} mapped
        where mapped.engagement_id = one.engagement_id and mapped.${sql.ref(`${table}_id`)} = one.id ${inOrder})`} as criteria ${extra}
    from ${sql.table(table)} one join person on person.id = one.changed_by
    where one.engagement_id = ${scope.engagement.id} and ${where} order by one.position, one.id`.execute(trx)
  return rows
}

function tableOf({ noun }: Subject): 'csoc' | 'cuec' | 'system_fact' {
  return noun === 'fact' ? 'system_fact' : noun
}

/** Whose words an entry holds when this caller writes it. */
export function sideOf(scope: EngagementScope): 'firm' | 'client' {
  return scope.side === 'client' ? 'client' : 'firm'
}
