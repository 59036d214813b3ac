import { beginView, endView } from '../access/client-view.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { NotFound, Refused } from '../errors.ts'
import type { EngagementScope, PersonScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { lockPhase } from './store.ts'
import { listTeam } from './team-store.ts'

/** From now on the session sees this engagement as that person of the client does, for an hour at most. */
export async function lookAs(site: Site, scope: EngagementScope & PersonScope, sessionId: string, personId: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    if (await lockPhase(trx, scope) === 'archived') throw new Refused('This file is locked, so nobody looks at it as the client any more.')
    const person = (await listTeam(trx, scope)).find((member) => member.personId === personId && member.side === 'client')
    if (!person) throw new NotFound('This person of the client is not, or no longer, on the team.')
    await beginView(trx, scope, sessionId, personId)
    await record(trx, scope, { kind: 'view.begun', facts: { personId }, detail: { name: person.name } })
  })
}

/** Ends it; nothing happens where it had ended. */
export async function stopLooking(site: Site, scope: EngagementScope & PersonScope, sessionId: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    // With the lock every such view has ended already.
    if (await lockPhase(trx, scope) === 'archived') return
    const personId = await endView(trx, scope, sessionId)
    if (personId !== null) await record(trx, scope, { kind: 'view.ended', facts: { personId } })
  })
}
