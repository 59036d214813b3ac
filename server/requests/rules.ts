import type { RequestKind, RequestStatus } from '../database/schema/requests.ts'
import { Refused } from '../errors.ts'
import { Temporal } from 'temporal-polyfill'

/** Every move of a request and the states it may start from; the database holds the same arrows. */
export const moves = {
  issue: { from: ['draft'], to: 'open' },
  start: { from: ['open'], to: 'in_progress' },
  submit: { from: ['open', 'in_progress', 'returned', 'client_review'], to: 'submitted' },
  submitToLead: { from: ['open', 'in_progress', 'returned'], to: 'client_review' },
  sendBack: { from: ['client_review'], to: 'returned' },
  withdraw: { from: ['submitted'], to: 'in_progress' },
  startReview: { from: ['submitted'], to: 'in_review' },
  releaseReview: { from: ['in_review'], to: 'submitted' },
  accept: { from: ['in_review'], to: 'accepted' },
  return: { from: ['in_review'], to: 'returned' },
  returnAccepted: { from: ['accepted'], to: 'returned' },
  setNotApplicable: { from: ['draft', 'open', 'in_progress', 'client_review', 'submitted', 'in_review', 'returned'], to: 'not_applicable' },
  cancel: { from: ['draft', 'open', 'in_progress', 'client_review', 'submitted', 'in_review', 'returned'], to: 'cancelled' },
  reopen: { from: ['not_applicable', 'cancelled'], to: 'open' },
} as const satisfies Record<string, { from: readonly RequestStatus[], to: RequestStatus }>

export type Move = keyof typeof moves

export const kinds: Readonly<Record<RequestKind, string>> = {
  population: 'Population',
  sample: 'Sample',
  configuration: 'Configuration',
  document: 'Document',
  inquiry: 'Inquiry',
  walkthrough: 'Walkthrough',
}

export const statusWords: Readonly<Record<RequestStatus, string>> = {
  draft: 'Draft',
  open: 'Open',
  in_progress: 'In progress',
  client_review: 'Client review',
  submitted: 'Submitted',
  in_review: 'In review',
  accepted: 'Accepted',
  returned: 'Returned',
  not_applicable: 'Not applicable',
  cancelled: 'Cancelled',
}

/** Why evidence goes back, in the trade's usual grounds; each comes with words of the reviewer's own. */
export const returnReasons = {
  wrong_period: 'Wrong period',
  wrong_system: 'Wrong system or environment',
  incomplete_population: 'Incomplete population',
  no_completeness_evidence: 'No completeness and accuracy evidence',
  time_not_visible: 'Date and time not visible',
  source_not_identifiable: 'Source not identifiable',
  cropped: 'Cropped or unreadable',
  approver_not_shown: 'Does not show the approver',
  approved_afterwards: 'Approved after the fact',
  wrong_item: 'Wrong sample item',
  altered: 'Altered or recreated for the audit',
  redacted: 'Redaction hides what is tested',
  superseded: 'Superseded or unapproved policy',
  cannot_open: 'File cannot be opened or is protected',
  excess_data: 'Contains excess personal data or secrets',
  other: 'Other',
} as const

export type ReturnReason = keyof typeof returnReasons

/** Whose move it is in a state: the firm's, the client's, or nobody's any more. */
export const sides: Readonly<Record<RequestStatus, 'firm' | 'client' | 'closed'>> = {
  draft: 'firm',
  submitted: 'firm',
  in_review: 'firm',
  open: 'client',
  in_progress: 'client',
  client_review: 'client',
  returned: 'client',
  accepted: 'closed',
  not_applicable: 'closed',
  cancelled: 'closed',
}

export function canMove(status: RequestStatus, move: Move): boolean {
  return (moves[move].from as readonly RequestStatus[]).includes(status)
}

/** The state after `move`; throws Refused when the request is not where the move starts. */
export function next(status: RequestStatus, move: Move): RequestStatus {
  if (!canMove(status, move)) throw new Refused(`This request is ${statusWords[status].toLowerCase()} by now, so it cannot be ${participles[move]}.`)
  return moves[move].to
}

const participles: Readonly<Record<Move, string>> = {
  issue: 'issued',
  start: 'started',
  submit: 'submitted',
  submitToLead: 'submitted to the compliance lead',
  sendBack: 'sent back to its owner',
  withdraw: 'withdrawn',
  startReview: 'taken into review',
  releaseReview: 'released from review',
  accept: 'accepted',
  return: 'returned',
  returnAccepted: 'returned',
  setNotApplicable: 'set not applicable',
  cancel: 'cancelled',
  reopen: 'opened again',
}

/** 'R-014' */
export function requestNumber(number: number): string {
  return `R-${String(number).padStart(3, '0')}`
}

/** The number in 'R-014' or '14', or null. */
export function parseRequestNumber(text: string): number | null {
  const match = /^(?:R-?)?0*([1-9]\d{0,6})$/i.exec(text)
  return match ? Number(match[1]) : null
}

/**
 * Whole days a request is late: it is due through the end of `dueOn` (ISO date) in `zone`. 0 when it is not late or the
 * client no longer has the move. Derived, never stored.
 */
export function daysLate(status: RequestStatus, dueOn: string | null, zone: string, now: Date): number {
  if (dueOn === null || !isAwaited(status)) return 0
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate()
  return Math.max(0, Temporal.PlainDate.from(dueOn).until(today, { largestUnit: 'day' }).days)
}

/** Whether an answer is awaited from the client, so that the request can be late. */
export function isAwaited(status: RequestStatus): boolean {
  return status === 'open' || status === 'in_progress' || status === 'returned'
}

/** Whether nothing more is wanted of it from either side. */
export function isSettled(status: RequestStatus): boolean {
  return sides[status] === 'closed'
}
