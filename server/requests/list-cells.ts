import type { RequestStatus } from '../database/schema/requests.ts'
import type { EngagementScope } from '../scope.ts'
import { writeAgo, writeDate, writeDateTime } from '../web/times.ts'
import type { ColumnName } from './list-query.ts'
import type { ListedRequest } from './list-store.ts'
import { daysLate, isAwaited, kinds, sides } from './rules.ts'
import { spanLabel } from './spans.ts'

/** One cell of the list; of `status`, `late` and `face` at most one is set and says how it is drawn. */
export type Cell = {
  readonly css: string
  readonly hint: string
  readonly text: string
  readonly quiet: string
  readonly status: RequestStatus | null
  readonly late: number
  readonly face: string | null
}

type Day = { readonly text: string, readonly hint: string, readonly medium: string, readonly late: number }

/** What the cells of one page share: where and when it is read, and the days already written, for many rows fall on few days. */
export type Pen = { readonly zone: string, readonly now: Date, readonly days: Map<string, Day> }

type Draw = (request: ListedRequest, pen: Pen) => Partial<Cell>

export function penFor(scope: EngagementScope, now: Date): Pen {
  return { zone: scope.engagement.zone, now, days: new Map() }
}

/** The cells of a request in the order of the chosen columns. */
export function cellsOf(pen: Pen, request: ListedRequest, cols: readonly ColumnName[]): Cell[] {
  return cols.map((name) => {
    const cell = draw[name](request, pen)
    return { css: cell.css ?? '', hint: cell.hint ?? '', quiet: cell.quiet ?? '', status: cell.status ?? null, late: cell.late ?? 0, face: cell.face ?? null, text: cell.text || '–' }
  })
}

const draw: Readonly<Record<ColumnName, Draw>> = {
  reference: ({ reference, external_id: external }) => ({ css: 'off mono small nowrap', text: reference || external || '', hint: external && reference ? `In its own list ${external}` : '' }),
  kind: ({ kind }) => ({ css: 'off', text: kinds[kind] }),
  control: ({ controls }) => ({ css: 'mono small off nowrap', ...shortened(controls) }),
  criteria: ({ criteria }) => ({ css: 'mono small off nowrap', ...shortened(criteria) }),
  span: ({ span_start: start, span_end: end }) => ({ css: 'off nowrap', text: start && end ? spanLabel({ start, end }) : '' }),
  owner: ({ owner, owner_title: title, unreached }) => unreached
    ? { css: 'off nowrap', text: owner ?? '', quiet: '(mail came back)', hint: 'A mail about this request was refused. Open it to see why.' }
    : { css: 'off nowrap clip', text: title || (owner ?? ''), hint: owner ?? '' },
  due: (request, pen) => ({
    css: 'nowrap', ...dueWords(request, pen), quiet: request.due_on && request.original_due_on && request.due_on !== request.original_due_on ? '(moved)' : '',
  }),
  state: ({ status }) => ({ status }),
  files: ({ files, version }) => ({ css: 'num off nowrap', text: files > 0 ? String(files) : '', quiet: files > 0 && version !== null && version > 1 ? `v${version}` : '' }),
  reviewer: ({ reviewer }) => ({ css: 'off', face: reviewer }),
  priority: ({ priority }) => ({ css: 'off', text: priority === 'high' ? 'High' : 'Normal' }),
  issued: ({ issued_at: at }, { zone }) => ({ css: 'off nowrap', text: at ? writeDate(at, zone, 'short') : '' }),
  waiting: ({ status, status_since: since }, { zone, now }) => sides[status] === 'closed' ? { css: 'num off', text: ' ' }
    : { css: 'num off nowrap muted', text: writeAgo(since, now), hint: writeDateTime(since, zone) },
}

function shortened(values: readonly string[]): Partial<Cell> {
  return values.length <= 2 ? { text: values.join(', ') } : { text: `${values.slice(0, 2).join(', ')} +${values.length - 2}`, hint: values.join(', ') }
}

function dueWords({ status, due_on: dueOn, original_due_on: first }: ListedRequest, pen: Pen): Pick<Cell, 'text' | 'hint' | 'late'> {
  if (dueOn === null) return { text: '', hint: '', late: 0 }
  const { text, hint, late } = dayOf(dueOn, pen)
  return { text, hint: first && first !== dueOn ? `${hint}; first due ${dayOf(first, pen).medium}` : hint, late: isAwaited(status) ? late : 0 }
}

function dayOf(day: string, { zone, now, days }: Pen): Day {
  const known = days.get(day) ?? {
    text: writeDate(day, undefined, 'short'), hint: `Through the end of ${writeDate(day, undefined, 'long')}`, medium: writeDate(day), late: daysLate('open', day, zone, now),
  }
  days.set(day, known)
  return known
}
