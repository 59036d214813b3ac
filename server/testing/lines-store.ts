import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { Frequency } from '../database/schema/controls.ts'
import { NotFound } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { rollforwardDue, spanOf, type Span } from './lines.ts'

export type LineItem = Awaited<ReturnType<typeof listLineItems>>[number]
export type NewItem = { readonly label: string, readonly occurredOn: string | null, readonly requestId: string | null, readonly person: string, readonly personRole: string, readonly words: string }

/** Items of the line that no draw made, in their order, with the request each is about and whether anything was entered on it. */
export async function listLineItems(trx: Tx, scope: EngagementScope, lineId: string) {
  return await trx.selectFrom('line_item').leftJoin('request', (join) => join.onRef('request.engagement_id', '=', 'line_item.engagement_id').onRef('request.id', '=', 'line_item.request_id'))
    .select(['line_item.id', 'line_item.position', 'line_item.label', 'line_item.occurred_on', 'line_item.request_id', 'line_item.person', 'line_item.person_role', 'line_item.words',
      'request.number as request_number', 'request.title as request_title',
      sql<boolean>`exists (select from cell where cell.engagement_id = line_item.engagement_id and cell.test_line_id = line_item.test_line_id and cell.item_id = line_item.id)`.as('used')])
    .where('line_item.engagement_id', '=', scope.engagement.id).where('line_item.test_line_id', '=', lineId).orderBy('line_item.position').execute()
}

/** One of them by its position; throws NotFound. */
export async function findLineItem(trx: Tx, scope: EngagementScope, lineId: string, position: number): Promise<LineItem> {
  const item = (await listLineItems(trx, scope, lineId)).find((one) => one.position === position)
  if (!item) throw new NotFound()
  return item
}

/** Adds an item after the last; the line must be locked. */
export async function insertLineItem(trx: Tx, scope: EngagementScope, lineId: string, item: NewItem): Promise<string> {
  const engagement = scope.engagement.id
  const { id } = await trx.insertInto('line_item').values({
    engagement_id: engagement, test_line_id: lineId, ...columns(item),
    position: sql<number>`(select coalesce(max(position), 0) + 1 from line_item where engagement_id = ${engagement} and test_line_id = ${lineId})`,
  }).returning('id').executeTakeFirstOrThrow()
  return id
}

export async function updateLineItem(trx: Tx, scope: EngagementScope, id: string, item: NewItem): Promise<void> {
  await trx.updateTable('line_item').set(columns(item)).where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
}

export async function deleteLineItem(trx: Tx, scope: EngagementScope, id: string): Promise<void> {
  await trx.deleteFrom('line_item').where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
}

/** Requests of the control that people met about or that ask for one thing: what an item or a design may rest on. */
export async function listPapers(trx: Tx, scope: EngagementScope, controlId: string) {
  return await trx.selectFrom('request').innerJoin('request_control', (join) => join.onRef('request_control.engagement_id', '=', 'request.engagement_id').onRef('request_control.request_id', '=', 'request.id'))
    .select(['request.id', 'request.number', 'request.title', 'request.kind', 'request.status'])
    .where('request.engagement_id', '=', scope.engagement.id).where('request_control.control_id', '=', controlId)
    .where('request.kind', 'in', ['configuration', 'document', 'walkthrough', 'inquiry']).where('request.status', 'not in', ['draft', 'cancelled', 'not_applicable'])
    .orderBy('request.number').execute()
}

/** The answers to the request that an item names which were handed in, newest first. */
export async function listRecorded(trx: Tx, scope: EngagementScope, itemId: string) {
  return await trx.selectFrom('line_item').innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'line_item.engagement_id').onRef('request.id', '=', 'line_item.request_id'))
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'request.engagement_id').onRef('submission.request_id', '=', 'request.id'))
    .select(['request.id as requestId', 'request.kind', 'submission.id as submissionId']).where('line_item.engagement_id', '=', scope.engagement.id).where('line_item.id', '=', itemId)
    .where('submission.status', 'in', ['submitted', 'accepted']).orderBy('submission.number', 'desc').execute()
}

/** Every line with what planning needs of it, and how its control stands. */
export async function listPlanned(trx: Tx, scope: EngagementScope) {
  return await trx.selectFrom('test_line').select(['id', 'control_id', 'sequence', 'frequency', 'retest_of']).where('engagement_id', '=', scope.engagement.id).execute()
}

/** From when to when each control operated, where that is not the whole period. */
export async function listControlSpans(trx: Tx, scope: EngagementScope): Promise<Map<string, Span & { readonly frequencies: readonly Frequency[] }>> {
  const rows = await trx.selectFrom('control').select(['id', 'frequencies', 'effective_from as from', 'effective_to as to']).where('engagement_id', '=', scope.engagement.id).execute()
  return new Map(rows.map(({ id, ...span }) => [id, span]))
}

/** What a line stands for, as days. */
export async function findSpan(trx: Tx, scope: EngagementScope, line: { readonly control_id: string, readonly span_from: string | null, readonly span_to: string | null }): Promise<Span> {
  const control = await trx.selectFrom('control').select(['effective_from as from', 'effective_to as to']).where('engagement_id', '=', scope.engagement.id).where('id', '=', line.control_id).executeTakeFirstOrThrow()
  return spanOf({ from: line.span_from, to: line.span_to }, control, { from: scope.engagement.periodStart, to: scope.engagement.periodEnd })
}

/** Lines that test this one again, in their order. */
export async function listRetests(trx: Tx, scope: EngagementScope, lineId: string) {
  return await trx.selectFrom('test_line').innerJoin('control', (join) => join.onRef('control.engagement_id', '=', 'test_line.engagement_id').onRef('control.id', '=', 'test_line.control_id'))
    .select(['test_line.id', 'test_line.sequence', 'control.number as control_number']).where('test_line.engagement_id', '=', scope.engagement.id)
    .where('test_line.retest_of', '=', lineId).orderBy('test_line.sequence').execute()
}

/** How many lines were tested to an interim date, and for how many of them the rest of their span is still open. */
export async function countRollforward(trx: Tx, scope: EngagementScope): Promise<{ interim: number, open: number }> {
  const lines = await trx.selectFrom('test_line').innerJoin('control', (join) => join.onRef('control.engagement_id', '=', 'test_line.engagement_id').onRef('control.id', '=', 'test_line.control_id'))
    .select(['test_line.interim_on', 'test_line.rollforward_result', 'test_line.span_to', 'control.effective_to']).where('test_line.engagement_id', '=', scope.engagement.id).where('interim_on', 'is not', null).execute()
  const open = lines.filter((line) => rollforwardDue({ interim: line.interim_on, result: line.rollforward_result },
    spanOf({ from: null, to: line.span_to }, { from: null, to: line.effective_to }, { from: null, to: scope.engagement.periodEnd }).to))
  return { interim: lines.length, open: open.length }
}

function columns({ label, occurredOn, requestId, person, personRole, words }: NewItem) {
  return { label, occurred_on: occurredOn, request_id: requestId, person, person_role: personRole, words }
}
