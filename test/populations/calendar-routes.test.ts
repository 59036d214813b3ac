import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { matchByDate } from '../../server/populations/calendar-store.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { submitWords } from './again.ts'
import { planLine, readList, stored, submitList, trailOf } from './lists.ts'

const testApp = await openApp(t)
const { site } = testApp
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const { base } = ours
const line = await planLine(testApp, ours, 'AC-06', 'Badge holders are reviewed each quarter')
const { id: control } = await owner.selectFrom('control').select('id').where('engagement_id', '=', ours.engagement.id).where('number', '=', 'AC-06').executeTakeFirstOrThrow()

async function make(every: string, form: Record<string, string> = {}): Promise<number> {
  const { status, location, body } = await ours.staff.post(`${base}/populations/calendars`, { name: 'Reviews', occurrence: 'one review', every, control, ...form })
  if (status !== 303) throw new Error(body)
  return Number(location?.split('POP-')[1])
}

t.test('a calendar is made, confirmed by an auditor and drawn from like any list', async (t) => {
  const before = (await trailOf(testApp, ours)).length
  const form = { name: 'Quarterly badge reviews', occurrence: 'one review of a quarter', every: 'quarter', control }
  for (const person of [ours.reviewer, ours.lead, ours.owner]) t.equal((await person.post(`${base}/populations/calendars`, form)).status, 403)
  t.equal((await outsiders.staff.post(`${base}/populations/calendars`, form)).status, 404)
  t.match(await ours.staff.post(`${base}/populations/calendars`, { ...form, control: '', name: 'Kept' }), { status: 422, body: /value="Kept"/ })
  t.equal((await ours.staff.get(`${base}/populations/calendars/new`)).status, 200)
  const number = await make('quarter', form)
  t.match(await stored(testApp, ours, number), { status: 'checking', in_scope_count: 4, file_id: null, request_id: null })
  const path = `${base}/populations/${number}`
  t.match(await ours.staff.post(`${path}/draws`, { line, method: 'random', n: '2', evidence: 'list' }), { status: 409 }, 'nothing is drawn before it is confirmed')
  t.match((await ours.staff.get(path)).body, /4 quarters expected in the period[\s\S]*Confirm the calendar/)
  for (const person of [ours.reviewer, ours.lead, ours.owner]) t.equal((await person.post(`${path}/acceptance`)).status, 403)
  t.equal((await ours.senior.post(`${path}/acceptance`)).status, 303)
  t.equal((await ours.senior.post(`${path}/acceptance`)).status, 409)
  t.match((await ours.staff.get(`${path}/draws/new`)).body, new RegExp(`value="${line}" checked`), 'the test of its control is proposed')
  const drawn = await ours.staff.post(`${path}/draws`, { line, method: 'random', n: '2', evidence: 'list' })
  t.equal(drawn.status, 303)
  const keys = (await ours.staff.get(`${drawn.location!}/keys.txt`)).body
  t.equal(keys, '2025-Q4\n2026-Q1\n2026-Q2\n2026-Q3\n')
  const hash = createHash('sha256').update(keys).digest('hex')
  t.match((await ours.staff.get(`${drawn.location!}/record.txt`)).body, new RegExp(`the calendar of the period[\\s\\S]*Items SHA-256\\s+${hash}[\\s\\S]*Keys SHA-256\\s+${hash}`))
  t.match((await ours.staff.get(`${base}/testing/AC-06.T1`)).body, /2026-Q\d|2025-Q4/, 'the items stand in the grid')
  t.equal((await ours.staff.post(`${path}/omissions`, { keys: '2026-Q1', reason: 'x' })).status, 409)
  t.strictSame((await trailOf(testApp, ours)).slice(before).filter((kind) => /^(calendar|population|sample)\./.test(kind)), ['calendar.made', 'population.accepted', 'population.locked', 'sample.drawn'])
})

t.test('business days without a row are left out one by one, with the explanation, and can be put back', async (t) => {
  const number = await make('business_day')
  const path = `${base}/populations/${number}`
  t.equal((await stored(testApp, ours, number)).in_scope_count, 261)
  const { items_sha256: whole } = await stored(testApp, ours, number)
  t.match(await ours.staff.post(`${path}/omissions`, { keys: '2026-02-16\n2026-02-15', reason: 'Holidays' }), { status: 422, body: /2026-02-15 is not among the expected items[\s\S]*2026-02-16\n2026-02-15<\/textarea>/ })
  t.match(await ours.staff.post(`${path}/omissions`, { keys: '2026-02-16' }), { status: 422, body: /Say how the client explained it/ })
  for (const person of [ours.reviewer, ours.lead, ours.owner]) t.equal((await person.post(`${path}/omissions`, { keys: '2026-02-16', reason: 'x' })).status, 403)
  t.equal((await ours.staff.post(`${path}/omissions`, { keys: '2026-02-16\n 2025-12-25 \n', reason: 'US bank holidays, Grant Ellis on Oct 13' })).status, 303)
  t.equal((await stored(testApp, ours, number)).in_scope_count, 259)
  t.match((await ours.staff.get(path)).body, /259 business days expected in the period, 2 left out as agreed[\s\S]*|2026-02-16[\s\S]*Grant Ellis/)
  t.match((await ours.staff.get(`${path}/rows?jump=2026-02-16`)).body, /No row has the key/)
  t.equal((await ours.staff.post(`${path}/omissions/removal`, { key: '2025-12-25' })).status, 303)
  t.equal((await ours.staff.post(`${path}/omissions/removal`, { key: '2026-02-16' })).status, 303)
  t.equal((await ours.staff.post(`${path}/omissions/removal`, { key: '2026-02-16' })).status, 409)
  t.match(await stored(testApp, ours, number), { in_scope_count: 261, items_sha256: whole }, 'the same days give the same hash')
})

t.test('a client’s list is matched by date, and accepting it confirms the calendar', async (t) => {
  const number = await make('month')
  const months = Array.from({ length: 12 }, (_, index) => new Date(Date.UTC(2025, 9 + index, 9)).toISOString().slice(0, 10)).filter((day) => !day.startsWith('2026-02'))
  const { fileId } = await submitList(testApp, ours, `${['test_id,tested_on', ...months.map((day, index) => `T-${index},${day}`), 'T-90,2025-10-20', 'T-91,', 'T-92,2027-01-04'].join('\n')}\n`)
  const list = await readList(testApp, ours, fileId, { key: 'test_id', date: 'tested_on', name: 'Restore tests' })
  const path = `${base}/populations/${number}`
  t.equal((await ours.staff.post(`${path}/list`, { list: String(number) })).status, 422, 'not with itself')
  for (const person of [ours.reviewer, ours.lead, ours.owner]) t.equal((await person.post(`${path}/list`, { list: String(list) })).status, 403)
  t.equal((await ours.staff.post(`${path}/list`, { list: String(list) })).status, 303)
  const body = (await ours.staff.get(path)).body
  t.match(body, /Expected, without a row: 1[\s\S]*2026-02/)
  t.match(body, /1 row without a date meet nothing/)
  t.match(await ours.senior.post(`${path}/acceptance`), { status: 409, body: /Accepting POP-\d+ with its request confirms the calendar/ })
  t.match((await ours.senior.get(`${base}/populations/${list}`)).body, new RegExp(`confirms the calendar POP-0*${number} it was matched with`))
  t.match((await ours.senior.get(`${base}/populations/${list}/coverage`)).body, /Without a date<\/th><td class="num">1</)
  t.equal((await ours.senior.post(`${base}/populations/${list}/acceptance`)).status, 303)
  t.match(await stored(testApp, ours, number), { status: 'accepted', accepted_by: ours.senior.id, in_scope_count: 12 }, 'February remains an item')
})

t.test('rows on days that were not expected are found', async (t) => {
  const number = await make('business_day')
  const { fileId } = await submitList(testApp, ours, 'id,day\nA,2026-03-06\nB,2026-03-07\nC,2026-03-07\nD,2026-03-09\n')
  const list = await readList(testApp, ours, fileId, { key: 'id', date: 'day' })
  const [calendarId, listId] = [(await stored(testApp, ours, number)).id, (await stored(testApp, ours, list)).id]
  const match = await inScope(site.db, ours.staff.scope, async (trx) => matchByDate(trx, ours.staff.scope, calendarId, listId))
  t.match(match, { met: 2, undated: 0, unexpected: [{ day: '2026-03-07', rows: 2, first: 3 }] })
  t.equal(match.missing.length, 259)
})

const named = (number: number) => `R-${String(number).padStart(3, '0')}`
const corroborated = { inquiry: 'Carla Whitfield, Oct 12: none', query: 'state Disposed: 0 rows', other: 'Lease register: no return' }

/** Accepts an empty population with what corroborates it and records on a test that nothing occurred. */
async function leadsToNoOccurrence(t: Test, population: number, control: string): Promise<void> {
  const disposals = await planLine(testApp, ours, control, 'Wiped before disposal')
  const path = `${base}/populations/${population}`
  t.match((await ours.staff.get(path)).body, /Query of the source system[\s\S]*Other sources/)
  t.equal((await ours.senior.post(`${path}/acceptance`, {})).status, 422)
  t.equal((await ours.senior.post(`${path}/acceptance`, corroborated)).status, 303)
  t.match((await ours.staff.get(path)).body, /Record no occurrence on the test/)
  const { sequence } = await owner.selectFrom('test_line').select('sequence').where('id', '=', disposals).executeTakeFirstOrThrow()
  const test = `${base}/testing/${control}.T${sequence}`
  t.match((await ours.staff.get(test)).body, /Did nothing occur/)
  t.equal((await ours.staff.post(`${test}/no-occurrence`, { population: `POP-${String(population).padStart(2, '0')}`, event: 'disposal of devices or media', corroboration: 'inspection of the asset system query' })).status, 303)
  t.match(await owner.selectFrom('test_line').select(['no_occurrence', 'event']).where('id', '=', disposals).executeTakeFirstOrThrow(), { no_occurrence: true, event: 'disposal of devices or media' })
}

t.test('a list of column names only leads to a test without an occurrence', async (t) => {
  const { fileId, request } = await submitList(testApp, ours, 'asset_tag,disposed_on\n', { declared: 0 })
  t.match((await ours.staff.get(`${base}/populations`)).body, new RegExp(`In review, not read yet[\\s\\S]*${named(request)}`))
  const population = await readList(testApp, ours, fileId, { name: 'Asset disposals', key: 'asset_tag', date: 'disposed_on' })
  t.match(await stored(testApp, ours, population), { row_count: 0, in_scope_count: 0 })
  await leadsToNoOccurrence(t, population, 'CH-01')
})

t.test('an answer in words only is the statement that nothing occurred, once, and leads there too', async (t) => {
  const request = await submitWords(testApp, ours, 'There were no disposals\nin the period.', 0)
  const form = { request: named(request), name: 'Asset disposals', occurrence: 'one device disposed of' }
  const path = `${base}/populations/statements`
  t.match((await ours.staff.get(`${path}/new?request=${named(request)}`)).body, /There were no disposals/)
  t.match(await ours.staff.post(path, { ...form, occurrence: '' }), { status: 422, body: /value="Asset disposals"/ })
  for (const person of [ours.reviewer, ours.lead, ours.owner]) t.equal((await person.post(path, form)).status, 403)
  t.equal((await outsiders.staff.post(path, form)).status, 404)
  const answer = await ours.staff.post(path, form)
  t.equal(answer.status, 303)
  const population = Number(answer.location?.split('POP-')[1])
  t.match((await ours.staff.get(answer.location!)).body, /The owner states: “There were no disposals in the period\.”/)
  t.match(await ours.staff.post(path, form), { status: 409, body: /read as POP-\d+ already/ })
  t.equal((await ours.staff.get(`${path}/new?request=${named(request)}`)).status, 404)
  t.ok((await trailOf(testApp, ours)).includes('population.none_stated'))
  await leadsToNoOccurrence(t, population, 'CH-01')
  t.ok((await trailOf(testApp, ours)).includes('test.no_occurrence'))
  for (const [words, rows, why] of [['Twelve', 12, /declares 12 rows/], ['', null, /wrote nothing/]] as const) {
    t.match(await ours.staff.post(path, { ...form, request: named(await submitWords(testApp, ours, words, rows)) }), { status: 409, body: why })
  }
})
