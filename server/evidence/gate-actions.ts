import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Refused } from '../errors.ts'
import { post } from '../mail/outbox.ts'
import { next, requestNumber } from '../requests/rules.ts'
import { lockRequest, updateRequest, type RequestRow } from '../requests/store.ts'
import { mailOwner } from '../requests/way-actions.ts'
import type { EngagementScope } from '../scope.ts'
import type { Sealer } from '../secrets.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { insertLeadReturn, listLeads, lockGate, updateGate, updateHanded } from './gate-store.ts'
import { channelOf, findNewest, listFiles, updateSubmission, type SubmissionRow } from './store.ts'

/** Switches the client's own look at answers on or off; what waits for the lead meanwhile goes on waiting. */
export async function setGate(site: Site, scope: EngagementScope, on: boolean): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    if (await lockGate(trx, scope) === on) return
    if (on && (await listLeads(trx, scope)).length === 0) throw new Refused('Nobody coordinates for the client yet. Add a compliance lead to the team first, or answers would wait for nobody.')
    await updateGate(trx, scope, on)
    await record(trx, scope, { kind: 'gate.switched', facts: { on } })
  })
}

/** Lays an answer before the client's leads, who get a mail each. The request is locked; the caller records what is returned. */
export async function handToLead(trx: Tx, scope: EngagementScope, sealer: Sealer, request: RequestRow, draft: SubmissionRow, files: number): Promise<TrailEvent[]> {
  const leads = await listLeads(trx, scope)
  if (leads.length === 0) throw new Refused('Your company looks at answers before they go to the auditor, but nobody there is named for it now. Ask the auditor who wrote to you.')
  await updateHanded(trx, scope, draft.id)
  await updateRequest(trx, scope, request.id, { status: next(request.status, 'submitToLead') })
  for (const { id } of leads) {
    await post(trx, scope, sealer, {
      to: id, template: 'approval_wanted', about: request.id, link: `/engagements/${scope.engagement.id}/requests/${requestNumber(request.number)}/answer`,
      facts: { firm: scope.engagement.firm, client: scope.engagement.client, from: scope.actor.name, number: requestNumber(request.number), title: request.title, files },
    })
  }
  return [{ kind: 'request.handed_to_lead', facts: { requestId: request.id, number: request.number, version: draft.number, files, channel: scope.actor.kind === 'link' ? 'link' : 'login' } }]
}

/** The lead lets an answer go to the auditor, in their own name. Doing it twice is doing it once. */
export async function sendOn(site: Site, scope: EngagementScope, number: number): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const request = await lockRequest(trx, scope, number)
    if (request.status === 'submitted') return
    const draft = await waitingDraft(trx, scope, request)
    const files = (await listFiles(trx, scope, request.id)).filter((file) => file.submission_id === draft.id).length
    await updateSubmission(trx, scope, draft.id, { status: 'submitted' })
    await updateRequest(trx, scope, request.id, { status: next(request.status, 'submit'), reviewer_id: null })
    await record(trx, scope, { kind: 'request.submitted', facts: { requestId: request.id, number, version: draft.number, files, channel: channelOf(scope) } })
  })
}

/** The lead gives an answer back to its owner, who gets a mail with the reason and a fresh link. */
export async function giveBack(site: Site, scope: EngagementScope, number: number, words: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const request = await lockRequest(trx, scope, number)
    const draft = await waitingDraft(trx, scope, request)
    await insertLeadReturn(trx, scope, draft.id, words)
    await updateRequest(trx, scope, request.id, { status: next(request.status, 'sendBack') })
    const { events } = await mailOwner(trx, scope, site.sealer, request, { template: 'request_returned', reason: 'other', words })
    await record(trx, scope, { kind: 'request.given_back', facts: { requestId: request.id, number, version: draft.number }, detail: { words } }, ...events)
  })
}

async function waitingDraft(trx: Tx, scope: EngagementScope, request: RequestRow): Promise<SubmissionRow> {
  const newest = await findNewest(trx, scope, request.id)
  if (request.status !== 'client_review' || newest?.status !== 'draft') throw new Refused(`${requestNumber(request.number)} does not wait for you now. Load the page again to see where it is.`)
  return newest
}
