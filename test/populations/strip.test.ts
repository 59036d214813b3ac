import t from 'tap'
import { beginChecks, type CheckPlan } from '../../server/populations/checks.ts'
import { periodBounds } from '../../server/populations/period.ts'
import { stripOf } from '../../server/populations/strip.ts'
import { randomFrom } from './random.ts'

const bounds = { start: '2025-10-01', end: '2026-09-30', zone: 'America/New_York' }
const period = periodBounds(bounds)
const plan: CheckPlan = { header: ['id', 'at'], keyColumn: 'id', dateColumn: 'at', format: { order: 'ymd', separator: '-', time: 'none' }, declaredCount: null, period }

t.test('the weeks of a strip and what has no date sum to the rows in scope, whatever the list', async (t) => {
  const { below: random } = randomFrom(11)
  for (let turn = 0; turn < 60; turn++) {
    const checks = beginChecks(plan)
    const rows = random(400)
    for (let row = 2; row < rows + 2; row++) {
      const day = new Date(Date.UTC(2025, 7, 15) + random(460) * 86_400_000).toISOString().slice(0, 10)
      checks.add(row, [`k${row}`, random(10) === 0 ? '' : day])
    }
    const { totals } = checks.finish()
    const strip = stripOf(totals.coverage, bounds, new Map())
    t.equal(strip.weeks.reduce((sum, week) => sum + week.rows, 0) + strip.undated, totals.inScope)
    t.equal(strip.before + strip.after, totals.outside)
    t.equal(strip.weeks.length, 53)
    for (const bar of strip.bars) if (bar.x < 0 || bar.x + bar.width > 100 || bar.y < 0 || bar.height < 2) t.fail(JSON.stringify(bar))
  }
})

t.test('the strip says in words what it shows, and marks what was drawn and what is empty', async (t) => {
  const strip = stripOf({ weeks: [['2025-09-29', 4], ['2025-10-13', 37]], undated: 2, before: 1, after: 0 }, { start: '2025-10-01', end: '2025-10-31' }, new Map([['2025-10-13', 5]]))
  t.equal(strip.label, 'Rows by week: 41 in 5 weeks, at most 37 in one, 2 without any; 1 before and 0 after the period')
  t.strictSame(strip.weeks.map(({ monday, rows, drawn, partial }) => [monday, rows, drawn, partial]), [
    ['2025-09-29', 4, 0, true], ['2025-10-06', 0, 0, false], ['2025-10-13', 37, 5, false], ['2025-10-20', 0, 0, false], ['2025-10-27', 0, 0, true],
  ])
  t.equal(strip.empties.length, 2, 'the cut week at the end may be empty')
  t.equal(strip.marks.length, 3, 'the rest stands in the table')
  t.equal(strip.drawn, 5)
  t.strictSame(strip.months.map(({ word }) => word), ['Oct'])
})
