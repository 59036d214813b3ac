import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { RequestKind, RequestStatus } from '../database/schema/requests.ts'
import { Invalid, NotFound } from '../errors.ts'
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
  /** The firm's or the client's own number for it. */
  readonly reference?: string
  /** Its key in the list it came from, which an engagement holds once. */
  readonly externalId?: string | null
  /** In which form evidence is wanted, in words: 'PDF or CSV'. */
  readonly formats?: string
  /** The days it asks about, where it asks about a part of the period. */
  readonly span?: { readonly start: string, readonly end: string } | null
  readonly recurrenceId?: string | null
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

/** Writes a draft and returns its id. Throws Invalid when another request of the engagement has its key in another list. */
export async function insertRequest(trx: Tx, scope: EngagementScope, number: number, draft: RequestDraft): Promise<string> {
  if (draft.externalId) await refuseTaken(trx, scope, draft.externalId, null)
  const { id } = await trx.insertInto('request').values({
    engagement_id: scope.engagement.id, number, kind: draft.kind, title: draft.title, ask: draft.ask, why: draft.why,
    system: draft.system, example: draft.example, priority: draft.priority, owner_id: draft.ownerId, due_on: draft.dueOn,
    original_due_on: draft.dueOn, draw_id: draft.drawId, created_by: personOf(scope)!, recurrence_id: draft.recurrenceId ?? null,
    reference: draft.reference ?? '', external_id: draft.externalId ?? null, formats: draft.formats ?? '',
    span_start: draft.span?.start ?? null, span_end: draft.span?.end ?? null,
  }).returning('id').executeTakeFirstOrThrow()
  await writeParts(trx, scope, id, draft)
  return id
}

/** Replaces the fields of a draft. Throws Invalid like `insertRequest`. */
export async function updateDraft(trx: Tx, scope: EngagementScope, id: string, draft: RequestDraft): Promise<void> {
  if (draft.externalId) await refuseTaken(trx, scope, draft.externalId, id)
  await trx.updateTable('request').set((row) => ({
    kind: draft.kind, title: draft.title, ask: draft.ask, why: draft.why, system: draft.system, example: draft.example,
    priority: draft.priority, owner_id: draft.ownerId, due_on: draft.dueOn, original_due_on: draft.dueOn, version: row('version', '+', 1),
    ...draft.reference === undefined ? {} : { reference: draft.reference },
    ...draft.externalId === undefined ? {} : { external_id: draft.externalId },
    ...draft.formats === undefined ? {} : { formats: draft.formats },
    ...draft.drawId === null ? {} : { draw_id: draft.drawId },
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

/**
 * Writes a change of state or of who and when; the moment of a new state is the transaction's. Every due date an issued
 * request ever had is kept beside it, with `reason`, the words for moving it.
 */
export async function updateRequest(trx: Tx, scope: EngagementScope, id: string, change: RequestChange, reason = ''): Promise<void> {
  if (change.due_on !== undefined) await keepDue(trx, scope, id, change.due_on, reason)
  await trx.updateTable('request').set((row) => ({
    ...change,
    version: row('version', '+', 1),
    ...(change.status === undefined ? {} : { status_since: sql<Date>`app_now()` }),
    ...(change.due_on === undefined ? {} : { original_due_on: sql<string>`case when status = 'draft' then ${change.due_on}::date else original_due_on end` }),
    ...(change.issued_by === undefined ? {} : { issued_at: sql<Date>`app_now()` }),
  })).where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
}

/** Every change of the request's due date since it was issued, the newest first, with who made it. */
export async function listDueChanges(trx: Tx, scope: EngagementScope, requestId: string) {
  return await trx.selectFrom('due_change').leftJoin('person', 'person.id', 'due_change.changed_by')
    .select(['due_change.from_on', 'due_change.to_on', 'due_change.reason', 'due_change.changed_at', 'person.name as by'])
    .where('due_change.engagement_id', '=', scope.engagement.id).where('due_change.request_id', '=', requestId)
    .orderBy('due_change.changed_at', 'desc').limit(50).execute()
}

/** Which plain fields of a draft differ from what is stored. */
export function changedFields(request: RequestRow, draft: RequestDraft): string[] {
  const before = { ...draft, ...draft.reference === undefined ? {} : { reference: request.reference }, ...draft.externalId === undefined ? {} : { externalId: request.external_id },
    ...draft.formats === undefined ? {} : { formats: request.formats }, kind: request.kind, title: request.title, ask: request.ask, why: request.why, system: request.system, example: request.example, priority: request.priority, ownerId: request.owner_id, dueOn: request.due_on }
  return (Object.keys(draft) as (keyof RequestDraft)[]).filter((field) => before[field] !== draft[field])
}

async function refuseTaken(trx: Tx, scope: EngagementScope, externalId: string, ownId: string | null): Promise<void> {
  const other = await trx.selectFrom('request').select(['id', 'number']).where('engagement_id', '=', scope.engagement.id).where('external_id', '=', externalId).executeTakeFirst()
  if (other && other.id !== ownId) throw new Invalid({ external: `R-${String(other.number).padStart(3, '0')} has this key already.` })
}

async function keepDue(trx: Tx, scope: EngagementScope, id: string, dueOn: string, reason: string): Promise<void> {
  await sql`insert into due_change (engagement_id, request_id, from_on, to_on, reason, changed_by)
    select engagement_id, id, due_on, ${dueOn}, ${reason}, ${personOf(scope)} from request
    where engagement_id = ${scope.engagement.id} and id = ${id} and status <> 'draft' and due_on is distinct from ${dueOn}::date`.execute(trx)
}

async function writeParts(trx: Tx, scope: EngagementScope, id: string, draft: RequestDraft): Promise<void> {
  const engagement = { engagement_id: scope.engagement.id, request_id: id }
  if (draft.controlIds.length > 0) await trx.insertInto('request_control').values(draft.controlIds.map((control) => ({ ...engagement, control_id: control }))).execute()
  if (draft.checklist.length > 0) await trx.insertInto('checklist_item').values(draft.checklist.map((text, index) => ({ ...engagement, position: index + 1, text }))).execute()
}

/** Rows of `request` this scope may see: a link its one, a control owner their own, the client none that is not issued. */
export function visible(trx: Tx, scope: EngagementScope) {
  let query = trx.selectFrom('request').where('request.engagement_id', '=', scope.engagement.id)
  if (scope.actor.kind === 'link') query = query.where('request.id', '=', scope.actor.requestId)
  else if (scope.role === 'owner') query = query.where('request.owner_id', '=', personOf(scope))
  if (scope.side === 'client') query = query.where('request.status', '<>', 'draft')
  return query
}

const missing = () => new NotFound()
