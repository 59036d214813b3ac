import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { post } from '../mail/outbox.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { createHash } from 'node:crypto'
import type { Reference } from './actions.ts'
import { listDrawn } from './grid-store.ts'
import { moveNote, type NoteMove } from './notes.ts'
import { insertNote, insertNoteAnswer, lockNote, updateNote } from './notes-store.ts'
import { refuseClosed, testReference } from './rules.ts'
import { findLine, listAttributes, listSignOffs, type LineRow } from './store.ts'

/** `cell`: rank of the item and letter of the attribute it is about, null for the whole line. */
export type Opening = { readonly text: string, readonly cell: { readonly rank: number, readonly letter: string } | null }

/** Opens a review note on a line or one of its cells; signatures that stand go on standing. Throws Invalid; returns its number. */
export async function openNote(site: Site, scope: EngagementScope, place: Reference, { text, cell }: Opening): Promise<number> {
  refuseClosed(scope.engagement.phase)
  return await inScope(site.db, scope, async (trx) => {
    const line = await findLine(trx, scope, place.control, place.sequence, true)
    const item = cell && (await listDrawn(trx, scope, line)).find(({ rank }) => rank === cell.rank)
    if (cell && (!item || !(await listAttributes(trx, scope, line.id)).some(({ letter }) => letter === cell.letter))) throw new Invalid({ cell: 'This test has no such cell.' })
    const [itemId, letter] = [item?.id ?? null, cell?.letter ?? null]
    const { id, number } = await insertNote(trx, scope, { lineId: line.id, itemId, letter, text })
    await tell(trx, site, scope, line, await preparerOf(trx, scope, line), 'opened')
    await record(trx, scope, { kind: 'note.opened', facts: { ...factsOf(line), noteId: id, number, itemId, letter }, detail: hashed(text) })
    return number
  })
}

/** Answers a note, does not take the answer, or clears it; `text` says what, and clearing needs none. */
export async function stepNote(site: Site, scope: EngagementScope, place: Reference, number: number, move: NoteMove, text: string | null): Promise<void> {
  refuseClosed(scope.engagement.phase)
  await inScope(site.db, scope, async (trx) => {
    const line = await findLine(trx, scope, place.control, place.sequence, true)
    const note = await lockNote(trx, scope, line.id, number)
    const status = moveNote({ status: note.status, authorId: note.opened_by, authorRole: note.author_role, answeredBy: note.answered_by }, move, { personId: personOf(scope)!, role: scope.role })
    if (text !== null && move !== 'clear') await insertNoteAnswer(trx, scope, note.id, move === 'answer' ? 'answer' : 'refusal', text)
    await updateNote(trx, scope, note.id, status)
    if (move === 'answer') await tell(trx, site, scope, line, note.opened_by, 'answered')
    if (move === 'refuse') await tell(trx, site, scope, line, note.answered_by, 'refused')
    await record(trx, scope, { kind: events[move], facts: { ...factsOf(line), noteId: note.id, number }, detail: text === null ? {} : hashed(text) })
  })
}

const events = { answer: 'note.answered', refuse: 'note.refused', clear: 'note.cleared' } as const

async function preparerOf(trx: Tx, scope: EngagementScope, line: LineRow): Promise<string> {
  const signed = (await listSignOffs(trx, scope, line.id)).findLast(({ kind }) => kind === 'prepared')
  return signed?.person_id ?? line.assignee_id ?? line.created_by
}

// The mail says where to read it; the words stay in the workpaper.
async function tell(trx: Tx, site: Site, scope: EngagementScope, line: LineRow, to: string | null, word: 'opened' | 'answered' | 'refused'): Promise<void> {
  if (to === null || to === personOf(scope)) return
  const { reference } = factsOf(line)
  await post(trx, scope, site.sealer, {
    to, template: 'review_note', link: `/engagements/${scope.engagement.id}/testing/${encodeURIComponent(reference)}#notes`,
    facts: { firm: scope.engagement.firm, client: scope.engagement.client, from: scope.actor.name, reference, word },
  })
}

function factsOf(line: LineRow): { testLineId: string, reference: string } {
  return { testLineId: line.id, reference: testReference(line.control_number, line.sequence) }
}

// The trail commits to the words without holding them.
function hashed(text: string): { sha256: string } {
  return { sha256: createHash('sha256').update(text).digest('hex') }
}
