import { Temporal } from 'temporal-polyfill'
import type { PolicySizes } from '../database/schema/sampling-policy.ts'
import { Refused } from '../errors.ts'
import { figure } from '../sheets/table.ts'

export type Frequency = 'annual' | 'semiannual' | 'quarterly' | 'monthly' | 'semimonthly' | 'weekly' | 'daily' | 'multiple_daily' | 'event_driven' | 'continuous'
export type Periodic = keyof PolicySizes['periodic']
export type Risk = 'low' | 'moderate' | 'high'

/** A firm's sampling policy; confidence and tolerable rate are fractions. */
export type Policy = PolicySizes & { readonly version: number, readonly confidence: number, readonly tolerable: number }

/** What sizes are taken from: the version an engagement started with, and the months of its period. */
export type Terms = { readonly policy: Policy, readonly months: number }

/** A size and the sentence that says where it comes from. */
export type PolicySize = { readonly n: number, readonly source: string }

/** How often each periodic control is due in a year; days are business days. */
export const yearly: Readonly<Record<Periodic, number>> = { annual: 1, semiannual: 2, quarterly: 4, monthly: 12, semimonthly: 24, weekly: 52, daily: 250 }
export const periodics = Object.keys(yearly) as readonly Periodic[]
export const risks = ['low', 'moderate', 'high'] as const satisfies readonly Risk[]

/** The policy a firm has until it enters its own. */
export const firstPolicy: Policy = {
  version: 1,
  periodic: { annual: [1, 1, 1], semiannual: [1, 2, 2], quarterly: [2, 2, 3], monthly: [2, 3, 5], semimonthly: [3, 5, 8], weekly: [5, 8, 15], daily: [20, 30, 40] },
  events: [25, 40, 60], shares: [10, 15, 20], large: 250, fewest: 5,
  confidence: 0.95, tolerable: 0.1,
}

const standard: Terms = { policy: firstPolicy, months: 12 }
// Products such as 0.035 x 400 come out a hair above the whole number they are.
const hair = 1e-9

/**
 * The sample size policy asks for by frequency and risk. A periodic control in a period of less than a year has the size
 * of the frequency that occurs as often in a whole one, in more than a year proportionally more; events go by their
 * number. Never above the population. Refuses a population without an occurrence.
 */
export function policySize({ frequency, risk, populationSize }: { readonly frequency: Frequency, readonly risk: Risk, readonly populationSize?: number }, terms: Terms = standard): PolicySize {
  if (populationSize !== undefined && (!Number.isInteger(populationSize) || populationSize < 1)) throw new Refused('A population without an occurrence has no sample size: corroborate that nothing occurred.')
  const column = risks.indexOf(risk)
  const words = `${policyName(terms.policy)}, ${frequency.replace('_', ' ')}, ${risk} risk`
  if (frequency === 'continuous') return { n: 1, source: `One instance for each configuration or branch: ${words}.` }
  const size = frequency === 'multiple_daily' || frequency === 'event_driven'
    ? byCount(terms.policy, column, populationSize, words)
    : byPeriod(terms, frequency, column, words)
  if (populationSize === undefined || size.n <= populationSize) return size
  return { n: populationSize, source: `All ${figure(populationSize)}, fewer than the ${figure(size.n)} of the ${words}.` }
}

/** 'default policy', or with its number the version a firm entered. */
export function policyName({ version }: Pick<Policy, 'version'>): string {
  return version === 1 ? 'default policy' : `policy version ${version}`
}

/** How often a periodic control is expected to occur in a period of so many months. */
export function expectedOccurrences(frequency: Periodic, months: number): number {
  return (yearly[frequency] * months) / 12
}

/** A period in whole months, to the nearest, at least 1; one day alone (Type 1) counts as a year. Days are ISO, both included. */
export function periodMonths(from: string | null, to: string | null): number {
  if (from === null || to === null) return 12
  const { years, months, days } = Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to).add({ days: 1 }), { largestUnit: 'years' })
  return Math.max(1, years * 12 + months + (days >= 15 ? 1 : 0))
}

function byPeriod({ policy, months }: Terms, frequency: Periodic, column: number, words: string): PolicySize {
  const whole = policy.periodic[frequency][column] ?? 0
  if (months === 12) return { n: whole, source: `${figure(whole)}: ${words}.` }
  if (months > 12) {
    const n = Math.ceil((whole * months) / 12 - hair)
    return { n, source: `${figure(n)}: ${words}, ${figure(whole)} a year over ${months} months.` }
  }
  const expected = Math.max(1, Math.ceil(expectedOccurrences(frequency, months) - hair))
  const alike = periodics.find((one) => yearly[one] >= expected) ?? frequency
  const n = Math.min(whole, policy.periodic[alike][column] ?? whole, expected)
  return { n, source: `${figure(n)}: ${words}, about ${figure(expected)} ${expected === 1 ? 'occurrence' : 'occurrences'} in ${months === 1 ? '1 month' : `${months} months`}${alike === frequency ? '' : `, sized as ${alike}`}.` }
}

function byCount({ events, shares, large, fewest }: Policy, column: number, populationSize: number | undefined, words: string): PolicySize {
  const cap = events[column] ?? 0
  if (populationSize === undefined || populationSize >= large) return { n: cap, source: `${figure(cap)}: ${words}, ${figure(large)} occurrences or more.` }
  if (populationSize <= fewest) return { n: populationSize, source: `All ${figure(populationSize)}: ${words}, no more than ${figure(fewest)} occurrences.` }
  const percent = shares[column] ?? 0
  const n = Math.min(cap, Math.max(fewest, Math.ceil((populationSize * percent) / 100 - hair)))
  return { n, source: `${figure(n)}: ${words}, ${percent} % of ${figure(populationSize)} occurrences, at least ${figure(fewest)} and at most ${figure(cap)}.` }
}
