import type { Tx } from '../database/connect.ts'
import { figure } from '../sheets/table.ts'
import type { EngagementScope } from '../scope.ts'
import { choicesOf, type Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { policyName, policySize, risks, type Terms } from './frequency.ts'
import { findTerms } from './policy-store.ts'
import { limitPercent, percent, percentTyped, ratePercent } from './rates.ts'
import { answered, frequencies, type Asked } from './size-form.ts'
import { sampleSize, upperLimit, type LimitQuestion, type SizeQuestion } from './sizes.ts'

type Answer = { readonly ask: Asked['ask'], readonly figures: readonly { readonly name: string, readonly value: string }[], readonly source: string }

export type SizesPage = PageModel & {
  readonly base: string
  readonly here: string
  readonly policy: string
  readonly months: string
  readonly form: FormState
  readonly frequencies: readonly Choice[]
  readonly risks: readonly Choice[]
  readonly answer: Answer | null
}

declare module '../web/view.ts' {
  interface Pages {
    'populations/sample-sizes': SizesPage
  }
}

/** The calculator with its answer, or with what was typed and why there is none. Throws Invalid for a question without an answer. */
export async function sizesPage(trx: Tx, scope: EngagementScope, asked: Asked | null, typed: FormState): Promise<SizesPage> {
  const terms = await findTerms(trx, scope)
  const base = `/engagements/${scope.engagement.id}`
  return {
    title: 'Sample sizes', tab: 'populations', frame: 'center', base, here: `${base}/sample-sizes`,
    policy: policyName(terms.policy), months: terms.months === 1 ? '1 month' : `${terms.months} months`,
    form: { ...typed, values: { ...formState(startOf(terms)).values, ...typed.values } },
    frequencies: choicesOf(frequencies),
    risks: risks.map((value) => ({ value, label: `${value.charAt(0).toUpperCase()}${value.slice(1)}` })),
    answer: asked === null ? null : answered(() => answerOf(asked, terms)),
  }
}

function startOf({ policy }: Terms): Record<string, string> {
  const confidence = percentTyped(policy.confidence)
  return { confidence, limitConfidence: confidence, tolerable: percentTyped(policy.tolerable), expected: '0', risk: 'moderate' }
}

function answerOf(asked: Asked, terms: Terms): Answer {
  if (asked.ask === 'policy') {
    const { n, source } = policySize(asked, terms)
    return { ask: 'policy', figures: [{ name: 'Items', value: figure(n) }], source }
  }
  return asked.ask === 'attributes' ? sizeAnswer(asked.question) : limitAnswer(asked.question)
}

function sizeAnswer(question: SizeQuestion): Answer {
  const { n, allowed } = sampleSize(question)
  const { risk, tolerable, expected, populationSize } = question
  const chance = `the chance of at most ${figure(allowed)} ${allowed === 1 ? 'deviation' : 'deviations'}, were the rate the tolerable ${percent(tolerable)}, is no more than ${percent(risk)}`
  const source = populationSize === undefined
    ? `Binomial: the smallest n for which ${chance}. Allowed are n × ${percent(expected)}, rounded up (AICPA Audit Sampling, tables A-1 and A-2).`
    : n === populationSize
      ? `Hypergeometric: no smaller sample of ${figure(populationSize)} holds the risk of ${percent(risk)}, so everything is tested.`
      : `Hypergeometric: the smallest n of ${figure(populationSize)}, of which ${figure(Math.ceil(populationSize * tolerable - 1e-9))} would deviate, for which ${chance}. Allowed are n × ${percent(expected)}, rounded up.`
  return { ask: 'attributes', figures: [{ name: 'Items', value: figure(n) }, { name: 'Allowed deviations', value: figure(allowed) }], source }
}

function limitAnswer(question: LimitQuestion): Answer {
  const { n, deviations, confidence, populationSize } = question
  const limit = upperLimit(question)
  const source = populationSize === undefined
    ? `One-sided Clopper-Pearson, from the binomial: the rate at which at most ${figure(deviations)} of ${figure(n)} would come up with a chance of ${percent(Number((1 - confidence).toPrecision(12)))} (AICPA Audit Sampling, tables A-3 and A-4).`
    : `Hypergeometric: ${figure(Math.round(limit * populationSize))} of ${figure(populationSize)} is the largest number of deviations that ${figure(deviations)} of ${figure(n)} does not reject at ${percent(confidence)}.`
  return {
    ask: 'limit', source: `${source} Printed rounded up to a tenth of a point; only a sample drawn at random has such a limit.`,
    figures: [{ name: 'Deviation rate', value: ratePercent(deviations / n) }, { name: 'Upper limit', value: limitPercent(limit) }],
  }
}
