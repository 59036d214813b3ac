import type { Tx } from '../database/connect.ts'
import { criteriaInScope } from '../controls/criteria.ts'
import { listControls } from '../controls/store.ts'
import { NotFound } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import { factGroups, noneWords, type FactGroup } from './description.ts'
import { listCsocs, listCuecs, listFacts, listNone, listSubservices, sideOf, type Csoc, type Entry, type Subservice } from './description-store.ts'
import { sectionsOf, type EntryKind, type Section, type Sent } from './description-sections-pages.ts'
import { subserviceMark } from './setup-marks.ts'
import { addressOf, entriesFixed, frameOf, type Frame } from './setup-rail-pages.ts'
import type { SubserviceFields } from './setup-store.ts'

type Listed = { readonly id: string, readonly title: string }

declare module '../web/view.ts' {
  interface Pages {
    'engagements/setup-entries': Frame & {
      zone: string
      action: string
      lead: string
      sections: readonly Section[]
      form: FormState
      fixed: string | null
      clashes: number
      asksSource: boolean
      criteria: readonly Listed[]
    }
    'engagements/setup-subservices': Frame & {
      organizations: readonly (Subservice & { readonly csocs: readonly Csoc[], readonly href: string })[]
      fixed: string | null
      none: boolean
      noneWord: string
    }
    'engagements/setup-subservice': Frame & {
      zone: string
      name: string | null
      action: string
      removal: string | null
      seen: string
      sections: readonly Section[]
      form: FormState
      fixed: string | null
      methods: readonly Choice[]
      monitors: readonly Choice[]
      asksSource: boolean
      clashes: number
      conflict: string | null
      criteria: readonly Listed[]
    }
  }
}

export type EntryStep = 'cuecs' | FactGroup

const leads: Readonly<Record<EntryStep, string>> = {
  cuecs: 'What the company’s customers must do themselves. It is listed in the report and never tested.',
  commitments: 'The promises the criteria are weighed against.',
  components: 'What the system consists of, as the description will say.',
  events: 'What happened in the period, and for whom the report is meant.',
}

/** The kinds of entries a step asks for. */
export function kindsOf(step: EntryStep): readonly Exclude<EntryKind, 'csoc'>[] {
  return step === 'cuecs' ? ['cuec'] : factGroups[step]
}

/** A step whose lists are written on one form. */
export async function entriesPage(trx: Tx, scope: EngagementScope, step: EntryStep, sent?: Sent) {
  const { setup: _setup, ...frame } = await frameOf(trx, scope, step)
  const facts = step === 'cuecs' ? [] : await listFacts(trx, scope, factGroups[step])
  const lists = step === 'cuecs' ? [['cuec', await listCuecs(trx, scope)] as const] : factGroups[step].map((kind) => [kind, facts.filter((fact) => fact.kind === kind)] as const)
  const { sections, form } = sectionsOf(sideOf(scope), lists, await listNone(trx, scope), sent)
  return {
    ...frame, zone: scope.engagement.zone, action: addressOf(frame.base, step), lead: leads[step], sections, fixed: entriesFixed(scope, 'description.edit'), clashes: sent?.clashes?.length ?? 0,
    form: withSource(form, lists.flatMap(([, entries]) => entries)), asksSource: scope.side === 'firm', criteria: step === 'cuecs' ? listed(scope) : [],
  }
}

/** The subservice organizations, each with what is expected of it. */
export async function subservicesPage(trx: Tx, scope: EngagementScope) {
  const { setup, ...frame } = await frameOf(trx, scope, 'subservices')
  const csocs = await listCsocs(trx, scope)
  const organizations = (await listSubservices(trx, scope)).map((one) => ({
    ...one, csocs: csocs.filter(({ subserviceId }) => subserviceId === one.id), href: `${addressOf(frame.base, 'subservices')}/${one.id}`,
  }))
  return { ...frame, organizations, fixed: entriesFixed(scope, 'subservice.edit'), none: setup.none.includes('subservice'), noneWord: noneWords.subservice }
}

/** One organization, or a new one; `theirs` is what somebody else saved of it meanwhile. */
export async function subservicePage(trx: Tx, scope: EngagementScope, subserviceId: string | null, sent?: Sent & { readonly theirs?: SubserviceFields | null }) {
  const { setup: _setup, ...frame } = await frameOf(trx, scope, 'subservices')
  const current = (await listSubservices(trx, scope)).find(({ id }) => id === subserviceId) ?? null
  if (subserviceId !== null && current === null) throw new NotFound('This organization is not, or no longer, in the setup.')
  const csocs = subserviceId === null ? [] : await listCsocs(trx, scope, subserviceId)
  const { sections, form } = sectionsOf(sideOf(scope), [['csoc', csocs]], [], sent)
  const controls = (await listControls(trx, scope)).toSorted((a, b) => Number(b.criteria.includes('CC9.2')) - Number(a.criteria.includes('CC9.2')))
  const theirs = sent?.theirs ?? null
  const stands = current ? { name: current.name, service: current.service, method: current.method, criteria: current.criteria.join(', '), monitorId: current.monitorId ?? '' } : { method: 'carve_out' }
  return {
    ...frame, title: current?.name ?? 'New subservice organization', name: current?.name ?? null, zone: scope.engagement.zone, sections, criteria: listed(scope),
    action: subserviceId === null ? addressOf(frame.base, 'subservices') : `${addressOf(frame.base, 'subservices')}/${subserviceId}`,
    removal: subserviceId === null ? null : `${addressOf(frame.base, 'subservices')}/${subserviceId}/removal`,
    form: withSource({ ...form, values: { ...stands, ...form.values } }, csocs),
    seen: sent && !theirs ? String(Object(sent.body)['seen'] ?? '') : current ? subserviceMark(current) : '',
    fixed: entriesFixed(scope, 'subservice.edit'), asksSource: scope.side === 'firm', clashes: sent?.clashes?.length ?? 0,
    conflict: theirs && `${theirs.name}: ${theirs.service}; ${theirs.method === 'carve_out' ? 'carve-out' : 'inclusive'}; ${theirs.criteria.join(', ')}`,
    methods: [
      { value: 'carve_out', label: 'Carve-out', hint: 'Its controls stay outside the description and are not tested; what is expected of it is listed.' },
      { value: 'inclusive', label: 'Inclusive', hint: 'Its controls are described and tested here, and its management gives an assertion too. Rare.' },
    ],
    monitors: controls.map(({ id, number, wording }) => ({ value: id, label: `${number} ${wording.length > 80 ? `${wording.slice(0, 80)}…` : wording}` })),
  }
}

function listed(scope: EngagementScope): Listed[] {
  return criteriaInScope(scope.engagement.categories).map(({ id, title }) => ({ id, title }))
}

/** The last source the firm named is offered again, for one document usually holds them all. */
function withSource(form: FormState, entries: readonly Entry[]): FormState {
  const last = entries.filter(({ source }) => source !== '').toSorted((a, b) => b.at.getTime() - a.at.getTime())[0]
  return { ...form, values: { source: last?.source ?? '', ...form.values } }
}
