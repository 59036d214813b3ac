import t from 'tap'
import { Refused } from '../../server/errors.ts'
import { readDate, type DateFormat } from '../../server/populations/dates.ts'
import { inWords, isInPeriod, periodBounds } from '../../server/populations/period.ts'
import { randomFrom } from './random.ts'

const zoned: DateFormat = { order: 'ymd', separator: '-', time: 'zoned' }
const hour = 3_600_000

function belongs(text: string, zone: string): boolean {
  return isInPeriod(readDate(text, zoned, zone)!, periodBounds({ start: '2025-10-01', end: '2026-09-30', zone }))
}

t.test('one row at the boundary belongs in one zone and not in another', async (t) => {
  t.ok(belongs('2026-10-01T02:30Z', 'America/New_York'), 'it is still September 30 in New York')
  t.notOk(belongs('2026-10-01T02:30Z', 'UTC'))
  t.notOk(belongs('2026-10-01T02:30Z', 'Asia/Tokyo'))
  t.notOk(belongs('2025-10-01T03:55:00Z', 'America/New_York'), 'it is still September 30 in New York')
  t.ok(belongs('2025-10-01T03:55:00Z', 'UTC'))
  t.ok(belongs('2025-09-30T20:00:00Z', 'Asia/Tokyo'))
})

t.test('the period begins with its first moment and ends before the next day', async (t) => {
  t.ok(belongs('2025-10-01T00:00:00-04:00', 'America/New_York'))
  t.notOk(belongs('2025-09-30T23:59:59.999-04:00', 'America/New_York'))
  t.ok(belongs('2026-09-30T23:59:59.999-04:00', 'America/New_York'))
  t.notOk(belongs('2026-10-01T00:00:00-04:00', 'America/New_York'))
})

t.test('days of 23 and 25 hours and days without a midnight have their own length', async (t) => {
  const length = (day: string, zone: string): number => {
    const { from, until } = periodBounds({ start: day, end: day, zone })
    return (until - from) / hour
  }
  t.equal(length('2026-03-08', 'America/New_York'), 23)
  t.equal(length('2025-11-02', 'America/New_York'), 25)
  t.equal(length('2025-10-05', 'Australia/Lord_Howe'), 23.5)
  t.equal(length('2018-11-04', 'America/Sao_Paulo'), 23, 'the clock went from midnight to one')
  t.equal(length('2026-06-01', 'America/New_York'), 24)
})

t.test('dates alone are compared as dates', async (t) => {
  const period = periodBounds({ start: '2025-10-01', end: '2026-09-30', zone: 'Pacific/Kiritimati' })
  for (const [local, inside] of [['2025-09-30', false], ['2025-10-01', true], ['2026-09-30', true], ['2026-10-01', false]] as const) t.equal(isInPeriod({ instant: null, local }, period), inside, local)
})

t.test('membership by moment is membership by the day in the zone', async (t) => {
  const random = randomFrom(3)
  const wrong: string[] = []
  for (const zone of ['America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'America/Sao_Paulo', 'Pacific/Apia']) {
    const period = periodBounds({ start: '2011-10-16', end: '2011-12-29', zone })
    for (let count = 0; count < 500; count++) {
      const edge = random.pick([period.from, period.until])
      const text = new Date(edge + random.pick([-1, 0, 1, random.below(60 * hour) - 30 * hour])).toISOString()
      const reading = readDate(text, zoned, zone)!
      if (isInPeriod(reading, period) !== (reading.local >= period.start && reading.local <= period.end)) wrong.push(`${text} in ${zone}`)
    }
  }
  t.same(wrong, [])
})

t.test('a moment is said in words with its zone', async (t) => {
  t.equal(inWords(readDate('2025-10-01T03:55Z', zoned, 'America/New_York')!, 'America/New_York'), 'Sep 30, 2025, 23:55 EDT')
  t.equal(inWords(readDate('2026-01-31T23:59:59Z', zoned, 'UTC')!, 'UTC'), 'Jan 31, 2026, 23:59:59 UTC')
  t.equal(inWords({ instant: null, local: '2026-10-02' }, 'Asia/Tokyo'), 'Oct 2, 2026')
})

t.test('a period that ends before it starts is refused', async (t) => {
  t.throws(() => periodBounds({ start: '2026-02-01', end: '2026-01-31', zone: 'UTC' }), Refused)
  t.throws(() => periodBounds({ start: '2026-01-01', end: '2026-01-31', zone: 'Mars/Base' }), RangeError)
})
