import { mayStill } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import { categoryNames, criteriaInScope, type Category } from '../controls/criteria.ts'
import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import { writeSpan } from './calendar.ts'
import { factGroups, factWords, noneWords, type FactGroup } from './description.ts'
import { listCsocs, listCuecs, listFacts, listNone, listSubservices, type Entry, type Subservice } from './description-store.ts'
import { roleName } from './roles.ts'
import { scopeMark } from './setup-marks.ts'
import { addressOf, frameOf, scopeFixed, type Frame } from './setup-rail-pages.ts'
import type { Examined } from './setup-scope.ts'
import { findExamined } from './setup-store.ts'
import { missingOf, stepKeys, steps } from './setup.ts'
import { listTeam } from './team-store.ts'

export type ScopeStep = 'client' | 'dates' | 'categories'
/** What was typed and not taken: wrong, refused for listed reasons, or somebody else was faster. */
export type Typed = { readonly form: FormState, readonly reasons?: readonly string[], readonly theirs?: Examined }

type Pair = { readonly name: string, readonly value: string }

declare module '../web/view.ts' {
  interface Pages {
    'engagements/setup-scope': Frame & {
      step: ScopeStep
      form: FormState
      fixed: string | null
      pairs: readonly Pair[]
      reasons: readonly string[]
      conflict: readonly { readonly label: string, readonly theirs: string, readonly yours: string }[] | null
      types: readonly Choice[]
      categories: readonly Choice[]
      client: string
    }
    'engagements/setup-team': Frame & { people: readonly { readonly name: string, readonly role: string, readonly side: 'firm' | 'client' }[] }
    'engagements/setup-controls': Frame & { controls: number, mayAdd: boolean }
    'engagements/setup': Frame & {
      client: string
      missing: readonly { readonly word: string, readonly href: string, readonly sentences: readonly string[] }[]
      done: number
      pairs: readonly Pair[]
      subservices: readonly (Subservice & { readonly csocs: readonly Entry[] })[]
      cuecs: readonly Entry[]
      groups: readonly { readonly title: string, readonly href: string, readonly kinds: readonly { readonly title: string, readonly entries: readonly Entry[], readonly none: string | null }[] }[]
      none: { readonly subservice: string | null, readonly cuec: string | null }
      controls: number
    }
  }
}

export const scopeKeys: Readonly<Record<ScopeStep, readonly (keyof Examined)[]>> = { client: ['system'], dates: ['type', 'asOf', 'periodStart', 'periodEnd', 'zone'], categories: ['categories'] }

/** One of the steps that say what is examined. */
export async function scopePage(trx: Tx, scope: EngagementScope, step: ScopeStep, typed?: Typed) {
  const { setup: _setup, ...frame } = await frameOf(trx, scope, step)
  const now = await findExamined(trx, scope)
  const seen = scopeMark(now, scopeKeys[step])
  const stands = { ...valuesOf(now), seen }
  return {
    ...frame, step, client: scope.engagement.client, fixed: scopeFixed(scope), pairs: pairsOf(scope, now), reasons: typed?.reasons ?? [],
    // What somebody else saved has been seen once it stood beside what was typed.
    form: typed ? { ...typed.form, values: { ...typed.form.values, ...typed.theirs ? { seen } : {} } } : formState(stands),
    conflict: typed?.theirs ? conflictOf(step, typed.theirs, typed.form) : null,
    types: [
      { value: '2', label: 'Type 2', hint: 'A period: description, design and operating effectiveness.' },
      { value: '1', label: 'Type 1', hint: 'One date: description and design.' },
    ],
    categories: (Object.keys(categoryNames) as Category[]).filter((key) => key !== 'security').map((value) => ({
      value, label: categoryNames[value], hint: `${criteriaInScope([value]).length - criteriaInScope([]).length} criteria of its own.`,
    })),
  }
}

/** Who is on the team, and who is still needed. */
export async function teamStepPage(trx: Tx, scope: EngagementScope) {
  const { setup: _setup, ...frame } = await frameOf(trx, scope, 'team')
  const team = (await listTeam(trx, scope)).filter(({ role }) => role !== 'owner')
  return { ...frame, people: team.map(({ name, role, side }) => ({ name, role: roleName(role), side })) }
}

/** Where controls come from, and what they lack. */
export async function controlsStepPage(trx: Tx, scope: EngagementScope) {
  const { setup, ...frame } = await frameOf(trx, scope, 'controls')
  return { ...frame, controls: setup.controls, mayAdd: mayStill(scope, 'control.edit') }
}

/** Everything on one page, with what is missing first. */
export async function reviewPage(trx: Tx, scope: EngagementScope) {
  const { setup, ...frame } = await frameOf(trx, scope, 'review')
  const csocs = await listCsocs(trx, scope)
  const facts = await listFacts(trx, scope)
  const none = await listNone(trx, scope)
  const sayNone = (subject: string) => Object.hasOwn(noneWords, subject) && (none as readonly string[]).includes(subject) ? noneWords[subject as keyof typeof noneWords] : null
  const missing = stepKeys.map((key) => ({ word: steps[key], href: addressOf(frame.base, key), sentences: missingOf(key, setup) })).filter(({ sentences }) => sentences.length > 0)
  return {
    ...frame, client: scope.engagement.client, missing, done: stepKeys.length - missing.length, pairs: pairsOf(scope, await findExamined(trx, scope)),
    subservices: (await listSubservices(trx, scope)).map((one) => ({ ...one, csocs: csocs.filter(({ subserviceId }) => subserviceId === one.id) })),
    cuecs: await listCuecs(trx, scope), none: { subservice: sayNone('subservice'), cuec: sayNone('cuec') }, controls: setup.controls,
    groups: (Object.keys(factGroups) as FactGroup[]).map((group) => ({
      title: steps[group], href: addressOf(frame.base, group),
      kinds: factGroups[group].map((kind) => ({ title: factWords[kind].title, entries: facts.filter((fact) => fact.kind === kind), none: sayNone(kind) })),
    })),
  }
}

/** What the form of a step shows of the scope as it stands. */
function valuesOf(examined: Examined): Record<string, string | readonly string[]> {
  const { system, type, asOf, periodStart, periodEnd, zone, categories } = examined
  return { system, type: String(type), asOf: asOf ?? '', periodStart: periodStart ?? '', periodEnd: periodEnd ?? '', zone, categories: categories.filter((one) => one !== 'security') }
}

function pairsOf(scope: EngagementScope, examined: Examined): Pair[] {
  const open = examined.type === 1 ? examined.asOf === null : examined.periodStart === null || examined.periodEnd === null
  return [
    { name: 'Client', value: scope.engagement.client }, { name: 'System', value: examined.system }, { name: 'Type', value: `Type ${examined.type}` },
    { name: examined.type === 1 ? 'Date' : 'Period', value: open ? 'still open' : writeSpan(examined) }, { name: 'Time zone', value: examined.zone },
    { name: 'Categories', value: (Object.keys(categoryNames) as Category[]).filter((key) => examined.categories.includes(key)).map((key) => categoryNames[key]).join(', ') },
  ]
}

function conflictOf(step: ScopeStep, theirs: Examined, form: FormState) {
  const labels: Readonly<Partial<Record<string, string>>> = { system: 'System', type: 'Type', asOf: 'As of', periodStart: 'First day', periodEnd: 'Last day', zone: 'Time zone', categories: 'Besides security' }
  const words = (value: string | readonly string[] | undefined) => [value ?? ''].flat().map((one) => categoryNames[one as Category] ?? one).join(', ') || '–'
  const stands = valuesOf(theirs)
  return scopeKeys[step].map((key) => ({ label: labels[key] ?? key, theirs: words(stands[key]), yours: words(form.values[key]) })).filter((one) => one.theirs !== one.yours)
}
