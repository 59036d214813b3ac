import { z } from 'zod'
import { Invalid, Refused } from '../errors.ts'
import { readForm } from '../web/form.ts'
import { risks, type Frequency, type Risk } from './frequency.ts'
import { percentField, wholeField } from './number-fields.ts'
import { largest, type LimitQuestion, type SizeQuestion } from './sizes.ts'

export const frequencies: Readonly<Record<Frequency, string>> = {
  annual: 'Annual', semiannual: 'Semiannual', quarterly: 'Quarterly', monthly: 'Monthly', semimonthly: 'Semimonthly', weekly: 'Weekly', daily: 'Daily',
  multiple_daily: 'Many times a day', event_driven: 'By event', continuous: 'Continuous',
}

export type Asked =
  | { readonly ask: 'policy', readonly frequency: Frequency, readonly risk: Risk, readonly populationSize?: number }
  | { readonly ask: 'attributes', readonly question: SizeQuestion }
  | { readonly ask: 'limit', readonly question: LimitQuestion }

const most = 100_000_000
const size = wholeField('A population', 1, most).optional()
const forms = {
  policy: z.object({
    frequency: z.enum(Object.keys(frequencies) as [Frequency, ...Frequency[]], 'Choose how often the control operates.'),
    risk: z.enum(risks, 'Choose the risk.'), occurrences: size,
  }).transform(({ frequency, risk, occurrences }): Asked => ({ ask: 'policy', frequency, risk, ...known(occurrences) })),
  attributes: z.object({
    confidence: percentField('confidence', 50, 99.99), tolerable: percentField('tolerable rate', 0.01, 99), expected: percentField('expected rate', 0, 99), population: size,
  }).transform(({ confidence, tolerable, expected, population }): Asked => ({ ask: 'attributes', question: { risk: risk(confidence), tolerable, expected, ...known(population) } })),
  limit: z.object({
    tested: wholeField('The items tested', 1, largest), deviations: wholeField('The deviations', 0, largest), limitConfidence: percentField('confidence', 50, 99.99), limitPopulation: size,
  }).transform(({ tested, deviations, limitConfidence, limitPopulation }): Asked => ({ ask: 'limit', question: { confidence: limitConfidence, n: tested, deviations, ...known(limitPopulation) } })),
} as const

/** What the calculator is asked, null where nothing is yet; throws Invalid with what is wrong. */
export function readAsked(query: unknown): Asked | null {
  const { ask } = readForm(z.looseObject({ ask: z.enum(['policy', 'attributes', 'limit']).optional().catch(undefined) }), query)
  return ask === undefined ? null : readForm<Asked>(forms[ask], query)
}

/** What the calculator answers; a question that has no answer is Invalid, in the words of its refusal. */
export function answered<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof Refused ? new Invalid({ form: error.message }) : error
  }
}

function known(populationSize: number | undefined): { populationSize?: number } {
  return populationSize === undefined ? {} : { populationSize }
}

function risk(confidence: number): number {
  return Number((1 - confidence).toPrecision(12))
}
