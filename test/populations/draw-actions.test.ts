import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { Invalid, Refused } from '../../server/errors.ts'
import { drawSample, type DrawPlan } from '../../server/populations/draw-actions.ts'
import { draw } from '../../server/populations/draw.ts'
import { listDrawn, listDraws } from '../../server/populations/draws-store.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { acceptedList, changes, planLine, readList, stored, submitList, trailOf } from './lists.ts'

const testApp = await openApp(t)
const { site } = testApp
const { ours, outsiders } = await gather(testApp)

const invalid = (fields: Record<string, RegExp>) => ({ name: 'Invalid', fields })
const plan = (lines: readonly string[], more: Partial<DrawPlan> = {}): DrawPlan => ({ testLineIds: lines, filter: null, method: 'random', n: 5, reason: '', request: null, ...more })
const ask = { title: 'Items', ask: 'The review of each change', why: '', system: 'GitForge', example: '', priority: 'normal', ownerId: ours.owner.id, dueOn: '2026-11-02', controlIds: [], checklist: ['The reviewer'] } as const
const drawsOf = async (number: number) => {
  const { id } = await stored(testApp, ours, number)
  return await inScope(site.db, ours.manager.scope, async (trx) => Promise.all((await listDraws(trx, ours.manager.scope, id)).map(async (one) => ({ ...one, items: await listDrawn(trx, ours.manager.scope, one.id) }))))
}

t.test('nothing is drawn from a list that is not accepted', async (t) => {
  const { fileId } = await submitList(testApp, ours, changes(10))
  const number = await readList(testApp, ours, fileId)
  await t.rejects(drawSample(site, ours.staff.scope, number, plan([await planLine(testApp, ours)])), /accepted population; this one is checking/)
  t.match(await stored(testApp, ours, number), { status: 'checking' })
  t.strictSame(await drawsOf(number), [])
})

t.test('a draw locks the population, and its items follow from its seed and keys alone', async (t) => {
  const number = await acceptedList(testApp, ours, changes(40))
  const lines = [await planLine(testApp, ours), await planLine(testApp, ours, 'CH-03')]
  const before = (await trailOf(testApp, ours)).length
  await drawSample(site, ours.staff.scope, number, plan(lines, { n: 7 }))
  const [made] = await drawsOf(number)
  const keys = Array.from({ length: 40 }, (_, index) => `CHG-${1001 + index}`)
  t.match(await stored(testApp, ours, number), { status: 'locked' })
  t.match(made, { size: 7, population_size: 40, method: 'random', keys_sha256: createHash('sha256').update(keys.map((key) => `${key}\n`).join('')).digest('hex') })
  t.match(made?.seed, /^[0-9a-f]{32}$/)
  t.strictSame(made?.items.map(({ rank, key, digest }) => ({ rank, key, digest })), draw(keys, made!.seed, 7).map(({ rank, key, digest }) => ({ rank, key, digest })))
  t.strictSame(made?.items.map(({ key, row_number: row }) => row - 2 === keys.indexOf(key)), Array(7).fill(true), 'each item knows its row')
  t.strictSame((await trailOf(testApp, ours)).slice(before), ['population.locked', 'sample.drawn'])
  const held = await inScope(site.db, ours.manager.scope, async (trx) => trx.selectFrom('test_line').select(['draw_id', 'population_id']).where('id', 'in', lines).execute())
  t.strictSame(held.map((line) => line.draw_id), [made?.id, made?.id], 'one draw serves both tests')
})

t.test('the seed is made once for a test: a second draw is refused, two at once give one', async (t) => {
  const number = await acceptedList(testApp, ours, changes(20))
  const line = await planLine(testApp, ours)
  const results = await Promise.allSettled([ours.staff, ours.senior, ours.manager].map(async ({ scope }) => drawSample(site, scope, number, plan([line]))))
  t.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const result of results) if (result.status === 'rejected') t.match(JSON.stringify({ message: (result.reason as Error).message, ...result.reason as object }), /has its sample already/)
  t.equal((await drawsOf(number)).length, 1)
  await t.rejects(drawSample(site, ours.staff.scope, number, plan([line], { method: 'all', reason: 'again' })), Refused)
  await drawSample(site, ours.staff.scope, number, plan([await planLine(testApp, ours)], { method: 'all', reason: 'Few changes' }))
  const [first, second] = await drawsOf(number)
  t.equal(second?.size, 20, 'another test may take everything from the same population')
  t.not(first?.seed, second?.seed)
})

t.test('the same line drawn at once from two populations gets one sample', async (t) => {
  const numbers = [await acceptedList(testApp, ours, changes(20)), await acceptedList(testApp, ours, changes(21))]
  const line = await planLine(testApp, ours)
  const results = await Promise.allSettled(numbers.map(async (number) => drawSample(site, ours.staff.scope, number, plan([line]))))
  t.strictSame(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  const standing = await Promise.all(numbers.map(async (number) => (await stored(testApp, ours, number)).status))
  t.strictSame(standing.toSorted(), ['accepted', 'locked'], 'the refused draw locks nothing')
})

t.test('what cannot be drawn is refused with the numbers and leaves everything as it was', async (t) => {
  const number = await acceptedList(testApp, ours, changes(12))
  const line = await planLine(testApp, ours)
  const before = await trailOf(testApp, ours)
  const refused = async (change: Partial<DrawPlan>, fields: Record<string, RegExp>) => await t.rejects(drawSample(site, ours.staff.scope, number, plan([line], change)), invalid(fields))
  await refused({ n: 13 }, { n: /13.*12/ })
  await refused({ n: 4, filter: { column: 'type', value: 'emergency' } }, { n: /4.*3/ })
  await refused({ filter: { column: 'type', value: 'Emergency' } }, { filter_value: /0 items/ })
  await refused({ filter: { column: 'kind', value: 'emergency' } }, { filter_column: /no column/ })
  await refused({ method: 'all' }, { reason: /why/ })
  await refused({ testLineIds: [] }, { line: /Choose/ })
  await t.rejects(drawSample(site, ours.staff.scope, number, plan([line], { request: { ...ask, ownerId: ours.staff.id } })), Invalid, 'the firm is not asked for evidence')
  await t.rejects(drawSample(site, outsiders.staff.scope, number, plan([line])), { name: 'NotFound' })
  t.match(await stored(testApp, ours, number), { status: 'accepted' })
  t.strictSame(await trailOf(testApp, ours), before)
})

t.test('the sample request lists the items for its owner; a senior issues what staff may only draft', async (t) => {
  const number = await acceptedList(testApp, ours, changes(12))
  const requestsOf = async (drawId: string) => inScope(site.db, ours.manager.scope, async (trx) => trx.selectFrom('request').select(['kind', 'status', 'owner_id', 'due_on']).where('draw_id', '=', drawId).execute())
  await drawSample(site, ours.senior.scope, number, plan([await planLine(testApp, ours)], { request: ask }))
  await drawSample(site, ours.staff.scope, number, plan([await planLine(testApp, ours)], { request: ask, draftOnly: true }))
  const [issued, drafted] = await drawsOf(number)
  t.strictSame(await requestsOf(issued!.id), [{ kind: 'sample', status: 'open', owner_id: ours.owner.id, due_on: '2026-11-02' }])
  t.match(await requestsOf(drafted!.id), [{ kind: 'sample', status: 'draft' }])
})

t.test('the shell lines of the page give the items of the page from the keys served', async (t) => {
  const odd = ['" a quoted , key ",2026-02-02T00:00:00Z,emergency,1', ' spaced ,2026-02-03T00:00:00Z,emergency,2', "it's $HOME \\n é,2026-02-04T00:00:00Z,emergency,2", 'CHG-outside,2024-01-01T00:00:00Z,emergency,2']
  const number = await acceptedList(testApp, ours, changes(300, odd))
  await drawSample(site, ours.staff.scope, number, plan([await planLine(testApp, ours)], { n: 25 }))
  await drawSample(site, ours.staff.scope, number, plan([await planLine(testApp, ours)], { n: 60, filter: { column: 'type', value: 'emergency' } }))
  const made = await drawsOf(number)
  t.strictSame(made.map((one) => one.population_size), [303, 78])
  for (const one of made) {
    const here = `${ours.base}/populations/${number}/draws/D-${one.number}`
    const keys = await ours.staff.get(`${here}/keys.txt`)
    t.equal(createHash('sha256').update(keys.body).digest('hex'), one.keys_sha256, 'the file served has the recorded hash')
    const page = await ours.staff.get(`${ours.base}/populations/${number}`)
    const script = [...page.body.matchAll(/<code class="code[^>]*>([\s\S]*?)<\/code>/g)].map(([, text]) => unescape(text!)).find((text) => text.includes(one.seed))
    const folder = t.testdir({})
    writeFileSync(join(folder, 'keys.txt'), keys.body)
    const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', script ?? 'false'], { cwd: folder, encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } })
    t.equal(status, 0, stderr)
    t.strictSame(stdout.split('\n').slice(1, -1), one.items.map(({ key }) => key))
    const items = await ours.staff.get(here)
    t.strictSame([...items.body.matchAll(/<td class="mono wrap full">(.*?)<\/td>/g)].map(([, key]) => unescape(key!)), one.items.map(({ key }) => key), 'the page shows the same items')
  }
})

function unescape(html: string): string {
  return html.replace(/&(lt|gt|quot|amp|#x27|#x3D|#x60);/g, (_, name: string) => ({ lt: '<', gt: '>', quot: '"', amp: '&', '#x27': "'", '#x3D': '=', '#x60': '`' })[name]!)
}
