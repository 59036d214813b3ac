import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
import { writeDate } from '../web/times.ts'
import { spanLabel } from './spans.ts'
import { listDueChanges, type RequestRow } from './store.ts'

/** What a request says besides its ask, and every due date it had. */
export type RequestFacts = {
  readonly pairs: readonly { readonly name: string, readonly value: string }[]
  readonly firstDue: string | null
  readonly moves: readonly { readonly from: string, readonly to: string, readonly at: Date, readonly by: string, readonly reason: string }[]
  readonly zone: string
}

/** The facts of a request in the order in which its page tells them; those that are empty are left out. */
export async function readFacts(trx: Tx, scope: EngagementScope, request: RequestRow): Promise<RequestFacts> {
  const moves = await listDueChanges(trx, scope, request.id)
  const pairs = [
    { name: 'Asks about', value: request.span_start && request.span_end ? spanLabel({ start: request.span_start, end: request.span_end }) : '' },
    { name: 'System', value: request.system },
    { name: 'In which form', value: request.formats },
    { name: 'A good one', value: request.example },
    { name: 'Reference', value: request.reference },
    { name: 'In its own list', value: request.external_id ?? '' },
    { name: 'Priority', value: request.priority === 'high' ? 'High' : '' },
  ]
  return {
    pairs: pairs.filter(({ value }) => value !== ''),
    firstDue: moves.length > 0 && request.original_due_on ? writeDate(request.original_due_on) : null,
    moves: moves.map(({ from_on: from, to_on: to, changed_at: at, by, reason }) => ({ from: from ? writeDate(from, undefined, 'short') : '', to: writeDate(to, undefined, 'short'), at, by: by ?? 'Tickmark', reason })),
    zone: scope.engagement.zone,
  }
}
