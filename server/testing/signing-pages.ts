import { may } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import type { NoteStatus, SignatureKind } from '../database/schema/testing.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import { mayMoveNote } from './notes.ts'
import { listNoteAnswers, listNotes } from './notes-store.ts'
import { obstacles, reviewObstacles, type Standing } from './rules.ts'
import { listTesters } from './signing-store.ts'
import type { LineRow, listSignOffs } from './store.ts'

type Signature = { readonly name: string, readonly at: Date }
type NoteView = {
  readonly no: number
  readonly status: NoteStatus
  readonly text: string
  readonly by: string
  readonly at: Date
  readonly about: { readonly label: string, readonly href: string } | null
  readonly cleared: { readonly by: string, readonly at: Date } | null
  readonly answers: readonly { readonly refused: boolean, readonly text: string, readonly by: string, readonly at: Date }[]
  readonly field: string
  readonly mayAnswer: boolean
  readonly mayClear: boolean
}

export type NotesPanel = {
  readonly notes: readonly NoteView[]
  readonly waiting: number
  readonly mayOpen: boolean
  readonly abouts: readonly Choice[]
}

/** Everything that is said of signing one line. */
export type Signing = {
  readonly prepared: Signature | null
  readonly reviewed: Signature | null
  readonly partner: Signature | null
  readonly significant: boolean
  readonly mayPrepare: boolean
  readonly mayReview: boolean
  readonly mayPartner: boolean
  readonly mayFlag: boolean
  readonly ownWork: boolean
  readonly assignee: string | null
  readonly assignees: readonly Choice[]
  readonly mayAssign: boolean
  readonly voided: readonly { readonly as: string, readonly name: string, readonly at: Date, readonly voidedAt: Date, readonly by: string, readonly reason: string }[]
}

export const signedAs: Readonly<Record<SignatureKind, string>> = { prepared: 'Prepared', reviewed: 'Reviewed', partner: 'Signed as partner' }

type Parts = { readonly line: LineRow, readonly standing: Standing, readonly signatures: Awaited<ReturnType<typeof listSignOffs>>, readonly open: boolean }

/** What stands signed, what may be signed next by whoever looks, and what was void. `open`: whether the file takes changes. */
export async function readSigning(trx: Tx, scope: EngagementScope, { line, standing, signatures, open }: Parts): Promise<Signing> {
  const me = personOf(scope)
  const find = (kind: SignatureKind) => signatures.find((one) => one.kind === kind && one.voided_at === null)
  const [prepared, reviewed, partner] = [find('prepared'), find('reviewed'), find('partner')]
  const free = open && obstacles(standing).length === 0 && !standing.openNotes && line.conclusion !== null
  const reviewable = free && reviewObstacles(standing).length === 0
  const testers = await listTesters(trx, scope)
  const shown = (one: typeof prepared): Signature | null => one ? { name: one.name, at: one.signed_at } : null
  return {
    prepared: shown(prepared), reviewed: shown(reviewed), partner: shown(partner), significant: line.significant,
    mayPrepare: free && !prepared && may(scope.role, 'test.prepare'),
    mayReview: reviewable && prepared !== undefined && !reviewed && may(scope.role, 'test.review') && prepared.person_id !== me,
    mayPartner: reviewable && line.significant && reviewed !== undefined && !partner && scope.role === 'partner' && prepared?.person_id !== me,
    mayFlag: open && may(scope.role, 'test.flag'),
    ownWork: free && !reviewed && prepared?.person_id === me,
    assignee: testers.find(({ id }) => id === line.assignee_id)?.name ?? null,
    assignees: [{ value: '', label: 'Nobody' }, ...testers.map(({ id, name }) => ({ value: id, label: name, checked: id === line.assignee_id }))],
    mayAssign: open && may(scope.role, 'test.assign'),
    voided: signatures.flatMap((one) => one.voided_at === null ? [] : [{ as: signedAs[one.kind], name: one.name, at: one.signed_at, voidedAt: one.voided_at, by: one.voided_by ?? 'the program', reason: one.void_reason ?? '' }]).toReversed(),
  }
}

type Cells = { readonly here: string, readonly items: readonly { readonly id: string, readonly rank: number, readonly key: string }[], readonly letters: readonly string[], readonly at: { readonly rank: number, readonly letter: string | null } | null }

/** Review notes of one line with what whoever looks may do of each. */
export async function readNotes(trx: Tx, scope: EngagementScope, line: LineRow, { here, items, letters, at }: Cells, open: boolean): Promise<NotesPanel> {
  const rows = await listNotes(trx, scope, line.id)
  const answers = Map.groupBy(await listNoteAnswers(trx, scope, line.id), ({ review_note_id: note }) => note)
  const mover = { personId: personOf(scope)!, role: scope.role }
  const item = items.find(({ rank }) => rank === at?.rank)
  return {
    notes: rows.map((row) => {
      const of = items.find(({ id }) => id === row.item_id)
      const note = { status: row.status, authorId: row.opened_by, authorRole: row.author_role, answeredBy: row.answered_by }
      return {
        no: row.number, status: row.status, text: row.text, by: row.opener, at: row.opened_at, field: `said-${row.number}`,
        about: row.item_id === null ? null : of ? { label: `${of.key}, ${row.letter}`, href: `${here}?cell=${of.rank}.${row.letter}` } : { label: `an item that was replaced, ${row.letter}`, href: here },
        cleared: row.cleared_at === null ? null : { by: row.clearer ?? '', at: row.cleared_at },
        answers: (answers.get(row.id) ?? []).map((one) => ({ refused: one.kind === 'refusal', text: one.text, by: one.name, at: one.said_at })),
        mayAnswer: open && may(scope.role, 'note.answer') && mayMoveNote(note, 'answer', mover),
        mayClear: open && may(scope.role, 'note.clear') && mayMoveNote(note, 'clear', mover),
      }
    }),
    waiting: rows.filter(({ status }) => status !== 'cleared').length,
    mayOpen: open && may(scope.role, 'note.open'),
    abouts: [{ value: '', label: 'The whole test' }, ...item ? letters.map((letter) => ({ value: `${item.rank}.${letter}`, label: `${item.key}, ${letter}` })) : []],
  }
}
