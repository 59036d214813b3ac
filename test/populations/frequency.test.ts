import t from 'tap'
import { policySize, type Frequency, type Risk } from '../../server/populations/frequency.ts'

t.test('periodic controls have the default sizes', async (t) => {
  const table: Partial<Record<Frequency, readonly [number, number, number]>> = {
    annual: [1, 1, 1], semiannual: [1, 2, 2], quarterly: [2, 2, 3], monthly: [2, 3, 5],
    semimonthly: [3, 5, 8], weekly: [5, 8, 15], daily: [20, 30, 40], event_driven: [25, 40, 60], multiple_daily: [25, 40, 60], continuous: [1, 1, 1],
  }
  for (const [frequency, sizes] of Object.entries(table) as [Frequency, readonly number[]][]) {
    for (const [index, risk] of (['low', 'moderate', 'high'] as const).entries()) {
      const size = policySize({ frequency, risk })
      t.equal(size.n, sizes[index], `${frequency}, ${risk}`)
      t.match(size.source, risk === 'low' && frequency === 'continuous' ? /configuration/ : new RegExp(frequency.replace('_', ' ')))
    }
  }
})

t.test('events are sized by their number', async (t) => {
  const cases: readonly [number, Risk, number][] = [
    [1, 'high', 1], [5, 'low', 5], [6, 'high', 5], [7, 'moderate', 5], [46, 'moderate', 7], [31, 'high', 7],
    [212, 'moderate', 32], [212, 'low', 22], [249, 'low', 25], [249, 'high', 50], [40, 'moderate', 6], [200, 'moderate', 30],
    [250, 'low', 25], [1284, 'moderate', 40], [1_000_000, 'high', 60],
  ]
  for (const [populationSize, risk, n] of cases) t.equal(policySize({ frequency: 'event_driven', risk, populationSize }).n, n, `${populationSize}, ${risk}`)
})

t.test('no size exceeds its population, and the sentence says so', async (t) => {
  t.same(policySize({ frequency: 'daily', risk: 'high', populationSize: 12 }), { n: 12, source: 'All 12, fewer than the 40 of the default policy, daily, high risk.' })
  const wrong: string[] = []
  for (let populationSize = 1; populationSize < 300; populationSize++) {
    for (const risk of ['low', 'moderate', 'high'] as const) {
      const { n } = policySize({ frequency: 'multiple_daily', risk, populationSize })
      if (n < 1 || n > populationSize) wrong.push(`${n} of ${populationSize}`)
    }
  }
  t.same(wrong, [])
})

t.test('a population without an occurrence has no size', async (t) => {
  t.throws(() => policySize({ frequency: 'event_driven', risk: 'low', populationSize: 0 }), /without an occurrence/)
})
