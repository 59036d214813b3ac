import type { EngagementFacts } from '../scope.ts'
import { isScopeOpen } from './setup.ts'

/** What an engagement examines. */
export type Examined = Pick<EngagementFacts, 'system' | 'type' | 'asOf' | 'periodStart' | 'periodEnd' | 'zone' | 'categories'>

/** What rests on it by now, counted, and everything mapped to a criterion by name. */
export type Dependents = {
  readonly issued: number
  /** Populations accepted or locked: their rows were weighed against the period. */
  readonly populations: number
  readonly tests: number
  readonly mapped: readonly { readonly criterion: string, readonly by: string }[]
}

const names: Readonly<Record<keyof Examined, string>> = {
  system: 'system', type: 'type', asOf: 'date', periodStart: 'first day of the period', periodEnd: 'last day of the period', zone: 'time zone', categories: 'categories',
}

/** Which of it a change touches, in words. */
export function changedWords(before: Examined, after: Examined): string[] {
  return changedKeys(before, after).map((key) => names[key])
}

/**
 * Why a change is refused, a sentence for each reason; empty when it may be made. `criteriaOf` gives the criteria of
 * categories.
 */
export function refusalsOf(phase: string, before: Examined, after: Examined, dependents: Dependents, criteriaOf: (categories: readonly string[]) => readonly string[]): string[] {
  const changed = changedKeys(before, after)
  if (changed.length === 0) return []
  if (!isScopeOpen(phase)) return [`The engagement is past planning, so its ${changed.map((key) => names[key]).join(', ')} no longer changes.`]
  const { issued, populations, tests, mapped } = dependents
  const bySpan = changed.some((key) => key === 'type' || key === 'asOf' || key === 'periodStart' || key === 'periodEnd' || key === 'zone')
  const kept = new Set(criteriaOf(after.categories))
  const lost = Map.groupBy(mapped.filter(({ criterion }) => !kept.has(criterion)), ({ by }) => by)
  return [
    ...bySpan && issued > 0 ? [`${counted(issued, 'request is', 'requests are')} issued for these dates.`] : [],
    ...bySpan && populations > 0 ? [`${counted(populations, 'population was', 'populations were')} accepted against these dates.`] : [],
    ...changed.includes('type') && tests > 0 ? [`${counted(tests, 'test is', 'tests are')} planned for this type.`] : [],
    ...[...lost].map(([by, criteria]) => `${by} serves ${criteria.map(({ criterion }) => criterion).join(', ')}, which would leave the scope.`),
  ]
}

function changedKeys(before: Examined, after: Examined): (keyof Examined)[] {
  return (Object.keys(names) as (keyof Examined)[]).filter((key) => said(before[key]) !== said(after[key]))
}

function said(value: Examined[keyof Examined]): string {
  return Array.isArray(value) ? value.toSorted((a, b) => a < b ? -1 : 1).join(' ') : String(value)
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}
