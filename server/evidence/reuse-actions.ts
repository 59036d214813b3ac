import { isStillAdmitted } from '../access/links.ts'
import { may } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Forbidden, Refused } from '../errors.ts'
import { displayName } from '../files/names.ts'
import { next, requestNumber } from '../requests/rules.ts'
import { lockRequest, updateRequest, type RequestRow } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import type { Observation } from './acceptance.ts'
import { listRequestItems } from './items-store.ts'
import { beginOwn, handIn } from './observe-actions.ts'
import { insertObservation } from './review-store.ts'
import { findReusable, insertReference, type ReusableFile } from './reuse-store.ts'
import { carriedOver, refuseUnlessAnswerable } from './rules.ts'
import { answerOf } from './statement.ts'
import { findNewest, insertDraft } from './store.ts'

/** Which accepted file to use again, and for which item of a sample, null for the whole request. */
export type Reuse = { readonly fileId: string, readonly itemId: string | null }

/**
 * Uses a file that was accepted for another request as evidence here, by reference to the same bytes. The compliance lead
 * puts it into the answer being made; the firm hands it in as a version of its own. Returns the id of the reference.
 * Throws NotFound for a file that is not accepted or not the caller's to see, Forbidden for a control owner, Refused when
 * the request takes nothing now or has these bytes already.
 */
export async function reuseFile(site: Site, scope: EngagementScope, number: number, reuse: Reuse): Promise<string> {
  if (scope.actor.kind === 'link' || !(may(scope.role, 'evidence.reuse'))) throw new Forbidden()
  return await inScope(site.db, scope, async (trx) => {
    const request = await lockRequest(trx, scope, number)
    const source = await findReusable(trx, scope, request.id, reuse.fileId)
    await refuseStrayItem(trx, scope, request, reuse.itemId)
    const { id, events } = scope.side === 'firm' ? await reuseAsFirm(trx, scope, request, source, reuse.itemId) : await reuseAsLead(trx, scope, request, source, reuse.itemId)
    await record(trx, scope, { kind: 'evidence.reused', facts: { fileId: id, requestId: request.id, sourceFileId: source.id, sourceRequestId: source.request_id, sha256: source.sha256 } }, ...events)
    return id
  })
}

async function reuseAsLead(trx: Tx, scope: EngagementScope, request: RequestRow, source: ReusableFile, itemId: string | null): Promise<{ id: string, events: TrailEvent[] }> {
  if (!await isStillAdmitted(trx, scope)) throw new Forbidden()
  refuseUnlessAnswerable(request.status)
  const newest = await findNewest(trx, scope, request.id)
  const draft = newest?.status === 'draft' ? newest.id : await insertDraft(trx, scope, request.id, newest && carriedOver(answerOf(newest)))
  const id = await refer(trx, scope, draft, source, itemId)
  if (request.status !== 'open') return { id, events: [] }
  await updateRequest(trx, scope, request.id, { status: next(request.status, 'start') })
  return { id, events: [{ kind: 'request.started', facts: { requestId: request.id, number: request.number } }] }
}

async function reuseAsFirm(trx: Tx, scope: EngagementScope, request: RequestRow, source: ReusableFile, itemId: string | null): Promise<{ id: string, events: TrailEvent[] }> {
  const { draft, version } = await beginOwn(trx, scope, request)
  const id = await refer(trx, scope, draft, source, itemId)
  await insertObservation(trx, scope, draft, observationOf(scope, source))
  return { id, events: await handIn(trx, scope, request, draft, version, scope.engagement.zone) }
}

async function refer(trx: Tx, scope: EngagementScope, draft: string, source: ReusableFile, itemId: string | null): Promise<string> {
  const id = await insertReference(trx, scope, draft, source.id, itemId)
  if (id === null) throw new Refused(`The very same file as ${displayName(source.name)} is already here.`)
  return id
}

async function refuseStrayItem(trx: Tx, scope: EngagementScope, request: RequestRow, itemId: string | null): Promise<void> {
  if (request.draw_id === null && itemId === null) return
  const items = await listRequestItems(trx, scope, request)
  if (!items.some(({ id }) => id === itemId)) throw new Refused('Choose the item of the sample that the file is for.')
}

function observationOf(scope: EngagementScope, source: ReusableFile): Observation {
  const moment = (scope.at ?? new Date()).toISOString().slice(0, 16)
  return { source: `${requestNumber(source.request_number)}, version ${source.version}`, observer: scope.actor.name, at: moment, zone: 'UTC', subject: '', subjectRole: '', lines: [] }
}
