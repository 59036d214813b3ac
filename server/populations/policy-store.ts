import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope, PersonScope } from '../scope.ts'
import { firstPolicy, periodMonths, type Policy, type Terms } from './frequency.ts'

export type PolicyVersion = Policy & { readonly enteredAt: Date | null, readonly enterer: string | null }

/** The policy the engagement started with and the length of its period: what its sizes and limits are taken from. */
export async function findTerms(trx: Tx, scope: EngagementScope): Promise<Terms> {
  const { version } = await trx.selectFrom('engagement').select('sampling_policy_version as version').where('id', '=', scope.engagement.id).executeTakeFirstOrThrow()
  const entered = version === firstPolicy.version ? null : await entries(trx).where('sampling_policy.version', '=', version).executeTakeFirstOrThrow()
  return { policy: entered === null ? firstPolicy : versionOf(entered), months: periodMonths(scope.engagement.periodStart, scope.engagement.periodEnd) }
}

/** Every version of the firm's policy, newest first; the last is the one it began with. */
export async function listPolicies(trx: Tx): Promise<PolicyVersion[]> {
  const rows = await entries(trx).orderBy('sampling_policy.version', 'desc').execute()
  return [...rows.map(versionOf), { ...firstPolicy, enteredAt: null, enterer: null }]
}

/** How many engagements of the person run under each version. */
export async function countEngagements(trx: Tx): Promise<Map<number, number>> {
  const rows = await trx.selectFrom('engagement').select(['sampling_policy_version as version', sql<number>`count(*)`.as('count')]).groupBy('sampling_policy_version').execute()
  return new Map(rows.map(({ version, count }) => [version, count]))
}

/** Writes a version; false where somebody else has entered that one meanwhile. */
export async function insertPolicy(trx: Tx, scope: PersonScope, { version, confidence, tolerable, ...sizes }: Policy): Promise<boolean> {
  const row = await trx.insertInto('sampling_policy')
    .values({ organization_id: scope.organizationId ?? '', version, sizes: JSON.stringify(sizes), confidence, tolerable, entered_by: scope.actor.id })
    .onConflict((conflict) => conflict.columns(['organization_id', 'version']).doNothing()).returning('version').executeTakeFirst()
  return row !== undefined
}

function entries(trx: Tx) {
  return trx.selectFrom('sampling_policy').leftJoin('person', 'person.id', 'sampling_policy.entered_by')
    .select(['sampling_policy.version', 'sampling_policy.sizes', 'sampling_policy.confidence', 'sampling_policy.tolerable', 'sampling_policy.entered_at', 'person.name as enterer'])
}

function versionOf({ version, sizes, confidence, tolerable, entered_at: enteredAt, enterer }: Awaited<ReturnType<ReturnType<typeof entries>['execute']>>[number]): PolicyVersion {
  return { ...sizes, version, confidence, tolerable, enteredAt, enterer }
}
