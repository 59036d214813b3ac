import { may } from '../access/policy.ts'
import { type RequestKind, type RequestStatus } from '../database/schema/requests.ts'
import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import { labelOf } from '../web/states.ts'
import type { IconName } from '../web/icons.ts'
import { zonePlace } from '../web/times.ts'
import type { PageModel } from '../web/view.ts'
import { daysLate, kinds, requestNumber, sides, statusWords } from './rules.ts'
import type { ListedRequest } from './store.ts'

export type ListQuery = { readonly q?: string | undefined, readonly state?: readonly string[] | undefined, readonly kind?: string | undefined, readonly owner?: string | undefined, readonly control?: string | undefined }

type Line = {
  readonly number: string
  readonly href: string
  readonly title: string
  readonly kind: string
  readonly controls: readonly string[]
  readonly owner: string | null
  readonly ownerHint: string
  readonly dueOn: string | null
  readonly moved: boolean
  readonly late: number
  readonly status: RequestStatus
  readonly files: number
  readonly version: number | null
  readonly reviewer: string | null
  readonly since: Date
  readonly closed: boolean
  readonly canIssue: boolean
}

export type RequestListPage = PageModel & {
  readonly base: string
  readonly zone: string
  readonly place: string
  readonly facts: { readonly withUs: number, readonly withClient: number, readonly overdue: number }
  readonly tally: { readonly label: string, readonly entries: readonly { count: number, word: string, icon: IconName, href: string, current: boolean }[], readonly total: { count: number, word: string, href: string, current: boolean } }
  readonly query: { readonly q: string, readonly control: string, readonly state: readonly string[] }
  readonly filtered: boolean
  readonly kinds: readonly (Choice & { selected: boolean })[]
  readonly owners: readonly (Choice & { selected: boolean })[]
  readonly groups: readonly { readonly word: string, readonly lines: readonly Line[] }[]
  readonly shown: number
  readonly mayDraft: boolean
  readonly mayIssue: boolean
  readonly clear: { readonly href: string, readonly label: string }
  readonly start: { readonly href: string, readonly label: string } | null
}

export type RequestFormPage = PageModel & {
  readonly base: string
  readonly action: string
  readonly form: FormState
  readonly heading: string
  readonly version: number | null
  readonly kinds: readonly Choice[]
  readonly owners: readonly Choice[]
  readonly controls: readonly string[]
  readonly back: string
}

declare module '../web/view.ts' {
  interface Pages {
    'requests/list': RequestListPage
    'requests/edit': RequestFormPage
  }
}

const groupWords = { firm: 'With us', client: 'With the client', closed: 'Closed' } as const
const tallied: readonly RequestStatus[] = ['draft', 'submitted', 'in_review', 'open', 'in_progress', 'client_review', 'returned', 'accepted', 'not_applicable', 'cancelled']

/** The request list as its reader needs it: by whose move it is, longest waiting first. */
export function listPage(scope: EngagementScope, requests: readonly ListedRequest[], counts: Partial<Record<RequestStatus, number>>,
  owners: readonly { id: string, name: string, title: string }[], query: ListQuery, now: Date): RequestListPage {
  const base = `/engagements/${scope.engagement.id}`
  const lines = requests.map((request) => line(scope, base, request, now))
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const sum = (side: 'firm' | 'client') => Object.entries(counts).reduce((all, [status, count]) => all + (sides[status as RequestStatus] === side ? count : 0), 0)
  return {
    title: 'Requests',
    tab: 'requests',
    scripts: ['list.js'],
    base,
    zone: scope.engagement.zone,
    place: zonePlace(scope.engagement.zone),
    facts: { withUs: sum('firm'), withClient: sum('client'), overdue: lines.filter(({ late }) => late > 0).length },
    tally: {
      label: 'Requests by state',
      entries: tallied.filter((status) => (counts[status] ?? 0) > 0).map((status) => ({
        count: counts[status] ?? 0, word: statusWords[status], icon: labelOf('request', status).icon,
        href: `${base}/requests?state=${status}`, current: query.state?.length === 1 && query.state[0] === status,
      })),
      total: { count: total, word: 'All requests', href: `${base}/requests`, current: (query.state ?? []).length === 0 },
    },
    query: { q: query.q ?? '', control: query.control ?? '', state: query.state ?? [] },
    filtered: Boolean(query.q || query.state?.length || query.kind || query.owner || query.control),
    kinds: kindChoices().map((choice) => ({ ...choice, selected: choice.value === query.kind })),
    owners: ownerChoices(owners).map((choice) => ({ ...choice, selected: choice.value === query.owner })),
    groups: (['firm', 'client', 'closed'] as const)
      .map((side) => ({ word: groupWords[side], lines: lines.filter(({ status }) => sides[status] === side).toSorted((a, b) => a.since.getTime() - b.since.getTime()) }))
      .filter((group) => group.lines.length > 0),
    shown: lines.length,
    mayDraft: may(scope.role, 'request.draft'),
    mayIssue: may(scope.role, 'request.issue') && lines.some(({ canIssue }) => canIssue),
    clear: { href: `${base}/requests`, label: 'Show all requests' },
    start: may(scope.role, 'request.draft') ? { href: `${base}/requests/new`, label: 'Draft the first request' } : null,
  }
}

/** The form of a draft, new (`request` null) or being changed. */
export function formPage(scope: EngagementScope, request: { number: number, version: number } | null, form: FormState,
  owners: readonly { id: string, name: string, title: string }[], controls: readonly string[]): RequestFormPage {
  const base = `/engagements/${scope.engagement.id}`
  const number = request ? requestNumber(request.number) : null
  return {
    title: number ? `Change ${number}` : 'New request',
    tab: 'requests',
    frame: 'center',
    base,
    action: number ? `${base}/requests/${number}/draft` : `${base}/requests`,
    back: number ? `${base}/requests/${number}` : `${base}/requests`,
    form,
    heading: number ? `Change ${number} before it is issued` : 'Ask the client for something',
    version: request?.version ?? null,
    kinds: kindChoices().filter(({ value }) => value !== 'sample' || form.values['kind'] === 'sample'),
    owners: ownerChoices(owners),
    controls,
  }
}

function line(scope: EngagementScope, base: string, request: ListedRequest, now: Date): Line {
  const number = requestNumber(request.number)
  const answers = scope.side === 'client' && ['open', 'in_progress', 'returned'].includes(request.status)
  return {
    number,
    href: `${base}/requests/${number}${answers ? '/answer' : ''}`,
    title: request.title,
    kind: kinds[request.kind],
    controls: request.controls,
    owner: request.owner_title || request.owner,
    ownerHint: request.owner ?? '',
    dueOn: request.due_on,
    moved: request.due_on !== request.original_due_on,
    late: daysLate(request.status, request.due_on, scope.engagement.zone, now),
    status: request.status,
    files: request.files,
    version: request.version,
    reviewer: request.reviewer,
    since: request.status_since,
    closed: sides[request.status] === 'closed',
    canIssue: request.status === 'draft',
  }
}

function kindChoices(): Choice[] {
  return (Object.entries(kinds) as [RequestKind, string][]).map(([value, label]) => ({ value, label }))
}

function ownerChoices(owners: readonly { id: string, name: string, title: string }[]): Choice[] {
  return owners.map(({ id, name, title }) => ({ value: id, label: title ? `${name}, ${title}` : name }))
}
