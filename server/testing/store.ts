import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { Frequency } from '../database/schema/controls.ts'
import type { Conclusion, LineKind, RollforwardResult, SignatureKind } from '../database/schema/testing.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { testReference, type Nature } from './rules.ts'

export type Procedure = { readonly nature: Nature, readonly text: string }
export type Attribute = { readonly letter: string, readonly question: string, readonly expected: string, readonly clause?: string, readonly problem?: string }
export type LineRow = Awaited<ReturnType<typeof findLine>>

/** The test line of a control by its sequence; throws NotFound. `lock` keeps it for a change. */
export async function findLine(trx: Tx, scope: EngagementScope, control: string, sequence: number, lock = false) {
  const query = lines(trx, scope).where('control.number', '=', control).where('test_line.sequence', '=', sequence)
  return await (lock ? query.forUpdate('test_line') : query).executeTakeFirstOrThrow(() => new NotFound())
}

/** The same by id. */
export async function findLineById(trx: Tx, scope: EngagementScope, id: string, lock = false) {
  const query = lines(trx, scope).where('test_line.id', '=', id)
  return await (lock ? query.forUpdate('test_line') : query).executeTakeFirstOrThrow(() => new NotFound())
}

/** Every line of the engagement, in the order they were planned. */
export async function listLines(trx: Tx, scope: EngagementScope) {
  return await lines(trx, scope).orderBy('control.number').orderBy('test_line.sequence').execute()
}

/** Plans a line on the control's present wording and returns its id and sequence. */
export async function insertLine(trx: Tx, scope: EngagementScope, line: { controlId: string, title: string, itemNoun: string }): Promise<{ id: string, sequence: number, wordingVersion: number }> {
  const engagement = scope.engagement.id
  // The control's row is the lock under which sequences are given out.
  const control = await trx.selectFrom('control').select('wording_version').where('engagement_id', '=', engagement)
    .where('id', '=', line.controlId).forUpdate().executeTakeFirstOrThrow(() => new NotFound())
  const row = await trx.insertInto('test_line').values({
    engagement_id: engagement, control_id: line.controlId, title: line.title, item_noun: line.itemNoun,
    control_wording_version: control.wording_version, created_by: personOf(scope)!,
    sequence: sql<number>`(select coalesce(max(sequence), 0) + 1 from test_line where engagement_id = ${engagement} and control_id = ${line.controlId})`,
  }).returning(['id', 'sequence']).executeTakeFirstOrThrow()
  return { ...row, wordingVersion: control.wording_version }
}

export async function writeProcedures(trx: Tx, scope: EngagementScope, lineId: string, procedures: readonly Procedure[]): Promise<void> {
  const key = { engagement_id: scope.engagement.id, test_line_id: lineId }
  await trx.deleteFrom('test_procedure').where('engagement_id', '=', key.engagement_id).where('test_line_id', '=', lineId).execute()
  if (procedures.length > 0) await trx.insertInto('test_procedure').values(procedures.map((procedure, index) => ({ ...key, ...procedure, position: index + 1 }))).execute()
}

/** Adds or rewords attributes; one that has results stays. */
export async function writeAttributes(trx: Tx, scope: EngagementScope, lineId: string, attributes: readonly Attribute[]): Promise<void> {
  const key = { engagement_id: scope.engagement.id, test_line_id: lineId }
  await trx.deleteFrom('attribute').where('engagement_id', '=', key.engagement_id).where('test_line_id', '=', lineId)
    .where('letter', 'not in', attributes.length > 0 ? attributes.map(({ letter }) => letter) : [''])
    .where((eb) => eb.not(eb.exists(eb.selectFrom('cell').select('cell.letter').whereRef('cell.engagement_id', '=', 'attribute.engagement_id')
      .whereRef('cell.test_line_id', '=', 'attribute.test_line_id').whereRef('cell.letter', '=', 'attribute.letter')))).execute()
  if (attributes.length === 0) return
  await trx.insertInto('attribute').values(attributes.map((attribute) => ({ ...key, ...attribute })))
    .onConflict((conflict) => conflict.columns(['engagement_id', 'test_line_id', 'letter']).doUpdateSet((row) => ({ question: row.ref('excluded.question'), expected: row.ref('excluded.expected'), clause: row.ref('excluded.clause'), problem: row.ref('excluded.problem') }))).execute()
}

export async function listProcedures(trx: Tx, scope: EngagementScope, lineId?: string) {
  let query = trx.selectFrom('test_procedure').select(['test_line_id', 'position', 'nature', 'text']).where('engagement_id', '=', scope.engagement.id)
  if (lineId !== undefined) query = query.where('test_line_id', '=', lineId)
  return await query.orderBy('test_line_id').orderBy('position').execute()
}

export async function listAttributes(trx: Tx, scope: EngagementScope, lineId?: string) {
  let query = trx.selectFrom('attribute').select(['test_line_id', 'letter', 'question', 'expected', 'clause', 'problem']).where('engagement_id', '=', scope.engagement.id)
  if (lineId !== undefined) query = query.where('test_line_id', '=', lineId)
  return await query.orderBy('test_line_id').orderBy('letter').execute()
}

export type LineChange = {
  title?: string
  item_noun?: string
  population_id?: string
  draw_id?: string
  no_occurrence?: boolean
  event?: string
  corroboration?: string
  control_wording_version?: number
  kind?: LineKind
  frequency?: Frequency | null
  span_from?: string | null
  span_to?: string | null
  interim_on?: string | null
  rollforward?: string
  rollforward_result?: RollforwardResult | null
  rollforward_on?: string | null
  rollforward_request_id?: string | null
  retest_of?: string
  conclusion?: Conclusion | null
}

/** Changes a line; its version goes up, so that a signature knows what it was put on. */
export async function updateLine(trx: Tx, scope: EngagementScope, lineId: string, change: LineChange): Promise<void> {
  await trx.updateTable('test_line').set((row) => ({ ...change, version: row('version', '+', 1) }))
    .where('engagement_id', '=', scope.engagement.id).where('id', '=', lineId).execute()
}

/** Results written so far; a cell without a row is pending. */
export async function listCells(trx: Tx, scope: EngagementScope, lineId?: string) {
  let query = trx.selectFrom('cell').innerJoin('person', 'person.id', 'cell.set_by')
    .select(['cell.test_line_id', 'cell.item_id', 'cell.letter', 'cell.result', 'cell.note', 'cell.stale', 'cell.version', 'cell.set_at', 'person.name as set_by'])
    .where('cell.engagement_id', '=', scope.engagement.id)
  if (lineId !== undefined) query = query.where('cell.test_line_id', '=', lineId)
  return await query.execute()
}

export async function listCitations(trx: Tx, scope: EngagementScope, lineId?: string, itemIds?: readonly string[]) {
  let query = trx.selectFrom('citation')
    .innerJoin('evidence_file', (join) => join.onRef('evidence_file.engagement_id', '=', 'citation.engagement_id').onRef('evidence_file.id', '=', 'citation.file_id'))
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'evidence_file.engagement_id').onRef('submission.id', '=', 'evidence_file.submission_id'))
    .innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'evidence_file.engagement_id').onRef('request.id', '=', 'evidence_file.request_id'))
    .select(['citation.test_line_id', 'citation.item_id', 'citation.letter', 'citation.file_id', 'citation.place', 'evidence_file.name',
      'evidence_file.sha256', 'submission.number as version', 'request.number as request_number'])
    .where('citation.engagement_id', '=', scope.engagement.id)
  if (lineId !== undefined) query = query.where('citation.test_line_id', '=', lineId)
  if (itemIds !== undefined && itemIds.length > 0) query = query.where('citation.item_id', 'in', itemIds)
  return await query.orderBy('evidence_file.name').execute()
}

/** Standing and former signatures of a line, or of all lines, oldest first. */
export async function listSignOffs(trx: Tx, scope: EngagementScope, lineId?: string) {
  let query = trx.selectFrom('sign_off').innerJoin('person', 'person.id', 'sign_off.person_id').leftJoin('person as voider', 'voider.id', 'sign_off.voided_by')
    .select(['sign_off.test_line_id', 'sign_off.kind', 'sign_off.person_id', 'person.name', 'sign_off.signed_at', 'sign_off.voided_at', 'sign_off.void_reason', 'voider.name as voided_by'])
    .where('sign_off.engagement_id', '=', scope.engagement.id)
  if (lineId !== undefined) query = query.where('sign_off.test_line_id', '=', lineId)
  return await query.orderBy('sign_off.signed_at').execute()
}

export async function insertSignOff(trx: Tx, scope: EngagementScope, line: { id: string, version: number }, kind: SignatureKind): Promise<void> {
  await trx.insertInto('sign_off').values({ engagement_id: scope.engagement.id, test_line_id: line.id, kind, person_id: personOf(scope)!, line_version: line.version }).execute()
}

/** Voids the standing signatures of a line and returns which kinds there were. */
export async function voidSignOffs(trx: Tx, scope: EngagementScope, lineId: string, reason: string): Promise<SignatureKind[]> {
  const rows = await trx.updateTable('sign_off').set({ voided_at: sql<Date>`app_now()`, voided_by: personOf(scope), void_reason: reason })
    .where('engagement_id', '=', scope.engagement.id).where('test_line_id', '=', lineId).where('voided_at', 'is', null)
    .returning('kind').execute()
  return rows.map(({ kind }) => kind).toSorted()
}

/** Marks stale every result that cites a file of the request; returns the lines touched and how many cells of each. */
export async function markStale(trx: Tx, scope: EngagementScope, requestId: string): Promise<{ lineId: string, cells: number }[]> {
  const rows = await trx.updateTable('cell').set((row) => ({ stale: true, version: row('version', '+', 1) }))
    .where('cell.engagement_id', '=', scope.engagement.id).where('cell.stale', '=', false)
    .where((eb) => eb.exists(eb.selectFrom('citation')
      .innerJoin('evidence_file', (join) => join.onRef('evidence_file.engagement_id', '=', 'citation.engagement_id').onRef('evidence_file.id', '=', 'citation.file_id'))
      .select('citation.file_id').where('evidence_file.request_id', '=', requestId)
      .whereRef('citation.engagement_id', '=', 'cell.engagement_id').whereRef('citation.test_line_id', '=', 'cell.test_line_id')
      .whereRef('citation.item_id', '=', 'cell.item_id').whereRef('citation.letter', '=', 'cell.letter')))
    .returning('cell.test_line_id').execute()
  const counts = Map.groupBy(rows, ({ test_line_id: line }) => line)
  return [...counts].map(([lineId, cells]) => ({ lineId, cells: cells.length }))
}

/**
 * What an edit does to a signed line: its signatures are void, its conclusion is to be drawn anew, and the reason says
 * what changed. Returns what the caller records. The line must be locked.
 */
export async function reopenLine(trx: Tx, scope: EngagementScope, line: Pick<LineRow, 'id' | 'control_number' | 'sequence' | 'conclusion'>, reason: string): Promise<TrailEvent[]> {
  const events: TrailEvent[] = []
  const facts = { testLineId: line.id, reference: testReference(line.control_number, line.sequence) }
  const kinds = await voidSignOffs(trx, scope, line.id, reason)
  if (line.conclusion !== null) {
    await updateLine(trx, scope, line.id, { conclusion: null })
    events.push({ kind: 'test.changed', facts: { ...facts, fields: ['conclusion'] }, detail: { reason } })
  }
  if (kinds.length > 0) events.push({ kind: 'test.sign_off_voided', facts: { ...facts, kinds }, detail: { reason } })
  return events
}

/**
 * An accepted request is returned: every result that cites its files is stale and the lines are signed no longer.
 * Returns what the caller records. The request must be locked, so that no result cites it meanwhile.
 */
export async function staleResults(trx: Tx, scope: EngagementScope, requestId: string): Promise<TrailEvent[]> {
  const citing = await trx.selectFrom('citation')
    .innerJoin('evidence_file', (join) => join.onRef('evidence_file.engagement_id', '=', 'citation.engagement_id').onRef('evidence_file.id', '=', 'citation.file_id'))
    .innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'evidence_file.engagement_id').onRef('request.id', '=', 'evidence_file.request_id'))
    .select(['citation.test_line_id', 'request.number']).distinct().where('citation.engagement_id', '=', scope.engagement.id).where('evidence_file.request_id', '=', requestId)
    .orderBy('citation.test_line_id').execute()
  const locked = new Map<string, LineRow>()
  for (const { test_line_id: id } of citing) locked.set(id, await findLineById(trx, scope, id, true))
  const reason = `The evidence of R-${String(citing[0]?.number ?? '').padStart(3, '0')} was returned`
  const events: TrailEvent[] = []
  for (const { lineId, cells } of await markStale(trx, scope, requestId)) {
    events.push({ kind: 'result.stale', facts: { testLineId: lineId, requestId, cells } }, ...await reopenLine(trx, scope, locked.get(lineId)!, reason))
  }
  return events
}

/** A control was reworded: its lines tested other words, so their signatures no longer stand. Returns what the caller records. */
export async function reopenReworded(trx: Tx, scope: EngagementScope, controlId: string): Promise<TrailEvent[]> {
  const rows = await trx.selectFrom('test_line').select('id').where('engagement_id', '=', scope.engagement.id).where('control_id', '=', controlId).orderBy('sequence').execute()
  const events: TrailEvent[] = []
  for (const { id } of rows) events.push(...await reopenLine(trx, scope, await findLineById(trx, scope, id, true), 'The control was reworded'))
  return events
}

function lines(trx: Tx, scope: EngagementScope) {
  return trx.selectFrom('test_line')
    .innerJoin('control', (join) => join.onRef('control.engagement_id', '=', 'test_line.engagement_id').onRef('control.id', '=', 'test_line.control_id'))
    .innerJoin('control_wording', (join) => join.onRef('control_wording.engagement_id', '=', 'test_line.engagement_id')
      .onRef('control_wording.control_id', '=', 'test_line.control_id').onRef('control_wording.version', '=', 'test_line.control_wording_version'))
    .selectAll('test_line')
    .select(['control.number as control_number', 'control.wording_version as current_wording_version', 'control_wording.text as wording',
      sql<boolean>`coalesce(test_line.rollforward_result is null and test_line.interim_on < coalesce(test_line.span_to, control.effective_to, ${scope.engagement.periodEnd}::date), false)`.as('rollforward_due')])
    .where('test_line.engagement_id', '=', scope.engagement.id)
}
