import type { Db } from '../../server/database/connect.ts'
import type { RequestStatus } from '../../server/database/schema/requests.ts'
import { kinds, statusWords } from '../../server/requests/rules.ts'
import type { Team } from '../support/cast.ts'

export const statuses = Object.keys(statusWords) as RequestStatus[]
const asks = ['Backup schedule, retention and alert rule', 'Identity provider sign-on policy: factors, groups, exceptions and password rules for everybody who may sign in to production', 'All production deployments in the period', 'Vertrauenswürdigkeitsprüfungsbescheinigungen']

/** Writes `count` requests in every state and kind, numbered from 1, with an answer wherever their state has one. */
export async function writeRequests(owner: Db, team: Team, count: number): Promise<void> {
  const engagement = { engagement_id: team.engagement.id }
  const kindNames = Object.keys(kinds) as (keyof typeof kinds)[]
  const written = await owner.insertInto('request').values(Array.from({ length: count }, (_, index) => {
    const status = statuses[index % statuses.length]!
    const dueOn = `2026-${index % 2 ? '10' : '12'}-${10 + index % 18}`
    return {
      ...engagement, number: index + 1, kind: kindNames[index % 6]!, title: asks[index % asks.length]!, ask: 'Please', status,
      owner_id: team.owner.id, due_on: dueOn, original_due_on: index % 3 ? dueOn : '2026-10-08', issued_at: status === 'draft' ? null : new Date('2026-10-05T13:00:00Z'),
      status_since: new Date(Date.UTC(2026, 9, 5 + index % 20)), created_by: team.staff.id, priority: index % 9 ? 'normal' as const : 'high' as const,
      reference: index % 4 ? '' : `PBC-${index}`, reviewer_id: status === 'in_review' || status === 'accepted' ? team.senior.id : null,
    }
  })).returning(['id', 'status']).execute()
  const answered = written.filter(({ status }) => ['submitted', 'in_review', 'accepted', 'returned'].includes(status))
  if (answered.length > 0) {
    await owner.insertInto('submission').values(answered.map(({ id, status }) => {
      const decided = status === 'accepted' || status === 'returned'
      return {
        ...engagement, request_id: id, number: 1, status: decided ? status : 'submitted' as const, submitted_at: new Date('2026-10-20T14:00:00Z'), submitted_by: team.owner.id, channel: 'login' as const,
        ...decided ? { decided_at: new Date('2026-10-21T14:00:00Z'), decided_by: team.senior.id, ...status === 'returned' ? { reason_code: 'cropped', reason: 'Cropped' } : {} } : {}, answer: 'In words',
      }
    })).execute()
  }
  await owner.insertInto('counter').values({ ...engagement, series: 'request', last: count }).execute()
}
