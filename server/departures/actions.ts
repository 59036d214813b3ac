import { may } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { changeProblem } from '../engagements/membership.ts'
import { lockPhase } from '../engagements/store.ts'
import { endLinksOf, endMembership, listTeam } from '../engagements/team-store.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../errors.ts'
import { post } from '../mail/outbox.ts'
import { reassignOne } from '../requests/actions.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { countItems, successors } from './rules.ts'
import { giveItems, insertHanded, listOpenItems } from './store.ts'

/**
 * Takes somebody off the team and gives all that is open with them to `successorId`, who is told by mail: one
 * transaction. Everybody may leave by themselves; others are removed by whoever manages the team. Without a successor
 * only somebody leaves with whom nothing is open, or after whom nobody could take over.
 */
export async function depart(site: Site, scope: EngagementScope, personId: string, successorId: string | null): Promise<void> {
  const own = personOf(scope) === personId
  await inScope(site.db, scope, async (trx) => {
    if (await lockPhase(trx, scope) === 'archived') throw new Refused('This file is locked, and so is who worked on it.')
    const team = await listTeam(trx, scope)
    const leaver = team.find((one) => one.personId === personId)
    if (!leaver) throw new NotFound('This person is not, or no longer, on the team.')
    if (!own && !may(scope.role, 'team.manage')) throw new Forbidden()
    const problem = changeProblem({ personId: personOf(scope) ?? '', role: scope.role ?? 'staff' }, leaver, null, team)
    if (problem !== null) throw new Refused(problem)
    const items = await listOpenItems(trx, scope, personId)
    const able = successors(leaver, team)
    const successor = able.find((one) => one.personId === successorId)
    if (successorId !== null && !successor) throw new Invalid({ successor: 'Choose somebody from the list.' })
    if (items.length > 0 && !successor && able.length > 0) throw new Invalid({ successor: 'Choose who takes over what is open.' })

    const events: TrailEvent[] = []
    if (successor && items.length > 0) {
      for (const { number } of items.filter(({ kind }) => kind === 'answer')) events.push(...await reassignOne(trx, scope, site.sealer, number!, successor.personId))
      await giveItems(trx, scope, personId, successor.personId)
      await insertHanded(trx, scope, personId, successor.personId, items)
      events.push({ kind: 'member.handed_over', facts: { from: personId, to: successor.personId, ...countItems(items) }, detail: { from: leaver.name, to: successor.name } })
      await post(trx, scope, site.sealer, {
        to: successor.personId, template: 'handed_over',
        facts: { firm: scope.engagement.firm, client: scope.engagement.client, from: leaver.name, by: scope.actor.name, counts: countItems(items), side: leaver.side },
        link: `/engagements/${scope.engagement.id}`,
      })
    }
    await endMembership(trx, scope, personId)
    for (const { requestId, links } of await endLinksOf(trx, scope, personId)) events.push({ kind: 'link.ended', facts: { requestId, links, reason: 'left' } })
    await record(trx, scope, ...events, { kind: 'member.removed', facts: { personId }, detail: { name: leaver.name } })
  })
}
