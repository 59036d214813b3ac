import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { PersonScope } from '../scope.ts'
import { firstFirmPolicy, type FirmPolicy } from './firm-policy.ts'

export type FirmPolicyVersion = FirmPolicy & { readonly enteredAt: Date | null, readonly enterer: string | null }

/** Every version of the firm's policy, newest first; the last is the one it began with. */
export async function listFirmPolicies(trx: Tx): Promise<FirmPolicyVersion[]> {
  const rows = await trx.selectFrom('firm_policy').leftJoin('person', 'person.id', 'firm_policy.entered_by').selectAll('firm_policy').select('person.name as enterer')
    .orderBy('firm_policy.version', 'desc').execute()
  return [...rows.map((row) => ({
    version: row.version, retentionYears: row.retention_years, assemblyDays: row.assembly_days, linkPolicy: row.link_policy, linkDays: row.link_days,
    firmIdle: row.firm_idle_minutes, clientIdle: row.client_idle_minutes, qualityReview: row.quality_review, enteredAt: row.entered_at, enterer: row.enterer,
  })), { ...firstFirmPolicy, enteredAt: null, enterer: null }]
}

/** Writes a version; false where somebody else has entered that one meanwhile. */
export async function insertFirmPolicy(trx: Tx, scope: PersonScope, policy: FirmPolicy): Promise<boolean> {
  const row = await trx.insertInto('firm_policy').values({
    organization_id: scope.organizationId ?? '', version: policy.version, retention_years: policy.retentionYears, assembly_days: policy.assemblyDays, link_policy: policy.linkPolicy,
    link_days: policy.linkDays, firm_idle_minutes: policy.firmIdle, client_idle_minutes: policy.clientIdle, quality_review: policy.qualityReview, entered_by: scope.actor.id,
  }).onConflict((conflict) => conflict.columns(['organization_id', 'version']).doNothing()).returning('version').executeTakeFirst()
  return row !== undefined
}

/** How many of the person's engagements began under each version. */
export async function countUnderPolicies(trx: Tx): Promise<Map<number, number>> {
  const rows = await trx.selectFrom('engagement').select(['firm_policy_version as version', sql<number>`count(*)`.as('count')]).groupBy('firm_policy_version').execute()
  return new Map(rows.map(({ version, count }) => [version, count]))
}
