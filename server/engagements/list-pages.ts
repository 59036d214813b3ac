import { z } from 'zod'
import { Temporal } from 'temporal-polyfill'
import { mayInFirm } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import type { PersonScope } from '../scope.ts'
import { readForm } from '../web/form.ts'
import { number } from '../web/helpers.ts'
import { states } from '../web/states.ts'
import { todayIn, writeSpan } from './calendar.ts'
import { listDestroyed } from './destruction-store.ts'
import { listChoices, listPage, listPastRetention, PAGE, type ListedEngagement, type ListQuery, type SortName } from './list-store.ts'
import { milestonesOf, milestoneWords } from './milestones.ts'
import { course, isPhase, phasesOf, type Phase } from './phases.ts'

type Option = { readonly value: string, readonly label: string, readonly selected: boolean }
type Row = {
  readonly href: string | null, readonly client: string, readonly system: string, readonly span: string, readonly phase: Phase, readonly phases: 'phase' | 'assessment'
  readonly steps: readonly { readonly mark: 'done' | 'now' | 'todo' }[], readonly stepWords: string
  readonly requests: number, readonly accepted: number, readonly withFirm: number, readonly words: string, readonly tests: string | null
  readonly overdue: number, readonly exceptions: number
  readonly next: { readonly on: string, readonly what: string, readonly late: boolean } | null
  readonly team: readonly { readonly name: string, readonly role: string }[]
  readonly destroyed: string | null
}

declare module '../web/view.ts' {
  interface Pages {
    'engagements/firm': {
      q: string
      facets: readonly { readonly name: string, readonly label: string, readonly blank: string, readonly options: readonly Option[] }[]
      sorts: Readonly<Record<SortName, { readonly href: string, readonly sorted: 'ascending' | 'descending' | null }>>
      rows: readonly Row[]
      total: number
      first: number
      last: number
      previous: string | null
      next: string | null
      narrowed: boolean
      whole: boolean
      mayCreate: boolean
      past: readonly { readonly href: string | null, readonly client: string, readonly system: string, readonly endedOn: string, readonly hold: boolean }[]
      due: number
    }
  }
}

const sorts = ['client', 'phase', 'end'] as const
const query = z.object({
  q: z.string().max(200).default('').catch(''), client: z.uuid().optional().catch(undefined), person: z.uuid().optional().catch(undefined),
  phase: z.string().optional().catch(undefined), sort: z.enum(sorts).optional().catch(undefined), down: z.string().optional().catch(undefined),
  page: z.coerce.number().int().min(1).max(100_000).default(1).catch(1),
})

/** What an address asks the list for; what is not understood is left out. */
export function readListQuery(asked: unknown): ListQuery {
  const { q, client = null, person = null, phase = '', sort = null, down, page } = readForm(query, asked)
  return { q, client, person, phase: isPhase(phase) ? phase : null, sort, down: down !== undefined, page }
}

/** The firm's engagements, a page at a time. Partners and managers see a row for each of the firm, and open those they are on. */
export async function firmPage(trx: Tx, scope: PersonScope, asked: ListQuery, now: Date) {
  const [rows, choices, past] = [await listPage(trx, asked), await listChoices(trx), await listPastRetention(trx)]
  const destroyed = new Map((await listDestroyed(trx)).map(({ id, at }) => [id, at]))
  const total = rows[0]?.total ?? 0
  const options = (list: readonly { id: string, name: string }[], chosen: string | null): Option[] => list.map(({ id, name }) => ({ value: id, label: name, selected: id === chosen }))
  return {
    title: 'Engagements', frame: 'page' as const, q: asked.q, total, first: (asked.page - 1) * PAGE + 1, last: (asked.page - 1) * PAGE + rows.length,
    facets: [
      { name: 'client', label: 'Client', blank: 'Any client', options: options(choices.clients, asked.client) },
      { name: 'person', label: 'Person', blank: 'Anybody', options: options(choices.people, asked.person) },
      { name: 'phase', label: 'Phase', blank: 'Any phase', options: Object.entries(states.phase).map(([value, { word }]) => ({ value, label: word, selected: value === asked.phase })) },
    ],
    sorts: Object.fromEntries(sorts.map((name) => [name, {
      href: addressOf({ ...asked, sort: name, down: asked.sort === name && !asked.down, page: 1 }), sorted: asked.sort === name ? asked.down ? 'descending' : 'ascending' : null,
    }])) as Record<SortName, { href: string, sorted: 'ascending' | 'descending' | null }>,
    rows: rows.map((row) => rowOf(row, now, destroyed.get(row.id) ?? null)),
    past: past.map(({ id, role, ...file }) => ({ ...file, href: role === null ? null : `/engagements/${id}/phase#dates` })), due: past.filter(({ hold }) => !hold).length,
    previous: asked.page > 1 ? addressOf({ ...asked, page: asked.page - 1 }) : null,
    next: asked.page * PAGE < total ? addressOf({ ...asked, page: asked.page + 1 }) : null,
    narrowed: asked.q !== '' || asked.client !== null || asked.person !== null || asked.phase !== null,
    whole: mayInFirm(scope.rank, 'engagement.create'), mayCreate: mayInFirm(scope.rank, 'engagement.create'),
  }
}

function rowOf(row: ListedEngagement, now: Date, destroyed: Date | null): Row {
  const at = course.indexOf(row.phase)
  const { requests, accepted, withFirm, lines, concluded } = row
  return {
    href: destroyed !== null ? `/destroyed/${row.id}` : row.role === null ? null : `/engagements/${row.id}`, destroyed: destroyed === null ? null : todayIn(row.zone, destroyed), client: row.client, system: row.system, phase: row.phase, phases: phasesOf(row.purpose),
    span: `${row.purpose === 'readiness' ? 'Readiness' : `Type ${row.type}`} · ${writeSpan(row)}`,
    steps: at < 0 ? [] : course.map((_, index) => ({ mark: index < at ? 'done' : index === at ? 'now' : 'todo' })), stepWords: `Phase ${at + 1} of ${course.length}`,
    requests, accepted, withFirm, words: requests === 0 ? 'no requests yet' : `${number(accepted)} of ${number(requests)} accepted${withFirm > 0 ? `, ${number(withFirm)} with us` : ''}`,
    tests: lines === 0 ? null : `${number(concluded)} of ${number(lines)} tests concluded`,
    overdue: row.overdue, exceptions: row.exceptions, next: nextDeadline(row, todayIn(row.zone, now)), team: row.team,
  }
}

/** The next day something falls due: a request, a milestone, or after the release the assembly of the file. */
export function nextDeadline(row: Pick<ListedEngagement, 'phase' | 'type' | 'asOf' | 'periodStart' | 'periodEnd' | 'purpose' | 'nextDue' | 'moved' | 'releaseDate' | 'assemblyDays'>, today: string): Row['next'] {
  if (row.phase === 'archived' || row.phase === 'withdrawn') return null
  const milestones = milestonesOf(row, row.moved, row)
  if (row.phase === 'issued' && row.releaseDate !== null) {
    const on = milestones.find(({ kind }) => kind === 'assembly')?.on ?? Temporal.PlainDate.from(row.releaseDate).add({ days: row.assemblyDays }).toString()
    return { on, what: 'file assembled', late: on < today }
  }
  const ahead = milestones.filter(({ on }) => on >= today).map(({ on, kind }) => ({ on, what: milestoneWords[kind].toLowerCase(), late: false }))
  if (row.nextDue !== null) ahead.push({ on: row.nextDue, what: 'requests due', late: false })
  return ahead.toSorted((a, b) => a.on < b.on ? -1 : a.on > b.on ? 1 : 0)[0] ?? null
}

function addressOf({ q, client, person, phase, sort, down, page }: ListQuery): string {
  const parts = new URLSearchParams()
  for (const [name, value] of Object.entries({ q, client, person, phase, sort })) if (value !== null && value !== '') parts.set(name, value)
  if (down) parts.set('down', '1')
  if (page > 1) parts.set('page', String(page))
  const text = parts.toString()
  return text === '' ? '/engagements' : `/engagements?${text}`
}
