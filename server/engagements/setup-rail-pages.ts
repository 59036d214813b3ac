import { isClosed, may } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import { criteriaInScope } from '../controls/criteria.ts'
import { listControls } from '../controls/store.ts'
import type { EngagementScope } from '../scope.ts'
import { listCsocs, listCuecs, listFacts, listNone, listSubservices } from './description-store.ts'
import { isScopeOpen, missingOf, stepKeys, steps, type Setup, type StepKey } from './setup.ts'
import { findExamined, listRoles } from './setup-store.ts'
import { listCovered } from './store.ts'

/** The steps of the setup beside each of its pages. */
export type Rail = readonly { readonly key: StepKey | 'review', readonly word: string, readonly href: string, readonly missing: number, readonly current: boolean }[]

/** What every page of the setup stands in. */
export type Frame = { readonly title: string, readonly tab: 'setup', readonly base: string, readonly rail: Rail, readonly lacks: readonly string[], readonly next: string, readonly nextWord: string }

/** What the setup holds by now. */
export async function readSetup(trx: Tx, scope: EngagementScope): Promise<Setup> {
  const { type, asOf, periodStart, periodEnd } = await findExamined(trx, scope)
  const csocs = await listCsocs(trx, scope)
  const facts = Map.groupBy(await listFacts(trx, scope), ({ kind }) => kind)
  const controls = await listControls(trx, scope)
  const inScope = criteriaInScope(scope.engagement.categories).map(({ id }) => id)
  const covered = new Set(await listCovered(trx, scope))
  return {
    type, asOf, periodStart, periodEnd, ...scope.engagement.purpose ? { purpose: scope.engagement.purpose } : {}, roles: await listRoles(trx, scope),
    subservices: (await listSubservices(trx, scope)).map(({ id, name, method, monitor }) => ({ name, method, monitor, csocs: csocs.filter(({ subserviceId }) => subserviceId === id).length })),
    cuecs: (await listCuecs(trx, scope)).length, facts: Object.fromEntries([...facts].map(([kind, entries]) => [kind, entries.length])), none: await listNone(trx, scope),
    controls: controls.length, unconfirmed: controls.filter(({ confirmed }) => !confirmed).length, withoutFrequency: controls.filter(({ frequencies }) => frequencies.length === 0).length,
    uncovered: inScope.filter((id) => !covered.has(id)).length, unmapped: controls.filter(({ criteria }) => !criteria.some((id) => inScope.includes(id))).length,
  }
}

/** The rail, and what stands at the foot of one of its pages. */
export async function frameOf(trx: Tx, scope: EngagementScope, at: StepKey | 'review'): Promise<Frame & { readonly setup: Setup }> {
  const setup = await readSetup(trx, scope)
  const base = `/engagements/${scope.engagement.id}`
  const rail: Rail = [
    ...stepKeys.map((key) => ({ key, word: steps[key], href: addressOf(base, key), missing: missingOf(key, setup).length, current: key === at })),
    { key: 'review', word: 'Review', href: `${base}/setup`, missing: 0, current: at === 'review' },
  ]
  const next = rail[rail.findIndex(({ current }) => current) + 1]
  return {
    title: at === 'review' ? 'Setup' : steps[at], tab: 'setup', base, rail, setup, lacks: at === 'review' ? [] : missingOf(at, setup),
    next: next?.href ?? `${base}/setup`, nextWord: next?.word ?? 'Review',
  }
}

/** Where a step is. */
export function addressOf(base: string, key: StepKey): string {
  return `${base}/setup/${key}`
}

/** Why the caller cannot change what is examined, or null. */
export function scopeFixed(scope: EngagementScope): string | null {
  if (!may(scope.role, 'setup.change')) return 'The partner or a manager changes this.'
  return isScopeOpen(scope.engagement.phase) ? null : 'Planning is over, so this no longer changes.'
}

/** Why the caller cannot write entries of this permit, or null. */
export function entriesFixed(scope: EngagementScope, permit: 'description.edit' | 'subservice.edit'): string | null {
  if (isClosed(scope.engagement.phase)) return `The engagement is ${scope.engagement.phase}, so this no longer changes.`
  if (may(scope.role, permit)) return null
  return permit === 'subservice.edit' ? 'The auditors enter this as you supplied it.' : 'The team and the compliance lead write this.'
}
