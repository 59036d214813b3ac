import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import type { PersonScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { changedTerms, type FirmPolicy } from './firm-policy.ts'
import { insertFirmPolicy, listFirmPolicies } from './firm-policy-store.ts'

/**
 * Enters the firm's policy as the version after `seen`. False where somebody else has entered one since `seen` was read;
 * the same policy again is no new version.
 */
export async function enterFirmPolicy(site: Site, scope: PersonScope, seen: number, policy: Omit<FirmPolicy, 'version'>): Promise<boolean> {
  return await inScope(site.db, scope, async (trx) => {
    const latest = (await listFirmPolicies(trx))[0]
    if (latest?.version !== seen) return false
    const changed = changedTerms(latest, policy)
    if (changed.length === 0) return true
    const version = seen + 1
    if (!await insertFirmPolicy(trx, scope, { ...policy, version })) return false
    await record(trx, scope, { kind: 'policy.firm_entered', facts: { version, fields: changed } })
    return true
  })
}
