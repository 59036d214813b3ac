import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { criteriaInScope } from '../../server/controls/criteria.ts'
import { bankHolidays, periodDays, plusBusinessDays, workday } from '../../server/demo/calendar.ts'
import { paySmartAsks } from '../../server/demo/asks.ts'
import controls from '../../server/demo/controls.json' with { type: 'json' }
import { drawings } from '../../server/demo/draws.ts'
import { larkfieldAsks } from '../../server/demo/larkfield-asks.ts'
import { rowOf, writeCsv, type List } from '../../server/demo/list.ts'
import { makeLists } from '../../server/demo/lists.ts'
import { firmPeople, keyOf, larkfieldPeople, paySmartPeople } from '../../server/demo/people.ts'
import type { EvidenceRecord } from '../../server/demo/record.ts'
import { changeRecord, leaverRecord } from '../../server/demo/records.ts'
import { samplePlans } from '../../server/demo/sample-plans.ts'

const lists = makeLists()
const lineAt = (record: EvidenceRecord, letter: string) => record.text.split('\n')[Number(record.places[letter]!.replace('line ', '')) - 1]!
const column = (list: List, name: string) => list.rows.map((row) => row[list.header.indexOf(name)]!)

t.test('every criterion in PaySmart’s scope has a control, and each control an owner who is there', async (t) => {
  const wanted = criteriaInScope(['security', 'availability', 'processing_integrity']).map(({ id }) => id)
  t.equal(wanted.length, 41)
  t.equal(controls.length, 39)
  t.strictSame(wanted.filter((id) => !controls.some(({ criteria }) => criteria.includes(id))), [])
  t.strictSame(controls.flatMap(({ criteria }) => criteria).filter((id) => !wanted.includes(id)), [])
  const titles = new Set(paySmartPeople.map(({ title }) => title))
  const numbers = new Set(controls.map(({ number }) => number))
  t.strictSame(controls.filter(({ owner }) => !titles.has(owner)), [])
  t.strictSame(paySmartAsks.filter((ask) => !titles.has(ask.owner) || ask.controls.some((number) => !numbers.has(number))), [])
})

t.test('nobody shares an address or a key with somebody else', async (t) => {
  const people = [...firmPeople, ...paySmartPeople, ...larkfieldPeople]
  t.equal(new Set(people.map(({ email }) => email)).size, people.length)
  t.equal(new Set(people.map(({ key }) => key)).size, people.length)
  t.ok(people.every(({ email }) => /^[a-z.-]+@[a-z]+\.example$/.test(email)))
})

t.test('the lists are the same bytes at every making, and each key names one row', async (t) => {
  const again = makeLists()
  for (const name of Object.keys(lists) as (keyof typeof lists)[]) {
    t.equal(writeCsv(lists[name]), writeCsv(again[name]), name)
    const keys = lists[name].rows.map(([key]) => key)
    // One ticket is there twice on purpose.
    t.equal(new Set(keys).size, keys.length - (name === 'accessFirst' ? 1 : 0), name)
    t.ok(lists[name].rows.every((row) => row.length === lists[name].header.length), name)
  }
})

t.test('the first list of leavers has two rows after the period and lacks one whom payroll has', async (t) => {
  const { leaversFirst, leavers, payroll } = lists
  t.strictSame([leaversFirst.rows.length, leavers.rows.length, payroll.rows.length], [32, 31, 31])
  t.strictSame(column(leaversFirst, 'last_working_day').filter((day) => day > '2026-09-30'), ['2026-10-02', '2026-10-02'])
  t.ok(column(leavers, 'last_working_day').every((day) => day >= '2025-10-01' && day <= '2026-09-30'))
  const paid = new Set(column(payroll, 'employee_id'))
  t.strictSame(paid.difference(new Set(column(leavers, 'employee_id'))).size, 0)
  t.equal(paid.difference(new Set(column(leaversFirst, 'employee_id'))).size, 1)
})

t.test('the first list of changes stops at exactly 1,000 rows; the second has one row outside the period, by 23:55 in New York', async (t) => {
  const { changesFirst, changes } = lists
  t.strictSame([changesFirst.rows.length, changes.rows.length], [1000, 1285])
  t.strictSame(changes.rows.slice(0, 1000), changesFirst.rows)
  const stamps = column(changes, 'deployed_at')
  t.strictSame([stamps[0], stamps.at(-1)], ['2025-10-01T03:55:00Z', '2026-10-01T02:10:00Z'])
  const inScope = stamps.filter((stamp) => stamp >= '2025-10-01T04:00:00Z' && stamp < '2026-10-01T04:00:00Z')
  t.equal(inScope.length, 1284)
  t.equal(column(changes, 'change_type').filter((type) => type === 'emergency').length, 9)
  t.ok(changes.rows.every((row) => rowOf(changes, row[0]!)['author'] !== rowOf(changes, row[0]!)['approver']))
  t.ok(changes.rows.every((row) => row[6]! < row[9]!), 'merged before deployed')
})

t.test('the list of disposals is its header and nothing else', async (t) => {
  t.equal(writeCsv(lists.disposals), 'asset_tag,asset_type,disposed_on,method,vendor,certificate_no\n')
})

t.test('the record of every leaver shows the removal in time or as late as it should, on the line it says', async (t) => {
  for (const late of [0, 3, 6]) {
    const wrong = lists.leavers.rows.map(([key]) => rowOf(lists.leavers, key!)).filter((cells) => {
      const line = lineAt(leaverRecord(cells, late), 'A')
      return !line.includes('user.deactivate') || line.slice(0, 10) !== plusBusinessDays(cells['last_working_day']!, late)
    })
    t.strictSame(wrong, [], `${late} business days`)
  }
})

t.test('the record of every change shows a second person’s approval before it was merged, unless there is none', async (t) => {
  const cells = lists.changes.rows.map(([key]) => rowOf(lists.changes, key!))
  t.strictSame(cells.filter((row) => {
    const record = changeRecord(row, true)
    const approval = lineAt(record, 'A')
    return !approval.includes(`${row['approver']}  approved`) || approval >= row['merged_at']! || lineAt(record, 'B') >= approval
      || !lineAt(record, 'C').startsWith(row['deployed_at']!) || !lineAt(record, 'D').endsWith(/Head commit +(\w{40})/.exec(record.text)![1]!)
  }), [])
  t.strictSame(cells.filter((row) => / approved /.test(changeRecord(row, false).text)), [])
})

t.test('60 requests are numbered one after the other, each with what its kind needs', async (t) => {
  t.strictSame(paySmartAsks.map(({ number }) => number), Array.from({ length: 60 }, (_one, index) => index + 1))
  const kinds = Object.groupBy(paySmartAsks, ({ kind }) => kind)
  t.strictSame(Object.entries(kinds).map(([kind, asks]) => [kind, asks.length]), [['population', 13], ['sample', 23], ['configuration', 10], ['document', 9], ['inquiry', 2], ['walkthrough', 3]])
  t.ok(paySmartAsks.every(({ dueOn }) => dueOn >= '2026-10-14' && dueOn <= '2026-10-30'))
  t.strictSame(drawings.map(({ request }) => request), kinds.sample!.map(({ number }) => number))
  t.strictSame(new Set(drawings.flatMap(({ tests }) => tests)), new Set(Object.keys(samplePlans)))
})

t.test('40 requests of Larkfield stand in ten states, exactly 3 of them overdue whatever the day', async (t) => {
  const standings = Object.fromEntries(Object.entries(Object.groupBy(larkfieldAsks, ({ standing }) => standing)).map(([name, asks]) => [name, asks.length]))
  t.strictSame(standings, { accepted: 13, returned: 3, submitted: 5, in_progress: 5, open: 4, draft: 1, in_review: 6, client_review: 1, not_applicable: 1, cancelled: 1 })
  t.ok(larkfieldAsks.every(({ owner }) => larkfieldPeople.some(({ key }) => key === keyOf(owner))))
  for (const day of periodDays) {
    const late = larkfieldAsks.filter(({ standing, due }) => ['open', 'in_progress', 'returned'].includes(standing) && workday(day, due) < day)
    t.strictSame(late.map(({ standing }) => standing).toSorted(), ['in_progress', 'open', 'returned'], day)
  }
})

t.test('the lists have the rows that their owners declare', async (t) => {
  const counts = Object.fromEntries(Object.entries(lists).map(([name, { rows }]) => [name, rows.length]))
  t.strictSame(counts, {
    joiners: 46, staff: 212, leaversFirst: 32, leavers: 31, payroll: 31, changesFirst: 1000, changes: 1285, reviews: 24, incidents: 7, backupsFirst: 1095, backups: 1095,
    vendors: 38, accessFirst: 213, access: 212, disposals: 0, reconciliations: 251, triage: 365, scans: 52, failures: 163,
  })
  t.equal(column(lists.vendors, 'tier').filter((tier) => tier === '1').length, 14)
  t.strictSame(new Set(column(lists.staff, 'employee_id')).intersection(new Set(column(lists.leavers, 'employee_id'))).size, 0)
  t.strictSame(periodDays.filter((day) => ![0, 6].includes(new Date(day).getUTCDay()) && !column(lists.reconciliations, 'business_date').includes(day)), [...bankHolidays])
})

t.test('the reviews of one quarter, and no other, were finished 12 to 19 days late', async (t) => {
  const days = (row: readonly string[]) => (Date.parse(row[6]!) - Date.parse(row[4]!)) / 86_400_000
  const late = lists.reviews.rows.filter((row) => days(row) > 0)
  t.strictSame(new Set(late.map((row) => row[2])), new Set(['2026-Q2']))
  t.strictSame(late.map(days).toSorted((a, b) => a - b), [12, 13, 14, 15, 17, 19])
})

t.test('the screens are pictures of a whole window, small enough to send', async (t) => {
  const folder = new URL('../../server/demo/screens/', import.meta.url)
  const files = readdirSync(folder)
  t.equal(files.length, 36)
  t.strictSame(files.filter((file) => {
    const bytes = readFileSync(new URL(file, folder))
    return bytes.subarray(1, 4).toString() !== 'PNG' || bytes.readUInt32BE(16) !== 1280 || bytes.readUInt32BE(20) !== 860 || bytes.length > 120_000
  }), [])
})
