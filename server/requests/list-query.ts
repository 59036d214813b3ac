import { z } from 'zod'
import type { RequestKind, RequestStatus } from '../database/schema/requests.ts'
import { readForm, several } from '../web/form.ts'
import type { Act } from './bulk-rules.ts'
import { acts } from './bulk-rules.ts'
import { kinds, statusWords } from './rules.ts'

/** The columns one may choose, in the order they stand; number and ask always lead. */
export const columns = {
  reference: 'Reference', kind: 'Kind', control: 'Control', criteria: 'Criteria', span: 'Span', owner: 'Owner', due: 'Due', state: 'State',
  files: 'Files', reviewer: 'Rev.', priority: 'Priority', issued: 'Issued', waiting: 'Waiting',
} as const

export type ColumnName = keyof typeof columns
export type SortName = ColumnName | 'number' | 'title'

export const usualColumns: readonly ColumnName[] = ['kind', 'control', 'owner', 'due', 'state', 'files', 'reviewer', 'waiting']

export const dueWords = { overdue: 'Overdue', week: 'Due within 7 days', later: 'Due later', none: 'Without a date' } as const

/** All the list is narrowed to, sorted and shown by; its address holds the same. */
export type ListQuery = {
  readonly q?: string | undefined
  readonly state: readonly RequestStatus[]
  readonly kind?: RequestKind | undefined
  readonly owner?: string | undefined
  readonly reviewer?: string | undefined
  readonly control?: string | undefined
  readonly criterion?: string | undefined
  readonly due?: keyof typeof dueWords | undefined
  readonly series?: string | undefined
  readonly only: readonly number[]
  readonly sort?: SortName | undefined
  readonly down: boolean
  readonly flat: boolean
  readonly cols: readonly ColumnName[]
  readonly page: number
  readonly all: boolean
  readonly done?: Act | undefined
}

const personOrNone = z.union([z.uuid(), z.literal('none')]).optional().catch(undefined)
const key = <T extends string>(words: Readonly<Record<T, unknown>>) => z.string().optional().catch(undefined)
  .transform((value) => value !== undefined && Object.hasOwn(words, value) ? value as T : undefined)
const keys = <T extends string>(words: Readonly<Record<T, unknown>>) => several(z.string())
  .transform((values) => values.flatMap((value) => value.split(',')).filter((value): value is T => Object.hasOwn(words, value)))
const flag = z.string().optional().catch(undefined).transform((value) => value !== undefined)

const schema = z.object({
  q: z.string().max(200).optional().catch(undefined),
  state: keys(statusWords),
  kind: key(kinds),
  owner: personOrNone,
  reviewer: personOrNone,
  control: z.string().max(20).optional().catch(undefined),
  criterion: z.string().max(10).optional().catch(undefined),
  due: key(dueWords),
  series: z.uuid().optional().catch(undefined),
  only: several(z.string()).transform((values) => values.flatMap((value) => value.split(',')).map(Number).filter((number) => Number.isInteger(number) && number > 0 && number < 1e7)),
  sort: key<SortName>({ ...columns, number: 1, title: 1 }),
  down: flag,
  flat: flag,
  cols: keys(columns),
  page: z.coerce.number().int().min(1).catch(1),
  all: flag,
  done: key(acts),
})

/** What an address asks for; whatever makes no sense is as if it were not there. */
export function readListQuery(query: unknown): ListQuery {
  const { cols, ...rest } = readForm(schema, query)
  const chosen = (Object.keys(columns) as ColumnName[]).filter((name) => cols.includes(name))
  return { ...rest, cols: chosen.length > 0 ? chosen : usualColumns }
}

/** The same as the part of an address after the path: '?state=open&sort=due', or '' for everything. */
export function writeListQuery(query: ListQuery, changes: Partial<ListQuery> = {}): string {
  const all = { ...query, ...changes }
  const parts = new URLSearchParams()
  for (const name of ['q', 'state', 'kind', 'owner', 'reviewer', 'control', 'criterion', 'due', 'series', 'only', 'sort'] as const) {
    const value = all[name]
    if (Array.isArray(value) ? value.length > 0 : value) parts.set(name, Array.isArray(value) ? value.join(',') : String(value))
  }
  for (const name of ['down', 'flat', 'all'] as const) if (all[name]) parts.set(name, 'on')
  if (all.cols.join() !== usualColumns.join()) parts.set('cols', all.cols.join(','))
  if (all.page > 1) parts.set('page', String(all.page))
  if (all.done) parts.set('done', all.done)
  const text = parts.toString().replaceAll('%2C', ',')
  return text === '' ? '' : `?${text}`
}

/** Whether the list shows less than everything. */
export function isNarrowed(query: ListQuery): boolean {
  const { q, state, kind, owner, reviewer, control, criterion, due, series, only } = query
  return Boolean(q || kind || owner || reviewer || control || criterion || due || series) || state.length > 0 || only.length > 0
}
