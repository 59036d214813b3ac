import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope } from '../scope.ts'

export type ViewKind = 'link_opened' | 'request_opened' | 'file_previewed' | 'file_downloaded' | 'matrix_downloaded' | 'draw_record_downloaded' | 'seen_as_client' | 'gap_report_downloaded' | 'evidence_exported'

/** Notes in the access log that somebody looked at `subject` (an id). Takes no lock: looking never waits for writing. */
export async function recordView(trx: Tx, scope: EngagementScope, kind: ViewKind, subject: string): Promise<void> {
  // The guard has noted this look already, under the name of who really looks.
  if (scope.viewer) return
  await trx.insertInto('access_entry').values({
    engagement_id: scope.engagement.id,
    person_id: personOf(scope),
    channel: scope.actor.kind === 'link' ? 'link' : 'login',
    kind,
    subject,
    address: scope.address,
  }).execute()
}
