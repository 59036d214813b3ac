import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import type { Reference } from './actions.ts'
import { refuseClosed, testReference } from './rules.ts'
import { listTesters, markLine } from './signing-store.ts'
import { findLine } from './store.ts'

/** Says whether the line is a significant matter, which the partner signs as well. */
export async function flag(site: Site, scope: EngagementScope, place: Reference, significant: boolean): Promise<void> {
  refuseClosed(scope.engagement.phase)
  await inScope(site.db, scope, async (trx) => {
    const line = await findLine(trx, scope, place.control, place.sequence, true)
    if (line.significant === significant) return
    await markLine(trx, scope, line.id, { significant })
    await record(trx, scope, { kind: 'test.flagged', facts: { testLineId: line.id, reference: testReference(line.control_number, line.sequence), significant } })
  })
}

/** Gives the line to a tester of the team, or to nobody. Throws Invalid for `person`. */
export async function assign(site: Site, scope: EngagementScope, place: Reference, personId: string | null): Promise<void> {
  refuseClosed(scope.engagement.phase)
  await inScope(site.db, scope, async (trx) => {
    const line = await findLine(trx, scope, place.control, place.sequence, true)
    if (line.assignee_id === personId) return
    if (personId !== null && !(await listTesters(trx, scope)).some(({ id }) => id === personId)) throw new Invalid({ person: 'Choose somebody of the audit team.' })
    await markLine(trx, scope, line.id, { assignee_id: personId })
    await record(trx, scope, { kind: 'test.assigned', facts: { testLineId: line.id, reference: testReference(line.control_number, line.sequence), to: personId } })
  })
}
