import { Temporal } from 'temporal-polyfill'
import t from 'tap'
import { readDate, type DateFormat } from '../../server/populations/dates.ts'
import { recogniseDates } from '../../server/populations/recognition.ts'
import { randomFrom } from './random.ts'

const zoned: DateFormat = { order: 'ymd', separator: '-', time: 'zoned' }

t.test('one format is recognised when every value of the column has it', async (t) => {
  const columns: readonly [readonly string[], DateFormat][] = [
    [['2026-03-11', '', '2026-12-01 '], { order: 'ymd', separator: '-', time: 'none' }],
    [['2026/3/1'], { order: 'ymd', separator: '/', time: 'none' }],
    [['2026-03-11T10:00Z', '2026-03-11 10:00:59.123456789+05:30', '2026-03-11 10:00:00 -0700', '2026-03-11 10:00:00 UTC'], zoned],
    [['2026-03-11 10:00', '2026-03-11T10:00:01'], { order: 'ymd', separator: '-', time: 'naive' }],
    [['13/11/2025', '1/2/2025'], { order: 'dmy', separator: '/', time: 'none' }],
    [['11/13/2025 1:05 PM', '1/2/2025 12:05 am'], { order: 'mdy', separator: '/', time: 'naive' }],
    [['28.2.2025', '01.02.2025'], { order: 'dmy', separator: '.', time: 'none' }],
    [['3/3/2025', '04/04/2025'], { order: 'dmy', separator: '/', time: 'none' }],
  ]
  for (const [values, format] of columns) t.match(recogniseDates(values), { kind: 'format', format, read: values.filter((value) => value !== '').length }, values.join(' '))
  t.match(recogniseDates(['2026-03-11', '', ' ']), { blank: 2 })
})

t.test('day and month are asked for when the whole column leaves them open', async (t) => {
  const found = recogniseDates(['', '03/11/2025', '12/12/2025', '04/05/2025'])
  t.match(found, { kind: 'ambiguous', rows: [3, 4, 5], choices: [{ order: 'dmy' }, { order: 'mdy' }] })
  t.match(found.kind === 'ambiguous' && found.sentence, /“03\/11\/2025” in row 3/)
  for (const hint of ['13/11/2025', '11/13/2025']) t.equal(recogniseDates(['03/11/2025', hint]).kind, 'format', 'one row settles it')
})

t.test('a column that mixes day first and month first is refused with both rows named', async (t) => {
  const found = recogniseDates(['01/02/2025', '13/11/2025', '11/14/2025'])
  t.match(found, { kind: 'unreadable', rows: [4, 3] })
  t.match(found.kind === 'unreadable' && found.sentence, /“11\/14\/2025” in row 4.*“13\/11\/2025” in row 3/)
})

t.test('a column that mixes ways of writing is refused with both rows named', async (t) => {
  for (const [one, two] of [['2026-03-11', '2026-03-11T10:00Z'], ['2026-03-11T10:00Z', '2026-03-11T10:00'], ['2026-03-11', '11.03.2026'], ['2026-03-11', '2026/03/11']] as const) {
    const found = recogniseDates([one, one, two])
    t.match(found, { kind: 'unreadable', rows: [2, 4] }, `${one} and ${two}`)
  }
})

t.test('what is no date is named with its row and a reason', async (t) => {
  const cases: readonly [string, RegExp][] = [
    ['3/11/25', /two digits/], ['25-03-11', /two digits/], ['2026-02-29', /no such day/], ['31/04/2026', /no such day/], ['45932', /bare number/],
    ['yesterday', /cannot be read/], ['2026-03-11T25:00Z', /cannot be read/], ['2026-03-11T10:60Z', /cannot/], ['2026-03-11T10:00+19:00', /cannot/],
    ['2026-03', /cannot/], ['2026-03/11', /cannot/], ['13:00 PM', /cannot/], ['3/11/2026 13:00 PM', /cannot/], ['0026-03-11', /no such day/], ['2026-03-11Z', /cannot/],
  ]
  for (const [text, reason] of cases) {
    const found = recogniseDates(['2026-03-11', text])
    t.match(found, { kind: 'unreadable', rows: [3] }, text)
    t.match(found.kind === 'unreadable' && found.sentence, reason, text)
  }
  t.match(recogniseDates(['', '']), { kind: 'empty', blank: 2, sentence: /blank/ })
  t.match(recogniseDates([]), { kind: 'empty', blank: 0, sentence: /no rows/ })
})

t.test('a date alone is never shifted, whatever the zone', async (t) => {
  for (const zone of ['Pacific/Kiritimati', 'UTC', 'Pacific/Niue']) {
    t.same(readDate('2026-09-30', { order: 'ymd', separator: '-', time: 'none' }, zone), { instant: null, local: '2026-09-30' })
  }
})

t.test('a value that does not follow the format of its column is not read', async (t) => {
  for (const text of ['', ' ', '2026-09-30', '2026/09/30T10:00Z', '30-09-2026T10:00Z', '2026-09-30T10:00', 'x']) t.equal(readDate(text, zoned, 'UTC'), null, text)
})

t.test('offsets and fractions are kept, and a fraction never rounds into the next day', async (t) => {
  t.equal(readDate('2026-09-30T23:59:59.9999999-04:00', zoned, 'America/New_York')?.local, '2026-09-30')
  t.equal(readDate('2026-03-11T10:00:00+05:30', zoned, 'UTC')?.instant, Date.UTC(2026, 2, 11, 4, 30))
  t.equal(readDate('2026-03-11 10:00:00 -0030', zoned, 'UTC')?.instant, Date.UTC(2026, 2, 11, 10, 30))
})

t.test('moments have the day that Temporal gives them, in zones of every kind and around each change of the clock', async (t) => {
  const random = randomFrom(5)
  const wrong: string[] = []
  const zones = ['America/New_York', 'Europe/London', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Pacific/Apia', 'Africa/Casablanca', 'UTC']
  for (const zone of zones) {
    for (let count = 0; count < 400; count++) {
      const base = Date.UTC(1995 + random.below(45), random.below(12), 1 + random.below(28), random.below(24), random.below(60), random.below(60))
      const change = count % 2 === 0 ? null : Temporal.Instant.fromEpochMilliseconds(base).toZonedDateTimeISO(zone).getTimeZoneTransition('next')
      const instant = change === null ? base : change.epochMilliseconds + random.pick([-3_600_000, -1000, 0, 1000, 3_600_000])
      const expected = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone)
      const text = new Date(instant).toISOString()
      const reading = readDate(text, zoned, zone)
      if (reading?.local !== expected.toPlainDate().toString() || reading.instant !== instant) wrong.push(`${text} in ${zone}: ${reading?.local}`)
      const wall = expected.toPlainDateTime()
      const naive = readDate(wall.toString({ smallestUnit: 'second' }), { ...zoned, time: 'naive', zone }, zone)
      if (naive?.instant !== wall.toZonedDateTime(zone).epochMilliseconds) wrong.push(`${wall.toString()} on the clock of ${zone}: ${naive?.instant}`)
    }
  }
  t.same(wrong, [])
})

t.test('a naive time without a zone is not guessed', async (t) => {
  t.throws(() => readDate('2026-03-11 10:00', { ...zoned, time: 'naive' }, 'America/New_York'), /zone/)
})
