import t from 'tap'
import { Refused } from '../../server/errors.ts'
import { sampleSize, upperLimit } from '../../server/populations/sizes.ts'
import { binomialTail, hypergeometricTail } from '../../server/populations/tails.ts'
import checkpoints from './checkpoints.json' with { type: 'json' }
import tables from './tables.json' with { type: 'json' }

t.test('every published sample size comes out, with its allowed deviations', async (t) => {
  for (const [distribution, size, risk, tolerable, expected, n, allowed] of checkpoints.sampleSize as [string, number | null, number, number, number, number, number][]) {
    const found = sampleSize({ risk, tolerable, expected, ...(size === null ? {} : { populationSize: size }) })
    t.same(found, { n, allowed }, `${distribution} ${size ?? ''} risk ${risk}, tolerable ${tolerable}, expected ${expected}`)
  }
})

t.test('every published upper limit comes out, and rounded up it is the printed one', async (t) => {
  for (const [n, deviations, confidence, limit, table] of checkpoints.upperLimit as [number, number, number, number, number][]) {
    const percent = upperLimit({ confidence, n, deviations }) * 100
    t.ok(Math.abs(percent - limit) <= 0.000051, `${deviations} of ${n} at ${confidence}: ${percent}`)
    t.equal(Math.ceil(percent * 10 - 1e-9) / 10, table)
  }
})

t.test('the sizes of the tables for five and ten percent risk come out', async (t) => {
  const rows: readonly [number, number, number, number, number, number][] = [
    [0.02, 0, 149, 0, 114, 0], [0.05, 0, 59, 0, 45, 0], [0.1, 0, 29, 0, 22, 0], [0.04, 0.01, 156, 2, 96, 1],
    [0.05, 0.01, 93, 1, 77, 1], [0.05, 0.02, 181, 4, 132, 3], [0.07, 0.02, 88, 2, 75, 2], [0.08, 0.02, 77, 2, 48, 1],
    [0.1, 0.02, 46, 1, 38, 1], [0.07, 0.03, 129, 4, 94, 3], [0.1, 0.03, 61, 2, 52, 2],
  ]
  for (const [tolerable, expected, five, fiveAllowed, ten, tenAllowed] of rows) {
    t.same(sampleSize({ risk: 0.05, tolerable, expected }), { n: five, allowed: fiveAllowed })
    t.same(sampleSize({ risk: 0.1, tolerable, expected }), { n: ten, allowed: tenAllowed })
  }
  t.same(sampleSize({ risk: 0.1, tolerable: 0.05, expected: 0.035 }), { n: 400, allowed: 14 }, 'the product that floating point pushes over 14')
  t.same(sampleSize({ risk: 0.1, tolerable: 0.08, expected: 0.07 }), { n: 1300, allowed: 91 })
  t.equal(sampleSize({ risk: 0.1, tolerable: 0.07, expected: 0.0325 }).n, 113)
})

t.test('tables A-1 and A-2 come out cell by cell', async (t) => {
  for (const [table, cells] of [[tables.A1, 194], [tables.A2, 198]] as const) {
    const wrong = table.columns.flatMap(({ tolerable, sizes }) => sizes.flatMap((printed, place) => {
      const expected = tables.expected[place]!
      const { n } = sampleSize({ risk: table.risk, tolerable, expected })
      return n === printed ? [] : [`tolerable ${tolerable}, expected ${expected}: ${n}, printed ${printed}`]
    }))
    t.same(wrong, [])
    t.equal(table.columns.flatMap(({ sizes }) => sizes).length, cells)
  }
})

t.test('tables A-3 and A-4 come out cell by cell, rounded up as they are printed', async (t) => {
  for (const { confidence, rows } of [tables.A3, tables.A4]) {
    const wrong = rows.flatMap(({ n, limits }) => limits.flatMap((printed, deviations) => {
      const limit = Math.ceil(upperLimit({ confidence, n, deviations }) * 1000 - 1e-7) / 10
      return limit === printed ? [] : [`${deviations} of ${n}: ${limit}, printed ${printed}`]
    }))
    t.same(wrong, [])
    t.equal(rows.flatMap(({ limits }) => limits).length, 231)
  }
})

t.test('an exact tie with the risk is enough', async (t) => {
  t.same(sampleSize({ risk: 0.05, tolerable: 0.95, expected: 0 }), { n: 1, allowed: 0 })
  t.same(sampleSize({ risk: 0.03125, tolerable: 0.5, expected: 0 }), { n: 5, allowed: 0 })
  t.same(sampleSize({ risk: 0.05, tolerable: 0.05, expected: 0, populationSize: 20 }), { n: 19, allowed: 0 })
  t.equal(upperLimit({ confidence: 0.95, n: 19, deviations: 0, populationSize: 20 }), 0)
})

t.test('a size is the smallest one that meets the risk, for every rate', async (t) => {
  const wrong: string[] = []
  for (const risk of [0.01, 0.05, 0.1, 0.2]) {
    for (let tolerable = 3; tolerable <= 30; tolerable += 3) {
      for (let expected = 0; expected < tolerable * 0.7; expected += 2) {
        for (const size of [undefined, 25, 120, 900]) {
          const question = { risk, tolerable: tolerable / 100, expected: expected / 100 }
          const deviating = Math.ceil((size ?? 0) * question.tolerable - 1e-9)
          const tail = (n: number): number => {
            const k = Math.ceil(n * question.expected - 1e-9)
            return size === undefined ? binomialTail(k, n, question.tolerable) : hypergeometricTail(k, n, size, deviating)
          }
          const { n } = sampleSize({ ...question, ...(size === undefined ? {} : { populationSize: size }) })
          if (n !== size && tail(n) > risk + 1e-9) wrong.push(`${JSON.stringify(question)} of ${size}: ${n} is too small`)
          for (let smaller = 1; smaller < n; smaller++) {
            if (tail(smaller) < risk - 1e-9) wrong.push(`${JSON.stringify(question)} of ${size}: ${smaller} would do, not ${n}`)
          }
        }
      }
    }
  }
  t.same(wrong, [])
})

t.test('no smaller sample is missed where the rest of the population can no longer be sound', async (t) => {
  t.same(sampleSize({ risk: 0.01, tolerable: 0.6, expected: 0.48, populationSize: 25 }), { n: 22, allowed: 11 })
  t.same(sampleSize({ risk: 0.05, tolerable: 0.53, expected: 0.33, populationSize: 10 }), { n: 8, allowed: 3 })
})

t.test('with a known population the limit is the largest count that is not rejected', async (t) => {
  t.equal(upperLimit({ confidence: 0.95, n: 25, deviations: 1, populationSize: 100 }), 0.15)
  t.equal(upperLimit({ confidence: 0.95, n: 40, deviations: 3, populationSize: 40 }), 3 / 40, 'a full test has no sampling risk')
  for (const [n, deviations] of [[20, 0], [60, 2], [200, 10]] as const) {
    const small = upperLimit({ confidence: 0.9, n, deviations, populationSize: 400 })
    t.ok(small < upperLimit({ confidence: 0.9, n, deviations }), 'a finite population gives a lower limit')
    t.ok(hypergeometricTail(deviations, n, 400, Math.round(small * 400)) > 0.1)
    t.ok(hypergeometricTail(deviations, n, 400, Math.round(small * 400) + 1) <= 0.1)
  }
})

t.test('a limit lies above the rate, falls with the sample and rises with the deviations', async (t) => {
  for (let n = 1; n <= 5000; n = Math.ceil(n * 1.7)) {
    t.equal(upperLimit({ confidence: 0.95, n, deviations: n }), 1)
    let last = 0
    for (let deviations = 0; deviations < n; deviations += Math.max(1, Math.floor(n / 9))) {
      const limit = upperLimit({ confidence: 0.95, n, deviations })
      t.ok(limit > deviations / n && limit > last && limit < 1, `${deviations} of ${n}`)
      t.ok(Math.abs(binomialTail(deviations, n, limit) - 0.05) < 1e-9)
      last = limit
    }
  }
})

t.test('questions without an answer are refused with the figures', async (t) => {
  t.throws(() => sampleSize({ risk: 0.05, tolerable: 0.05, expected: 0.05 }), new Refused('The expected rate of 5 % is not below the tolerable rate of 5 %: no sample could support it.'))
  t.throws(() => sampleSize({ risk: 0.05, tolerable: 0.05, expected: 0.049 }), /5,000 items/)
  t.throws(() => sampleSize({ risk: 0, tolerable: 0.05, expected: 0 }), Refused)
  t.throws(() => sampleSize({ risk: 0.05, tolerable: 1, expected: 0 }), Refused)
  t.throws(() => sampleSize({ risk: 0.05, tolerable: Number.NaN, expected: 0 }), Refused)
  t.throws(() => sampleSize({ risk: 0.05, tolerable: 0.1, expected: -0.01 }), Refused)
  t.throws(() => sampleSize({ risk: 0.05, tolerable: 0.1, expected: 0, populationSize: 0 }), Refused)
  t.throws(() => upperLimit({ confidence: 0.95, n: 5, deviations: 6 }), /6 deviations cannot be among 5 items/)
  t.throws(() => upperLimit({ confidence: 0.95, n: 5, deviations: 0, populationSize: 4 }), /population of 4/)
  t.throws(() => upperLimit({ confidence: 1, n: 5, deviations: 0 }), Refused)
  t.throws(() => upperLimit({ confidence: 0.95, n: 0, deviations: 0 }), Refused)
})
