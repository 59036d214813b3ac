import type { Site } from '../access/site.ts'
import { endLinks } from '../access/links.ts'
import { findMember } from '../access/store.ts'
import { takeNumber } from '../database/counter.ts'
import { inScope, type Tx } from '../database/connect.ts'
import type { LinkEnd } from '../database/schema/requests.ts'
import { Invalid, Refused } from '../errors.ts'
import type { Sealer } from '../secrets.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { isIssuable } from './bulk-rules.ts'
import { remindRequest } from './reminder-actions.ts'
import { isAwaited, isSettled, next, requestNumber } from './rules.ts'
import { changedFields, insertRequest, lockRequest, updateDraft, updateRequest, type RequestDraft, type RequestRow } from './store.ts'
import { mailOwner } from './way-actions.ts'

/** Writes a draft nobody but the firm sees; returns its number. */
export async function draftRequest(trx: Tx, scope: EngagementScope, draft: RequestDraft): Promise<{ id: string, number: number }> {
  await refuseUnknownOwner(trx, scope, draft.ownerId)
  const number = await takeNumber(trx, scope.engagement.id, 'request')
  const id = await insertRequest(trx, scope, number, draft)
  await record(trx, scope, { kind: 'request.drafted', facts: { requestId: id, number, kind: draft.kind }, detail: { title: draft.title, ask: draft.ask } })
  return { id, number }
}

/** Replaces what a draft says; `version` is the one the person was looking at. */
export async function changeDraft(site: Site, scope: EngagementScope, number: number, version: number, draft: RequestDraft): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const request = await lockRequest(trx, scope, number)
    if (request.status !== 'draft') throw new Refused(`${requestNumber(number)} has been issued, so its wording stands. Cancel it and ask anew, or change its owner or due date.`)
    if (request.version !== version) throw new Refused(`${requestNumber(number)} was changed by somebody else while you were typing. Open it in another tab, compare, and save again.`)
    await refuseUnknownOwner(trx, scope, draft.ownerId)
    await updateDraft(trx, scope, request.id, draft)
    await record(trx, scope, { kind: 'request.changed', facts: { requestId: request.id, number, fields: changedFields(request, draft) }, detail: { title: draft.title, ask: draft.ask } })
  })
}

/** Issues drafts in one transaction, all or none; each owner gets a mail with a link of their own. */
export async function issue(site: Site, scope: EngagementScope, numbers: readonly number[]): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const events: TrailEvent[] = []
    for (const number of numbers) events.push(...await issueOne(trx, scope, site.sealer, number))
    await record(trx, scope, ...events)
  })
}

/** The same inside a transaction of the caller (a draw issues the request for its items), who records the events; a series is issued in the name of who switched it on. */
export async function issueOne(trx: Tx, scope: EngagementScope, sealer: Sealer, number: number, issuedBy = personOf(scope)!): Promise<TrailEvent[]> {
  if (!isIssuable(scope.engagement.phase)) {
    throw new Refused(`Requests are issued from planning until the report; this engagement is ${scope.engagement.phase}.`)
  }
  const request = await lockRequest(trx, scope, number)
  const status = next(request.status, 'issue')
  const { owner_id: ownerId, due_on: dueOn } = request
  if (ownerId === null || dueOn === null) throw new Refused(`${requestNumber(number)} needs ${ownerId === null ? 'an owner' : 'a due date'} before it can be issued.`)
  await updateRequest(trx, scope, request.id, { status, issued_by: issuedBy })
  return [
    { kind: 'request.issued', facts: { requestId: request.id, number, ownerId, dueOn }, detail: { title: request.title } },
    ...(await mailOwner(trx, scope, sealer, request, { template: 'request_issued' })).events,
  ]
}

/** Reminds the owner by mail, with a fresh way to the request. */
export async function remind(site: Site, scope: EngagementScope, number: number): Promise<void> {
  await inScope(site.db, scope, async (trx) => record(trx, scope, ...await remindOne(trx, scope, site.sealer, number)))
}

export async function remindOne(trx: Tx, scope: EngagementScope, sealer: Sealer, number: number): Promise<TrailEvent[]> {
  return await remindRequest(trx, scope, sealer, await lockRequest(trx, scope, number))
}

/** Ends every living link of the request at once. */
export async function revokeLinks(site: Site, scope: EngagementScope, number: number): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const request = await lockRequest(trx, scope, number)
    await record(trx, scope, ...await end(trx, scope, request, 'revoked'))
  })
}

/** Gives the request to another person of the client; the former owner's links end and the new one gets a mail. */
export async function reassign(site: Site, scope: EngagementScope, number: number, ownerId: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => record(trx, scope, ...await reassignOne(trx, scope, site.sealer, number, ownerId)))
}

export async function reassignOne(trx: Tx, scope: EngagementScope, sealer: Sealer, number: number, ownerId: string): Promise<TrailEvent[]> {
  const request = await lockRequest(trx, scope, number)
  if (isSettled(request.status)) throw new Refused(`${requestNumber(number)} is closed, so it needs no other owner.`)
  await refuseUnknownOwner(trx, scope, ownerId)
  if (request.owner_id === ownerId) return []
  await updateRequest(trx, scope, request.id, { owner_id: ownerId })
  return [
    { kind: 'request.reassigned', facts: { requestId: request.id, number, from: request.owner_id, to: ownerId } },
    ...await end(trx, scope, request, 'reassigned'),
    ...isAwaited(request.status) ? (await mailOwner(trx, scope, sealer, { ...request, owner_id: ownerId }, { template: 'request_issued' })).events : [],
  ]
}

/** Moves the due date (ISO date in the engagement's zone); the first one stays on record, and so does every change. */
export async function changeDue(site: Site, scope: EngagementScope, number: number, dueOn: string, reason = ''): Promise<void> {
  await inScope(site.db, scope, async (trx) => record(trx, scope, ...await changeDueOne(trx, scope, number, dueOn, reason)))
}

export async function changeDueOne(trx: Tx, scope: EngagementScope, number: number, dueOn: string, reason: string): Promise<TrailEvent[]> {
  const request = await lockRequest(trx, scope, number)
  if (isSettled(request.status)) throw new Refused(`${requestNumber(number)} is closed, so its due date stands.`)
  if (request.due_on === dueOn) return []
  await updateRequest(trx, scope, request.id, { due_on: dueOn }, reason)
  return [{ kind: 'request.due_changed', facts: { requestId: request.id, number, from: request.due_on, to: dueOn }, ...reason === '' ? {} : { detail: { reason } } }]
}

export type Closing = 'cancel' | 'setNotApplicable'

/** Cancels the request, or sets it not applicable; both keep the reason and end its links. */
export async function close(site: Site, scope: EngagementScope, number: number, how: Closing, reason: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => record(trx, scope, ...await closeOne(trx, scope, number, how, reason)))
}

export async function closeOne(trx: Tx, scope: EngagementScope, number: number, how: Closing, reason: string): Promise<TrailEvent[]> {
  const request = await lockRequest(trx, scope, number)
  const status = next(request.status, how)
  await updateRequest(trx, scope, request.id, { status })
  const why = how === 'cancel' ? 'cancelled' : 'not_applicable'
  return [{ kind: `request.${why}`, facts: { requestId: request.id, number }, detail: { reason } }, ...await end(trx, scope, request, why)]
}

/** Opens a closed request again and mails its owner. */
export async function reopen(site: Site, scope: EngagementScope, number: number, reason: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => record(trx, scope, ...await reopenOne(trx, scope, site.sealer, number, reason)))
}

export async function reopenOne(trx: Tx, scope: EngagementScope, sealer: Sealer, number: number, reason: string): Promise<TrailEvent[]> {
  const request = await lockRequest(trx, scope, number)
  const status = next(request.status, 'reopen')
  if (request.owner_id === null || request.due_on === null) throw new Refused(`${requestNumber(number)} was never issued. Draft a new request instead.`)
  await updateRequest(trx, scope, request.id, request.issued_at === null ? { status, issued_by: personOf(scope)! } : { status })
  return [
    { kind: 'request.reopened', facts: { requestId: request.id, number, from: request.status }, detail: { reason } },
    ...(await mailOwner(trx, scope, sealer, request, { template: 'request_issued' })).events,
  ]
}

async function end(trx: Tx, scope: EngagementScope, request: RequestRow, reason: LinkEnd): Promise<TrailEvent[]> {
  const links = await endLinks(trx, scope, request.id, reason)
  return links > 0 ? [{ kind: 'link.ended', facts: { requestId: request.id, links, reason } }] : []
}

async function refuseUnknownOwner(trx: Tx, scope: EngagementScope, ownerId: string | null): Promise<void> {
  if (ownerId === null) return
  const member = await findMember(trx, scope.engagement.id, ownerId)
  if (!member || !['owner', 'lead', 'sponsor'].includes(member.role)) throw new Invalid({ owner: 'Choose one of the client’s people on this engagement.' })
}
