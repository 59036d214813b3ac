import type { RequestStatus } from '../database/schema/requests.ts'
import type { EngagementScope } from '../scope.ts'
import { writeAgo, writeDate, writeDateTime } from '../web/times.ts'
import type { ColumnName } from './list-query.ts'
import type { ListedRequest } from './list-store.ts'
import { daysLate, kinds, sides } from './rules.ts'
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

type Draw = (request: ListedRequest, scope: EngagementScope, now: Date) => Partial<Cell>

/** The cells of a request in the order of the chosen columns. */
export function cellsOf(scope: EngagementScope, request: ListedRequest, cols: readonly ColumnName[], now: Date): Cell[] {
  return cols.map((name) => {
    const cell = draw[name](request, scope, now)
    return { css: '', hint: '', quiet: '', status: null, late: 0, face: null, ...cell, text: cell.text || '–' }
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
  due: (request, { engagement }, now) => ({
    css: 'nowrap', text: request.due_on ? writeDate(request.due_on, undefined, 'short') : '',
    hint: request.due_on ? dueHint(request.due_on, request.original_due_on) : '',
    quiet: request.due_on && request.original_due_on && request.due_on !== request.original_due_on ? '(moved)' : '',
    late: daysLate(request.status, request.due_on, engagement.zone, now),
  }),
  state: ({ status }) => ({ status }),
  files: ({ files, version }) => ({ css: 'num off nowrap', text: files > 0 ? String(files) : '', quiet: files > 0 && version !== null && version > 1 ? `v${version}` : '' }),
  reviewer: ({ reviewer }) => ({ css: 'off', face: reviewer }),
  priority: ({ priority }) => ({ css: 'off', text: priority === 'high' ? 'High' : 'Normal' }),
  issued: ({ issued_at: at }, { engagement }) => ({ css: 'off nowrap', text: at ? writeDate(at, engagement.zone, 'short') : '' }),
  waiting: ({ status, status_since: since }, { engagement }, now) => sides[status] === 'closed' ? { css: 'num off', text: ' ' }
    : { css: 'num off nowrap muted', text: writeAgo(since, now), hint: writeDateTime(since, engagement.zone) },
}

function shortened(values: readonly string[]): Partial<Cell> {
  return values.length <= 2 ? { text: values.join(', ') } : { text: `${values.slice(0, 2).join(', ')} +${values.length - 2}`, hint: values.join(', ') }
}

function dueHint(dueOn: string, original: string | null): string {
  const now = `Through the end of ${writeDate(dueOn, undefined, 'long')}`
  return original && original !== dueOn ? `${now}; first due ${writeDate(original)}` : now
}
