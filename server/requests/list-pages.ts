import { isClosed, mayStill } from '../access/policy.ts'
import { orderCriteria } from '../controls/criteria.ts'
import type { RequestStatus } from '../database/schema/requests.ts'
import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import { labelOf } from '../web/states.ts'
import type { IconName } from '../web/icons.ts'
import { writeAgo, zonePlace } from '../web/times.ts'
import type { PageModel } from '../web/view.ts'
import { acts, type Act } from './bulk-rules.ts'
import { buttonsOf, type ActButton } from './bulk-buttons.ts'
import { cellsOf, penFor, type Cell, type Pen } from './list-cells.ts'
import { listParameter } from './list-filter.ts'
import { arrange, pageOf, type Group } from './list-order.ts'
import { columns, dueWords, isNarrowed, usualColumns, writeListQuery, type ColumnName, type ListQuery, type SortName } from './list-query.ts'
import type { ListedRequest } from './list-store.ts'
import { isAwaited, kinds, requestNumber, sides, statusWords } from './rules.ts'
import type { SavedView } from './views-store.ts'

/** What the list page is made of, as read in one transaction. */
export type ListMatter = {
  readonly requests: readonly ListedRequest[]
  readonly counts: Partial<Record<RequestStatus, number>>
  readonly standing: { readonly overdue: number, readonly oldest: Date | null }
  readonly owners: readonly { readonly id: string, readonly name: string, readonly title: string }[]
  readonly reviewers: readonly { readonly id: string, readonly name: string }[]
  readonly controls: readonly string[]
  readonly criteria: readonly string[]
  readonly views: readonly SavedView[]
  readonly series: string | null
  /** Comments of others this person has not read, by request id. */
  readonly unread: ReadonlyMap<string, number>
}

type Pick = Choice & { readonly selected: boolean }
type Heading = { readonly word: string, readonly css: string, readonly href: string, readonly sorted: 'ascending' | 'descending' | null }
type Line = { readonly number: string, readonly plain: number, readonly href: string, readonly title: string, readonly high: boolean, readonly unread: number, readonly css: string, readonly status: RequestStatus, readonly picked: boolean, readonly cells: readonly Cell[] }

export type RequestListPage = PageModel & {
  readonly base: string
  readonly zone: string
  readonly place: string
  readonly facts: { readonly withUs: number, readonly oldest: string | null, readonly withClient: number, readonly overdue: number, readonly overdueHref: string }
  readonly tally: { readonly label: string, readonly entries: readonly { count: number, word: string, icon: IconName, href: string, current: boolean }[], readonly total: { count: number, word: string, href: string, current: boolean } }
  readonly q: string
  readonly control: string
  readonly kept: readonly { readonly name: string, readonly value: string }[]
  readonly columnsKept: readonly { readonly name: string, readonly value: string }[]
  readonly facets: readonly { readonly name: string, readonly label: string, readonly blank: string, readonly options: readonly Pick[] }[]
  readonly states: readonly (Pick & { readonly icon: IconName })[]
  readonly controls: readonly string[]
  readonly chips: readonly { readonly word: string, readonly href: string }[]
  readonly clear: { readonly href: string, readonly label: string }
  readonly views: readonly { readonly name: string, readonly href: string, readonly by: string | null, readonly removal: string | null }[]
  readonly viewQuery: string
  readonly mayKeepView: boolean
  readonly columns: readonly Pick[]
  readonly arrangement: { readonly word: string, readonly other: string, readonly href: string }
  readonly number: Heading
  readonly title_: Heading
  readonly headings: readonly Heading[]
  readonly width: number
  readonly groups: readonly { readonly word: string | null, readonly count: number, readonly lines: readonly Line[] }[]
  readonly shown: number
  readonly pages: { readonly first: number, readonly last: number, readonly total: number, readonly previous: string | null, readonly next: string | null } | null
  readonly acts: readonly ActButton[]
  readonly chooseAll: string | null
  readonly done: { readonly words: string, readonly undo: string | null, readonly undoWord: string } | null
  readonly exports: { readonly csv: string, readonly xlsx: string }
  readonly mayDraft: boolean
  readonly mayRepeat: boolean
  readonly start: { readonly href: string, readonly label: string } | null
}

declare module '../web/view.ts' {
  interface Pages {
    'requests/list': RequestListPage
  }
}

/** As many rows as one page holds; the next ones are a link away. */
const SIZE = 500
const groupWords = { firm: 'With us', client: 'With the client', closed: 'Closed' } as const
const tallied: readonly RequestStatus[] = ['draft', 'submitted', 'in_review', 'open', 'in_progress', 'client_review', 'returned', 'accepted', 'not_applicable', 'cancelled']

/** The request list as its reader needs it: by whose move it is, longest waiting first. */
export function listPage(scope: EngagementScope, matter: ListMatter, query: ListQuery, now: Date): RequestListPage {
  const base = `/engagements/${scope.engagement.id}`
  const here = `${base}/requests`
  const to = (changes: Partial<ListQuery>) => `${here}${writeListQuery(query, { page: 1, all: false, done: undefined, ...changes })}`
  const { counts } = matter
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const sum = (side: 'firm' | 'client') => Object.entries(counts).reduce((all, [status, count]) => all + (sides[status as RequestStatus] === side ? count : 0), 0)
  const paged = pageOf(arrange(matter.requests, query), query.page, SIZE)
  const open = !isClosed(scope.engagement.phase)
  const buttons = open ? buttonsOf(scope.role, base) : []
  const pen = penFor(scope, now)
  const bare = { q: undefined, state: [], kind: undefined, owner: undefined, reviewer: undefined, control: undefined, criterion: undefined, due: undefined, series: undefined, only: [] } as const
  return {
    title: 'Requests', tab: 'requests', scripts: ['list.js'], base,
    zone: scope.engagement.zone, place: zonePlace(scope.engagement.zone),
    facts: {
      withUs: sum('firm'), oldest: matter.standing.oldest && writeAgo(matter.standing.oldest, now), withClient: sum('client'),
      overdue: matter.standing.overdue, overdueHref: to({ ...bare, due: 'overdue' }),
    },
    tally: {
      label: 'Requests by state',
      entries: tallied.filter((status) => (counts[status] ?? 0) > 0).map((status) => ({
        count: counts[status] ?? 0, word: statusWords[status], icon: labelOf('request', status).icon,
        href: to({ ...bare, state: [status] }), current: query.state.length === 1 && query.state[0] === status,
      })),
      total: { count: total, word: 'All requests', href: to(bare), current: !isNarrowed(query) },
    },
    q: query.q ?? '', control: query.control ?? '',
    kept: [...(query.sort ? [{ name: 'sort', value: query.sort }] : []), ...(['down', 'flat'] as const).filter((name) => query[name]).map((name) => ({ name, value: 'on' })),
      ...query.cols.join() === usualColumns.join() ? [] : [{ name: 'cols', value: query.cols.join() }], ...query.series ? [{ name: 'series', value: query.series }] : []],
    columnsKept: [...new URLSearchParams(writeListQuery(query, { cols: usualColumns, page: 1, done: undefined, all: false }))].map(([name, value]) => ({ name, value })),
    facets: facetsOf(scope, matter, query),
    states: tallied.filter((status) => scope.side === 'firm' || status !== 'draft').map((status) => ({ value: status, label: statusWords[status], selected: query.state.includes(status), icon: labelOf('request', status).icon })),
    controls: matter.controls,
    chips: chipsOf(matter, query, to),
    clear: { href: to(bare), label: 'Show all requests' },
    views: matter.views.map((view) => ({ name: view.name, href: `${here}${view.query}`, by: view.mine ? null : view.by, removal: open && view.mine ? `${here}/views/${view.id}/removal` : null })),
    viewQuery: writeListQuery(query, { page: 1, all: false, done: undefined, only: [] }), mayKeepView: open,
    columns: (Object.keys(columns) as ColumnName[]).map((name) => ({ value: name, label: columns[name], selected: query.cols.includes(name) })),
    arrangement: query.flat ? { word: 'As one list', other: 'Group by whose move it is', href: to({ flat: false }) } : { word: `By whose move it is${query.sort ? '' : ', longest waiting first'}`, other: 'As one list', href: to({ flat: true }) },
    number: heading('number', 'No.', 'margin', query, to), title_: heading('title', 'Ask', '', query, to),
    headings: query.cols.map((name) => heading(name, columns[name], name === 'files' || name === 'waiting' ? 'num' : '', query, to)),
    width: query.cols.length + 2 + (buttons.length > 0 ? 1 : 0),
    groups: paged.groups.map((group) => groupOf(scope, base, group, matter, query, pen)),
    shown: paged.total,
    pages: paged.total <= SIZE ? null : { first: paged.first, last: paged.last, total: paged.total, previous: paged.first > 1 ? to({ page: query.page - 1 }) : null, next: paged.last < paged.total ? to({ page: query.page + 1 }) : null },
    acts: buttons,
    chooseAll: query.all ? null : to({ all: true, page: query.page }),
    done: doneOf(matter.requests, query, base),
    exports: { csv: `${here}/export.csv${writeListQuery(query, { page: 1 })}`, xlsx: `${here}/export.xlsx${writeListQuery(query, { page: 1 })}` },
    mayDraft: mayStill(scope, 'request.draft'),
    mayRepeat: mayStill(scope, 'request.draft') && scope.engagement.type === 2,
    start: mayStill(scope, 'request.draft') ? { href: `${here}/new`, label: 'Draft the first request' } : null,
  }
}

function groupOf(scope: EngagementScope, base: string, { side, requests }: Group, { requests: all, unread }: ListMatter, query: ListQuery, pen: Pen): RequestListPage['groups'][number] {
  const list = listParameter(writeListQuery(query, { page: 1, all: false, done: undefined }).slice(1))
  const count = side === null ? all.length : all.filter(({ status }) => sides[status] === side).length
  return { word: side === null ? null : groupWords[side], count, lines: requests.map((request) => line(scope, base, request, unread.get(request.id) ?? 0, list, query, pen)) }
}

function line(scope: EngagementScope, base: string, request: ListedRequest, unread: number, list: string, query: ListQuery, pen: Pen): Line {
  const number = requestNumber(request.number)
  const answers = scope.side === 'client' && !isClosed(scope.engagement.phase) && isAwaited(request.status)
  const css = [...sides[request.status] === 'closed' ? ['closed'] : [], ...query.all ? ['picked'] : []].join(' ')
  return {
    number, plain: request.number, href: `${base}/requests/${number}${answers ? '/answer' : list}`,
    title: request.title, high: request.priority === 'high', unread, css, status: request.status, picked: query.all, cells: cellsOf(pen, request, query.cols),
  }
}

function heading(name: SortName, word: string, css: string, query: ListQuery, to: (changes: Partial<ListQuery>) => string): Heading {
  const sorted = query.sort === name
  return { word, css, href: to(sorted && query.down ? { sort: undefined, down: false } : { sort: name, down: sorted }), sorted: sorted ? query.down ? 'descending' : 'ascending' : null }
}

function facetsOf(scope: EngagementScope, matter: ListMatter, query: ListQuery): RequestListPage['facets'] {
  const facet = (name: 'kind' | 'owner' | 'criterion' | 'due' | 'reviewer', label: string, blank: string, options: readonly Choice[]) => ({
    name, label, blank, options: options.map((choice) => ({ ...choice, selected: choice.value === query[name] })),
  })
  const words = (choices: Readonly<Record<string, string>>): Choice[] => Object.entries(choices).map(([value, label]) => ({ value, label }))
  return [
    facet('kind', 'Kind', 'Any kind', words(kinds)),
    ...scope.role === 'owner' ? [] : [facet('owner', 'Owner', 'Any owner', [...matter.owners.map(({ id, name, title }) => ({ value: id, label: title ? `${name}, ${title}` : name })), { value: 'none', label: 'Without an owner' }])],
    facet('criterion', 'Criterion', 'Any criterion', orderCriteria(matter.criteria).map((value) => ({ value, label: value }))),
    facet('due', 'Due', 'Any due date', words(dueWords)),
    ...scope.side === 'firm' ? [facet('reviewer', 'Reviewer', 'Any reviewer', [...matter.reviewers.map(({ id, name }) => ({ value: id, label: name })), { value: 'none', label: 'Without a reviewer' }])] : [],
  ]
}

function chipsOf(matter: ListMatter, query: ListQuery, to: (changes: Partial<ListQuery>) => string): RequestListPage['chips'] {
  const nameOf = (people: readonly { id: string, name: string }[], id: string, none: string) => id === 'none' ? none : people.find((person) => person.id === id)?.name ?? 'Somebody'
  return [
    ...query.state.map((status) => ({ word: statusWords[status], href: to({ state: query.state.filter((other) => other !== status) }) })),
    ...query.q ? [{ word: `“${query.q}”`, href: to({ q: undefined }) }] : [],
    ...query.kind ? [{ word: kinds[query.kind], href: to({ kind: undefined }) }] : [],
    ...query.owner ? [{ word: nameOf(matter.owners, query.owner, 'Without an owner'), href: to({ owner: undefined }) }] : [],
    ...query.control ? [{ word: query.control, href: to({ control: undefined }) }] : [],
    ...query.criterion ? [{ word: query.criterion, href: to({ criterion: undefined }) }] : [],
    ...query.due ? [{ word: dueWords[query.due], href: to({ due: undefined }) }] : [],
    ...query.reviewer ? [{ word: nameOf(matter.reviewers, query.reviewer, 'Without a reviewer'), href: to({ reviewer: undefined }) }] : [],
    ...query.series ? [{ word: matter.series ?? 'A series', href: to({ series: undefined }) }] : [],
    ...query.only.length > 0 ? [{ word: query.only.length === 1 ? requestNumber(query.only[0]!) : `${query.only.length} chosen`, href: to({ only: [] }) }] : [],
  ]
}

const undone: Partial<Readonly<Record<Act, { act: Act, word: string }>>> = {
  cancellation: { act: 'reopening', word: 'Open them again…' },
  owner: { act: 'owner', word: 'Give them to somebody else…' },
  'due-date': { act: 'due-date', word: 'Move them again…' },
}

function doneOf(requests: readonly ListedRequest[], query: ListQuery, base: string): RequestListPage['done'] {
  if (!query.done || requests.length === 0 || query.only.length === 0) return null
  const undo = undone[query.done]
  return {
    words: `${requests.length === 1 ? '1 request was' : `${requests.length} requests were`} ${acts[query.done].done}.`,
    undo: undo ? `${base}/requests/bulk/${undo.act}?${requests.map(({ number }) => `n=${number}`).join('&')}` : null, undoWord: undo?.word ?? '',
  }
}
