import type { Site } from '../access/site.ts'
import { criteriaInScope } from '../controls/criteria.ts'
import { inScope } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { scopeMark } from './setup-marks.ts'
import { changedWords, refusalsOf, type Examined } from './setup-scope.ts'
import { findDependents, findExamined, updateExamined } from './setup-store.ts'
import { lockPhase } from './store.ts'

/** Done, or not: because somebody else was faster (then `theirs` is what stands), or for reasons that are listed. */
export type ScopeOutcome = { readonly done: true } | { readonly done: false, readonly theirs: Examined } | { readonly done: false, readonly reasons: readonly string[] }

/**
 * Changes some of what the engagement examines; `seen` is the mark of what the form had shown of these parts. What
 * others changed meanwhile is never overwritten unseen.
 */
export async function changeExamined(site: Site, scope: EngagementScope, change: Partial<Examined>, seen: string): Promise<ScopeOutcome> {
  return await inScope(site.db, scope, async (trx): Promise<ScopeOutcome> => {
    const phase = await lockPhase(trx, scope)
    const before = await findExamined(trx, scope)
    const after = { ...before, ...change }
    const keys = Object.keys(change) as (keyof Examined)[]
    const fields = changedWords(before, after)
    if (fields.length === 0) return { done: true }
    if (scopeMark(before, keys) !== seen) return { done: false, theirs: before }
    const reasons = refusalsOf(phase, before, after, await findDependents(trx, scope), (categories) => criteriaInScope(categories).map(({ id }) => id))
    if (reasons.length > 0) return { done: false, reasons }
    await updateExamined(trx, scope, after)
    await record(trx, scope, { kind: 'engagement.changed', facts: { fields }, detail: { before: pick(before, keys), after: pick(after, keys) } })
    return { done: true }
  })
}

function pick(examined: Examined, keys: readonly (keyof Examined)[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, examined[key]]))
}
