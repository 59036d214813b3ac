import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { changeDueOne, closeOne, issueOne, reassignOne, remindOne, reopenOne } from './actions.ts'
import { requestNumber } from './rules.ts'

/**
 * Does the same to many requests in one transaction, all or none, with one append to the trail. Throws Refused naming
 * the request that stands in the way.
 */
export async function doToMany(site: Site, scope: EngagementScope, numbers: readonly number[], one: (trx: Tx, number: number) => Promise<TrailEvent[]>): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const events: TrailEvent[] = []
    // Two people choosing the same rows lock them in the same order.
    for (const number of [...new Set(numbers)].toSorted((a, b) => a - b)) events.push(...await naming(number, async () => one(trx, number)))
    await record(trx, scope, ...events)
  })
}

export async function issueMany(site: Site, scope: EngagementScope, numbers: readonly number[]): Promise<void> {
  await doToMany(site, scope, numbers, async (trx, number) => issueOne(trx, scope, site.sealer, number))
}

export async function reassignMany(site: Site, scope: EngagementScope, numbers: readonly number[], ownerId: string): Promise<void> {
  await doToMany(site, scope, numbers, async (trx, number) => reassignOne(trx, scope, site.sealer, number, ownerId))
}

/** `dueOn` is an ISO day in the engagement's zone; `reason` may be empty. */
export async function changeDueOfMany(site: Site, scope: EngagementScope, numbers: readonly number[], dueOn: string, reason: string): Promise<void> {
  await doToMany(site, scope, numbers, async (trx, number) => changeDueOne(trx, scope, number, dueOn, reason))
}

export async function remindMany(site: Site, scope: EngagementScope, numbers: readonly number[]): Promise<void> {
  await doToMany(site, scope, numbers, async (trx, number) => remindOne(trx, scope, site.sealer, number))
}

export async function cancelMany(site: Site, scope: EngagementScope, numbers: readonly number[], reason: string): Promise<void> {
  await doToMany(site, scope, numbers, async (trx, number) => closeOne(trx, scope, number, 'cancel', reason))
}

export async function reopenMany(site: Site, scope: EngagementScope, numbers: readonly number[], reason: string): Promise<void> {
  await doToMany(site, scope, numbers, async (trx, number) => reopenOne(trx, scope, site.sealer, number, reason))
}

async function naming(number: number, work: () => Promise<TrailEvent[]>): Promise<TrailEvent[]> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const name = requestNumber(number)
    throw new Refused(`${error.message.includes(name) ? '' : `${name}: `}${error.message} Nothing was changed.`)
  }
}
