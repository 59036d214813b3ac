import t from 'tap'
import { evaluate, type LimitKind, type Suggestion, type Tested } from '../../server/populations/evaluation.ts'
import { limitPercent } from '../../server/populations/rates.ts'
import { upperLimit } from '../../server/populations/sizes.ts'
import checkpoints from './checkpoints.json' with { type: 'json' }

const forty: Tested = { method: 'random', n: 40, deviations: 1, populationSize: 1284, confidence: 0.95, tolerable: 0.1, extended: false }
type Case = readonly [string, Partial<Tested>, LimitKind, string | null, Suggestion | null, RegExp]

const cases: readonly Case[] = [
  ['random, one deviation', {}, 'shown', '11.4 %', 'does_not_support', /upper limit of 11\.4 % is above the tolerable 10 %: results do not support the planned reliance at 95 % confidence/],
  ['random, none', { deviations: 0 }, 'shown', '7.3 %', 'supports', /7\.3 % is within the tolerable 10 %/],
  ['systematic starts at random', { method: 'systematic' }, 'shown', '11.4 %', 'does_not_support', /Systematic from a random start/],
  ['no population known', { populationSize: null }, 'shown', '11.4 %', 'does_not_support', /Clopper-Pearson/],
  ['a known population of which much was tested', { n: 25, populationSize: 100 }, 'shown', '15.0 %', 'does_not_support', /among 100 that the hypergeometric/],
  ['a tenth of the population is not much yet', { n: 40, populationSize: 400 }, 'shown', '11.4 %', 'does_not_support', /Clopper-Pearson/],
  ['none, and too few for the rate', { n: 25, deviations: 0 }, 'shown', '11.3 %', 'too_small', /sample is too small to support the tolerable rate\. This is not a finding/],
  ['19 items', { n: 19, deviations: 0 }, 'hidden', null, null, /19 items are too few/],
  ['20 items', { n: 20, deviations: 0 }, 'shown', '14.0 %', 'too_small', /too small/],
  ['two of four quarters', { method: 'haphazard', n: 2, deviations: 0, populationSize: 4 }, 'hidden', null, null, /2 items are too few/],
  ['few, and the rate alone is above', { n: 4, deviations: 2 }, 'hidden', null, null, /rate alone, 50\.0 %, is above the tolerable 10 %/],
  ['one item', { n: 1, deviations: 0, populationSize: 4 }, 'hidden', null, null, /1 item is too few/],
  ['haphazard', { method: 'haphazard' }, 'indicative', '11.4 %', 'does_not_support', /Indicative, not statistical: the items were picked without a pattern/],
  ['targeted', { method: 'targeted' }, 'indicative', '11.4 %', 'does_not_support', /what they show is about those items/],
  ['extended', { n: 60, extended: true }, 'indicative', '7.7 %', 'supports', /extended after results were known/],
  ['extended, none', { n: 25, deviations: 0, extended: true }, 'indicative', '11.3 %', 'too_small', /not a finding/],
  ['stratified', { method: 'stratified' }, 'not_pooled', null, null, /no limit for all of them together/],
  ['stratified and few', { method: 'stratified', n: 10, deviations: 0 }, 'not_pooled', null, null, /rate is 0\.0 %/],
  ['everything', { method: 'all', n: 31, populationSize: 31, deviations: 0 }, 'exact', null, 'supports', /no sampling risk/],
  ['everything, within', { method: 'all', n: 31, populationSize: 31 }, 'exact', null, 'supports', /3\.2 % is within/],
  ['everything, above', { method: 'all', n: 4, populationSize: 4 }, 'exact', null, 'does_not_support', /25\.0 % is above the tolerable 10 %: results do not support the planned reliance\./],
  ['a sample as large as the population', { n: 31, populationSize: 31, extended: true }, 'exact', null, 'supports', /exact/],
  ['other terms', { n: 25, deviations: 0, confidence: 0.9, tolerable: 0.09 }, 'shown', '8.8 %', 'supports', /tolerable 9 %/],
]

for (const [title, change, kind, printed, suggestion, said] of cases) {
  t.test(`evaluation: ${title}`, async (t) => {
    const found = evaluate({ ...forty, ...change })
    t.match(found, { kind, suggestion, limit: printed === null ? null : Number })
    if (found.limit !== null) t.equal(limitPercent(found.limit), printed)
    t.match(`${found.sentence} ${found.explanation}`, said)
    t.notMatch(`${found.sentence} ${found.explanation}`, /certif|passed|complian|effective/i, 'it suggests and never concludes')
  })
}

t.test('a printed limit is never lower than the limit, and at most a tenth of a point above', async (t) => {
  for (const [n, deviations, confidence, , table] of checkpoints.upperLimit as [number, number, number, number, number][]) {
    t.equal(limitPercent(upperLimit({ confidence, n, deviations })), `${table.toFixed(1)} %`, `${deviations} of ${n} at ${confidence}`)
  }
  const wrong: string[] = []
  for (let n = 20; n <= 300; n += 7) {
    for (let deviations = 0; deviations < n; deviations += 3) {
      const limit = upperLimit({ confidence: 0.95, n, deviations })
      const printed = Number.parseFloat(limitPercent(limit))
      if (printed < limit * 100 - 1e-6 || printed > limit * 100 + 0.1) wrong.push(`${deviations} of ${n}: ${limit} printed ${printed}`)
    }
  }
  t.same(wrong, [])
})

t.test('counts that cannot be are refused', async (t) => {
  t.throws(() => evaluate({ ...forty, n: 0, deviations: 0 }), /cannot be evaluated/)
  t.throws(() => evaluate({ ...forty, n: 3, deviations: 4 }), /4 of 3 items/)
})
