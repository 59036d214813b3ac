import { Temporal } from 'temporal-polyfill'
import t from 'tap'
import type { Every } from '../../server/database/schema/populations.ts'
import { expectedItems } from '../../server/populations/calendar.ts'
import { randomFrom } from './random.ts'

const year = { start: '2025-10-01', end: '2026-09-30' }
const keysOf = (every: Every, period = year) => expectedItems(every, period).map(({ key }) => key)

t.test('a year from October has the occasions an auditor counts', async (t) => {
  t.strictSame(keysOf('quarter'), ['2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3'])
  t.strictSame(keysOf('half_year'), ['2025-H2', '2026-H1'])
  t.strictSame([keysOf('month').length, keysOf('month')[0], keysOf('month').at(-1)], [12, '2025-10', '2026-09'])
  t.strictSame([keysOf('week').length, keysOf('week')[0], keysOf('week').at(-1)], [52, '2025-W40', '2026-W39'])
  t.strictSame([keysOf('business_day').length, keysOf('day').length], [261, 365])
  t.ok(keysOf('week').includes('2026-W07'))
  t.strictSame(expectedItems('quarter', year)[1], { key: '2026-Q1', first: '2026-01-01', last: '2026-03-31' })
})

t.test('an occasion belongs to the period in which it falls due', async (t) => {
  const period = { start: '2025-11-15', end: '2026-05-14' }
  t.strictSame(keysOf('quarter', period), ['2025-Q4', '2026-Q1'])
  t.strictSame(keysOf('month', period), ['2025-11', '2025-12', '2026-01', '2026-02', '2026-03', '2026-04'])
  t.strictSame(keysOf('quarter', { start: '2026-01-01', end: '2026-03-30' }), [])
})

t.test('weeks are those of ISO 8601 over thirty years', async (t) => {
  for (const { key, first, last } of expectedItems('week', { start: '2000-01-01', end: '2030-12-31' })) {
    const monday = Temporal.PlainDate.from(first)
    const name = `${monday.yearOfWeek}-W${String(monday.weekOfYear).padStart(2, '0')}`
    if (key !== name || monday.dayOfWeek !== 1 || monday.add({ days: 6 }).toString() !== last) t.fail(`${key} is ${name} from ${first} to ${last}`)
  }
  t.strictSame(keysOf('week', { start: '2026-12-28', end: '2027-01-10' }), ['2026-W53', '2027-W01'])
})

t.test('in any period the occasions follow one another without overlap and end inside it', async (t) => {
  const { below: random } = randomFrom(7)
  for (let turn = 0; turn < 300; turn++) {
    const start = Temporal.PlainDate.from('2023-01-01').add({ days: random(1500) })
    const period = { start: start.toString(), end: start.add({ days: random(500) }).toString() }
    for (const every of ['half_year', 'quarter', 'month', 'week', 'business_day', 'day'] as const) {
      const items = expectedItems(every, period)
      for (const [index, { first, last }] of items.entries()) {
        const before = items[index - 1]
        if (first > last || last < period.start || last > period.end || (before && before.last >= first)) t.fail(`${every} ${first} to ${last} in ${JSON.stringify(period)}`)
      }
      t.equal(new Set(items.map(({ key }) => key)).size, items.length)
    }
    t.equal(expectedItems('day', period).length, start.until(period.end).days + 1)
  }
})
