import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { RequestKind, RequestStatus } from '../database/schema/requests.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'

export type RequestDraft = {
  readonly kind: RequestKind
  readonly title: string
  readonly ask: string
  readonly why: string
  readonly system: string
  readonly example: string
  readonly priority: 'normal' | 'high'
  readonly ownerId: string | null
  readonly dueOn: string | null
  readonly controlIds: readonly string[]
  readonly checklist: readonly string[]
  readonly drawId: string | null
}

export type RequestRow = Awaited<ReturnType<typeof lockRequest>>

/** The request by its number as this scope may see it; throws NotFound. A control owner sees their own, a link its one. */
export async function findRequest(trx: Tx, scope: EngagementScope, number: number) {
  return await visible(trx, scope)
    .leftJoin('person as owner', 'owner.id', 'request.owner_id')
    .leftJoin('person as reviewer', 'reviewer.id', 'request.reviewer_id')
    .selectAll('request').select(['owner.name as owner_name', 'owner.title as owner_title', 'reviewer.name as reviewer_name'])
    .where('request.number', '=', number)
    .executeTakeFirstOrThrow(missing)
}

/** Locks the request for a change; throws NotFound like `findRequest`. */
export async function lockRequest(trx: Tx, scope: EngagementScope, number: number) {
  return await visible(trx, scope).selectAll('request').where('request.number', '=', number).forUpdate('request').executeTakeFirstOrThrow(missing)
}

export async function listChecklist(trx: Tx, scope: EngagementScope, requestId: string): Promise<string[]> {
  const rows = await trx.selectFrom('checklist_item').select('text')
    .where('engagement_id', '=', scope.engagement.id).where('request_id', '=', requestId).orderBy('position').execute()
  return rows.map(({ text }) => text)
}

export async function listRequestControls(trx: Tx, scope: EngagementScope, requestId: string) {
  return await trx.selectFrom('request_control')
    .innerJoin('control', (join) => join.onRef('control.engagement_id', '=', 'request_control.engagement_id').onRef('control.id', '=', 'request_control.control_id'))
    .innerJoin('control_wording', (join) => join.onRef('control_wording.engagement_id', '=', 'control.engagement_id')
      .onRef('control_wording.control_id', '=', 'control.id').onRef('control_wording.version', '=', 'control.wording_version'))
    .select(['control.id', 'control.number', 'control_wording.text as wording'])
    .where('request_control.engagement_id', '=', scope.engagement.id).where('request_control.request_id', '=', requestId)
    .orderBy('control.number').execute()
}

export type RequestFilter = {
  readonly words?: string | undefined
  readonly status?: readonly RequestStatus[] | undefined
  readonly kind?: RequestKind | undefined
  readonly ownerId?: string | undefined
  readonly control?: string | undefined
}

export type ListedRequest = Awaited<ReturnType<typeof listRequests>>[number]

/** The requests this scope may see that meet the filter, by number. `controls` are the numbers, `files` those of the newest version. */
export async function listRequests(trx: Tx, scope: EngagementScope, filter: RequestFilter = {}) {
  let query = visible(trx, scope)
    .leftJoin('person as owner', 'owner.id', 'request.owner_id')
    .leftJoin('person as reviewer', 'reviewer.id', 'request.reviewer_id')
    .leftJoinLateral((eb) => eb.selectFrom('submission').select(['submission.id', 'submission.number as version'])
      .whereRef('submission.engagement_id', '=', 'request.engagement_id').whereRef('submission.request_id', '=', 'request.id')
      .orderBy('submission.number', 'desc').limit(1).as('newest'), (join) => join.onTrue())
    .select([
      'request.id', 'request.number', 'request.kind', 'request.title', 'request.status', 'request.status_since', 'request.due_on',
      'request.original_due_on', 'request.owner_id', 'owner.name as owner', 'owner.title as owner_title',
      'reviewer.name as reviewer', 'newest.version',
      sql<string[]>`array(select control.number from request_control join control on control.engagement_id = request_control.engagement_id
        and control.id = request_control.control_id where request_control.engagement_id = request.engagement_id
        and request_control.request_id = request.id order by control.number)`.as('controls'),
      sql<number>`(select count(*) from evidence_file where evidence_file.engagement_id = request.engagement_id
        and evidence_file.submission_id = newest.id)`.as('files'),
    ])
  if (filter.status && filter.status.length > 0) query = query.where('request.status', 'in', filter.status)
  if (filter.kind) query = query.where('request.kind', '=', filter.kind)
  if (filter.ownerId) query = query.where('request.owner_id', '=', filter.ownerId)
  if (filter.control) query = query.where(sql<boolean>`exists (select from request_control join control on control.engagement_id = request_control.engagement_id and control.id = request_control.control_id where request_control.engagement_id = request.engagement_id and request_control.request_id = request.id and control.number = ${filter.control})`)
  if (filter.words) query = query.where((eb) => eb.or(holdsWords(scope, filter.words!)))
  return await query.orderBy('request.number').execute()
}

/** How many requests stand in each state, of those this scope may see. */
export async function countRequests(trx: Tx, scope: EngagementScope): Promise<Partial<Record<RequestStatus, number>>> {
  const rows = await visible(trx, scope).select(['request.status', (eb) => eb.fn.countAll<number>().as('count')]).groupBy('request.status').execute()
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}

/** The client's people on the engagement who can be asked. */
export async function listOwners(trx: Tx, scope: EngagementScope) {
  return await trx.selectFrom('membership').innerJoin('person', 'person.id', 'membership.person_id')
    .select(['person.id', 'person.name', 'person.title', 'membership.role'])
    .where('membership.engagement_id', '=', scope.engagement.id).where('membership.role', 'in', ['owner', 'lead', 'sponsor'])
    .where('membership.removed_at', 'is', null).where('person.removed_at', 'is', null)
    .orderBy('person.name').execute()
}

/** The numbers of the engagement's controls, to suggest while typing. */
export async function listControlNumbers(trx: Tx, scope: EngagementScope): Promise<string[]> {
  const rows = await trx.selectFrom('control').select('number').where('engagement_id', '=', scope.engagement.id).execute()
  return rows.map(({ number }) => number).toSorted(new Intl.Collator('en', { numeric: true }).compare)
}

/** Ids of controls by their numbers; what is not found is missing from the map. */
export async function findControlIds(trx: Tx, scope: EngagementScope, numbers: readonly string[]): Promise<Map<string, string>> {
  if (numbers.length === 0) return new Map()
  const rows = await trx.selectFrom('control').select(['id', 'number'])
    .where('engagement_id', '=', scope.engagement.id).where('number', 'in', numbers).execute()
  return new Map(rows.map(({ id, number }) => [number, id]))
}

/** Writes a draft and returns its id. */
export async function insertRequest(trx: Tx, scope: EngagementScope, number: number, draft: RequestDraft): Promise<string> {
  const { id } = await trx.insertInto('request').values({
    engagement_id: scope.engagement.id, number, kind: draft.kind, title: draft.title, ask: draft.ask, why: draft.why,
    system: draft.system, example: draft.example, priority: draft.priority, owner_id: draft.ownerId, due_on: draft.dueOn,
    original_due_on: draft.dueOn, draw_id: draft.drawId, created_by: personOf(scope)!,
  }).returning('id').executeTakeFirstOrThrow()
  await writeParts(trx, scope, id, draft)
  return id
}

/** Replaces the fields of a draft. */
export async function updateDraft(trx: Tx, scope: EngagementScope, id: string, draft: RequestDraft): Promise<void> {
  await trx.updateTable('request').set((row) => ({
    kind: draft.kind, title: draft.title, ask: draft.ask, why: draft.why, system: draft.system, example: draft.example,
    priority: draft.priority, owner_id: draft.ownerId, due_on: draft.dueOn, original_due_on: draft.dueOn, version: row('version', '+', 1),
  })).where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
  for (const table of ['request_control', 'checklist_item'] as const) {
    await trx.deleteFrom(table).where('engagement_id', '=', scope.engagement.id).where('request_id', '=', id).execute()
  }
  await writeParts(trx, scope, id, draft)
}

export type RequestChange = {
  status?: RequestStatus
  issued_by?: string
  reviewer_id?: string | null
  owner_id?: string
  due_on?: string
}

/** Writes a change of state or of who and when; the moment of a new state is the transaction's. */
export async function updateRequest(trx: Tx, scope: EngagementScope, id: string, change: RequestChange): Promise<void> {
  await trx.updateTable('request').set((row) => ({
    ...change,
    version: row('version', '+', 1),
    ...(change.status === undefined ? {} : { status_since: sql<Date>`app_now()` }),
    ...(change.issued_by === undefined ? {} : { issued_at: sql<Date>`app_now()` }),
  })).where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
}

/** Days an answer link lives on this engagement. */
export async function linkDays(trx: Tx, scope: EngagementScope): Promise<number> {
  const { link_days: days } = await trx.selectFrom('engagement').select('link_days').where('id', '=', scope.engagement.id).executeTakeFirstOrThrow()
  return days
}

/** Which plain fields of a draft differ from what is stored. */
export function changedFields(request: RequestRow, draft: RequestDraft): string[] {
  const before = { ...draft, kind: request.kind, title: request.title, ask: request.ask, why: request.why, system: request.system, example: request.example, priority: request.priority, ownerId: request.owner_id, dueOn: request.due_on }
  return (Object.keys(draft) as (keyof RequestDraft)[]).filter((field) => before[field] !== draft[field])
}

async function writeParts(trx: Tx, scope: EngagementScope, id: string, draft: RequestDraft): Promise<void> {
  const engagement = { engagement_id: scope.engagement.id, request_id: id }
  if (draft.controlIds.length > 0) await trx.insertInto('request_control').values(draft.controlIds.map((control) => ({ ...engagement, control_id: control }))).execute()
  if (draft.checklist.length > 0) await trx.insertInto('checklist_item').values(draft.checklist.map((text, index) => ({ ...engagement, position: index + 1, text }))).execute()
}

function visible(trx: Tx, scope: EngagementScope) {
  let query = trx.selectFrom('request').where('request.engagement_id', '=', scope.engagement.id)
  if (scope.actor.kind === 'link') query = query.where('request.id', '=', scope.actor.requestId)
  else if (scope.role === 'owner') query = query.where('request.owner_id', '=', personOf(scope))
  if (scope.side === 'client') query = query.where('request.status', '<>', 'draft')
  return query
}

function holdsWords(scope: EngagementScope, words: string) {
  // What its owner has not handed in yet is not found by its name either.
  const prepares = scope.role === 'owner' || scope.role === 'lead'
  const pattern = `%${words.replace(/[\\%_]/g, '\\$&')}%`
  return [
    sql<boolean>`request.title ilike ${pattern}`,
    sql<boolean>`request.ask ilike ${pattern}`,
    sql<boolean>`'R-' || lpad(request.number::text, 3, '0') ilike ${pattern}`,
    sql<boolean>`exists (select from evidence_file file
      join submission on submission.engagement_id = file.engagement_id and submission.id = file.submission_id
      where file.engagement_id = request.engagement_id and file.request_id = request.id and file.name ilike ${pattern}
        and (${prepares} or submission.status <> 'draft'))`,
  ]
}

const missing = () => new NotFound()
