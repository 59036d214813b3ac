import { isStillAdmitted } from '../access/links.ts'
import { may } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Forbidden, Refused } from '../errors.ts'
import { displayName } from '../files/names.ts'
import { enqueue } from '../jobs/queue.ts'
import { lockRequest } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { insertQuarantine, listUnseenCopies, lockQuarantine, updateQuarantine } from './quarantine-store.ts'
import { findFileRecord } from './store.ts'

/**
 * Withholds a file at once from everybody, wherever the engagement holds its bytes, because it should not have been sent;
 * anybody who may open it may ask. The record, the name and the hash stay. Throws NotFound, Refused when that is so already.
 */
export async function askQuarantine(site: Site, scope: EngagementScope, number: number, fileId: string, reason: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const request = await lockRequest(trx, scope, number)
    if (scope.actor.kind === 'link' && !await isStillAdmitted(trx, scope)) throw new Forbidden()
    const file = await findFileRecord(trx, scope, request.id, fileId)
    const standing = await lockQuarantine(trx, scope, file.sha256)
    if (standing && standing.status !== 'released') throw new Refused(`${displayName(file.name)} is withheld already.`)
    await insertQuarantine(trx, scope, file, reason)
    await record(trx, scope, { kind: 'evidence.quarantine_asked', facts: { fileId: file.id, requestId: request.id, sha256: file.sha256 }, detail: { reason } })
  })
}

/** Keeps withheld bytes in quarantine, or lets them go again; a manager's word. Throws NotFound, Refused when nothing is withheld or it was decided so. */
export async function decideQuarantine(site: Site, scope: EngagementScope, number: number, fileId: string, decision: 'kept' | 'released', words: string): Promise<void> {
  if (!may(scope.role, 'quarantine.decide')) throw new Forbidden()
  await inScope(site.db, scope, async (trx) => {
    const request = await lockRequest(trx, scope, number)
    const file = await findFileRecord(trx, scope, request.id, fileId)
    const standing = await lockQuarantine(trx, scope, file.sha256)
    if (!standing || standing.status === 'released') throw new Refused(`${displayName(file.name)} is not withheld by now, so there is nothing to decide.`)
    if (standing.status === decision) throw new Refused(`${displayName(file.name)} stays in quarantine already.`)
    await updateQuarantine(trx, scope, file.sha256, decision)
    // Jobs that came meanwhile found nothing to look at and are gone.
    if (decision === 'released') for (const id of await listUnseenCopies(trx, scope, file.sha256)) await enqueue(trx, 'make_preview', { engagementId: scope.engagement.id, fileId: id })
    await record(trx, scope, { kind: 'evidence.quarantine_decided', facts: { fileId: file.id, requestId: request.id, sha256: file.sha256, decision }, detail: { words } })
  })
}
