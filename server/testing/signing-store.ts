import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'

/** People of the team who test. */
export async function listTesters(trx: Tx, scope: EngagementScope): Promise<{ id: string, name: string }[]> {
  return await trx.selectFrom('membership').innerJoin('person', 'person.id', 'membership.person_id').select(['person.id', 'person.name'])
    .where('membership.engagement_id', '=', scope.engagement.id).where('membership.removed_at', 'is', null)
    .where('membership.role', 'in', ['partner', 'manager', 'senior', 'staff']).orderBy('person.name').execute()
}

/** Marks a line without changing what was tested, so that its version and its signatures stay. */
export async function markLine(trx: Tx, scope: EngagementScope, lineId: string, mark: { significant?: boolean, assignee_id?: string | null }): Promise<void> {
  await trx.updateTable('test_line').set(mark).where('engagement_id', '=', scope.engagement.id).where('id', '=', lineId).execute()
}
