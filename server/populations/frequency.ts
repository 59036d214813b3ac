import { Refused } from '../errors.ts'
import { figure } from '../sheets/table.ts'

export type Frequency = 'annual' | 'semiannual' | 'quarterly' | 'monthly' | 'semimonthly' | 'weekly' | 'daily' | 'multiple_daily' | 'event_driven' | 'continuous'
export type Risk = 'low' | 'moderate' | 'high'

/** A size and the sentence that says where it comes from. */
export type PolicySize = { readonly n: number, readonly source: string }

const byRisk = ['low', 'moderate', 'high'] as const
const table: Record<Exclude<Frequency, 'multiple_daily' | 'event_driven' | 'continuous'>, readonly [number, number, number]> = {
  annual: [1, 1, 1],
  semiannual: [1, 2, 2],
  quarterly: [2, 2, 3],
  monthly: [2, 3, 5],
  semimonthly: [3, 5, 8],
  weekly: [5, 8, 15],
  daily: [20, 30, 40],
}
const caps = [25, 40, 60] as const
const percents = [10, 15, 20] as const
const large = 250

/**
 * The default sample size by frequency and risk, before a firm's own policy: fixed for periodic
 * controls; for events 25/40/60, and below 250 occurrences 10, 15 or 20 % with at least 5, all when there
 * are no more than 5. Never above the population. Refuses a population without an occurrence.
 */
export function policySize({ frequency, risk, populationSize }: { readonly frequency: Frequency, readonly risk: Risk, readonly populationSize?: number }): PolicySize {
  if (populationSize !== undefined && (!Number.isInteger(populationSize) || populationSize < 1)) throw new Refused('A population without an occurrence has no sample size: corroborate that nothing occurred.')
  const column = byRisk.indexOf(risk)
  const words = `default policy, ${frequency.replace('_', ' ')}, ${risk} risk`
  if (frequency === 'continuous') return { n: 1, source: `One instance for each configuration or branch: ${words}.` }
  const size = frequency === 'multiple_daily' || frequency === 'event_driven'
    ? byCount(column, populationSize, words)
    : { n: table[frequency][column] ?? 0, source: `${figure(table[frequency][column] ?? 0)}: ${words}.` }
  if (populationSize === undefined || size.n <= populationSize) return size
  return { n: populationSize, source: `All ${figure(populationSize)}, fewer than the ${figure(size.n)} of the ${words}.` }
}

function byCount(column: number, populationSize: number | undefined, words: string): PolicySize {
  const cap = caps[column] ?? 0
  if (populationSize === undefined || populationSize >= large) return { n: cap, source: `${figure(cap)}: ${words}, ${large} occurrences or more.` }
  if (populationSize <= 5) return { n: populationSize, source: `All ${figure(populationSize)}: ${words}, no more than 5 occurrences.` }
  const percent = percents[column] ?? 0
  const n = Math.min(cap, Math.max(5, Math.ceil((populationSize * percent) / 100 - 1e-9)))
  return { n, source: `${figure(n)}: ${words}, ${percent} % of ${figure(populationSize)} occurrences, at least 5 and at most ${figure(cap)}.` }
}
