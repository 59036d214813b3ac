import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import type { PersonScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { periodics, type Policy } from './frequency.ts'
import { insertPolicy, listPolicies } from './policy-store.ts'

/**
 * Enters the firm's policy as the version after `seen`, for engagements made from now on. False where somebody else
 * has entered one since `seen` was read; the same policy again is no new version.
 */
export async function enterPolicy(site: Site, scope: PersonScope, seen: number, policy: Omit<Policy, 'version'>): Promise<boolean> {
  return await inScope(site.db, scope, async (trx) => {
    const latest = (await listPolicies(trx))[0]
    if (latest?.version !== seen) return false
    const changed = changedFields(latest, policy)
    if (changed.length === 0) return true
    const version = seen + 1
    if (!await insertPolicy(trx, scope, { ...policy, version })) return false
    await record(trx, scope, { kind: 'policy.entered', facts: { version, fields: changed } })
    return true
  })
}

function changedFields(before: Omit<Policy, 'version'>, after: Omit<Policy, 'version'>): string[] {
  const others = ['events', 'shares', 'large', 'fewest', 'confidence', 'tolerable'] as const
  return [
    ...periodics.filter((one) => String(before.periodic[one]) !== String(after.periodic[one])),
    ...others.filter((one) => String(before[one]) !== String(after[one])),
  ]
}
