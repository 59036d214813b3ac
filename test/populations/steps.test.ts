import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { drawSample, type DrawPlan } from '../../server/populations/draw-actions.ts'
import { draw } from '../../server/populations/draw.ts'
import { listDrawn, listDraws, listRequestsOf, listSteps } from '../../server/populations/draws-store.ts'
import { extendDraw, replaceItem } from '../../server/populations/step-actions.ts'
import { allocate, stratified } from '../../server/populations/strata.ts'
import { systematic } from '../../server/populations/systematic.ts'
import { listRequestItems } from '../../server/evidence/items-store.ts'
import { openApp } from '../support/app.ts'
import { gather, type Member } from '../support/cast.ts'
import { acceptedList, changes, planLine, stored, trailOf } from './lists.ts'

const testApp = await openApp(t)
const { site } = testApp
const { ours, outsiders } = await gather(testApp)

const ask = { title: 'Items', ask: 'The review of each change', why: '', system: 'GitForge', example: '', priority: 'normal', ownerId: ours.owner.id, dueOn: '2026-11-02', controlIds: [], checklist: ['The reviewer'] } as const
const plan = (lines: readonly string[], more: Partial<DrawPlan> = {}): DrawPlan => ({ testLineIds: lines, filter: null, method: 'random', n: 5, reason: '', request: null, ...more })
const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `CHG-${1001 + index}`)

async function drawn(number: number) {
  const { id } = await stored(testApp, ours, number)
  return await inScope(site.db, ours.manager.scope, async (trx) => {
    const [one] = (await listDraws(trx, ours.manager.scope, id)).toReversed()
    const scope = ours.manager.scope
    return { ...one!, items: await listDrawn(trx, scope, one!.id), steps: await listSteps(trx, scope, one!.id), requests: await listRequestsOf(trx, scope, one!.id) }
  })
}

t.test('a systematic and a stratified draw follow from their seed, and say what they were drawn by', async (t) => {
  const number = await acceptedList(testApp, ours, changes(40))
  await drawSample(site, ours.staff.scope, number, plan([await planLine(testApp, ours)], { method: 'systematic', n: 7 }))
  const even = await drawn(number)
  t.strictSame(even.items.map(({ key }) => key), systematic(keysOf(40), even.seed, 7).map(({ key }) => key))
  await drawSample(site, ours.staff.scope, number, plan([await planLine(testApp, ours)], { method: 'stratified', n: 9, stratumColumn: 'type' }))
  const parted = await drawn(number)
  const rows = await inScope(site.db, ours.manager.scope, async (trx) => trx.selectFrom('population_row').select(['key', 'cells']).where('population_id', '=', parted.population_id).orderBy('row_number').execute())
  const column = (await stored(testApp, ours, number)).header.indexOf('type')
  const layered = rows.map(({ key, cells }) => ({ key, stratum: cells[column]! }))
  t.strictSame(parted.items.map(({ key, stratum }) => ({ key, stratum })), stratified(layered, parted.seed, 9).map(({ key, stratum }) => ({ key, stratum })))
  const sizes = new Map([...Map.groupBy(layered, ({ stratum }) => stratum)].map(([name, own]) => [name, own.length]))
  t.strictSame(Object.fromEntries(parted.strata!.map(({ name, drawn: share }) => [name, share])), Object.fromEntries(allocate(sizes, 9)))
})

t.test('picks are taken as they were made, each with its reason, and one that is not in scope is named', async (t) => {
  const number = await acceptedList(testApp, ours, changes(20))
  const picks = [{ key: 'CHG-1007', note: 'at period end' }, { key: 'CHG-1002', note: 'by the administrator' }]
  await t.rejects(drawSample(site, ours.staff.scope, number, plan([await planLine(testApp, ours)], { method: 'targeted', reason: 'Risk', picks: [...picks, { key: 'CHG-9', note: 'x' }] })), { name: 'Invalid', fields: { picks: /“CHG-9”/ } })
  await drawSample(site, ours.staff.scope, number, plan([await planLine(testApp, ours)], { method: 'targeted', reason: 'Risk', picks }))
  t.match((await drawn(number)).items.map(({ rank, key, note }) => ({ rank, key, note })), [{ rank: 1, ...picks[0] }, { rank: 2, ...picks[1] }])
})

t.test('an extension takes the next items of the same order, asks for them alone and voids what was signed', async (t) => {
  const number = await acceptedList(testApp, ours, changes(30))
  await drawSample(site, ours.senior.scope, number, plan([await planLine(testApp, ours)], { n: 5, request: ask }))
  const { number: drawNumber, seed } = await drawn(number)
  const before = (await trailOf(testApp, ours)).length
  await t.rejects(extendDraw(site, ours.senior.scope, { population: number, draw: drawNumber }, { size: 26, ground: 'deviation', reason: 'Late once', dueOn: '2026-11-09' }, false), { name: 'Invalid', fields: { size: /25 are left/ } })
  await extendDraw(site, ours.senior.scope, { population: number, draw: drawNumber }, { size: 4, ground: 'deviation', reason: 'Late once', dueOn: '2026-11-09' }, false)
  const after = await drawn(number)
  t.strictSame(after.items.map(({ key }) => key), draw(keysOf(30), seed, 9).map(({ key }) => key), 'the two parts together are the draw of their sum')
  t.strictSame(after.items.map(({ further }) => further), [...Array(5).fill(false), ...Array(4).fill(true)])
  t.strictSame(after.requests.map(({ items }) => items), [5, 4], 'each request asks for its own')
  t.match((await trailOf(testApp, ours)).slice(before), ['request.drafted', 'sample.extended'])
  t.strictSame(after.requests.map(({ number: one }) => one).length, 2)
})

t.test('a replacement takes the next unused item, never one twice, and never for missing evidence', async (t) => {
  const number = await acceptedList(testApp, ours, changes(12))
  await drawSample(site, ours.senior.scope, number, plan([await planLine(testApp, ours)], { n: 8, request: ask }))
  const { number: drawNumber, seed } = await drawn(number)
  const place = { population: number, draw: drawNumber }
  for (const rank of [2, 5, 9]) await replaceItem(site, ours.senior.scope, place, { rank, ground: 'void', reason: 'Cancelled before it ran', dueOn: '2026-11-09' }, false)
  const after = await drawn(number)
  t.strictSame(after.items.map(({ key }) => key), draw(keysOf(12), seed, 11).map(({ key }) => key))
  await t.rejects(replaceItem(site, ours.senior.scope, place, { rank: 2, ground: 'void', reason: 'again', dueOn: '2026-11-09' }, false), /replaced already/)
  const standing = await inScope(site.db, ours.manager.scope, async (trx) => trx.selectFrom('standing_item').select('rank').where('draw_id', '=', after.id).orderBy('rank').execute())
  t.strictSame(standing.map(({ rank }) => rank), [1, 3, 4, 6, 7, 8, 10, 11], 'what was replaced no longer stands')
  const asked = await inScope(site.db, ours.manager.scope, async (trx) => Promise.all(after.requests.map(async ({ id }) => (await listRequestItems(trx, ours.manager.scope, { id, draw_id: after.id })).map(({ rank }) => rank))))
  t.strictSame(asked, [[1, 3, 4, 6, 7, 8], [], [10], [11]])
  await replaceItem(site, ours.senior.scope, place, { rank: 1, ground: 'duplicate', reason: 'Twice', dueOn: '2026-11-09' }, false)
  await t.rejects(replaceItem(site, ours.senior.scope, place, { rank: 3, ground: 'void', reason: 'Void', dueOn: '2026-11-09' }, false), /none is left/)
})

t.test('items are divided among owners, and each is asked for their own alone', async (t) => {
  const number = await acceptedList(testApp, ours, changes(30))
  await drawSample(site, ours.senior.scope, number, plan([await planLine(testApp, ours)], { n: 7, request: { ...ask, others: [ours.lead.id] } }))
  const made = await drawn(number)
  t.strictSame(made.requests.map(({ owner, items }) => [owner, items]), [[ours.owner.name, 3], [ours.lead.name, 4]])
  const own = (member: Member, request: number) => member.get(`${ours.base}/requests/R-${String(request).padStart(3, '0')}/answer`)
  const body = (await own(ours.owner, made.requests[0]!.number)).body
  for (const { rank, key } of made.items) t.equal(body.includes(key), rank <= 3, `${key} is ${rank <= 3 ? '' : 'not '}asked of the first owner`)
  t.equal((await own(ours.owner, made.requests[1]!.number)).status, 404)
})

t.test('a second draw for a test needs a manager and a reason, and both stay on file', async (t) => {
  const number = await acceptedList(testApp, ours, changes(20))
  const line = await planLine(testApp, ours)
  await drawSample(site, ours.staff.scope, number, plan([line]))
  await t.rejects(drawSample(site, ours.senior.scope, number, plan([line], { secondReason: 'I want another' })), /a manager may order/)
  await t.rejects(drawSample(site, ours.manager.scope, number, plan([line], { secondReason: ' ' })), { name: 'Invalid', fields: { second_reason: /Say why/ } })
  await drawSample(site, ours.manager.scope, number, plan([line], { secondReason: 'The first list was of the wrong system' }))
  const { id } = await stored(testApp, ours, number)
  const draws = await inScope(site.db, ours.manager.scope, async (trx) => listDraws(trx, ours.manager.scope, id))
  t.strictSame(draws.map(({ second_reason: reason }) => reason), ['', 'The first list was of the wrong system'])
})

t.test('through HTTP: who may, what is refused, and that typed words are kept', async (t) => {
  const number = await acceptedList(testApp, ours, changes(20))
  const { location } = await ours.senior.post(`${ours.base}/populations/${number}/draws`, { line: await planLine(testApp, ours), method: 'random', n: '3', evidence: 'list' })
  const extension = { size: '2', ground: 'deviation', reason: 'Cause looks isolated' }
  t.equal((await ours.lead.post(`${location}/extension`, extension)).status, 403)
  t.equal((await outsiders.senior.post(`${location}/extension`, extension)).status, 404)
  t.match(await ours.staff.post(`${location}/extension`, { ...extension, size: '0' }), { status: 422, body: /Cause looks isolated/ })
  t.equal((await ours.staff.post(`${location}/extension`, extension)).status, 303)
  const replacement = { rank: '1', stands: 'unavailable', verified: 'The file is lost' }
  t.match(await ours.staff.post(`${location}/replacement`, replacement), { status: 409, body: /counts as a deviation/ })
  t.equal((await ours.lead.post(`${location}/replacement`, replacement)).status, 403)
  t.equal((await outsiders.senior.post(`${location}/replacement`, replacement)).status, 404)
  t.equal((await ours.staff.post(`${location}/replacement`, { ...replacement, rank: '99', stands: 'void' })).status, 404)
  t.equal((await ours.staff.post(`${location}/replacement`, { ...replacement, stands: 'void' })).status, 303)
  const record = (await ours.staff.get(`${location}/record.txt`)).body
  t.match(record, /Step 1: Extended by 2/)
  t.match(record, /Step 2: Item 1, .* replaced/)
  t.strictSame((await trailOf(testApp, ours)).filter((kind) => kind.startsWith('sample.')).slice(-2), ['sample.extended', 'sample.item_replaced'])
})
