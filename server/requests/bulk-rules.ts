import type { RequestKind, RequestStatus } from '../database/schema/requests.ts'
import { canMove, isAwaited, isSettled, requestNumber, statusWords } from './rules.ts'

/** What may be done to many requests at once, by the noun in its address. */
export const acts = {
  issue: { word: 'Issue', done: 'issued', permit: 'request.issue' },
  owner: { word: 'Assign', done: 'given to another owner', permit: 'request.assign' },
  'due-date': { word: 'Due date', done: 'moved to another due date', permit: 'request.issue' },
  reminder: { word: 'Remind', done: 'reminded', permit: 'link.send' },
  acceptance: { word: 'Accept', done: 'accepted', permit: 'request.review' },
  return: { word: 'Return', done: 'returned', permit: 'request.review' },
  cancellation: { word: 'Cancel', done: 'cancelled', permit: 'request.decide' },
  reopening: { word: 'Open again', done: 'opened again', permit: 'request.decide' },
} as const

export type Act = keyof typeof acts

/** What decides about an act on one request. `owner` is the owner's name while they are on the engagement. */
export type Chosen = {
  readonly number: number
  readonly kind: RequestKind
  readonly status: RequestStatus
  readonly ownerId: string | null
  readonly owner: string | null
  readonly dueOn: string | null
  readonly version: number | null
  readonly answer: 'draft' | 'submitted' | 'withdrawn' | 'accepted' | 'returned' | null
  readonly submittedBy: string | null
}

export type Circumstances = { readonly phase: string, readonly person: string | null }

/** Why the act cannot be done to the request now, or null when it can. The action of the act refuses the same. */
export function refusalOf(act: Act, request: Chosen, { phase, person }: Circumstances): string | null {
  const is = `${requestNumber(request.number)} is ${statusWords[request.status].toLowerCase()}`
  switch (act) {
    case 'issue': return refusedIssue(request, phase, is)
    case 'owner': return isSettled(request.status) ? `${is}, so it needs no other owner.` : null
    case 'due-date': return isSettled(request.status) ? `${is}, so its due date stands.` : null
    case 'reminder': return isAwaited(request.status) ? ownerless(request) : `${is}, so it does not wait for its owner.`
    case 'acceptance': return refusedDecision(request, person, is) ?? refusedPopulation(request)
    case 'return': return refusedDecision(request, person, is) ?? (request.ownerId === null ? `${requestNumber(request.number)} has no owner to return it to.` : null)
    case 'cancellation': return canMove(request.status, 'cancel') ? null : `${is}, so it cannot be cancelled.`
    case 'reopening': return refusedReopening(request, is)
  }
}

/** The phases in which a request may go out. */
export function isIssuable(phase: string): boolean {
  return !['draft', 'archived', 'issued', 'withdrawn'].includes(phase)
}

function refusedIssue(request: Chosen, phase: string, is: string): string | null {
  if (!isIssuable(phase)) return `Requests are issued from planning until the report; this engagement is ${phase}.`
  if (!canMove(request.status, 'issue')) return `${is} already.`
  if (request.ownerId === null || request.dueOn === null) return `${requestNumber(request.number)} needs ${request.ownerId === null ? 'an owner' : 'a due date'} before it can be issued.`
  return null
}

function refusedDecision(request: Chosen, person: string | null, is: string): string | null {
  if (request.status === 'submitted') return `${is}; nobody has looked at it yet. Start its review first.`
  if (request.status === 'accepted') return `${is} already. To take that back, open it on its own.`
  if (request.status !== 'in_review' || request.answer !== 'submitted') return `${is}, so there is nothing to decide.`
  if (request.submittedBy !== null && request.submittedBy === person) return `You submitted the answer to ${requestNumber(request.number)} yourself, so somebody else decides on it.`
  return null
}

function refusedPopulation(request: Chosen): string | null {
  return request.kind === 'population' ? `${requestNumber(request.number)} asks for a population, which is accepted with its checks under Populations.` : null
}

function refusedReopening(request: Chosen, is: string): string | null {
  if (!canMove(request.status, 'reopen')) return `${is}, so there is nothing to open again.`
  return request.ownerId === null || request.dueOn === null ? `${requestNumber(request.number)} was never issued. Draft a new request instead.` : null
}

function ownerless(request: Chosen): string | null {
  return request.owner === null ? `The owner of ${requestNumber(request.number)} has left the engagement. Give it to somebody else first.` : null
}
