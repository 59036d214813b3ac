import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope } from '../scope.ts'

export type Quarantine = Awaited<ReturnType<typeof listQuarantines>>[number]

/** The bytes of the engagement that somebody asked to withhold, with who asked, why, and what was decided. */
export async function listQuarantines(trx: Tx, scope: EngagementScope) {
  return await trx.selectFrom('quarantine')
    .innerJoin('person as asker', 'asker.id', 'quarantine.asked_by').leftJoin('person as decider', 'decider.id', 'quarantine.decided_by')
    .selectAll('quarantine').select(['asker.name as asker', 'decider.name as decider'])
    .where('quarantine.engagement_id', '=', scope.engagement.id).orderBy('quarantine.asked_at', 'desc').execute()
}

/** The standing of one fingerprint, locked for a change; undefined when nobody ever asked. */
export async function lockQuarantine(trx: Tx, scope: EngagementScope, sha256: string) {
  return await trx.selectFrom('quarantine').selectAll().where('engagement_id', '=', scope.engagement.id).where('sha256', '=', sha256).forUpdate().executeTakeFirst()
}

/** Withholds the bytes from now on, wherever the engagement holds them. */
export async function insertQuarantine(trx: Tx, scope: EngagementScope, file: { readonly id: string, readonly sha256: string }, reason: string): Promise<void> {
  const asked = { file_id: file.id, reason, asked_by: personOf(scope)!, status: 'asked' as const, decided_by: null, decided_at: null }
  await trx.insertInto('quarantine').values({ engagement_id: scope.engagement.id, sha256: file.sha256, ...asked })
    .onConflict((conflict) => conflict.columns(['engagement_id', 'sha256']).doUpdateSet({ ...asked, asked_at: sql<Date>`app_now()` })).execute()
  await withhold(trx, file.sha256)
}

/** Writes a manager's decision on bytes that are withheld. */
export async function updateQuarantine(trx: Tx, scope: EngagementScope, sha256: string, status: 'kept' | 'released'): Promise<void> {
  await trx.updateTable('quarantine').set({ status, decided_by: personOf(scope)!, decided_at: sql<Date>`app_now()` })
    .where('engagement_id', '=', scope.engagement.id).where('sha256', '=', sha256).execute()
  await withhold(trx, sha256)
}

/** Ids of the rows that hold these bytes and that no job has looked at. */
export async function listUnseenCopies(trx: Tx, scope: EngagementScope, sha256: string): Promise<string[]> {
  const rows = await trx.selectFrom('evidence_file').select('id')
    .where('engagement_id', '=', scope.engagement.id).where('sha256', '=', sha256).where('preview', '=', 'pending').execute()
  return rows.map(({ id }) => id)
}

// The database looks at the record itself: nothing is withheld, and nothing let go, without one.
async function withhold(trx: Tx, sha256: string): Promise<void> {
  await sql`select withhold_bytes(${sha256})`.execute(trx)
}
