import { insertLink } from '../access/links.ts'
import { findLinkTerms, findMember } from '../access/store.ts'
import { sendInvitation } from '../accounts/actions.ts'
import { findStanding } from '../accounts/store.ts'
import type { Tx } from '../database/connect.ts'
import type { ReminderStep } from '../database/schema/requests.ts'
import { post } from '../mail/outbox.ts'
import { newToken, type Sealer } from '../secrets.ts'
import type { EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { countDueChanges } from './reminder-store.ts'
import { requestNumber, returnReasons, type ReturnReason } from './rules.ts'
import { listChecklist, listRequestControls, type RequestRow } from './store.ts'

/** How a mail leads its reader to a request. `days` is null where they sign in; `events` are for the caller to record. */
export type Way = { readonly link: string, readonly days: number | null, readonly withCode: boolean, readonly events: readonly TrailEvent[] }

/**
 * Makes the way to a request that a mail to somebody of the client carries, as the engagement's policy has it: a fresh
 * link of their own, or the page for people who sign in. Who should sign in and was never invited is invited with it.
 * Call it before recording: an invitation writes to the firm's log.
 */
export async function openWay(trx: Tx, scope: EngagementScope, sealer: Sealer, request: Pick<RequestRow, 'id' | 'number'>, person: { id: string, name: string }): Promise<Way> {
  const { policy, days } = await findLinkTerms(trx, scope.engagement.id)
  if (policy === 'account_only') {
    if (await findStanding(trx, person.id) === 'none') await sendInvitation(trx, scope, sealer, person.id)
    return { link: `/engagements/${scope.engagement.id}/requests/${requestNumber(request.number)}/answer`, days: null, withCode: false, events: [] }
  }
  const token = newToken()
  const linkId = await insertLink(trx, scope, { requestId: request.id, personId: person.id, token, days })
  return {
    link: `/answer/${token}`, days, withCode: policy === 'link_and_code',
    events: [{ kind: 'link.sent', facts: { linkId, requestId: request.id, personId: person.id }, detail: { name: person.name } }],
  }
}

export type LinkedRequest = Pick<RequestRow, 'id' | 'number' | 'title' | 'ask' | 'owner_id' | 'due_on'>

/** What a mail about one request says besides the ask itself. */
export type Occasion =
  | { readonly template: 'request_issued' | 'fresh_link' }
  | { readonly template: 'request_returned', readonly reason: ReturnReason, readonly words: string }
  | { readonly template: 'reminder', readonly step: ReminderStep | 'asked' }

/**
 * Mails the request's owner the way to it; links sent before live on until they expire. Returns whether there was an
 * owner to mail to, for they may have left, and what the caller records.
 */
export async function mailOwner(trx: Tx, scope: EngagementScope, sealer: Sealer, request: LinkedRequest, occasion: Occasion): Promise<{ sent: boolean, events: TrailEvent[] }> {
  const { owner_id: ownerId, due_on: dueOn } = request
  const owner = ownerId === null ? null : await findMember(trx, scope.engagement.id, ownerId)
  if (!owner || ownerId === null || dueOn === null) return { sent: false, events: [] }
  const { link, days, withCode, events } = await openWay(trx, scope, sealer, request, { id: ownerId, name: owner.name })
  const facts = {
    firm: scope.engagement.firm, client: scope.engagement.client, from: scope.actor.kind === 'job' ? scope.engagement.firm : scope.actor.name,
    number: requestNumber(request.number), title: request.title, ask: request.ask, checklist: await listChecklist(trx, scope, request.id),
    controls: (await listRequestControls(trx, scope, request.id)).map((control) => control.number),
    dueOn, zone: scope.engagement.zone, days, withCode,
    calendar: { uid: `request-${request.id}`, sequence: await countDueChanges(trx, scope, request.id) },
  }
  const letter = { to: ownerId, link, about: request.id }
  switch (occasion.template) {
    case 'request_returned':
      await post(trx, scope, sealer, { ...letter, template: occasion.template, facts: { ...facts, reason: returnReasons[occasion.reason], words: occasion.words } })
      break
    case 'reminder':
      // A reminder that could not leave for two days would speak of another day.
      await post(trx, scope, sealer, { ...letter, template: occasion.template, facts: { ...facts, step: occasion.step }, goodMinutes: 2 * 24 * 60 })
      break
    default:
      await post(trx, scope, sealer, { ...letter, template: occasion.template, facts })
  }
  return { sent: true, events: [...events] }
}
