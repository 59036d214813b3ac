import { z } from 'zod'
import { may } from '../access/policy.ts'
import { listMappings } from '../controls/store.ts'
import { criteriaInScope } from '../controls/criteria.ts'
import type { Tx } from '../database/connect.ts'
import type { ExceptionStatus } from '../database/schema/exceptions.ts'
import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { ratePercent } from '../populations/rates.ts'
import { factsChanged } from './facts.ts'
import { readFound } from './facts-pages.ts'
import { listExcluded } from './opinion-store.ts'
import { listReleases } from './release-store.ts'
import { causeTypes, exceptionNumber, headingOf, waitsFor, type Position } from './rules.ts'
import { listExceptions } from './store.ts'

type Side = 'firm' | 'client' | 'nobody'
type Row = {
  readonly number: string, readonly href: string, readonly subject: string, readonly criteria: readonly string[], readonly heading: string, readonly tied: string | null, readonly parts: string | null, readonly rate: string | null
  readonly noun: string, readonly status: ExceptionStatus, readonly cause: string | null, readonly changed: boolean, readonly side: Side, readonly waits: string, readonly since: Date, readonly closed: boolean
}

export type ExceptionListPage = PageModel & {
  readonly base: string
  readonly zone: string
  readonly facts: { readonly withUs: number, readonly withClient: number, readonly all: number }
  readonly filters: readonly { readonly word: string, readonly count: number, readonly href: string, readonly on: boolean }[]
  readonly groups: readonly { readonly word: string, readonly rows: readonly Row[] }[]
  readonly clear: Readonly<Record<'href' | 'label', string>>
  readonly firm: boolean
  readonly mayWeigh: boolean
  /** Criteria that no control meets and no exception stands on; empty for whoever may not open one. */
  readonly unmet: readonly Choice[]
  readonly form: FormState
}

export type Filter = { readonly side: 'with-us' | 'with-client' | 'closed' | 'changed' | null, readonly cause: keyof typeof causeTypes | null, readonly criterion: string | null }

/** What the address of the list asks for; anything unknown in it asks for nothing. */
export function readFilter(query: unknown): Filter {
  return z.object({
    side: z.enum(['with-us', 'with-client', 'closed', 'changed']).nullable().catch(null), cause: z.enum(Object.keys(causeTypes) as ['people']).nullable().catch(null), criterion: z.string().max(10).nullable().catch(null),
  }).parse(query)
}

/** The exceptions this reader may know of, by whose move it is; the firm's counts are taken from the cells, the client's from what it was told. */
export async function listPage(trx: Tx, scope: EngagementScope, filter: Filter, form = formState()): Promise<ExceptionListPage> {
  const base = `/engagements/${scope.engagement.id}`
  const firm = scope.side === 'firm'
  const all = await readRows(trx, scope, base)
  const words = firm ? { firm: 'With us', client: 'With the client', nobody: 'Closed' } : { firm: 'With the auditors', client: 'With you', nobody: 'Closed' }
  const order = firm ? ['firm', 'client', 'nobody'] as const : ['client', 'firm', 'nobody'] as const
  const shown = all.filter((row) => shows(row, filter, order[0]))
  return {
    title: 'Exceptions', tab: 'exceptions', base, zone: scope.engagement.zone, firm, form, mayWeigh: may(scope.role, 'opinion.view'),
    facts: { withUs: all.filter(({ side }) => side === order[0]).length, withClient: all.filter(({ side }) => side === order[1]).length, all: all.length },
    filters: all.length > 1 ? filtersOf(all, filter, firm, order[0], `${base}/exceptions`) : [], clear: { href: `${base}/exceptions`, label: 'Show all of them' },
    groups: order.map((side) => ({ word: words[side], rows: shown.filter((row) => row.side === side) })).filter((group) => group.rows.length > 0),
    unmet: may(scope.role, 'exception.describe') ? await listUnmet(trx, scope, all) : [],
  }
}

async function readRows(trx: Tx, scope: EngagementScope, base: string): Promise<Row[]> {
  const releases = Map.groupBy(await listReleases(trx, scope), ({ exception_id: id }) => id)
  const rows: Row[] = []
  for (const exception of await listExceptions(trx, scope)) {
    const told = releases.get(exception.id)?.at(-1)
    const { facts, counts } = await readFound(trx, scope, exception)
    const changed = told !== undefined && exception.status !== 'cleared' && factsChanged(told, facts)
    const side = waitsFor(exception.status, exception.client_position, changed)
    const number = exceptionNumber(exception.number)
    const { problem, deviating, tested } = scope.side === 'firm' ? facts : told ?? facts
    const parts = scope.side === 'firm' && counts.parts ? `${counts.parts.first.deviatingItems} of the first ${counts.parts.first.items}, ${counts.parts.further.deviatingItems} of ${counts.parts.further.items} further` : null
    rows.push({
      number, href: `${base}/exceptions/${number}`, subject: exception.subject, criteria: exception.criteria, heading: headingOf(problem),
      tied: deviating > 0 ? `${deviating} of ${tested}` : null, parts, rate: deviating > 0 ? ratePercent(deviating / tested) : null, noun: exception.item_noun,
      status: exception.status, cause: exception.cause_type, changed: changed && scope.side === 'firm', side, waits: waitingWords(side, exception.status, exception.client_position, changed, scope.side === 'firm'),
      since: exception.status_since, closed: side === 'nobody',
    })
  }
  return rows
}

function shows(row: Row, { side, cause, criterion }: Filter, first: Side): boolean {
  const sides: Readonly<Record<NonNullable<Filter['side']>, boolean>> = { 'with-us': row.side === first, 'with-client': row.side !== first && row.side !== 'nobody', closed: row.closed, changed: row.changed }
  return (side === null || sides[side]) && (cause === null || row.cause === cause) && (criterion === null || row.criteria.includes(criterion))
}

function filtersOf(rows: readonly Row[], filter: Filter, firm: boolean, first: Side, here: string): ExceptionListPage['filters'] {
  const pick = (word: string, part: Partial<Filter>): ExceptionListPage['filters'][number] => {
    const [[key, value]] = Object.entries(part) as [[keyof Filter, string]]
    const on = filter[key] === value
    const query = new URLSearchParams(Object.entries({ ...filter, [key]: on ? null : value }).filter((entry): entry is [string, string] => entry[1] !== null)).toString()
    return { word, on, count: rows.filter((row) => shows(row, { side: null, cause: null, criterion: null, ...part }, first)).length, href: query === '' ? here : `${here}?${query}` }
  }
  return [
    pick(firm ? 'With us' : 'With you', { side: 'with-us' }), pick(firm ? 'With the client' : 'With the auditors', { side: 'with-client' }), pick('Closed', { side: 'closed' }),
    ...firm ? [pick('Changed since released', { side: 'changed' }), ...(Object.keys(causeTypes) as (keyof typeof causeTypes)[]).map((cause) => pick(`Cause: ${causeTypes[cause].toLowerCase()}`, { cause }))] : [],
    ...filter.criterion === null ? [] : [pick(filter.criterion, { criterion: filter.criterion })],
  ].filter(({ count, on }) => count > 0 || on)
}

async function listUnmet(trx: Tx, scope: EngagementScope, rows: readonly Row[]): Promise<Choice[]> {
  const met = new Set([...(await listMappings(trx, scope)).map(({ criterion }) => criterion), ...await listExcluded(trx, scope), ...rows.filter(({ status }) => status !== 'cleared').map(({ subject }) => subject)])
  return criteriaInScope(scope.engagement.categories).filter(({ id }) => !met.has(id)).map(({ id, title }) => ({ value: id, label: `${id} ${title}` }))
}

/** Whose move it is, and which. */
export function waitingWords(side: Side, status: ExceptionStatus, position: Position | null, changed: boolean, firm: boolean): string {
  if (side === 'nobody') return '–'
  if (side === 'client') return `${firm ? 'Client' : 'You'}: ${status === 'evaluated' ? 'response' : 'are the facts right?'}`
  if (!firm) return 'The auditors'
  if (changed) return 'Firm: release again'
  return { identified: 'Firm: describe and share', client_confirming: position === 'disputed' ? 'Firm: settle the dispute' : 'Firm: confirm', confirmed: 'Firm: evaluate', response_received: 'Firm: close' }[status as 'identified'] ?? 'Firm'
}
