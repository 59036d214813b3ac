import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { takeNumber } from '../database/counter.ts'
import type { NoteStatus } from '../database/schema/testing.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'

/** How many review notes of each test line are open or answered; a line without one is absent. */
export async function countOpenNotes(trx: Tx, scope: EngagementScope): Promise<Map<string, number>> {
  const rows = await trx.selectFrom('review_note').select((eb) => ['test_line_id', eb.fn.countAll<number>().as('count')])
    .where('engagement_id', '=', scope.engagement.id).where('status', '<>', 'cleared').groupBy('test_line_id').execute()
  return new Map(rows.map(({ test_line_id: line, count }) => [line, count]))
}

/** Notes of one line with who opened them and in which role they are on the team now, oldest first. */
export async function listNotes(trx: Tx, scope: EngagementScope, lineId: string) {
  return await notes(trx, scope).where('review_note.test_line_id', '=', lineId).orderBy('review_note.number').execute()
}

/** One note of a line, locked for a change; throws NotFound. */
export async function lockNote(trx: Tx, scope: EngagementScope, lineId: string, number: number) {
  return await notes(trx, scope).where('review_note.test_line_id', '=', lineId).where('review_note.number', '=', number)
    .forUpdate('review_note').executeTakeFirstOrThrow(() => new NotFound())
}

/** What was answered to notes of a line and what was not taken as an answer, oldest first. */
export async function listNoteAnswers(trx: Tx, scope: EngagementScope, lineId: string) {
  return await trx.selectFrom('review_note_answer')
    .innerJoin('review_note', (join) => join.onRef('review_note.engagement_id', '=', 'review_note_answer.engagement_id').onRef('review_note.id', '=', 'review_note_answer.review_note_id'))
    .innerJoin('person', 'person.id', 'review_note_answer.said_by')
    .select(['review_note_answer.review_note_id', 'review_note_answer.kind', 'review_note_answer.text', 'review_note_answer.said_at', 'person.name'])
    .where('review_note.engagement_id', '=', scope.engagement.id).where('review_note.test_line_id', '=', lineId).orderBy('review_note_answer.said_at').execute()
}

/** Cells of a line about which a note is not cleared, as 'item letter'. */
export async function listNotedCells(trx: Tx, scope: EngagementScope, lineId: string): Promise<Set<string>> {
  const rows = await trx.selectFrom('review_note').select(['item_id', 'letter']).where('engagement_id', '=', scope.engagement.id)
    .where('test_line_id', '=', lineId).where('status', '<>', 'cleared').where('item_id', 'is not', null).execute()
  return new Set(rows.map(({ item_id: item, letter }) => `${item} ${letter}`))
}

export type NewNote = { readonly lineId: string, readonly itemId: string | null, readonly letter: string | null, readonly text: string }

export async function insertNote(trx: Tx, scope: EngagementScope, { lineId, itemId, letter, text }: NewNote): Promise<{ id: string, number: number }> {
  const number = await takeNumber(trx, scope.engagement.id, 'review_note')
  const { id } = await trx.insertInto('review_note').values({ engagement_id: scope.engagement.id, number, test_line_id: lineId, item_id: itemId, letter, text, opened_by: personOf(scope)! })
    .returning('id').executeTakeFirstOrThrow()
  return { id, number }
}

export async function insertNoteAnswer(trx: Tx, scope: EngagementScope, noteId: string, kind: 'answer' | 'refusal', text: string): Promise<void> {
  await trx.insertInto('review_note_answer').values({ engagement_id: scope.engagement.id, review_note_id: noteId, kind, text, said_by: personOf(scope)! }).execute()
}

export async function updateNote(trx: Tx, scope: EngagementScope, noteId: string, status: NoteStatus): Promise<void> {
  const cleared = status === 'cleared' ? { cleared_by: personOf(scope), cleared_at: sql<Date>`app_now()` } : {}
  await trx.updateTable('review_note').set({ status, ...cleared }).where('engagement_id', '=', scope.engagement.id).where('id', '=', noteId).execute()
}

function notes(trx: Tx, scope: EngagementScope) {
  return trx.selectFrom('review_note').innerJoin('person', 'person.id', 'review_note.opened_by').leftJoin('person as clearer', 'clearer.id', 'review_note.cleared_by')
    .leftJoin('membership', (join) => join.onRef('membership.engagement_id', '=', 'review_note.engagement_id').onRef('membership.person_id', '=', 'review_note.opened_by').on('membership.removed_at', 'is', null))
    .selectAll('review_note').select(['person.name as opener', 'clearer.name as clearer', 'membership.role as author_role',
      sql<string | null>`(select said_by from review_note_answer said where said.engagement_id = review_note.engagement_id and said.review_note_id = review_note.id and said.kind = 'answer' order by said_at desc limit 1)`.as('answered_by')])
    .where('review_note.engagement_id', '=', scope.engagement.id)
}
