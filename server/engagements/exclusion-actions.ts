import type { Site } from '../access/site.ts'
import { criteriaInScope } from '../controls/criteria.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { listExclusions } from './description-store.ts'
import { deleteExclusion, insertExclusion } from './exclusion-store.ts'
import { lockPhase } from './store.ts'

/** Declares a criterion of the scope not applicable, with the reason that the description will disclose. */
export async function excludeCriterion(site: Site, scope: EngagementScope, criterion: string, reason: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    await lockPhase(trx, scope)
    if (!criteriaInScope(scope.engagement.categories).some(({ id }) => id === criterion)) throw new Invalid({ criterion: `${criterion} is not in the scope of this engagement. Choose one from the list.` })
    if ((await listExclusions(trx, scope)).some((one) => one.criterion === criterion)) throw new Refused(`${criterion} was declared not applicable already. Take that back before you give another reason.`)
    await insertExclusion(trx, scope, criterion, reason, personOf(scope)!)
    await record(trx, scope, { kind: 'criterion.excluded', facts: { criterion }, detail: { reason } })
  })
}

/** Takes back that a criterion does not apply. */
export async function includeCriterion(site: Site, scope: EngagementScope, criterion: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    await lockPhase(trx, scope)
    if (!await deleteExclusion(trx, scope, criterion)) throw new Refused(`${criterion} is not, or no longer, declared not applicable.`)
    await record(trx, scope, { kind: 'criterion.included', facts: { criterion } })
  })
}
