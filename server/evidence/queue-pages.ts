import type { Tx } from '../database/connect.ts'
import { todayIn } from '../engagements/calendar.ts'
import { filterOf, listParameter } from '../requests/list-filter.ts'
import { arrange } from '../requests/list-order.ts'
import { readListQuery, writeListQuery } from '../requests/list-query.ts'
import { listRequests } from '../requests/list-store.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { listWithUs } from './store.ts'

/** Where a request stands among those its reader walks through; `at` is 0 when it is not among them. */
export type Queue = { readonly at: number, readonly of: number, readonly word: string, readonly previous: string | null, readonly next: string | null }

/** The list a page was opened from, as far as its address makes sense: 'state=submitted&sort=due', or ''. */
export function readList(list: string): string {
  return writeListQuery(readListQuery(Object.fromEntries(new URLSearchParams(list))), { page: 1, all: false, done: undefined }).slice(1)
}

/** The requests before and after this one, in the order of the list it was opened from, else of what waits for the firm. */
export async function queueOf(trx: Tx, scope: EngagementScope, number: number, list: string, now: Date): Promise<Queue | null> {
  const numbers = list === '' ? scope.side === 'firm' ? await listWithUs(trx, scope) : [] : await numbersOf(trx, scope, list, now)
  if (numbers.length === 0) return null
  const at = numbers.indexOf(number)
  const address = (other: number | undefined) => other === undefined ? null : `/engagements/${scope.engagement.id}/requests/${requestNumber(other)}${listParameter(list)}`
  // Somebody who has just decided goes on with the first of those that are left.
  return { at: at + 1, of: numbers.length, word: list === '' ? 'with us' : 'in your list', previous: at > 0 ? address(numbers[at - 1]) : null, next: address(numbers[at + 1]) }
}

async function numbersOf(trx: Tx, scope: EngagementScope, list: string, now: Date): Promise<number[]> {
  const query = readListQuery(Object.fromEntries(new URLSearchParams(list)))
  const requests = await listRequests(trx, scope, filterOf(query, todayIn(scope.engagement.zone, now)))
  return arrange(requests, query).flatMap((group) => group.requests.map(({ number }) => number))
}
