import { programScope } from '../access/program.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Refused } from '../errors.ts'
import { enqueue } from '../jobs/queue.ts'
import type { Sealer } from '../secrets.ts'
import type { EngagementScope, Scope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { insertReminder, listMornings, listRemindable } from './reminder-store.ts'
import { reminderOf } from './reminders.ts'
import { isAwaited, requestNumber } from './rules.ts'
import { lockRequest, type RequestRow } from './store.ts'
import { mailOwner } from './way-actions.ts'

/**
 * Mails the owner a reminder with a fresh way to the request, because somebody asked for it. Returns what the caller
 * records. Throws Refused when the request does not wait for its owner, or the owner has left.
 */
export async function remindRequest(trx: Tx, scope: EngagementScope, sealer: Sealer, request: RequestRow): Promise<TrailEvent[]> {
  if (!isAwaited(request.status)) throw new Refused(`${requestNumber(request.number)} does not wait for its owner now, so there is nobody to remind.`)
  const { sent, events } = await mailOwner(trx, scope, sealer, request, { template: 'reminder', step: 'asked' })
  if (!sent) throw new Refused('Its owner has left the engagement. Give it to somebody else first.')
  return [{ kind: 'request.reminded', facts: { requestId: request.id, number: request.number, step: 'asked' } }, ...events]
}

/** Puts one job in the queue for each engagement where it is a working morning and something is near its due date. */
export async function startReminders(site: Pick<Site, 'db'>, scope: Scope): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    for (const engagementId of await listMornings(trx)) await enqueue(trx, 'remind_owners', { engagementId }, `remind ${engagementId}`)
  })
}

/** Sends the reminders of one engagement that are right now; running it again sends nothing twice. */
export async function remindOwners(site: Site, { engagementId }: { engagementId: string }): Promise<void> {
  await sendReminders(site, await programScope(site.db, engagementId, 'remind_owners'))
}

/** Each reminder is claimed and sent in a transaction of its own, so that one failure keeps none of the others back. */
export async function sendReminders(site: Pick<Site, 'db' | 'sealer'>, scope: EngagementScope): Promise<void> {
  const { today, requests } = await inScope(site.db, scope, async (trx) => listRemindable(trx, scope))
  for (const { number, dueOn, since } of requests) {
    const step = reminderOf({ dueOn, since, today })
    if (step === null) continue
    await inScope(site.db, scope, async (trx) => {
      const request = await lockRequest(trx, scope, number)
      // It may have been answered, or its date moved, since the list was read.
      if (!isAwaited(request.status) || request.due_on !== dueOn || !await insertReminder(trx, scope, request.id, dueOn, step)) return
      const { events } = await mailOwner(trx, scope, site.sealer, request, { template: 'reminder', step })
      await record(trx, scope, { kind: 'request.reminded', facts: { requestId: request.id, number, step } }, ...events)
    })
  }
}
