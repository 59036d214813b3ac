import type { ListedRequest } from './list-store.ts'
import type { ListQuery, SortName } from './list-query.ts'
import { kinds, sides, statusWords } from './rules.ts'

export type Group = { readonly side: 'firm' | 'client' | 'closed' | null, readonly requests: readonly ListedRequest[] }

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
const order = Object.keys(statusWords)

const keys: Readonly<Record<SortName, (request: ListedRequest) => string | number | null>> = {
  number: ({ number }) => number,
  title: ({ title }) => title,
  reference: ({ reference }) => reference || null,
  kind: ({ kind }) => kinds[kind],
  control: ({ controls }) => controls[0] ?? null,
  criteria: ({ criteria }) => criteria[0] ?? null,
  span: ({ span_start: start }) => start,
  owner: ({ owner_title: title, owner }) => title || owner,
  due: ({ due_on: dueOn }) => dueOn,
  state: ({ status }) => order.indexOf(status),
  files: ({ files }) => files,
  reviewer: ({ reviewer }) => reviewer,
  priority: ({ priority }) => priority === 'high' ? 0 : 1,
  issued: ({ issued_at: at }) => at?.getTime() ?? null,
  waiting: ({ status, status_since: since }) => sides[status] === 'closed' ? null : -since.getTime(),
}

/** By whose move it is, or as one list; sorted as asked, else longest waiting first. What has no value, as the waiting of what is closed, comes last either way, by number. */
export function arrange(requests: readonly ListedRequest[], { sort, down, flat }: Pick<ListQuery, 'sort' | 'down' | 'flat'>): Group[] {
  const sorted = requests.toSorted(sort === undefined ? compareBy('waiting', true) : compareBy(sort, down))
  if (flat) return sorted.length > 0 ? [{ side: null, requests: sorted }] : []
  return (['firm', 'client', 'closed'] as const)
    .map((side) => ({ side, requests: sorted.filter(({ status }) => sides[status] === side) }))
    .filter((group) => group.requests.length > 0)
}

/** The groups cut to one page of `size` rows; `first` counts from 1. */
export function pageOf(groups: readonly Group[], page: number, size: number): { groups: Group[], first: number, last: number, total: number } {
  const total = groups.reduce((sum, { requests }) => sum + requests.length, 0)
  const start = Math.min((page - 1) * size, Math.max(0, Math.floor((total - 1) / size) * size))
  let passed = 0
  const shown = groups.map(({ side, requests }) => {
    const from = Math.max(0, start - passed)
    const to = Math.max(0, start + size - passed)
    passed += requests.length
    return { side, requests: requests.slice(from, to) }
  })
  return { groups: shown.filter(({ requests }) => requests.length > 0), first: total === 0 ? 0 : start + 1, last: Math.min(total, start + size), total }
}

function compareBy(sort: SortName, down: boolean) {
  const sign = down ? -1 : 1
  return (a: ListedRequest, b: ListedRequest): number => {
    const left = keys[sort](a)
    const right = keys[sort](b)
    if (left === null || right === null) return left === right ? a.number - b.number : left === null ? 1 : -1
    const compared = typeof left === 'number' && typeof right === 'number' ? left - right : collator.compare(String(left), String(right))
    return sign * compared || a.number - b.number
  }
}
