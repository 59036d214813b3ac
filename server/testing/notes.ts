import type { NoteStatus } from '../database/schema/testing.ts'
import { Refused } from '../errors.ts'
import type { Role } from '../scope.ts'

export const noteMoves = {
  answer: { from: 'open', to: 'answered' },
  refuse: { from: 'answered', to: 'open' },
  clear: { from: 'answered', to: 'cleared' },
} as const satisfies Record<string, { from: NoteStatus, to: NoteStatus }>

export type NoteMove = keyof typeof noteMoves
type Note = { readonly status: NoteStatus, readonly authorId: string, readonly authorRole: Role | null, readonly answeredBy: string | null }
type Mover = { readonly personId: string, readonly role: Role | null }

const seniority: Partial<Record<Role, number>> = { staff: 0, senior: 1, manager: 2, quality_reviewer: 2, partner: 3 }

/**
 * Throws Refused when this person may not take this step: nobody answers their own note, and who answered does not judge
 * the answer; that is for the author or somebody more senior. Returns the status after it.
 */
export function moveNote(note: Note, move: NoteMove, mover: Mover): NoteStatus {
  const { from, to } = noteMoves[move]
  if (note.status !== from) throw new Refused(refusals[move][note.status] ?? 'This note cannot take that step.')
  if (move === 'answer') {
    if (mover.personId === note.authorId) throw new Refused('You opened this note, so somebody else answers it.')
    return to
  }
  if (mover.personId === note.authorId) return to
  if (mover.personId === note.answeredBy) throw new Refused('You answered this note, so its author or somebody more senior judges the answer.')
  // Of an author who has left the team, a manager or the partner takes the place.
  if (rankOf(mover.role) <= rankOf(note.authorRole ?? 'senior')) throw new Refused('A review note is cleared by its author or by somebody more senior.')
  return to
}

/** Whether `moveNote` would let them. */
export function mayMoveNote(note: Note, move: NoteMove, mover: Mover): boolean {
  try {
    moveNote(note, move, mover)
    return true
  } catch {
    return false
  }
}

const refusals: Record<NoteMove, Partial<Record<NoteStatus, string>>> = {
  answer: { answered: 'This note is answered already and waits for its author.', cleared: 'This note is cleared.' },
  refuse: { open: 'This note has no answer yet.', cleared: 'This note is cleared.' },
  clear: { open: 'This note has no answer yet, so it cannot be cleared.', cleared: 'This note is cleared already.' },
}

function rankOf(role: Role | null): number {
  return (role === null ? undefined : seniority[role]) ?? -1
}
