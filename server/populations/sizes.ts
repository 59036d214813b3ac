import { Refused } from '../errors.ts'
import { binomialAtMost, hypergeometricAtMost } from './exact.ts'
import { counted, figure } from '../sheets/table.ts'
import { binomialTail, hypergeometricTail } from './tails.ts'

export type SizeQuestion = {
  /** Risk of overreliance, 1 - confidence, as a fraction. */
  readonly risk: number
  /** Tolerable and expected deviation rates, as fractions. */
  readonly tolerable: number
  readonly expected: number
  /** When it is known the hypergeometric is used, otherwise the binomial. */
  readonly populationSize?: number
}

export type LimitQuestion = {
  readonly confidence: number
  readonly n: number
  readonly deviations: number
  readonly populationSize?: number
}

/** The largest sample the calculator gives. */
export const largest = 5000

// Products such as 0.035 x 400 come out a hair above the whole number they are.
const hair = 1e-9
// Where the quick sum comes this close to the risk, whole-number arithmetic decides.
const near = 1e-9

/**
 * Attribute sampling: the smallest n whose chance of at most `allowed` deviations, were the rate tolerable,
 * is no more than the risk; `allowed` is the expected rate times n, rounded up (AICPA Audit Sampling,
 * tables ). Where a small population leaves no such n, everything is tested. Refuses
 * an expected rate that is not below the tolerable one, and questions only more than 5,000 items answer.
 */
export function sampleSize({ risk, tolerable, expected, populationSize }: SizeQuestion): { n: number, allowed: number } {
  refuseFraction('risk', risk)
  refuseFraction('tolerable rate', tolerable)
  if (!(expected >= 0)) throw new Refused('The expected rate is a fraction from 0 to below the tolerable rate.')
  if (expected >= tolerable) throw new Refused(`The expected rate of ${percent(expected)} is not below the tolerable rate of ${percent(tolerable)}: no sample could support it.`)
  if (populationSize === undefined) return smallest(largest, expected, binomialWalk(tolerable), (k, n) => binomialAtMost(k, n, tolerable, risk), risk) ?? tooLarge()
  refusePopulation(populationSize)
  const deviating = roundUp(populationSize * tolerable)
  const everything = { n: populationSize, allowed: roundUp(populationSize * expected) }
  const found = smallest(Math.min(largest, populationSize - 1), expected, hypergeometricWalk(populationSize, deviating), (k, n) => hypergeometricAtMost(k, n, populationSize, deviating, risk), risk, deviating)
  return found ?? (populationSize <= largest || deviating <= roundUp(largest * expected) ? everything : tooLarge())
}

/**
 * The one-sided upper limit of the deviation rate as a fraction: Clopper-Pearson, or with a known population
 * the largest number of deviations the hypergeometric does not reject, over its size (AICPA Audit
 * Sampling, tables, are these figures rounded up). Refuses more deviations than items and more items than
 * the population.
 */
export function upperLimit({ confidence, n, deviations, populationSize }: LimitQuestion): number {
  refuseFraction('confidence', confidence)
  if (!Number.isInteger(n) || n < 1) throw new Refused('A limit needs at least 1 tested item.')
  if (!Number.isInteger(deviations) || deviations < 0 || deviations > n) throw new Refused(`${counted(deviations, 'deviation')} cannot be among ${counted(n, 'item')}.`)
  const risk = Number((1 - confidence).toPrecision(12))
  if (populationSize !== undefined) {
    refusePopulation(populationSize)
    if (n > populationSize) throw new Refused(`${counted(n, 'item')} cannot come from a population of ${figure(populationSize)}.`)
    return mostNotRejected(risk, n, deviations, populationSize) / populationSize
  }
  if (deviations === n) return 1
  let low = 0
  let high = 1
  for (;;) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return middle
    if (binomialTail(deviations, n, middle) > risk) low = middle
    else high = middle
  }
}

/** Chances of the next item, given that k of the n so far deviate; the step of P(X = k) to k + 1; P(X = k) where nothing below k is possible. */
type Walk = {
  readonly deviates: (n: number, k: number) => number
  readonly sound: (n: number, k: number) => number
  readonly stepUp: (n: number, k: number) => number
  readonly least: (n: number, k: number) => number
}

function binomialWalk(rate: number): Walk {
  return { deviates: () => rate, sound: () => 1 - rate, stepUp: (n, k) => ((n - k) / (k + 1)) * (rate / (1 - rate)), least: (n, k) => binomialTail(k, n, rate) }
}

function hypergeometricWalk(size: number, deviating: number): Walk {
  return {
    deviates: (n, k) => (deviating - k) / (size - n),
    sound: (n, k) => (size - deviating - n + k) / (size - n),
    stepUp: (n, k) => ((n - k) * (deviating - k)) / ((k + 1) * (size - deviating - n + k + 1)),
    least: (n, k) => hypergeometricTail(k, n, size, deviating),
  }
}

/** Walks n upwards, carrying P(X = k) and P(X <= k) along, until the risk is met; null when it never is. */
function smallest(end: number, expected: number, walk: Walk, isMet: (k: number, n: number) => boolean, risk: number, deviating = Infinity): { n: number, allowed: number } | null {
  let k = 0
  let mass = 1
  let tail = 1
  for (let n = 1; n <= end; n++) {
    tail -= mass * walk.deviates(n - 1, k)
    mass *= (n / (n - k)) * walk.sound(n - 1, k)
    const allowed = roundUp(n * expected)
    if (allowed > k) {
      const impossible = mass === 0
      mass = impossible ? walk.least(n, allowed) : mass * walk.stepUp(n, k)
      tail = impossible ? mass : tail + mass
      k = allowed
    }
    if (k >= deviating) return null
    if (tail < risk - near || (tail <= risk + near && isMet(k, n))) return { n, allowed: k }
  }
  return null
}

function mostNotRejected(risk: number, n: number, deviations: number, size: number): number {
  let low = deviations
  let high = size - (n - deviations) + 1
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    const tail = hypergeometricTail(deviations, n, size, middle)
    const rejected = Math.abs(tail - risk) <= near ? hypergeometricAtMost(deviations, n, size, middle, risk) : tail <= risk
    if (rejected) high = middle
    else low = middle
  }
  return low
}

function roundUp(value: number): number {
  return Math.max(0, Math.ceil(value - hair))
}

function refuseFraction(name: string, value: number): void {
  if (!(value > 0 && value < 1)) throw new Refused(`The ${name} is a fraction between 0 and 1; ${value} is not.`)
}

function refusePopulation(size: number): void {
  if (!Number.isInteger(size) || size < 1) throw new Refused('The population has at least 1 item, as a whole number.')
}

function tooLarge(): never {
  throw new Refused(`No sample of up to ${figure(largest)} items answers this: raise the tolerable rate or the risk, or expect fewer deviations.`)
}

function percent(rate: number): string {
  return `${Number((rate * 100).toFixed(4))} %`
}
