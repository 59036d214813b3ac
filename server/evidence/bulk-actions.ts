import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import { doToMany } from '../requests/bulk-actions.ts'
import type { Picked } from '../requests/bulk-form.ts'
import { requestNumber } from '../requests/rules.ts'
import { lockRequest } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { acceptSubmission, returnOne, type Return } from './actions.ts'

/** Accepts many answers under review as usable evidence, all or none. */
export async function acceptMany(site: Site, scope: EngagementScope, picked: readonly Picked[]): Promise<void> {
  await decide(site, scope, picked, async (trx, number, version) => acceptOne(trx, scope, number, version))
}

/** Returns many answers under review for one reason, all or none. */
export async function returnMany(site: Site, scope: EngagementScope, picked: readonly Picked[], returned: Return): Promise<void> {
  await decide(site, scope, picked, async (trx, number, version) => returnOne(trx, scope, site.sealer, number, version, returned))
}

/**
 * Why each of these could not be accepted now, by number; those that could are missing. It goes through the very act and
 * takes it back, so it says what the act would say.
 */
export async function tryAcceptance(site: Site, scope: EngagementScope, numbers: readonly number[]): Promise<Map<number, string>> {
  const refusals = new Map<number, string>()
  await inScope(site.db, scope, async (trx) => {
    for (const number of numbers) {
      const why = await refusalBy(async () => acceptOne(trx, scope, number, null))
      if (why !== null) refusals.set(number, why)
    }
    throw new TakenBack()
  }).catch((error: unknown) => {
    if (!(error instanceof TakenBack)) throw error
  })
  return refusals
}

/** Ends a transaction that was only a try. */
class TakenBack extends Error {}

async function decide(site: Site, scope: EngagementScope, picked: readonly Picked[], one: (trx: Tx, number: number, version: number | null) => Promise<TrailEvent[]>): Promise<void> {
  const versions = new Map(picked.map(({ number, version }) => [number, version]))
  await doToMany(site, scope, [...versions.keys()], async (trx, number) => one(trx, number, versions.get(number) ?? null))
}

async function acceptOne(trx: Tx, scope: EngagementScope, number: number, version: number | null): Promise<TrailEvent[]> {
  const { kind } = await lockRequest(trx, scope, number)
  if (kind === 'population') throw new Refused(`${requestNumber(number)} asks for a population, which is accepted with its checks under Populations.`)
  try {
    return await acceptSubmission(trx, scope, number, version)
  } catch (error) {
    // Of many there is no form for what one of them still needs; it is opened on its own.
    if (error instanceof Invalid) throw new Refused(error.message)
    throw error
  }
}

async function refusalBy(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (error instanceof Refused) return error.message
    throw error
  }
}
