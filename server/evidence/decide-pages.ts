import type { Tx } from '../database/connect.ts'
import { may, mayStill } from '../access/policy.ts'
import type { RequestKind, RequestStatus } from '../database/schema/requests.ts'
import { populationNumber } from '../populations/rules.ts'
import { findReadingOf } from '../populations/store.ts'
import { canMove, returnReasons } from '../requests/rules.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { mayBeList } from '../sheets/readable.ts'
import { choicesOf, type Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import { seenParts, wantsObservation, wantsRecord, type ReviewRecord } from './acceptance.ts'
import { isAnswerable } from './rules.ts'
import type { FileRow, SubmissionRow } from './store.ts'

/** What this person may decide now. `own` says why they may not: somebody else decides on what one handed in. */
export type Decide = {
  readonly start: boolean
  readonly release: boolean
  readonly accept: boolean
  readonly return: boolean
  readonly reversal: boolean
  readonly own: boolean
  readonly lists: readonly { readonly href: string, readonly label: string }[]
}

/** What the reviewer notes while accepting: parts of a screen that were seen, or what a document says of itself. */
export type Noting = { readonly parts: readonly { readonly value: string, readonly label: string, readonly checked: boolean }[] | null, readonly document: boolean, readonly form: FormState }

/** Where the firm adds evidence of its own, uses accepted evidence again, or writes a record down. */
export type Adding = { readonly own: string | null, readonly ownWord: string, readonly reuse: string | null }

export const reasonChoices: readonly Choice[] = choicesOf(returnReasons)

export async function decisions(trx: Tx, scope: EngagementScope, status: RequestStatus, kind: RequestKind, shown: SubmissionRow | null, files: readonly FileRow[], base: string): Promise<Decide> {
  const reviews = mayStill(scope, 'request.review')
  const own = shown?.submitted_by !== null && shown?.submitted_by === personOf(scope)
  return {
    start: reviews && canMove(status, 'startReview'),
    release: reviews && canMove(status, 'releaseReview'),
    accept: reviews && !own && canMove(status, 'accept') && kind !== 'population',
    return: reviews && !own && canMove(status, 'return'),
    reversal: mayStill(scope, 'request.decide') && !own && canMove(status, 'returnAccepted'),
    own: reviews && own && canMove(status, 'accept'),
    lists: kind === 'population' && may(scope.role, 'population.view') ? await listsOf(trx, scope, status, files, base) : [],
  }
}

async function listsOf(trx: Tx, scope: EngagementScope, status: RequestStatus, files: readonly FileRow[], base: string): Promise<Decide['lists']> {
  const lists = []
  for (const file of files.filter((each) => mayBeList(each) && !each.withheld)) {
    const found = await findReadingOf(trx, scope, file.id)
    const number = found === null ? '' : populationNumber(found)
    if (found !== null) lists.push({ href: `${base}/populations/${number}`, label: status === 'accepted' ? `Open ${number}` : `Check ${file.name} as ${number}` })
    else if (status === 'in_review' && mayStill(scope, 'population.prepare')) lists.push({ href: `${base}/populations/new?file=${file.id}`, label: `Check ${file.name} as a population` })
  }
  return lists
}

/** What the form of acceptance asks for besides its button; `typed` is what was sent and refused. */
export function notingOf(kind: RequestKind, decide: Decide, record: ReviewRecord, typed: FormState | null): Noting | null {
  if (!decide.accept || !(wantsRecord(kind) || typed?.errors['form'])) return null
  const form = typed ?? formState({ documentVersion: record.documentVersion, approver: record.approver, effective: record.effectiveOn ?? '' })
  const seen = typed ? [typed.values['seen'] ?? []].flat() : record.seen
  const parts = Object.entries(seenParts).map(([value, label]) => ({ value, label, checked: (seen as readonly string[]).includes(value) }))
  return { parts: kind === 'configuration' ? parts : null, document: kind === 'document', form: { ...form, values: { documentVersion: '', approver: '', effective: '', ...form.values } } }
}

export function addingOf(scope: EngagementScope, status: RequestStatus, kind: RequestKind, here: string): Adding {
  const takes = isAnswerable(status) || (['submitted', 'in_review'].includes(status) && kind !== 'population')
  const own = takes && mayStill(scope, 'request.review')
  return {
    own: own ? `${here}/observation` : null,
    ownWord: wantsObservation(kind) ? 'Write the record' : 'Add what you obtained',
    reuse: mayStill(scope, 'evidence.reuse') && (scope.side === 'firm' ? own : isAnswerable(status)) ? `${here}/reuse` : null,
  }
}
