import t from 'tap'
import { Temporal } from 'temporal-polyfill'
import type { Every } from '../../server/database/schema/requests.ts'
import { dueAfter, everyWords, hasBegun, isOver, spanLabel, spansOf } from '../../server/requests/spans.ts'

const rhythms = Object.keys(everyWords) as Every[]

t.test('a year of months, quarters, halves and weeks', async (t) => {
  t.same(spansOf('month', '2025-10-01', '2026-09-30').map(spanLabel), [
    'Oct 2025', 'Nov 2025', 'Dec 2025', 'Jan 2026', 'Feb 2026', 'Mar 2026', 'Apr 2026', 'May 2026', 'Jun 2026', 'Jul 2026', 'Aug 2026', 'Sep 2026',
  ])
  t.same(spansOf('quarter', '2025-10-01', '2026-09-30').map(spanLabel), ['Q4 2025', 'Q1 2026', 'Q2 2026', 'Q3 2026'])
  t.same(spansOf('half_year', '2025-07-01', '2026-06-30').map(spanLabel), ['H2 2025', 'H1 2026'])
  t.equal(spansOf('week', '2025-10-01', '2026-09-30').length, 53)
  t.same(spansOf('week', '2025-10-01', '2025-10-13').map(spanLabel), ['Oct 1–5, 2025', 'Oct 6–12, 2025', 'Oct 13, 2025'])
})

t.test('a period that begins or ends inside a span cuts it, and the label says so', async (t) => {
  t.same(spansOf('month', '2025-10-15', '2025-12-10').map(spanLabel), ['Oct 15–31, 2025', 'Nov 2025', 'Dec 1–10, 2025'])
  t.same(spansOf('quarter', '2025-11-01', '2026-02-28').map(spanLabel), ['Nov 1 – Dec 31, 2025', 'Jan 1 – Feb 28, 2026'])
  t.same(spansOf('half_year', '2025-11-01', '2025-11-01').map(spanLabel), ['Nov 1, 2025'])
  t.equal(spanLabel({ start: '2025-12-29', end: '2026-01-04' }), 'Dec 29, 2025 – Jan 4, 2026')
})

t.test('spans of any period cover each of its days once', async (t) => {
  for (const every of rhythms) {
    for (let turn = 0; turn < 60; turn++) {
      const from = Temporal.PlainDate.from('2023-11-20').add({ days: turn * 17 })
      const to = from.add({ days: turn * 11 })
      const spans = spansOf(every, from.toString(), to.toString())
      t.equal(spans[0]!.start, from.toString())
      t.equal(spans.at(-1)!.end, to.toString())
      const broken = spans.some((span, index) => span.start > span.end
        || (index > 0 && Temporal.PlainDate.from(spans[index - 1]!.end).add({ days: 1 }).toString() !== span.start))
      t.notOk(broken, `${every} from ${from.toString()} to ${to.toString()}`)
      t.equal(new Set(spans.map(spanLabel)).size, spans.length, 'every span has a name of its own')
    }
  }
})

t.test('a span is over when its last day has ended where the client is', async (t) => {
  const span = { start: '2026-09-01', end: '2026-09-30' }
  const boundary = new Date('2026-10-01T03:30:00Z')
  t.equal(isOver(span, 'America/New_York', boundary), false, 'it is still the 30th in New York')
  t.equal(isOver(span, 'Europe/Berlin', boundary), true)
  t.equal(hasBegun({ start: '2026-10-01', end: '2026-10-31' }, 'America/New_York', boundary), false)
  t.equal(hasBegun({ start: '2026-10-01', end: '2026-10-31' }, 'Europe/Berlin', boundary), true)
  t.equal(dueAfter(span, 10), '2026-10-10')
  t.equal(dueAfter(span, 0), '2026-09-30')
})
