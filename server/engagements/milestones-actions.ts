import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import type { MilestoneKind } from '../database/schema/carried.ts'
import { Invalid, NotFound, Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { writeDate } from '../web/times.ts'
import { milestonesOf, milestoneWords } from './milestones.ts'
import { findAssembly, listMoved, saveMilestone } from './milestones-store.ts'
import { lockPhase } from './store.ts'

/** Moves a milestone to a day (ISO). `version` is the one the mover saw: whoever comes second is told of the first and changes nothing. */
export async function moveMilestone(site: Site, scope: EngagementScope, kind: MilestoneKind, on: string, version: number): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const phase = await lockPhase(trx, scope)
    if (phase === 'archived' || phase === 'withdrawn') throw new Refused('This engagement is over, so its milestones stand.')
    const moved = await listMoved(trx, scope)
    const milestone = milestonesOf(scope.engagement, moved, await findAssembly(trx, scope)).find((one) => one.kind === kind)
    if (!milestone) throw new NotFound()
    if (milestone.version !== version) {
      const last = moved.find((one) => one.kind === kind)
      throw new Invalid({ [kind]: `${last?.by ?? 'Somebody'} has moved ${milestoneWords[kind].toLowerCase()} to ${writeDate(milestone.on)} meanwhile. Move it again from there if you still want to.` })
    }
    if (milestone.on === on) return
    await saveMilestone(trx, scope, kind, on)
    await record(trx, scope, { kind: 'milestone.moved', facts: { milestone: kind, from: milestone.on, to: on } })
  })
}
