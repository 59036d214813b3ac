import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { readBrowse, writeBrowse, type Browse } from '../../server/populations/browse.ts'
import { browseRows, findRowOf } from '../../server/populations/browse-store.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { changes, readList, stored, submitList } from './lists.ts'
import { randomFrom } from './random.ts'

const testApp = await openApp(t)
const { site } = testApp
const { ours, outsiders } = await gather(testApp)
const header = ['change_id', 'deployed_at', 'type', 'reviewer_count']

const { below: random } = randomFrom(5)
const more = Array.from({ length: 400 }, (_, index) => [
  `X-${String(random(1e6)).padStart(6, '0')}-${index}`, random(9) === 0 ? '' : `${random(8) === 0 ? '2024' : '2026'}-0${1 + random(9)}-1${random(9)}T12:00:00Z`, ['normal', '100%', 'a_b', ' '][random(4)], random(5),
].join(','))
const { fileId } = await submitList(testApp, ours, changes(700, more))
const number = await readList(testApp, ours, fileId)
const list = await stored(testApp, ours, number)
const hasty = { window: 300, patienceMs: 0 }
const pageOf = async (browse: Browse, limit: number, pace = hasty) => await inScope(site.db, ours.staff.scope, async (trx) => browseRows(trx, ours.staff.scope, list, browse, limit, pace))
const all = (await pageOf({ filter: null, scope: 'all', sort: 'row', descending: false, after: null }, 5000, { window: 5000, patienceMs: 60_000 })).rows

t.test('an address asks for what it was written from', async (t) => {
  const wishes: Browse[] = [
    { filter: null, scope: 'all', sort: 'row', descending: false, after: null },
    { filter: { column: 2, how: 'equals', value: 'a&b=c' }, scope: 'in', sort: 'key', descending: true, after: { row: 7, value: 'CHG~1' } },
    { filter: { column: -1, how: 'contains', value: '%_' }, scope: 'out', sort: 'date', descending: false, after: { row: 9, value: null } },
    { filter: { column: 1, how: 'blank', value: '' }, scope: 'all', sort: 'row', descending: true, after: { row: 3, value: null } },
  ]
  for (const wish of wishes) t.strictSame(readBrowse(Object.fromEntries(new URLSearchParams(writeBrowse(wish, header))), header), wish)
  t.strictSame(readBrowse({ column: 'gone', how: 'x', value: '', scope: 'x', sort: 'x-y', after: 'x' }, header), wishes[0])
  t.equal(readBrowse({ outside: '1' }, header).scope, 'out')
})

t.test('pages hold each wanted row once, in order, in every way of asking', async (t) => {
  const filters: [Browse['filter'], (cells: readonly string[]) => boolean][] = [
    [null, () => true],
    [{ column: 2, how: 'contains', value: 'MERG' }, (cells) => cells[2]!.toLowerCase().includes('merg')],
    [{ column: 2, how: 'contains', value: '%' }, (cells) => cells[2]!.includes('%')],
    [{ column: 2, how: 'contains', value: '_' }, (cells) => cells[2]!.includes('_')],
    [{ column: 3, how: 'equals', value: '2' }, (cells) => cells[3] === '2'],
    [{ column: 1, how: 'blank', value: '' }, (cells) => cells[1]!.trim() === ''],
    [{ column: -1, how: 'contains', value: 'x-0' }, (cells) => cells.some((cell) => cell.toLowerCase().includes('x-0'))],
    [{ column: -1, how: 'equals', value: 'normal' }, (cells) => cells.includes('normal')],
    [{ column: 0, how: 'equals', value: 'CHG-1003' }, (cells) => cells[0] === 'CHG-1003'],
  ]
  for (const [filter, meets] of filters) {
    for (const scope of ['all', 'in', 'out'] as const) {
      const wanted = new Set(all.filter((row) => meets(row.cells) && (scope === 'all' || row.in_period === (scope === 'in'))).map((row) => row.row_number))
      for (const sort of ['row', 'key', 'date'] as const) {
        for (const descending of [false, true]) {
          const seen: typeof all[number][] = []
          let after: Browse['after'] = null
          for (let page = 0; page < 30; page++) {
            const found = await pageOf({ filter, scope, sort, descending, after }, 97)
            seen.push(...found.rows)
            if (found.next === null) break
            after = found.next
          }
          const name = `${JSON.stringify(filter)} ${scope} ${sort} ${descending}`
          t.strictSame(seen.map((row) => row.row_number).toSorted((a, b) => a - b), [...wanted].toSorted((a, b) => a - b), name)
          if (sort === 'row') t.ok(seen.every((row, index) => index === 0 || (row.row_number > seen[index - 1]!.row_number) !== descending), name)
          const days = seen.map((row) => row.occurred_on)
          if (sort === 'date') t.ok(days.every((day, index) => index === 0 || (day === null) || (days[index - 1] !== null && (descending ? day <= days[index - 1]! : day >= days[index - 1]!))), `${name}: blanks last`)
        }
      }
    }
  }
})

t.test('a jump leads to a key or to a row number, and says when there is neither', async (t) => {
  const path = `${ours.base}/populations/${number}/rows`
  t.equal(await inScope(site.db, ours.staff.scope, async (trx) => findRowOf(trx, ours.staff.scope, list.id, 'CHG-1500')), 501)
  const byKey = await ours.staff.get(`${path}?jump=CHG-1500`)
  t.match(byKey, { status: 303, location: /rows\?after=500&at=501$/ })
  t.match((await ours.staff.get(byKey.location!)).body, /<tr class="at"><th scope="row" class="margin num">501</)
  t.match(await ours.staff.get(`${path}?jump=1,050`), { status: 303, location: /after=1049&at=1050$/ })
  t.match((await ours.staff.get(`${path}?jump=nowhere`)).body, /No row has the key or the number <b>nowhere<\/b>/)
  for (const query of ['?after=x', '?sort=key&after=5', '?column=type&how=contains&value=%27%22%3Cb%3E', '?scope=out&sort=date-down', '?check=outside_period', '?check=nonsense', '?at=x', '?value=normal']) t.equal((await ours.staff.get(`${path}${query}`)).status, 200, query)
  for (const person of [ours.lead, ours.owner]) t.equal((await person.get(path)).status, 403)
  t.equal((await outsiders.staff.get(path)).status, 404)
})

t.test('a search that takes long is broken off and goes on where it stopped', async (t) => {
  const wish: Browse = { filter: { column: 3, how: 'contains', value: 'nothing like it' }, scope: 'all', sort: 'row', descending: false, after: null }
  const first = await pageOf(wish, 10)
  t.match(first, { rows: [], full: false, next: { row: 301 } })
  t.match(await pageOf({ ...wish, after: first.next }, 10), { rows: [], full: false, next: { row: 601 } })
  t.match(await pageOf(wish, 10, { window: 300, patienceMs: 60_000 }), { rows: [], next: null })
})
