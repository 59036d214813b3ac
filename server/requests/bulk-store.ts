import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { SubmissionStatus } from '../database/schema/evidence.ts'
import type { EngagementScope } from '../scope.ts'
import type { Chosen } from './bulk-rules.ts'
import { visible } from './store.ts'

/** A chosen request with its title; numbers this scope may not see are missing. */
export type ChosenRequest = Chosen & { readonly title: string, readonly requestId: string }

/** What decides about an act on each of the chosen requests, by number. */
export async function listChosen(trx: Tx, scope: EngagementScope, numbers: readonly number[]): Promise<ChosenRequest[]> {
  if (numbers.length === 0) return []
  const rows = await visible(trx, scope)
    .leftJoin('membership', (join) => join.onRef('membership.engagement_id', '=', 'request.engagement_id').onRef('membership.person_id', '=', 'request.owner_id').on('membership.removed_at', 'is', null))
    .leftJoin('person', (join) => join.onRef('person.id', '=', 'membership.person_id').on('person.removed_at', 'is', null))
    .leftJoin(trx.selectFrom('submission').distinctOn('submission.request_id')
      .select(['submission.request_id', 'submission.number', 'submission.status', 'submission.submitted_by'])
      .where('submission.engagement_id', '=', scope.engagement.id).orderBy('submission.request_id').orderBy('submission.number', 'desc').as('newest'), 'newest.request_id', 'request.id')
    .select([
      'request.id as requestId', 'request.number', 'request.title', 'request.kind', 'request.status', 'request.owner_id as ownerId', 'person.name as owner',
      'request.due_on as dueOn', 'newest.number as version', sql<SubmissionStatus | null>`newest.status`.as('answer'), 'newest.submitted_by as submittedBy',
    ])
    .where('request.number', 'in', numbers).orderBy('request.number').execute()
  return rows
}
