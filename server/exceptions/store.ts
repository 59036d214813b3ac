import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { ExceptionStatus } from '../database/schema/exceptions.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'

export type ExceptionRow = Awaited<ReturnType<typeof findException>>

/** The exception by its number as this scope may see it; throws NotFound. `lock` keeps it for a change. */
export async function findException(trx: Tx, scope: EngagementScope, number: number, lock = false) {
  const query = visible(trx, scope).where('exception.number', '=', number)
  return await (lock ? query.forUpdate('exception') : query).executeTakeFirstOrThrow(() => new NotFound())
}

/** Every exception this scope may see, by number. The client sees those that were put to it. */
export async function listExceptions(trx: Tx, scope: EngagementScope) {
  return await visible(trx, scope).orderBy('exception.number').execute()
}

/** The exceptions of one line, by number; the last one not cleared is the one that stands. */
export async function listExceptionsOf(trx: Tx, scope: EngagementScope, lineId: string) {
  return await visible(trx, scope).where('exception.test_line_id', '=', lineId).orderBy('exception.number').execute()
}

/** The exception of a line that stands, or undefined. */
export async function findStanding(trx: Tx, scope: EngagementScope, lineId: string) {
  return await trx.selectFrom('exception').select(['id', 'number']).where('engagement_id', '=', scope.engagement.id)
    .where('test_line_id', '=', lineId).where('status', '<>', 'cleared').executeTakeFirst()
}

/** The lines that test again what a line tested, oldest first. */
export async function listRetests(trx: Tx, scope: EngagementScope, lineId: string) {
  return await trx.selectFrom('test_line').select(['sequence', 'conclusion']).where('engagement_id', '=', scope.engagement.id).where('retest_of', '=', lineId).orderBy('sequence').execute()
}

/** Which of these files of evidence this scope may see. */
export async function listSeen(trx: Tx, scope: EngagementScope, fileIds: readonly string[]): Promise<Set<string>> {
  if (fileIds.length === 0) return new Set()
  const rows = await trx.selectFrom('evidence_file').select('id').where('engagement_id', '=', scope.engagement.id).where('id', 'in', fileIds).execute()
  return new Set(rows.map(({ id }) => id))
}

/** Opens an exception on a line, or on a criterion that no control meets. */
export async function insertException(trx: Tx, scope: EngagementScope, number: number, on: { readonly lineId: string } | { readonly criterion: string }): Promise<string> {
  const about = 'lineId' in on ? { test_line_id: on.lineId } : { criterion: on.criterion }
  const { id } = await trx.insertInto('exception').values({ engagement_id: scope.engagement.id, number, ...about, opened_by: personOf(scope)! })
    .returning('id').executeTakeFirstOrThrow()
  return id
}

/** What the firm writes of an exception; what is left out stays as it is. Days are ISO. */
export type Description = {
  readonly problem: string
  readonly cause: string
  readonly cause_type: 'people' | 'process' | 'system' | 'design' | null
  readonly spread: 'isolated' | 'systematic' | null
  readonly compensating: string
  readonly expected?: string
  readonly isolated_basis?: string
  readonly intent?: 'not_intentional' | 'intentional' | null
  readonly impact?: string
  readonly affected_from?: string | null
  readonly affected_to?: string | null
  readonly detected_by_client?: boolean | null
  readonly discussed_with?: string
  readonly discussed_on?: string | null
}

export type ExceptionChange = Partial<Description> & {
  evaluation?: string
  client_position?: 'agreed' | 'disputed' | null
  client_words?: string
  clear_reason?: string
  status?: ExceptionStatus
}

/** `told`: it was put to the client with this change. */
export async function updateException(trx: Tx, scope: EngagementScope, id: string, change: ExceptionChange, told = false): Promise<void> {
  await trx.updateTable('exception').set((row) => ({
    ...change,
    version: row('version', '+', 1),
    ...(change.status === undefined ? {} : { status_since: sql<Date>`app_now()` }),
    ...(told ? { released_at: sql<Date>`app_now()` } : {}),
  })).where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
}

/** Every version of management's response, to one exception or to all, oldest first. */
export async function listResponses(trx: Tx, scope: EngagementScope, exceptionId?: string) {
  let query = trx.selectFrom('exception_response').innerJoin('person', 'person.id', 'exception_response.written_by')
    .select(['exception_response.exception_id', 'exception_response.version', 'exception_response.release', 'exception_response.declined', 'exception_response.text', 'exception_response.remediation', 'exception_response.remediation_on',
      'exception_response.written_at', 'person.name as writer', 'person.title as writer_title'])
    .where('exception_response.engagement_id', '=', scope.engagement.id)
  if (exceptionId !== undefined) query = query.where('exception_response.exception_id', '=', exceptionId)
  return await query.orderBy('exception_response.exception_id').orderBy('exception_response.version').execute()
}

export type Response = { readonly declined: boolean, readonly text: string, readonly remediation?: string, readonly remediationOn: string | null }

/** Adds the next version of the response and returns its number. The exception must be locked. */
export async function insertResponse(trx: Tx, scope: EngagementScope, exceptionId: string, response: Response, release: number): Promise<number> {
  const engagement = scope.engagement.id
  const { version } = await trx.insertInto('exception_response').values({
    engagement_id: engagement, exception_id: exceptionId, declined: response.declined, text: response.text, remediation: response.remediation ?? '', remediation_on: response.remediationOn, release, written_by: personOf(scope)!,
    version: sql<number>`(select coalesce(max(version), 0) + 1 from exception_response where engagement_id = ${engagement} and exception_id = ${exceptionId})`,
  }).returning('version').executeTakeFirstOrThrow()
  return version
}

/** The client's compliance leads, who answer for management. */
export async function listLeads(trx: Tx, scope: EngagementScope): Promise<string[]> {
  const rows = await trx.selectFrom('membership').innerJoin('person', 'person.id', 'membership.person_id').select('membership.person_id')
    .where('membership.engagement_id', '=', scope.engagement.id).where('membership.role', '=', 'lead')
    .where('membership.removed_at', 'is', null).where('person.removed_at', 'is', null).execute()
  return rows.map(({ person_id: id }) => id)
}

function visible(trx: Tx, scope: EngagementScope) {
  const query = trx.selectFrom('exception')
    .leftJoin('test_line', (join) => join.onRef('test_line.engagement_id', '=', 'exception.engagement_id').onRef('test_line.id', '=', 'exception.test_line_id'))
    .leftJoin('control', (join) => join.onRef('control.engagement_id', '=', 'test_line.engagement_id').onRef('control.id', '=', 'test_line.control_id'))
    .leftJoin('control_wording', (join) => join.onRef('control_wording.engagement_id', '=', 'test_line.engagement_id')
      .onRef('control_wording.control_id', '=', 'test_line.control_id').onRef('control_wording.version', '=', 'test_line.control_wording_version'))
    .leftJoin('draw', (join) => join.onRef('draw.engagement_id', '=', 'test_line.engagement_id').onRef('draw.id', '=', 'test_line.draw_id'))
    .leftJoin('population', (join) => join.onRef('population.engagement_id', '=', 'draw.engagement_id').onRef('population.id', '=', 'draw.population_id'))
    .selectAll('exception')
    .select(['control.id as control_id', 'control.number as control_number', 'control.key_systems', 'test_line.sequence', 'test_line.title as line_title', 'test_line.draw_id', 'test_line.control_wording_version',
      'draw.number as draw_number', 'draw.method', 'draw.population_size', 'population.number as population_number',
      // What it is about, as people name it: the control, or the criterion that none meets.
      sql<string>`coalesce(control.number, exception.criterion)`.as('subject'), sql<string>`coalesce(control_wording.text, '')`.as('wording'), sql<string>`coalesce(test_line.item_noun, 'items')`.as('item_noun'),
      sql<string[]>`coalesce((select array_agg(served.criterion order by served.criterion) from control_criterion served
        where served.engagement_id = control.engagement_id and served.control_id = control.id), array_remove(array[exception.criterion], null))`.as('criteria')])
    .where('exception.engagement_id', '=', scope.engagement.id)
  if (scope.side === 'firm' || scope.side === 'program') return query
  // Whoever is not of the firm learns of an exception when it is put to the client, and an owner never.
  return query.where('exception.released_at', 'is not', null).$if(scope.role === 'owner', (owner) => owner.where(sql<boolean>`false`))
}
