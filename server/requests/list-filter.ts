import type { ListQuery } from './list-query.ts'
import type { RequestFilter } from './list-store.ts'

/** What an address narrows the list to, on the ISO day `today` where the client is. */
export function filterOf(query: ListQuery, today: string): RequestFilter {
  return {
    words: query.q, status: query.state, kind: query.kind, owner: query.owner, reviewer: query.reviewer, control: query.control, criterion: query.criterion,
    due: query.due && { when: query.due, today }, series: query.series, numbers: query.only,
  }
}

/** What opens a request so that it knows the list it was opened from: '?list=…', or '' for the whole list as it stands. */
export function listParameter(list: string): string {
  return list === '' ? '' : `?list=${encodeURIComponent(list)}`
}
