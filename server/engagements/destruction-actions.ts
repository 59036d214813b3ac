import { may } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../errors.ts'
import { enqueue } from '../jobs/queue.ts'
import type { EngagementScope } from '../scope.ts'
import { lockLog, record } from '../trail/record.ts'
import { writeDate } from '../web/times.ts'
import { todayIn } from './calendar.ts'
import { deleteFile, findNamed, forgetFreed, listFreed, lockFreed } from './destruction-store.ts'
import { findClosing, type Closing } from './phase-store.ts'
import { lockPhase } from './store.ts'

/** Why a locked file cannot be destroyed on a day of its own zone, or null where it can. */
export function whyKept({ phase, retentionUntil, legalHold }: Pick<Closing, 'phase' | 'retentionUntil' | 'legalHold'>, today: string): string | null {
  if (phase !== 'archived') return 'Only a locked file is destroyed, once its retention is over.'
  if (retentionUntil === null) return 'This file has no end of its retention.'
  if (retentionUntil >= today) return `This file is kept until ${writeDate(retentionUntil)}, that day included.`
  return legalHold ? 'A legal hold keeps this file. Lift it first, with its reason.' : null
}

/**
 * Destroys the locked file of the engagement in one step, with the partner's reason, once the client's name is typed to
 * show that this one is meant. What stays is its line on the firm's list, the leaves of its log and an entry in both logs.
 * Throws Forbidden, Invalid, Refused where something keeps the file, and NotFound where somebody else was first. The bytes
 * follow in a job.
 */
export async function destroyFile(site: Site, scope: EngagementScope, { client, reason }: { readonly client: string, readonly reason: string }): Promise<void> {
  if (!may(scope.role, 'engagement.destroy')) throw new Forbidden('The engagement partner approves the destruction of a file.')
  const { engagement } = scope
  if (client.trim() !== engagement.client) throw new Invalid({ destroyClient: `Type the client’s name as it stands here: “${engagement.client}”` })
  await inScope(site.db, scope, async (trx) => {
    await lockPhase(trx, scope)
    // Before the rows, as every other writer: whoever is writing to this log finishes first.
    await lockLog(trx, scope)
    const closing = await findClosing(trx, scope)
    const kept = whyKept(closing, todayIn(engagement.zone, new Date()))
    if (kept !== null) throw new Refused(kept)
    const gone = await deleteFile(trx, scope, reason).catch(sayRefusal)
    await enqueue(trx, 'sweep_uploads', {}, 'sweep_uploads:freed')
    const event = { kind: 'engagement.destroyed' as const, facts: { engagementId: engagement.id, keptUntil: closing.retentionUntil ?? '', ...gone }, detail: { client: engagement.client, system: engagement.system, reason } }
    await record(trx, scope, event)
    await record(trx, { ...scope, engagement: null }, event)
  })
}

const AT_ONCE = 500
/** Milliseconds a blob must have lain in the vault: longer than any upload takes from its bytes to its row. */
const SETTLED = 24 * 3600 * 1000

/**
 * Removes from the vault the bytes that destroyed files have freed and that no row of any engagement names. Bytes that
 * arrived again within a day stay listed for the next time; can be broken off and called again. Returns how many are gone.
 */
export async function removeFreed({ db, vault }: Pick<Site, 'db' | 'vault'>): Promise<number> {
  return await db.transaction().execute(async (trx) => {
    let removed = 0
    if (!await lockFreed(trx)) return removed
    for (let freed = await listFreed(trx, AT_ONCE, ''); freed.length > 0; freed = await listFreed(trx, AT_ONCE, freed.at(-1)!)) {
      const { gone, kept } = await vault.remove(freed, { olderThanMs: SETTLED, named: async (hashes) => findNamed(trx, hashes) })
      await forgetFreed(trx, [...gone, ...kept])
      removed += gone.length
    }
    return removed
  })
}

function sayRefusal(error: Error & { readonly code?: string }): never {
  if (error.code === '42501') throw new NotFound()
  if (error.code === '23001') throw new Refused(`The file was not destroyed: ${error.message}.`)
  throw error
}
