import t from 'tap'
import { expectedOccurrences, firstPolicy, periodics, periodMonths, policySize, risks, yearly, type Periodic, type Policy } from '../../server/populations/frequency.ts'

const sizes = (frequency: Periodic, months: number) => risks.map((risk) => policySize({ frequency, risk }, { policy: firstPolicy, months }).n)

t.test('a shorter period takes the size of what occurs as often in a year', async (t) => {
  const table: Record<Periodic, readonly [readonly number[], readonly number[], readonly number[]]> = {
    annual: [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
    semiannual: [[1, 1, 1], [1, 1, 1], [1, 2, 2]],
    quarterly: [[1, 1, 1], [1, 2, 2], [2, 2, 3]],
    monthly: [[2, 2, 3], [2, 3, 5], [2, 3, 5]],
    semimonthly: [[2, 3, 5], [2, 3, 5], [3, 5, 8]],
    weekly: [[3, 5, 8], [5, 8, 15], [5, 8, 15]],
    daily: [[20, 30, 40], [20, 30, 40], [20, 30, 40]],
  }
  for (const [frequency, [three, six, twelve]] of Object.entries(table) as [Periodic, (typeof table)[Periodic]][]) {
    t.strictSame([sizes(frequency, 3), sizes(frequency, 6), sizes(frequency, 12)], [three, six, twelve], frequency)
  }
})

t.test('no size is above what occurs, falls with a longer period or with a higher risk', async (t) => {
  const wrong: string[] = []
  for (const frequency of periodics) {
    let before = [0, 0, 0]
    for (let months = 1; months <= 24; months++) {
      const now = sizes(frequency, months)
      const most = Math.max(1, Math.ceil(expectedOccurrences(frequency, months) - 1e-9))
      if (now.some((n, column) => n > most || n < 1 || n < before[column]! || (column > 0 && n < now[column - 1]!))) wrong.push(`${frequency}, ${months}: ${now.join(' ')} after ${before.join(' ')}`)
      before = now
    }
  }
  t.same(wrong, [])
  t.equal(policySize({ frequency: 'weekly', risk: 'high', populationSize: 7 }, { policy: firstPolicy, months: 6 }).n, 7)
  t.equal(policySize({ frequency: 'monthly', risk: 'high' }, { policy: firstPolicy, months: 18 }).n, 8)
})

t.test('the expected occurrences are those of a year by its twelfths', async (t) => {
  t.strictSame([3, 6, 12].map((months) => expectedOccurrences('monthly', months)), [3, 6, 12])
  t.strictSame([3, 6, 12].map((months) => expectedOccurrences('quarterly', months)), [1, 2, 4])
  for (const frequency of periodics) t.equal(expectedOccurrences(frequency, 12), yearly[frequency])
})

t.test('a period is counted in whole months, to the nearest', async (t) => {
  for (const [from, to, months] of [['2025-10-01', '2026-09-30', 12], ['2026-01-01', '2026-03-31', 3], ['2026-01-01', '2026-06-30', 6], ['2026-01-15', '2026-01-20', 1], ['2025-07-01', '2026-12-31', 18], ['2026-01-01', '2026-03-20', 3], ['2026-01-01', '2026-03-10', 2]] as const) t.equal(periodMonths(from, to), months, `${from} to ${to}`)
  t.equal(periodMonths(null, null), 12)
})

t.test('the sentence says which policy, and how the period was taken into account', async (t) => {
  const own: Policy = { ...firstPolicy, version: 3, periodic: { ...firstPolicy.periodic, monthly: [3, 4, 6] }, events: [30, 45, 70], shares: [12, 18, 25], large: 200, fewest: 6 }
  t.equal(policySize({ frequency: 'monthly', risk: 'high' }, { policy: own, months: 12 }).source, '6: policy version 3, monthly, high risk.')
  t.equal(policySize({ frequency: 'monthly', risk: 'high' }, { policy: own, months: 3 }).source, '3: policy version 3, monthly, high risk, about 3 occurrences in 3 months, sized as quarterly.')
  t.equal(policySize({ frequency: 'event_driven', risk: 'high', populationSize: 100 }, { policy: own, months: 3 }).n, 25, 'events go by their number, whatever the period')
  t.equal(policySize({ frequency: 'event_driven', risk: 'low', populationSize: 6 }, { policy: own, months: 12 }).n, 6)
  t.equal(policySize({ frequency: 'event_driven', risk: 'low', populationSize: 200 }, { policy: own, months: 12 }).n, 30)
})
