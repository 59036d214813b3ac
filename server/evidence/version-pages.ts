import type { Tx } from '../database/connect.ts'
import type { RequestStatus } from '../database/schema/requests.ts'
import { returnReasons, type ReturnReason } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import type { IconName } from '../web/icons.ts'
import type { StateOf } from '../web/states.ts'
import { listClaims, listRequestItems } from './items-store.ts'
import type { FileDecision } from './review-store.ts'
import { iconOf } from './sent-file.ts'
import type { FileRow, SubmissionRow } from './store.ts'

export type Pick = {
  readonly id: string
  readonly name: string
  readonly icon: IconName
  readonly href: string
  readonly index: number
  readonly current: boolean
  readonly hash: string
  readonly mark: 'accepted' | 'returned' | null
  readonly carried: boolean
  readonly own: boolean
  readonly withheld: boolean
}

export type Version = {
  readonly number: number
  readonly state: StateOf<'request'>
  readonly word: string
  readonly at: Date | null
  readonly by: string
  readonly reason: string | null
  readonly words: string | null
  readonly decider: string | null
  readonly files: readonly (Pick & { readonly returned: string | null })[]
}

export type ItemLine = { readonly key: string, readonly rank: number, readonly files: readonly Pick[], readonly claim: string | null, readonly words: string }

/** What the lines of files need to know: how to address one, and what was decided on each. */
export type Filing = { readonly address: (fileId: string) => string, readonly decisions: ReadonlyMap<string, FileDecision>, readonly current: string | null }

const MOST_PICKS = 8

export function pickOf(file: FileRow, index: number, { address, decisions, current }: Filing): Pick {
  return {
    id: file.id, name: file.name, icon: iconOf(file.kind), href: address(file.id), index: index + 1, current: file.id === current, hash: file.sha256,
    mark: decisions.get(file.id)?.decision ?? null, carried: file.taken_from !== null, own: file.channel === 'auditor', withheld: file.withheld,
  }
}

/** Of very many files those around the one being looked at. */
export function windowOf(picks: readonly Pick[]): { picks: readonly Pick[], hidden: number } {
  const at = Math.max(0, picks.findIndex(({ current }) => current))
  const start = Math.max(0, Math.min(at - MOST_PICKS / 2, picks.length - MOST_PICKS))
  const shown = picks.slice(start, start + MOST_PICKS)
  return { picks: shown, hidden: picks.length - shown.length }
}

const versionWords: Readonly<Record<SubmissionRow['status'], { state: StateOf<'request'>, word: string }>> = {
  draft: { state: 'draft', word: 'Being prepared' },
  submitted: { state: 'submitted', word: 'Submitted' },
  withdrawn: { state: 'cancelled', word: 'Withdrawn' },
  accepted: { state: 'accepted', word: 'Accepted' },
  returned: { state: 'returned', word: 'Returned' },
}

/** The versions handed in, newest first. A submitted one that a later one followed is superseded. */
export function versionsOf(submissions: readonly SubmissionRow[], status: RequestStatus, files: readonly FileRow[], filing: Filing): Version[] {
  return submissions.map((submission, index) => {
    const { state, word } = wordOf(submission, status, index > 0)
    return {
      number: submission.number, state, word, at: submission.submitted_at,
      by: `${submission.submitter ?? ''}${submission.channel === 'link' ? ', by link' : submission.channel === 'auditor' ? ', obtained by the firm' : ''}`,
      reason: submission.reason_code === null ? null : reasonWord(submission.reason_code), words: submission.reason, decider: submission.decider,
      files: files.filter((file) => file.submission_id === submission.id).map((file, at) => ({ ...pickOf(file, at, { ...filing, current: null }), returned: returnedWords(filing.decisions.get(file.id)) })),
    }
  })
}

/** The items of a sample with what was sent, or claimed, for each. */
export async function itemLines(trx: Tx, scope: EngagementScope, request: { readonly id: string, readonly draw_id: string | null }, submissionId: string, files: readonly FileRow[], picks: readonly Pick[]): Promise<ItemLine[]> {
  const claims = new Map((await listClaims(trx, scope, submissionId)).map((claim) => [claim.itemId, claim]))
  const claimed = { not_applicable: 'Said not to apply', cannot_provide: 'Said to be unavailable' }
  return (await listRequestItems(trx, scope, request)).map(({ id, key, rank }) => {
    const claim = claims.get(id)
    return { key, rank, files: picks.filter((each) => files.some((file) => file.id === each.id && file.item_id === id)), claim: claim ? claimed[claim.claim] : null, words: claim?.words ?? '' }
  })
}

export function reasonWord(code: string): string {
  return returnReasons[code as ReturnReason] ?? returnReasons.other
}

function wordOf(submission: SubmissionRow, status: RequestStatus, followed: boolean): { state: StateOf<'request'>, word: string } {
  if (submission.status !== 'submitted') return versionWords[submission.status]
  if (followed) return { state: 'cancelled', word: 'Superseded' }
  return status === 'in_review' ? { state: 'in_review', word: 'Reviewing' } : versionWords.submitted
}

function returnedWords(decision: FileDecision | undefined): string | null {
  return decision?.decision === 'returned' ? `${reasonWord(decision.reason ?? 'other')}: “${decision.words}”` : null
}
