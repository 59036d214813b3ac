import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'

export async function insertExclusion(trx: Tx, scope: EngagementScope, criterion: string, reason: string, by: string): Promise<void> {
  await trx.insertInto('criterion_exclusion').values({ engagement_id: scope.engagement.id, criterion, reason, excluded_by: by }).execute()
}

/** Deletes an exclusion; false when there is none. */
export async function deleteExclusion(trx: Tx, scope: EngagementScope, criterion: string): Promise<boolean> {
  const { numDeletedRows } = await trx.deleteFrom('criterion_exclusion')
    .where('engagement_id', '=', scope.engagement.id).where('criterion', '=', criterion).executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}
