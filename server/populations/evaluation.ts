import type { DrawMethod } from '../database/schema/populations.ts'
import { Refused } from '../errors.ts'
import { figure } from '../sheets/table.ts'
import { limitPercent, percent, ratePercent } from './rates.ts'
import { upperLimit } from './sizes.ts'

export type Tested = {
  readonly method: DrawMethod
  /** Items tested and, of them, those that deviate in any attribute. */
  readonly n: number
  readonly deviations: number
  /** Null where nobody knows it; the limit is then the binomial one. */
  readonly populationSize: number | null
  /** The firm's policy, as fractions. */
  readonly confidence: number
  readonly tolerable: number
  /** Whether items were added after the draw. */
  readonly extended: boolean
}

/** Whether a limit is shown, and why not where it is not. */
export type LimitKind = 'shown' | 'hidden' | 'indicative' | 'not_pooled' | 'exact'

/** What the figures suggest; null where they are no ground to suggest anything. */
export type Suggestion = 'supports' | 'does_not_support' | 'too_small'

export type Evaluation = {
  readonly rate: number
  /** Fraction, null where none is shown. */
  readonly limit: number | null
  readonly kind: LimitKind
  readonly suggestion: Suggestion | null
  /** What stands beside the limit and why. */
  readonly explanation: string
  /** What the figures say against the tolerable rate. */
  readonly sentence: string
}

/** Below this a limit says nothing that is of use. */
const fewestForLimit = 20
// Above this part of the population its size matters to the limit (the usual finite correction).
const finiteShare = 0.1

/**
 * What a tested sample says of the deviation rate. A limit is shown for a random sample or a systematic one, which starts
 * at random, of 20 items or more; it is the one-sided Clopper-Pearson limit, or the hypergeometric one where more than
 * a tenth of the population was tested. It suggests; concluding is the auditor's. Refuses impossible counts.
 */
export function evaluate(tested: Tested): Evaluation {
  const { n, deviations, populationSize, confidence, tolerable } = tested
  if (n < 1 || deviations > n) throw new Refused(`${figure(deviations)} of ${figure(n)} items cannot be evaluated.`)
  const rate = deviations / n
  const kind = kindOf(tested)
  const explanation = explanations[kind](tested)
  if (kind === 'exact') return { rate, limit: null, kind, explanation, ...ofRate(tested, rate) }
  if (kind === 'hidden' || kind === 'not_pooled') {
    const over = rate > tolerable ? `The rate alone, ${ratePercent(rate)}, is above the tolerable ${percent(tolerable)}: weigh what it means for the planned reliance.` : `The rate is ${ratePercent(rate)}; weigh it with what is known of the control.`
    return { rate, limit: null, kind, suggestion: null, explanation, sentence: over }
  }
  const known = populationSize !== null && n > populationSize * finiteShare ? { populationSize } : {}
  const limit = upperLimit({ confidence, n, deviations, ...known })
  return { rate, limit, kind, explanation, ...ofLimit(tested, limit) }
}

function kindOf({ method, n, populationSize, extended }: Tested): LimitKind {
  if (method === 'all' || n === populationSize) return 'exact'
  if (method === 'stratified') return 'not_pooled'
  if (n < fewestForLimit) return 'hidden'
  return method === 'haphazard' || method === 'targeted' || extended ? 'indicative' : 'shown'
}

const explanations: Readonly<Record<LimitKind, (tested: Tested) => string>> = {
  exact: () => 'Every item of the population was tested: there is no sampling risk, and the rate is exact.',
  not_pooled: () => 'The parts of a stratified sample were drawn by themselves, so there is no limit for all of them together.',
  hidden: ({ n }) => `${figure(n)} ${n === 1 ? 'item is' : 'items are'} too few for an upper limit to mean anything; below ${fewestForLimit} none is shown.`,
  indicative: ({ method, extended }) => `Indicative, not statistical: ${why(method, extended)}.`,
  shown: ({ method, n, populationSize }) => `${method === 'systematic' ? 'Systematic from a random start' : 'Drawn at random'}: ${populationSize !== null && n > populationSize * finiteShare
    ? `the largest number of deviations among ${figure(populationSize)} that the hypergeometric does not reject`
    : 'one-sided Clopper-Pearson, from the binomial'}. Printed rounded up to a tenth of a point.`,
}

function why(method: DrawMethod, extended: boolean): string {
  if (method === 'targeted') return 'the items were picked for their risk, so what they show is about those items'
  if (method === 'haphazard') return 'the items were picked without a pattern, not by chance'
  return extended ? 'the sample was extended after results were known, so the real risk is higher than stated' : 'the items were not drawn by chance'
}

function ofRate({ deviations, tolerable }: Tested, rate: number): Pick<Evaluation, 'suggestion' | 'sentence'> {
  if (rate <= tolerable) return { suggestion: 'supports', sentence: deviations === 0 ? 'No item deviates.' : `The rate of ${ratePercent(rate)} is within the tolerable ${percent(tolerable)}.` }
  return { suggestion: 'does_not_support', sentence: `The rate of ${ratePercent(rate)} is above the tolerable ${percent(tolerable)}: results do not support the planned reliance.` }
}

function ofLimit({ deviations, confidence, tolerable }: Tested, limit: number): Pick<Evaluation, 'suggestion' | 'sentence'> {
  if (limit <= tolerable) return { suggestion: 'supports', sentence: `The upper limit of ${limitPercent(limit)} is within the tolerable ${percent(tolerable)}.` }
  if (deviations === 0) return { suggestion: 'too_small', sentence: `No item deviates, but the upper limit of ${limitPercent(limit)} is above the tolerable ${percent(tolerable)}: the sample is too small to support the tolerable rate. This is not a finding.` }
  return { suggestion: 'does_not_support', sentence: `The upper limit of ${limitPercent(limit)} is above the tolerable ${percent(tolerable)}: results do not support the planned reliance at ${percent(confidence)} confidence.` }
}
