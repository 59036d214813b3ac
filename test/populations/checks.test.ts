import t from 'tap'
import { beginChecks, checkPopulation, type CheckPlan } from '../../server/populations/checks.ts'
import type { CheckName, Finding } from '../../server/populations/findings.ts'
import { periodBounds } from '../../server/populations/period.ts'

const period = periodBounds({ start: '2025-10-01', end: '2026-09-30', zone: 'America/New_York' })
const plan: CheckPlan = { header: ['id', 'at', 'title'], keyColumn: 'id', dateColumn: 'at', format: { order: 'ymd', separator: '-', time: 'none' }, declaredCount: null, period }
const zoned: CheckPlan = { ...plan, format: { order: 'ymd', separator: '-', time: 'zoned' } }

function found(rows: readonly (readonly string[])[], changes: Partial<CheckPlan> = {}): Record<CheckName, Finding> {
  return Object.fromEntries(checkPopulation({ ...plan, ...changes, rows }).map((one) => [one.check, one])) as Record<CheckName, Finding>
}

/** One row for every day from the first of October 2025 on. */
function daily(count: number, key = (index: number): string => `K-${1000 + index}`): string[][] {
  return Array.from({ length: count }, (_, index) => [key(index), new Date(Date.UTC(2025, 9, 1 + index)).toISOString().slice(0, 10), `row ${index}`])
}

t.test('a clean list agrees in every check', async (t) => {
  const findings = checkPopulation({ ...plan, declaredCount: 365, rows: daily(365) })
  t.same(findings.filter(({ mark }) => mark !== 'agrees'), [])
  t.same(findings.map(({ check }) => check), ['count', 'suspicious_total', 'blank_key', 'duplicate_key', 'duplicate_row', 'similar_key', 'sequence', 'date', 'outside_period', 'coverage', 'empty_months', 'empty_weeks', 'empty_days'])
})

t.test('the count is agreed to the statement', async (t) => {
  t.match(found(daily(3), { declaredCount: 3 }).count, { mark: 'agrees', sentence: '3 rows, as the statement declares.' })
  t.match(found(daily(366), { declaredCount: 365 }).count, { mark: 'finding', sentence: /366 rows.*declares 365, a difference of 1\. The 365 rows in the period would agree/ })
  t.match(found(daily(3)).count, { mark: 'finding', sentence: /declares no count/ })
  t.match(found([], { declaredCount: 0 }).count, { mark: 'agrees', sentence: /Corroborate/ })
})

t.test('totals at which exports stop are suspicious', async (t) => {
  for (const total of [100, 500, 1000]) t.equal(found(daily(total)).suspicious_total.mark, 'finding', String(total))
  for (const total of [99, 101, 1284]) t.equal(found(daily(total)).suspicious_total.mark, 'agrees', String(total))
  const checks = beginChecks(plan)
  for (let row = 2; row < 65_537; row++) checks.add(row, [`k${row}`, '2026-01-01', ''])
  t.match(checks.finish().findings[1], { mark: 'finding', sentence: /65,535 rows/ }, 'a full old sheet has one row less than its limit')
})

t.test('blank keys, repeated keys and keys over two lines keep the list from being accepted', async (t) => {
  const rows = daily(12)
  rows[2]![0] = '  '
  rows[4]![0] = rows[1]![0]!
  rows[6] = [...rows[5]!]
  rows[8]![0] = 'a\nb'
  const findings = found(rows)
  t.match(findings.blank_key, { mark: 'blocks', rows: [4], count: 1 })
  t.match(findings.duplicate_key, { mark: 'blocks', rows: [6, 8], notes: ['“K-1001” again, first in row 3', '“K-1005” again, first in row 7'] })
  t.match(findings.key_line_break, { mark: 'blocks', rows: [10] })
  t.match(findings.duplicate_row, { mark: 'finding', rows: [8], notes: ['the same in every cell as row 7'] })
})

t.test('keys that only look alike are reported and stay apart', async (t) => {
  const keys = ['OPS-1', 'ops-1', 'OPS-1 ', 'é-1', 'e\u0301-1', 'OPS-2', '０１', '01', 'A  1', 'A 1']
  const findings = found(daily(keys.length, (index) => keys[index]!))
  t.equal(findings.duplicate_key.mark, 'agrees')
  t.match(findings.similar_key, { mark: 'finding', rows: [3, 4, 6, 9, 11], count: 5 })
  t.equal(findings.similar_key.notes[1], '“OPS-1 ” looks like “OPS-1” in row 2')
  t.equal(found(daily(3, (index) => `K${'0'.repeat(index)}1`)).similar_key.mark, 'agrees', 'leading zeros make different keys')
})

t.test('rows outside the period are listed with what their value means', async (t) => {
  const findings = found([['a', '2025-10-01T03:55:00Z', ''], ['b', '2026-10-01T02:10:00Z', ''], ['c', '2026-03-01T00:00:00Z', ''], ['d', '2027-01-01T00:00:00Z', '']], zoned)
  t.match(findings.outside_period, { mark: 'finding', rows: [2, 5], count: 2, notes: ['2025-10-01T03:55:00Z is Sep 30, 2025, 23:55 EDT: outside', '2027-01-01T00:00:00Z is Dec 31, 2026, 19:00 EST: outside'] })
  t.match(findings.zone_boundary, { mark: 'agrees', rows: [2, 3], notes: [/outside$/, '2026-10-01T02:10:00Z is Sep 30, 2026, 22:10 EDT: inside'] })
})

t.test('each row is given its key, its reading and its place', async (t) => {
  const checks = beginChecks(plan)
  t.same(checks.add(2, [' 007', '2025-10-01', '']), { key: ' 007', reading: { instant: null, local: '2025-10-01' }, membership: 'in', inScope: true })
  t.same(checks.add(3, ['b', '2026-10-01', '']), { key: 'b', reading: { instant: null, local: '2026-10-01' }, membership: 'outside', inScope: false })
  t.match(checks.add(4, ['c', ' ', '']), { membership: 'blank', inScope: true })
  t.match(checks.add(5, ['d', 'soon', '']), { membership: 'unreadable', inScope: false })
  const { findings, totals } = checks.finish()
  t.same(totals, { rows: 4, inScope: 2, outside: 1, blankDates: 1, first: '2025-10-01', last: '2025-10-01', coverage: { weeks: [['2025-09-29', 1]], undated: 1, before: 0, after: 1 }, blocked: true })
  t.match(findings.find(({ check }) => check === 'date'), { mark: 'blocks', rows: [5], notes: ['“soon”'] })
  t.match(findings.find(({ check }) => check === 'blank_date'), { mark: 'finding', rows: [4] })
})

t.test('coverage names the bare ends and the empty months and weeks', async (t) => {
  const whole = daily(365)
  t.match(found(whole.slice(20)).coverage, { mark: 'finding', sentence: /No rows for 20 days at the start of the period/ })
  t.match(found(whole.slice(0, 330)).coverage, { mark: 'finding', sentence: /First row Oct 1, 2025, last row Aug 26, 2026\. No rows for 35 days at the end/ })
  t.equal(found(whole.slice(6)).coverage.mark, 'agrees')
  const gap = found(whole.filter((row) => !row[1]!.startsWith('2026-02')))
  t.match(gap.empty_months, { mark: 'finding', count: 1, notes: ['2026-02'] })
  t.match(gap.empty_weeks, { mark: 'finding', count: 3, notes: ['the week of Feb 2, 2026', 'the week of Feb 9, 2026', 'the week of Feb 16, 2026'] })
  t.equal(found(whole.filter((_, index) => index % 20 === 0)).empty_weeks, undefined, 'a sparse list has weeks without rows')
})

t.test('gaps in numbered keys are counted, and keys that are no numbers are left alone', async (t) => {
  t.match(found(daily(40).filter((_, index) => index !== 7 && index !== 9)).sequence, { mark: 'finding', count: 2, sentence: /K-1007, K-1009\./ })
  t.equal(found(daily(40)).sequence.mark, 'agrees')
  t.equal(found(daily(40, (index) => `K-${index * 1000}`)).sequence, undefined)
  t.equal(found(daily(40, (index) => `K-${index}x`)).sequence, undefined)
})

t.test('a list without a single row is read through to the no-occurrence path', async (t) => {
  const { findings, totals } = beginChecks({ ...plan, format: null, declaredCount: 0 }).finish()
  t.same(totals, { rows: 0, inScope: 0, outside: 0, blankDates: 0, first: null, last: null, coverage: { weeks: [], undated: 0, before: 0, after: 0 }, blocked: false })
  t.match(findings.find(({ check }) => check === 'coverage'), { mark: 'finding', sentence: 'No row lies in the period.' })
})

t.test('only the first hundred rows are kept, and all are counted', async (t) => {
  const findings = found(daily(250, () => 'same'))
  t.match(findings.duplicate_key, { count: 249 })
  t.equal(findings.duplicate_key.rows.length, 100)
  t.equal(findings.duplicate_key.notes.length, 100)
})

t.test('a column the list does not have, and naive times without a zone, are refused', async (t) => {
  t.throws(() => beginChecks({ ...plan, keyColumn: 'key' }), /no column “key”.*id, at, title/)
  t.throws(() => beginChecks({ ...plan, dateColumn: 'date' }), /no column “date”/)
  t.throws(() => beginChecks({ ...plan, format: { order: 'ymd', separator: '-', time: 'naive' } }), /which zone/)
})

t.test('a list kept weekday by weekday names the days without a row, and a daily one too', async (t) => {
  const holidays = ['2025-10-13', '2025-11-11', '2025-11-27', '2025-12-25', '2026-01-01', '2026-01-19', '2026-02-16', '2026-05-25', '2026-06-19', '2026-09-07']
  const weekdays = daily(365).filter((row) => ![0, 6].includes(new Date(row[1]!).getUTCDay()))
  t.equal(weekdays.length, 261)
  const settled = weekdays.filter((row) => !holidays.includes(row[1]!))
  t.match(found(settled).empty_days, { mark: 'finding', count: 10, notes: holidays, sentence: /^251 of 261 weekdays have a row; 10 have none: 2025-10-13, / })
  t.match(found(weekdays).empty_days, { mark: 'agrees', sentence: 'Each of the 261 weekdays of the period has a row.' })
  t.match(found(daily(365).filter((row) => row[1] !== '2026-03-01')).empty_days, { mark: 'finding', notes: ['2026-03-01'] }, 'a Sunday counts where Sundays are worked')
  t.equal(found(daily(365).filter((_, index) => index % 2 === 0)).empty_days, undefined, 'a list with a row every other day is not kept daily')
})

t.test('gaps in the sequence are named as spans, leading zeros and all', async (t) => {
  const gapped = daily(40, (index) => `CHG-${String(index + 1).padStart(5, '0')}`).filter((_, index) => ![7, 8, 9, 20].includes(index))
  t.match(found(gapped).sequence, { count: 4, notes: ['CHG-00008 to CHG-00010, 3 numbers', 'CHG-00021'], sentence: /between CHG-00001 and CHG-00040: CHG-00008, CHG-00009, CHG-00010, CHG-00021\./ })
})
