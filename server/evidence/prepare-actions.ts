import { Temporal } from 'temporal-polyfill'
import type { Tx } from '../database/connect.ts'
import { listChecklist, type RequestRow } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import type { AskedTime } from './capture-dates.ts'
import type { FileRow } from './store.ts'
import { listReturnedBytes, listWhys } from './warnings-store.ts'
import type { Prepared } from './warnings.ts'

type Asked = Pick<RequestRow, 'id' | 'kind' | 'issued_at' | 'span_start' | 'span_end'>

/** All that the warnings on a version are found from, but the answer itself. `files`: those of the version. */
export async function prepare(trx: Tx, scope: EngagementScope, request: Asked, submissionId: string | null, files: readonly FileRow[]): Promise<Omit<Prepared, 'answer'>> {
  return {
    asked: askedTime(scope, request), checklist: await listChecklist(trx, scope, request.id), files,
    returned: await listReturnedBytes(trx, scope, request.id), whys: await listWhys(trx, scope, request.id, submissionId),
  }
}

/** What the dates of evidence are held against: a request's own span, where it asks about a part of the period. */
export function askedTime({ engagement }: EngagementScope, request: Asked): AskedTime {
  const last = engagement.type === 1 ? engagement.asOf! : engagement.periodEnd!
  return {
    kind: request.kind, type: engagement.type, zone: engagement.zone,
    first: request.span_start ?? engagement.periodStart ?? last, last: request.span_end ?? last,
    issuedOn: request.issued_at && Temporal.Instant.fromEpochMilliseconds(request.issued_at.getTime()).toZonedDateTimeISO(engagement.zone).toPlainDate().toString(),
  }
}
