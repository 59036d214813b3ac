import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import t from 'tap'
import { arrange, pageOf } from '../../server/requests/list-order.ts'
import { columns, readListQuery, usualColumns, writeListQuery, type ListQuery, type SortName } from '../../server/requests/list-query.ts'
import { listRequests, type ListedRequest } from '../../server/requests/list-store.ts'
import { sides } from '../../server/requests/rules.ts'
import { inScope } from '../../server/database/connect.ts'
import { openApp } from '../support/app.ts'
import { gather, type Member } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { sessionCookie } from '../support/sign-in.ts'
import { writeRequests } from './rows.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const requests = `${ours.base}/requests`
await writeRequests(owner, ours, 60)
await writeRequests(owner, outsiders, 20)
const engagement = { engagement_id: ours.engagement.id }
const controls = await owner.insertInto('control').values(['AC-02', 'CH-01', 'CH-10'].map((number) => ({ ...engagement, number, frequencies: ['daily'] as const, type: 'preventive' as const, nature: 'manual' as const }))).returning(['id', 'number']).execute()
await owner.insertInto('control_criterion').values(controls.map(({ id }, index) => ({ ...engagement, control_id: id, criterion: ['CC6.1', 'CC8.1', 'CC8.1'][index]! }))).execute()
const rows = await owner.selectFrom('request').select(['id', 'number']).where('engagement_id', '=', ours.engagement.id).execute()
await owner.insertInto('request_control').values(rows.flatMap(({ id, number }) => controls.filter((_, index) => number % (index + 2) === 0).map((control) => ({ ...engagement, request_id: id, control_id: control.id })))).execute()

const today = '2026-10-15'
const all = await inScope(testApp.site.db, ours.senior.scope, async (trx) => listRequests(trx, ours.senior.scope))

t.test('each filter, and all of them together, finds what a plain look at every row finds', async (t) => {
  const waits = (request: ListedRequest) => ['open', 'in_progress', 'returned'].includes(request.status)
  const filters: readonly [Parameters<typeof listRequests>[2], (request: ListedRequest) => boolean][] = [
    [{ status: ['open', 'accepted'] }, ({ status }) => status === 'open' || status === 'accepted'],
    [{ kind: 'sample' }, ({ kind }) => kind === 'sample'],
    [{ owner: ours.owner.id }, () => true], [{ owner: 'none' }, () => false], [{ owner: ours.lead.id }, () => false],
    [{ reviewer: ours.senior.id }, ({ reviewer }) => reviewer !== null], [{ reviewer: 'none' }, ({ reviewer }) => reviewer === null],
    [{ control: 'CH-01' }, ({ controls: numbers }) => numbers.includes('CH-01')], [{ control: 'ZZ-1' }, () => false],
    [{ criterion: 'CC8.1' }, ({ controls: numbers }) => numbers.some((number) => number.startsWith('CH'))],
    [{ due: { when: 'overdue', today } }, (request) => waits(request) && request.due_on! < today],
    [{ due: { when: 'week', today } }, ({ due_on: on }) => on! >= today && on! <= '2026-10-21'],
    [{ due: { when: 'later', today } }, ({ due_on: on }) => on! > '2026-10-21'],
    [{ due: { when: 'none', today } }, ({ due_on: on }) => on === null],
    [{ words: 'BACKUP' }, ({ title }) => title.includes('Backup')], [{ words: 'PBC-4' }, ({ reference }) => reference.includes('PBC-4')], [{ words: 'r-01' }, ({ number }) => number >= 10 && number < 20],
    [{ numbers: [3, 7, 9999] }, ({ number }) => number === 3 || number === 7],
  ]
  const look = async (filter: Parameters<typeof listRequests>[2]) => (await inScope(testApp.site.db, ours.senior.scope, async (trx) => listRequests(trx, ours.senior.scope, filter))).map(({ number }) => number)
  for (const [filter, holds] of filters) t.same(await look(filter), all.filter(holds).map(({ number }) => number), JSON.stringify(filter))
  for (let turn = 0; turn < 40; turn++) {
    // At most one filter of each name, for an address holds one.
    const chosen = [...new Map(filters.filter((_, index) => (turn * 5 + index * 7) % 6 < 2).map((each) => [Object.keys(each[0]!)[0], each])).values()].slice(0, 1 + turn % 4)
    t.same(await look(Object.assign({}, ...chosen.map(([filter]) => filter))), all.filter((request) => chosen.every(([, holds]) => holds(request))).map(({ number }) => number), chosen.map(([filter]) => JSON.stringify(filter)).join(' and '))
  }
})

t.test('every column sorts both ways, rows without a value last, and pages hold each row once', async (t) => {
  for (const sort of [...Object.keys(columns), 'number', 'title'] as SortName[]) {
    for (const down of [false, true]) {
      for (const flat of [false, true]) {
        const groups = arrange(all, { sort, down, flat })
        const numbers = groups.flatMap(({ requests: each }) => each.map(({ number }) => number))
        t.equal(new Set(numbers).size, all.length)
        if (!flat) t.ok(groups.every(({ side, requests: each }) => each.every(({ status }) => sides[status] === side)))
        const paged = [1, 2, 3, 4, 5].flatMap((page) => pageOf(groups, page, 13).groups.flatMap(({ requests: each }) => each.map(({ number }) => number)))
        t.same(paged, numbers, `${sort}${down ? ' down' : ''}`)
      }
    }
  }
  const byFiles = arrange(all, { sort: 'reference', down: true, flat: true })[0]!.requests
  t.ok(byFiles.findIndex(({ reference }) => reference === '') > byFiles.findLastIndex(({ reference }) => reference !== ''))
  const unsorted = arrange(all, { sort: undefined, down: false, flat: false })
  const waited = (side: 'firm' | 'client') => unsorted.find((group) => group.side === side)!.requests.map(({ status_since: since }) => since.getTime())
  for (const side of ['firm', 'client'] as const) t.same(waited(side), waited(side).toSorted((a, b) => a - b), `${side}: longest waiting first`)
  const closed = unsorted.find(({ side }) => side === 'closed')!.requests.map(({ number }) => number)
  t.same(closed, closed.toSorted((a, b) => a - b), 'what waits for nobody stands by number')
})

t.test('an address says all of the list, and reading it back gives the same', async (t) => {
  const query: ListQuery = {
    q: 'a b & c', state: ['open', 'returned'], kind: 'sample', owner: 'none', reviewer: ours.senior.id, control: 'CH-01', criterion: 'CC6.1', due: 'overdue', series: ours.senior.id,
    only: [1, 5], sort: 'due', down: true, flat: true, cols: ['owner', 'due'], page: 3, all: false, done: 'cancellation',
  }
  t.same(readListQuery(Object.fromEntries(new URLSearchParams(writeListQuery(query)))), query)
  t.equal(writeListQuery(readListQuery({})), '')
  const odd = readListQuery({ state: ['open', 'nonsense'], kind: 'x', owner: "'; drop", page: '-3', cols: 'nothing', only: 'a,2,1e9', sort: '__proto__' })
  t.same(odd, { ...readListQuery({}), state: ['open'], only: [2] })
  t.same(odd.cols, usualColumns)
})

t.test('a view belongs to whoever saves it, and to colleagues when it is shared', async (t) => {
  const shown = async (member: Member, name: string) => (await member.get(requests)).body.includes(`>${name}`)
  t.equal((await ours.senior.post(`${requests}/views`, { name: '', query: '' })).status, 422)
  t.equal((await ours.senior.post(`${requests}/views`, { name: 'Late ones', query: '?due=overdue&cols=owner,due&evil=1' })).location, `${requests}?due=overdue&cols=owner,due`)
  t.equal((await ours.senior.post(`${requests}/views`, { name: 'Shared ones', query: '?state=open', shared: 'on' })).status, 303)
  t.same([await shown(ours.senior, 'Late ones'), await shown(ours.staff, 'Late ones'), await shown(ours.staff, 'Shared ones'), await shown(ours.lead, 'Shared ones')], [true, false, true, false])
  const { id } = await owner.selectFrom('saved_view').select('id').where('name', '=', 'Late ones').executeTakeFirstOrThrow()
  t.equal((await ours.staff.post(`${requests}/views/${id}/removal`)).status, 404)
  t.equal((await ours.senior.post(`${requests}/views`, { name: 'Late ones', query: '?due=week' })).status, 303)
  t.match(await owner.selectFrom('saved_view').select('query').where('name', '=', 'Late ones').execute(), [{ query: '?due=week' }])
  t.equal((await ours.senior.post(`${requests}/views/${id}/removal`)).status, 303)
  t.equal(await shown(ours.senior, 'Late ones'), false)
})

t.test('the page keeps filters through sorting, columns and the tally, and a control owner sees no facets of others', async (t) => {
  const { body } = await ours.senior.get(`${requests}?kind=sample&sort=due`)
  t.match(body, 'aria-sort="ascending"')
  t.match(body, 'kind&#x3D;sample&amp;sort&#x3D;due&amp;down&#x3D;on', 'the heading turns the order round and keeps the filter')
  t.match(body, 'Remove filter: Sample')
  t.match((await ours.senior.get(`${requests}?cols=priority,reference`)).body, /PBC-\d+/)
  const theirs = (await ours.owner.get(requests)).body
  t.notMatch(theirs, 'Any owner')
  t.notMatch(theirs, 'Any reviewer')
  t.notMatch(theirs, 'formaction')
})

t.test('the list goes compressed to whoever can read that, and is the same page; a short page goes as it is', async (t) => {
  const as = async (url: string, accepted: string) => testApp.app.inject({ url, headers: { 'cookie': await sessionCookie(testApp, ours.senior), 'accept-encoding': accepted } })
  const plain = await as(requests, 'identity')
  const [small, zipped] = [await as(requests, 'gzip, deflate, br'), await as(requests, 'gzip')]
  t.equal(plain.headers['content-encoding'], undefined)
  t.equal(plain.headers['vary'], 'accept-encoding')
  t.equal(brotliDecompressSync(small.rawPayload).toString(), plain.body)
  t.equal(gunzipSync(zipped.rawPayload).toString(), plain.body)
  t.ok(small.rawPayload.length * 5 < plain.rawPayload.length)
  t.equal((await as('/sign-in', 'br')).headers['content-encoding'], undefined)
})
