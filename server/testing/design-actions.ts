import type { Site } from '../access/site.ts'
import { lockControl } from '../controls/store.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import { todayIn } from '../engagements/calendar.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { faultsOfDesign, refuseDesignReview, type DesignFinding } from './design.ts'
import { findStandingDesign, insertDesign, reviewDesign, voidDesign } from './design-store.ts'
import { listPapers } from './lines-store.ts'
import { refuseClosed } from './rules.ts'

/**
 * Writes what somebody found of the design of a control's present wording; it takes the place of what stood, which stays
 * on record as void. `version` is the wording the person was looking at. Throws Invalid naming the fields.
 */
export async function evaluateDesign(site: Site, scope: EngagementScope, control: string, version: number, found: DesignFinding): Promise<void> {
  refuseClosed(scope.engagement.phase)
  const faults = faultsOfDesign(found, todayIn(scope.engagement.zone, scope.at ?? new Date()))
  if (Object.keys(faults).length > 0) throw new Invalid(faults)
  await inScope(site.db, scope, async (trx) => {
    const { id, number, wordingVersion } = await lockControl(trx, scope, control)
    if (wordingVersion !== version) throw new Refused('The control was reworded while you were looking at it. Read the present wording before you evaluate it.')
    if (found.requestId !== null && !(await listPapers(trx, scope, id)).some((paper) => paper.id === found.requestId)) throw new Invalid({ requestId: `That request is not one of ${number}.` })
    const before = await findStandingDesign(trx, scope, id)
    const reason = before?.wordingVersion === version ? 'Evaluated anew' : 'The control was reworded'
    const events: TrailEvent[] = await voidDesign(trx, scope, id, reason) ? [{ kind: 'design.voided', facts: { controlId: id, number }, detail: { reason } }] : []
    await insertDesign(trx, scope, { id, wordingVersion }, found)
    await record(trx, scope, ...events, {
      kind: 'design.evaluated', facts: { controlId: id, number, wordingVersion, conclusion: found.conclusion, implemented: found.implemented }, detail: { ...found },
    })
  })
}

/** A second person of senior rank agrees to the evaluation that stands. */
export async function signDesignReview(site: Site, scope: EngagementScope, control: string): Promise<void> {
  refuseClosed(scope.engagement.phase)
  await inScope(site.db, scope, async (trx) => {
    const { id, number, wordingVersion } = await lockControl(trx, scope, control)
    const standing = await findStandingDesign(trx, scope, id)
    refuseDesignReview(standing, wordingVersion, { id: personOf(scope)!, role: scope.role })
    await reviewDesign(trx, scope, standing!.id)
    await record(trx, scope, { kind: 'design.reviewed', facts: { controlId: id, number, wordingVersion, conclusion: standing!.conclusion } })
  })
}
