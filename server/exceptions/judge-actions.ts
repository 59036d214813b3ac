import type { Site } from '../access/site.ts'
import { criteriaInScope } from '../controls/criteria.ts'
import { takeNumber } from '../database/counter.ts'
import { inScope } from '../database/connect.ts'
import type { EffectKind, OpinionKind } from '../database/schema/exceptions.ts'
import { Invalid, Refused } from '../errors.ts'
import { refuseExtension } from '../populations/steps.ts'
import type { EngagementScope } from '../scope.ts'
import { refuseClosed } from '../testing/rules.ts'
import { findLineById } from '../testing/store.ts'
import { record } from '../trail/record.ts'
import { refuseExtending } from './extending.ts'
import { readFound } from './facts-pages.ts'
import { insertEffect, insertOpinion, isMet, listCriterionExceptions, listExcluded } from './opinion-store.ts'
import { insertExtensionDecision } from './release-store.ts'
import { changeable, exceptionNumber, statusWords } from './rules.ts'
import { findException, insertException } from './store.ts'

const outdated = 'Somebody recorded another version meanwhile. Read it, then record yours if it still stands.'

/** Opens an exception on a criterion that no control meets and returns its number. Throws Invalid and Refused. */
export async function openOnCriterion(site: Site, scope: EngagementScope, criterion: string): Promise<number> {
  refuseClosed(scope.engagement.phase)
  return await inScope(site.db, scope, async (trx) => {
    if (!criteriaInScope(scope.engagement.categories).some(({ id }) => id === criterion)) throw new Invalid({ criterion: `${criterion} is not a criterion of this engagement.` })
    const number = await takeNumber(trx, scope.engagement.id, 'exception')
    if ((await listExcluded(trx, scope)).includes(criterion)) throw new Refused(`${criterion} does not apply in this engagement.`)
    if (await isMet(trx, scope, criterion)) throw new Refused(`A control is mapped to ${criterion}. What it lacks shows in its test.`)
    const standing = (await listCriterionExceptions(trx, scope)).find((one) => one.criterion === criterion && one.status !== 'cleared')
    if (standing) throw new Refused(`${exceptionNumber(standing.number)} stands on ${criterion} already.`)
    const exceptionId = await insertException(trx, scope, number, { criterion })
    await record(trx, scope, { kind: 'exception.criterion_opened', facts: { exceptionId, number, criterion } })
    return number
  })
}

/** Records whether further items are selected because of the exception, and how many, with what was known at the time. `size` 0: none. */
export async function decideExtension(site: Site, scope: EngagementScope, number: number, { size, reason }: { readonly size: number, readonly reason: string }): Promise<void> {
  refuseClosed(scope.engagement.phase)
  await inScope(site.db, scope, async (trx) => {
    const exception = await findException(trx, scope, number, true)
    if (changeable(exception.status) === 'nothing') throw new Refused(`${exceptionNumber(number)} is ${statusWords[exception.status]}, so nothing is decided on it any more.`)
    if (exception.test_line_id === null) throw new Refused('There is no sample behind this exception, so there is none to extend. Evaluate it as it stands.')
    await findLineById(trx, scope, exception.test_line_id, true)
    const { counts } = await readFound(trx, scope, exception)
    refuseExtending(size, exception)
    if (size > 0) refuseExtension(exception.method!, size, counts.items, exception.population_size!)
    const decision = await insertExtensionDecision(trx, scope, exception.id, { size, reason, seenItems: counts.items, seenDeviating: counts.deviatingItems })
    await record(trx, scope, { kind: 'exception.extension_decided', facts: { exceptionId: exception.id, number, decision, size }, detail: { reason } })
  })
}

/** Records what the partner concludes of a criterion, as the version after `read`. Throws Refused when somebody was faster. */
export async function recordEffect(site: Site, scope: EngagementScope, criterion: string, read: number, effect: EffectKind, memo: string): Promise<void> {
  refuseClosed(scope.engagement.phase)
  if (!criteriaInScope(scope.engagement.categories).some(({ id }) => id === criterion)) throw new Invalid({ criterion: `${criterion} is not a criterion of this engagement.` })
  await inScope(site.db, scope, async (trx) => {
    if (!await insertEffect(trx, scope, criterion, read, effect, memo)) throw new Refused(outdated)
    await record(trx, scope, { kind: 'opinion.effect_recorded', facts: { criterion, version: read + 1, effect }, detail: { memo } })
  })
}

/** Records the partner's opinion, as the version after `read`. Throws Refused when somebody was faster. */
export async function recordOpinion(site: Site, scope: EngagementScope, read: number, kind: OpinionKind, memo: string): Promise<void> {
  refuseClosed(scope.engagement.phase)
  await inScope(site.db, scope, async (trx) => {
    if (!await insertOpinion(trx, scope, read, kind, memo)) throw new Refused(outdated)
    await record(trx, scope, { kind: 'opinion.recorded', facts: { version: read + 1, kind }, detail: { memo } })
  })
}
