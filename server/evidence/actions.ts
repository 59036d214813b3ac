import { endLinks } from '../access/links.ts'
import { may } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Forbidden, Invalid, Refused } from '../errors.ts'
import { mailOwner } from '../requests/way-actions.ts'
import { displayName } from '../files/names.ts'
import { next, requestNumber, returnReasons, statusWords, type ReturnReason } from '../requests/rules.ts'
import { lockRequest, updateRequest, type RequestRow } from '../requests/store.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Sealer } from '../secrets.ts'
import { staleResults } from '../testing/store.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { writeDateTime } from '../web/times.ts'
import { faultsOfAcceptance, wantsRecord, type ReviewRecord } from './acceptance.ts'
import { returnLists } from './answer-actions.ts'
import { carryOver, sortFiles, type ReturnedFile } from './carry-actions.ts'
import { findReviewRecord, listObservations, updateReviewRecord } from './review-store.ts'
import { refuseOwnAnswer } from './rules.ts'
import { findNewest, findPersonName, listFiles, updateSubmission, type SubmissionRow } from './store.ts'

/** Why evidence goes back: reason code, words for the owner, and the new due date (ISO day in the engagement's zone). */
export type Return = { readonly reason: ReturnReason, readonly words: string, readonly dueOn: string }

/** Takes a submitted request into review under the caller's name. */
export async function startReview(site: Site, scope: EngagementScope, number: number): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const request = await lockRequest(trx, scope, number)
    const newest = await findNewest(trx, scope, request.id)
    if (request.status === 'in_review') {
      if (request.reviewer_id === personOf(scope)) return
      throw new Refused(`${await findPersonName(trx, request.reviewer_id) ?? 'Somebody else'} is already reviewing ${requestNumber(number)}.`)
    }
    if (request.status !== 'submitted') await refuseDecided(scope, request, newest)
    const status = next(request.status, 'startReview')
    await updateRequest(trx, scope, request.id, { status, reviewer_id: personOf(scope) })
    await record(trx, scope, { kind: 'request.review_started', facts: { requestId: request.id, number, version: newest?.number ?? 0 } })
  })
}

/** Gives an unfinished review back; by its reviewer, or by a senior or above. */
export async function releaseReview(site: Site, scope: EngagementScope, number: number): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const request = await lockRequest(trx, scope, number)
    const status = next(request.status, 'releaseReview')
    if (request.reviewer_id !== personOf(scope) && !may(scope.role, 'request.decide')) throw new Forbidden('Only its reviewer, or a senior or above, may give a review back.')
    await updateRequest(trx, scope, request.id, { status, reviewer_id: null })
    await record(trx, scope, { kind: 'request.review_released', facts: { requestId: request.id, number } })
  })
}

/**
 * The request under review and its newest answer, locked for a decision. `version` is the one the person looked at.
 * Throws Refused, saying who decided what and when, if somebody was faster.
 */
export async function lockReviewed(trx: Tx, scope: EngagementScope, number: number, version: number | null): Promise<{ request: RequestRow, submission: SubmissionRow }> {
  const request = await lockRequest(trx, scope, number)
  const submission = await findNewest(trx, scope, request.id)
  if (request.status !== 'in_review') await refuseDecided(scope, request, submission)
  if (submission?.status !== 'submitted') throw new Refused(`${requestNumber(number)} is ${statusWords[request.status].toLowerCase()}, so there is nothing to decide now.`)
  if (version !== null && submission.number !== version) throw new Refused(`Version ${submission.number} of ${requestNumber(number)} came in while you looked at version ${version}. Look at the new one first.`)
  return { request, submission }
}

/**
 * Accepts the newest answer as usable evidence, with what the reviewer noted of it where its kind asks for that (`noted`,
 * null to go by what was noted before). A population is accepted with its population instead. Throws Refused, and Invalid
 * naming what a kind still needs.
 */
export async function accept(site: Site, scope: EngagementScope, number: number, version: number | null, noted: ReviewRecord | null = null): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const { request, submission } = await lockReviewed(trx, scope, number, version)
    if (noted !== null && wantsRecord(request.kind)) await updateReviewRecord(trx, scope, submission.id, noted)
    if (request.kind === 'population') throw new Refused(`${requestNumber(number)} asks for a population: map its columns, run the checks and accept the population. That accepts the request as well.`)
    await record(trx, scope, ...await acceptSubmission(trx, scope, number, version))
  })
}

/**
 * The same inside a transaction of the caller, who records the events: accepting a population is one act with this.
 * `version` is the one the person looked at, or null for the newest.
 */
export async function acceptSubmission(trx: Tx, scope: EngagementScope, number: number, version: number | null = null): Promise<TrailEvent[]> {
  const { request, submission } = await lockReviewed(trx, scope, number, version)
  refuseOwnAnswer(submission.submitted_by, personOf(scope))
  const status = next(request.status, 'accept')
  if (submission.proposal === 'not_applicable') throw new Refused(`The client says that ${requestNumber(number)} does not apply. A senior sets it not applicable; if that is wrong, return it.`)
  await refuseUnusable(trx, scope, request, submission)
  await updateSubmission(trx, scope, submission.id, { status: 'accepted' })
  await updateRequest(trx, scope, request.id, { status })
  const links = await endLinks(trx, scope, request.id, 'accepted')
  return [
    { kind: 'request.accepted', facts: { requestId: request.id, number, version: submission.number } },
    ...links > 0 ? [{ kind: 'link.ended', facts: { requestId: request.id, links, reason: 'accepted' } } as const] : [],
  ]
}

/** Returns the answer under review; its owner gets a mail with a fresh link and makes the next version. */
export async function returnSubmission(site: Site, scope: EngagementScope, number: number, version: number | null, returned: Return): Promise<void> {
  await inScope(site.db, scope, async (trx) => record(trx, scope, ...await returnOne(trx, scope, site.sealer, number, version, returned)))
}

/** The same inside a transaction of the caller, who records the events: returning many is one act. */
export async function returnOne(trx: Tx, scope: EngagementScope, sealer: Sealer, number: number, version: number | null, returned: Return): Promise<TrailEvent[]> {
  const { request, submission } = await lockReviewed(trx, scope, number, version)
  refuseOwnAnswer(submission.submitted_by, personOf(scope))
  return await sendBack(trx, scope, sealer, request, submission, { ...returned, status: next(request.status, 'return') })
}

/** Returns evidence that had been accepted, by a senior or above: test results that cite it are stale from then on. */
export async function returnAccepted(site: Site, scope: EngagementScope, number: number, returned: Return): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const request = await lockRequest(trx, scope, number)
    const status = next(request.status, 'returnAccepted')
    const submission = await findNewest(trx, scope, request.id)
    if (submission?.status !== 'accepted') throw new Refused(`${requestNumber(number)} has no accepted answer to return.`)
    refuseOwnAnswer(submission.submitted_by, personOf(scope))
    await record(trx, scope,
      ...await sendBack(trx, scope, site.sealer, request, submission, { ...returned, status }),
      ...await staleResults(trx, scope, request.id))
  })
}

async function sendBack(trx: Tx, scope: EngagementScope, sealer: Sealer, request: RequestRow, submission: SubmissionRow,
  { reason, words, dueOn, status }: Return & { status: RequestRow['status'] }): Promise<TrailEvent[]> {
  if (request.owner_id === null) throw new Invalid({ owner: 'Give the request an owner first.' })
  const { returned, kept } = await sortFiles(trx, scope, request, submission)
  await updateSubmission(trx, scope, submission.id, { status: 'returned', reason_code: reason, reason: words })
  await updateRequest(trx, scope, request.id, { status, due_on: dueOn })
  return [
    { kind: 'request.returned', facts: { requestId: request.id, number: request.number, version: submission.number, reason, dueOn, from: request.status }, detail: { words, files: returned.map(({ file }) => file.id) } },
    // Of a sample mostly one item is wrong: the others need not be sent again.
    ...await carryOver(trx, scope, submission, request.status === 'accepted' && request.draw_id === null ? [] : kept, request.draw_id !== null),
    ...await returnLists(trx, scope, submission.id),
    ...(await mailOwner(trx, scope, sealer, { ...request, due_on: dueOn }, { template: 'request_returned', reason, words: [words, ...returned.map(lineOf)].join('\n') })).events,
  ]
}

function lineOf({ file, reason, words }: ReturnedFile): string {
  return `${displayName(file.name)}: ${returnReasons[reason as ReturnReason] ?? returnReasons.other}. ${words}`
}

async function refuseUnusable(trx: Tx, scope: EngagementScope, request: RequestRow, submission: SubmissionRow): Promise<void> {
  const { returned } = await sortFiles(trx, scope, request, submission)
  if (returned.length > 0) throw new Refused(`${returned.length === 1 ? `${displayName(returned[0]!.file.name)} is` : `${returned.length} files are`} marked to go back. Return the answer, or take that back first.`)
  const files = (await listFiles(trx, scope, request.id)).filter((file) => file.submission_id === submission.id)
  const faults = faultsOfAcceptance({
    kind: request.kind, files: files.length, record: await findReviewRecord(trx, scope, submission.id),
    observation: (await listObservations(trx, scope, request.id)).get(submission.id) ?? null, lastDay: scope.engagement.periodEnd ?? scope.engagement.asOf,
  })
  if (Object.keys(faults).length > 0) throw new Invalid(faults)
}

async function refuseDecided(scope: EngagementScope, request: RequestRow, newest: SubmissionRow | null): Promise<void> {
  const decided = newest?.status === 'accepted' || newest?.status === 'returned' ? newest : null
  if (!decided?.decided_at) return
  throw new Refused(`${requestNumber(request.number)} was already ${decided.status} by ${decided.decider ?? 'somebody else'} at ${writeDateTime(decided.decided_at, scope.engagement.zone)}. Nothing was changed by you.`)
}
