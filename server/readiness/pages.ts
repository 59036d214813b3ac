import { may } from '../access/policy.ts'
import { categoryNames, criterion as criterionOf, criteriaInScope, seriesOf } from '../controls/criteria.ts'
import { listMappings } from '../controls/store.ts'
import type { Tx } from '../database/connect.ts'
import { todayIn, writeSpan } from '../engagements/calendar.ts'
import { listClients } from '../engagements/store.ts'
import { listTeam } from '../engagements/team-store.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import type { IconName } from '../web/icons.ts'
import { labelOf, type StateOf } from '../web/states.ts'
import { writeDateTime } from '../web/times.ts'
import type { GapReport, GapRow } from './gap-report.ts'
import { moves, states, statuses } from './rules.ts'
import { findAssessment, listAssessments, listNotes } from './store.ts'

type ListRow = GapRow & { readonly href: string, readonly late: boolean, readonly shown: StateOf<'readiness'> }
type Entry = { readonly count: number, readonly word: string, readonly icon: IconName, readonly href: string, readonly current: boolean }

declare module '../web/view.ts' {
  interface Pages {
    'readiness/new': { form: FormState, clients: readonly Choice[], categories: readonly Choice[] }
    'readiness/list': {
      base: string
      span: string
      zone: string
      tally: { entries: readonly Entry[], total: { count: number, word: string, href: string, current: boolean } }
      gaps: { entries: readonly Entry[], total: { count: number, word: string, href: string, current: boolean } } | null
      series: readonly { readonly name: string, readonly rows: readonly ListRow[] }[]
      mayExport: boolean
    }
    'readiness/show': {
      base: string
      here: string
      criterion: string
      name: string
      zone: string
      /** The criteria before and after this one, as far as there are any. */
      walk: readonly { readonly way: string, readonly criterion: string, readonly title: string, readonly href: string }[]
      controls: readonly { readonly number: string, readonly href: string | null }[]
      row: ListRow
      assessment: FormState | null
      version: number
      states: readonly Choice[]
      owners: readonly Choice[]
      /** Where this person moves the gap, and to what. */
      remediation: { readonly action: string, readonly choices: readonly Choice[], readonly form: FormState } | null
      notes: readonly { readonly from: StateOf<'remediation'>, readonly to: StateOf<'remediation'>, readonly words: string, readonly at: Date, readonly by: string }[]
      summary: FormState
    }
  }
}

export async function newPage(trx: Tx, form: FormState) {
  return {
    title: 'New readiness assessment', frame: 'center' as const, form, clients: (await listClients(trx)).map(({ id, name }) => ({ value: id, label: name })),
    categories: Object.entries(categoryNames).filter(([key]) => key !== 'security').map(([value, label]) => ({ value, label })),
  }
}

/** The criteria in scope in their order with what there is and what is missing; `state` and `status` narrow the list. */
export async function listPage(trx: Tx, scope: EngagementScope, filter: { state?: string | undefined, status?: string | undefined }, now: Date) {
  const base = `/engagements/${scope.engagement.id}`
  const here = `${base}/readiness`
  const rows = await readRows(trx, scope, now)
  const shown = rows.filter((row) => (filter.state === undefined || row.shown === filter.state) && (filter.status === undefined || row.status === filter.status))
  const gaps = rows.filter(({ status }) => status !== null)
  return {
    title: 'Readiness', tab: 'readiness' as const, base, span: writeSpan(scope.engagement), zone: scope.engagement.zone, mayExport: may(scope.role, 'readiness.export'),
    tally: {
      entries: [...states, 'not_assessed' as const].map((state) => ({ count: rows.filter((row) => row.shown === state).length, ...wordOf('readiness', state), href: `${here}?state=${state}`, current: filter.state === state }))
        .filter(({ count }) => count > 0),
      total: { count: rows.length, word: rows.length === 1 ? 'criterion' : 'criteria', href: here, current: filter.state === undefined && filter.status === undefined },
    },
    gaps: gaps.length === 0 ? null : {
      entries: statuses.map((status) => ({ count: gaps.filter((row) => row.status === status).length, ...wordOf('remediation', status), href: `${here}?status=${status}`, current: filter.status === status })).filter(({ count }) => count > 0),
      total: { count: gaps.length, word: gaps.length === 1 ? 'gap' : 'gaps', href: here, current: false },
    },
    series: [...Map.groupBy(shown, ({ series }) => series)].map(([name, members]) => ({ name, rows: members })),
  }
}

export type Typed = { readonly assessment?: FormState, readonly remediation?: FormState }

export async function showPage(trx: Tx, scope: EngagementScope, id: string, now: Date, typed: Typed = {}) {
  const rows = await readRows(trx, scope, now)
  const at = rows.findIndex(({ criterion }) => criterion === id)
  const row = rows[at]
  if (!row) throw new NotFound()
  const base = `/engagements/${scope.engagement.id}`
  const here = `${base}/readiness/${id}`
  const found = await findAssessment(trx, scope, id)
  const own = found?.ownerId === personOf(scope)
  const side = may(scope.role, 'readiness.verify') ? 'firm' as const : may(scope.role, 'readiness.remediate') && (scope.role === 'lead' || own) ? 'client' as const : null
  const choices = side && found?.status ? moves[side][found.status].map((to) => ({ value: to, label: labelOf('remediation', to).word })) : []
  return {
    title: `${id} readiness`, tab: 'readiness' as const, frame: 'center' as const, base, here, criterion: id, name: row.title, zone: scope.engagement.zone, row,
    walk: [...rows.slice(0, at).slice(-1).map((other) => ({ way: 'Before', ...other })), ...rows.slice(at + 1, at + 2).map((other) => ({ way: 'Next', ...other }))].map(({ way, criterion, title, href }) => ({ way, criterion, title, href })),
    controls: row.controls.map((number) => ({ number, href: may(scope.role, 'control.view') ? `${base}/controls/${encodeURIComponent(number)}` : null })),
    version: found?.version ?? 0,
    assessment: may(scope.role, 'readiness.assess') ? typed.assessment ?? formState({ state: found?.state ?? '', gap: found?.gap ?? '', owner: found?.ownerId ?? '', dueOn: found?.dueOn ?? '' }) : null,
    states: states.map((state) => ({ value: state, label: labelOf('readiness', state).word })),
    owners: (await listTeam(trx, scope)).filter((member) => member.side === 'client').map((member) => ({ value: member.personId, label: member.name })),
    remediation: side && choices.length > 0 ? { action: `${here}/${side === 'firm' ? 'verification' : 'remediation'}`, choices, form: typed.remediation ?? formState({ to: choices[0]!.value }) } : null,
    notes: await listNotes(trx, scope, id),
    summary: typed.assessment ?? typed.remediation ?? formState(),
  }
}

/** All that the gap report says at this moment. */
export async function readReport(trx: Tx, scope: EngagementScope, now: Date): Promise<GapReport> {
  const { client, firm, system, zone } = scope.engagement
  const rows = (await readRows(trx, scope, now)).map(({ href: _href, late: _late, shown: _shown, ...row }) => row)
  return { client, firm, system, zone, span: writeSpan(scope.engagement), writtenAt: writeDateTime(now, zone), by: scope.actor.name, rows }
}

async function readRows(trx: Tx, scope: EngagementScope, now: Date): Promise<ListRow[]> {
  const assessed = new Map((await listAssessments(trx, scope)).map((one) => [one.criterion, one]))
  const controls = Map.groupBy(await listMappings(trx, scope), ({ criterion }) => criterion)
  const today = todayIn(scope.engagement.zone, now)
  return criteriaInScope(scope.engagement.categories).filter(({ id }) => scope.role !== 'owner' || assessed.has(id)).map(({ id, title, series }): ListRow => {
    const found = assessed.get(id)
    return {
      criterion: id, title: criterionOf(id)?.title ?? title, series: `${series} ${seriesOf(series)?.title ?? ''}`.trim(), controls: (controls.get(id) ?? []).map(({ number }) => number).toSorted(),
      state: found?.state ?? null, shown: found?.state ?? 'not_assessed', gap: found?.gap ?? '', owner: found?.owner ?? '', dueOn: found?.dueOn ?? null, status: found?.status ?? null,
      late: found?.dueOn !== undefined && found.dueOn !== null && found.dueOn < today && (found.status === 'open' || found.status === 'in_progress'), href: `/engagements/${scope.engagement.id}/readiness/${id}`,
    }
  })
}

function wordOf<K extends 'readiness' | 'remediation'>(kind: K, state: StateOf<K>) {
  const { word, icon } = labelOf(kind, state)
  return { word, icon }
}
