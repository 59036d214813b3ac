import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'

/** Keeps what a search finds inside a piece of evidence; the same bytes are kept once. */
export async function insertText(trx: Tx, scope: EngagementScope, sha256: string, content: string): Promise<void> {
  await trx.insertInto('evidence_text').values({ engagement_id: scope.engagement.id, sha256, content })
    .onConflict((conflict) => conflict.doNothing()).execute()
}
