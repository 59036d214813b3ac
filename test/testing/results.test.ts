import t from 'tap'
import { randomUUID } from 'node:crypto'
import { inScope } from '../../server/database/connect.ts'
import { listCells, listCitations, staleResults } from '../../server/testing/store.ts'
import { record } from '../../server/trail/record.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { countStatements } from '../support/statements.ts'
import { answerDraw, makeBench, makeControl, makeDraw, makeLine, makePopulation, setResult } from '../support/testing.ts'
import { readTrail, sayInDatabase } from './reading.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const { control, population, draw, line, sample } = await makeBench(testApp, ours)
const here = `${ours.base}/testing/${line.reference}`
const [first, second, third, fourth] = draw.items.map(({ id }) => id) as [string, string, string, string]
const inFirm = <T>(work: Parameters<typeof inScope<T>>[2]) => inScope(testApp.site.db, ours.staff.scope, work)

t.test('a result is written with what it rests on, and the trail tells from what to what', async (t) => {
  const { status, body } = await setResult(ours.staff, ours, line, first, 'A', 'pass')
  t.equal(status, 200)
  t.match(body, { version: 1, result: 'pass', foot: [{ letter: 'A', deviations: 0, applicable: 1 }, { letter: 'B', deviations: 0, applicable: 0 }] })
  const cited = await inFirm(async (trx) => listCitations(trx, ours.staff.scope, line.id))
  t.strictSame(cited.map(({ file_id, place }) => ({ file_id, place })), [{ file_id: sample.files.get(first), place: '' }], 'it cites the item’s own file')
  t.match((await readTrail(testApp, ours)).at(-1), { kind: 'result.set', facts: { testLineId: line.id, itemId: first, letter: 'A', from: 'pending', to: 'pass', version: 1, files: [sample.files.get(first)] } })
})

t.test('a named citation with its place stands instead of the default', async (t) => {
  await setResult(ours.staff, ours, line, first, 'B', 'pass', { citations: [{ file: population.fileId, place: 'row 1' }] })
  const cited = (await inFirm(async (trx) => listCitations(trx, ours.staff.scope, line.id))).filter(({ letter }) => letter === 'B')
  t.strictSame(cited.map(({ file_id, place }) => ({ file_id, place })), [{ file_id: population.fileId, place: 'row 1' }])
})

t.test('who may not write results is turned away, and the workpaper does not exist for others', async (t) => {
  for (const key of ['reviewer', 'lead', 'owner'] as const) t.equal((await setResult(ours[key], ours, line, second, 'A', 'pass')).status, 403, key)
  t.equal((await setResult(outsiders.staff, ours, line, second, 'A', 'pass')).status, 404)
  t.equal((await outsiders.staff.get(here)).status, 404)
  for (const key of ['lead', 'owner'] as const) t.equal((await ours[key].get(here)).status, 403, `the ${key} never sees a workpaper`)
})

t.test('a deviation and what does not apply need their words', async (t) => {
  for (const result of ['deviation', 'not_applicable']) {
    const { status, body } = await setResult(ours.staff, ours, line, second, 'A', result)
    t.equal(status, 422)
    t.ok(body.fields?.['note'])
  }
  const page = await ours.staff.post(`${here}/results`, { item: second, letter: 'A', result: 'deviation', note: '', version: '0' })
  t.equal(page.status, 422)
  t.match(page.body, 'Say what deviates on A')
})

t.test('a deviation opens one exception for the line, however many items and attributes deviate', async (t) => {
  await setResult(ours.staff, ours, line, second, 'A', 'deviation', { note: '3 business days' })
  await setResult(ours.staff, ours, line, second, 'B', 'deviation', { note: 'still in two systems' })
  await setResult(ours.senior, ours, line, third, 'A', 'deviation', { note: '6 business days' })
  const opened = (await readTrail(testApp, ours)).filter(({ kind }) => kind === 'exception.opened')
  t.equal(opened.length, 1)
  const list = await ours.staff.get(`${ours.base}/exceptions`)
  t.match(list.body, '2 of 10', 'two deviating items of ten')
  t.match((await ours.staff.get(`${ours.base}/exceptions/E-01`)).body, '3 business days')
})

t.test('a result for an item that was not drawn for this test is refused, by the program and by the database', async (t) => {
  const other = await makeDraw(testApp, ours, population, 12)
  const stranger = other.items.at(-1)!
  const { status, body } = await setResult(ours.staff, ours, line, stranger.id, 'A', 'pass')
  t.equal(status, 409)
  t.match(body.error, /not in the draw of AC-02\.T1/)
  t.equal((await setResult(ours.staff, ours, line, randomUUID(), 'A', 'pass')).status, 409)
  await t.rejects(sayInDatabase(testApp, ours, (trx) => trx.insertInto('cell').values({
    engagement_id: ours.engagement.id, test_line_id: line.id, item_id: stranger.id, letter: 'A', result: 'pass', set_by: ours.staff.id,
  })), /not in the draw/)
})

t.test('an attribute that is not planned takes no result', async (t) => {
  t.equal((await setResult(ours.staff, ours, line, first, 'Z', 'pass')).status, 404)
})

t.test('a test without a draw takes no result', async (t) => {
  const bare = await makeLine(testApp, ours, control)
  const { status, body } = await setResult(ours.staff, ours, bare, first, 'A', 'pass')
  t.equal(status, 409)
  t.match(body.error, /No items are drawn for AC-02\.T2/)
})

t.test('only submitted evidence may be cited', async (t) => {
  const { status, body } = await setResult(ours.staff, ours, line, fourth, 'A', 'pass', { citations: [{ file: randomUUID(), place: '' }] })
  t.equal(status, 409)
  t.match(body.error, /not part of a submitted answer/)
})

t.test('without files of its own an item is cited by its row of the list', async (t) => {
  const plain = await makeLine(testApp, ours, control, { draw: await makeDraw(testApp, ours, population, 31), population, letters: 'A', itemNoun: 'leavers' })
  const items = await inFirm(async (trx) => trx.selectFrom('sample_item').innerJoin('test_line', 'test_line.draw_id', 'sample_item.draw_id').select(['sample_item.id', 'row_number']).where('test_line.id', '=', plain.id).orderBy('rank').execute())
  await setResult(ours.staff, ours, plain, items[6]!.id, 'A', 'pass')
  const [cited] = await inFirm(async (trx) => listCitations(trx, ours.staff.scope, plain.id))
  t.match(cited, { file_id: population.fileId, place: `row ${items[6]!.row_number}` })
})

t.test('the later of two writers gets both versions, and neither is lost', async (t) => {
  await setResult(ours.staff, ours, line, fourth, 'A', 'pass')
  const late = await setResult(ours.senior, ours, line, fourth, 'A', 'not_applicable', { note: 'left before joining', version: 0 })
  t.equal(late.status, 409)
  t.match(late.body.theirs, { result: 'pass', version: 1, by: 'Lena Fischer' })
  const page = await ours.senior.post(`${here}/results`, { item: fourth, letter: 'A', result: 'not_applicable', note: 'left before joining', version: '0' })
  t.equal(page.status, 409)
  t.match(page.body, 'Keep theirs')
  t.match(page.body, 'left before joining')
  t.equal((await setResult(ours.senior, ours, line, fourth, 'A', 'not_applicable', { note: 'left before joining', version: 1 })).status, 200, 'use mine')
})

t.test('saying again what stands changes nothing, whatever version it names', async (t) => {
  const before = (await readTrail(testApp, ours)).length
  t.equal((await setResult(ours.senior, ours, line, fourth, 'A', 'not_applicable', { note: 'left before joining', version: 0 })).status, 200)
  t.equal((await readTrail(testApp, ours)).length, before)
})

t.test('of a hundred races for one cell exactly one wins each, and no update is lost', async (t) => {
  let version = 0
  const racers = [ours.staff, ours.senior, ours.manager, ours.partner]
  for (let round = 0; round < 25; round++) {
    const answers = await Promise.all(racers.map((racer, index) => setResult(racer, ours, line, fourth, 'B', 'not_applicable', { note: `round ${round}, racer ${index}`, version })))
    t.strictSame(answers.map(({ status }) => status).toSorted((a, b) => a - b), [200, 409, 409, 409], `round ${round}`)
    version += 1
    const winner = answers.find(({ status }) => status === 200)!
    t.equal(winner.body.version, version)
    for (const { body } of answers.filter(({ status }) => status === 409)) t.equal(body.theirs?.version, version, 'the losers see the winner’s version')
  }
  const cell = (await inFirm(async (trx) => listCells(trx, ours.staff.scope, line.id))).find(({ item_id, letter }) => item_id === fourth && letter === 'B')
  t.equal(cell?.version, 25)
})

t.test('twenty people setting twenty cells at once all succeed and open one exception', async (t) => {
  const { line: busy, draw: drawn } = await makeBench(testApp, ours, { number: 'AC-20', items: 10 })
  const answers = await Promise.all(drawn.items.flatMap(({ id }) => ['A', 'B'].map((letter) => setResult(ours.staff, ours, busy, id, letter, 'deviation', { note: 'late' }))))
  t.ok(answers.every(({ status }) => status === 200))
  const opened = await inFirm(async (trx) => trx.selectFrom('exception').select('number').where('test_line_id', '=', busy.id).execute())
  t.equal(opened.length, 1)
})

t.test('filling down sets what is pending and nothing else, in one act', async (t) => {
  const bench = await makeBench(testApp, ours, { number: 'AC-21', items: 10 })
  const there = `${ours.base}/testing/${bench.line.reference}`
  await setResult(ours.staff, ours, bench.line, bench.draw.items[0]!.id, 'A', 'deviation', { note: 'late' })
  const before = await readTrail(testApp, ours)
  t.equal((await ours.staff.post(`${there}/results/fill`, { letter: 'A', result: 'pass' })).status, 303)
  const after = (await readTrail(testApp, ours)).slice(before.length)
  t.equal(after.filter(({ kind }) => kind === 'result.set').length, 9)
  t.equal(new Set(after.map(({ at }) => at)).size, 1, 'one append')
  const cells = await inFirm(async (trx) => listCells(trx, ours.staff.scope, bench.line.id))
  t.equal(cells.filter(({ result }) => result === 'pass').length, 9)
  t.equal(cells.filter(({ result }) => result === 'deviation').length, 1)
  t.equal((await ours.staff.post(`${there}/results/fill`, { letter: 'A', result: 'pass' })).status, 409, 'nothing is left')
  t.equal((await ours.staff.post(`${there}/results/fill`, { letter: 'B', result: 'not_applicable' })).status, 422, 'words are needed here too')
  t.equal((await ours.lead.post(`${there}/results/fill`, { letter: 'B', result: 'pass' })).status, 403)
  t.equal((await outsiders.staff.post(`${there}/results/fill`, { letter: 'B', result: 'pass' })).status, 404)
})

t.test('the form of a whole item saves all of it or nothing', async (t) => {
  const bench = await makeBench(testApp, ours, { number: 'AC-22', items: 3, letters: 'ABC' })
  const there = `${ours.base}/testing/${bench.line.reference}`
  const form = { 'result-A': 'pass', 'version-A': '0', 'result-B': 'deviation', 'note-B': '', 'version-B': '0', 'result-C': 'pending', 'version-C': '0' }
  const wrong = await ours.staff.post(`${there}/items/2`, form)
  t.equal(wrong.status, 422)
  t.match(wrong.body, 'Say what deviates on B')
  t.strictSame(await inFirm(async (trx) => listCells(trx, ours.staff.scope, bench.line.id)), [], 'nothing was half done')
  t.equal((await ours.staff.post(`${there}/items/2`, { ...form, 'note-B': '2 days', 'cite-B': bench.population.fileId, [`place-B-${bench.population.fileId}`]: 'row 2' })).status, 303)
  const cells = await inFirm(async (trx) => listCells(trx, ours.staff.scope, bench.line.id))
  t.strictSame(cells.map(({ letter, result }) => `${letter} ${result}`).toSorted(), ['A pass', 'B deviation'])
  await setResult(ours.senior, ours, bench.line, bench.draw.items[1]!.id, 'A', 'not_applicable', { note: 'no account', version: 1 })
  const clash = await ours.staff.post(`${there}/items/2`, { ...form, 'result-A': 'deviation', 'note-A': 'mine', 'version-A': '1', 'note-B': '2 days', 'version-B': '1' })
  t.equal(clash.status, 409)
  t.match(clash.body, 'no account', 'theirs is shown')
  t.match(clash.body, 'mine', 'mine is kept')
  t.equal((await ours.staff.post(`${there}/items/9`, form)).status, 404)
})

t.test('evidence that goes back makes its results stale and voids what was signed on them (invariant 6)', async (t) => {
  const bench = await makeBench(testApp, ours, { number: 'AC-23', items: 2, letters: 'A' })
  const there = `${ours.base}/testing/${bench.line.reference}`
  await ours.staff.post(`${there}/results/fill`, { letter: 'A', result: 'pass' })
  await ours.staff.post(`${there}/conclusion`, { conclusion: 'effective' })
  t.equal((await ours.staff.post(`${there}/signature`, { kind: 'prepared' })).status, 303)
  t.equal((await ours.senior.post(`${there}/signature`, { kind: 'reviewed' })).status, 303)
  await inScope(testApp.site.db, ours.senior.scope, async (trx) => {
    await record(trx, ours.senior.scope, ...await staleResults(trx, ours.senior.scope, bench.sample.requestId))
  })
  const trail = (await readTrail(testApp, ours)).slice(-3)
  t.match(trail, [
    { kind: 'result.stale', facts: { testLineId: bench.line.id, requestId: bench.sample.requestId, cells: 2 } },
    { kind: 'test.changed', facts: { fields: ['conclusion'] } },
    { kind: 'test.sign_off_voided', facts: { kinds: ['prepared', 'reviewed'] } },
  ])
  const page = await ours.staff.get(there)
  t.match(page.body, '2 results rest on evidence that was returned.')
  t.match(page.body, `The evidence of R-${String(bench.sample.number).padStart(3, '0')} was returned`)
  t.equal((await ours.staff.post(`${there}/signature`, { kind: 'prepared' })).status, 409)
  t.equal((await inScope(testApp.site.db, ours.senior.scope, async (trx) => staleResults(trx, ours.senior.scope, bench.sample.requestId))).length, 0, 'once is enough')
  const again = await setResult(ours.staff, ours, bench.line, bench.draw.items[0]!.id, 'A', 'pass', { version: 2 })
  t.match(again, { status: 200, body: { version: 3 } }, 'setting it again on the present evidence ends that')
})

t.test('evidence in submission but not yet accepted is citable, a draft is not', async (t) => {
  const own = await makeControl(testApp, ours, 'AC-25')
  const list = await makePopulation(testApp, ours, own, { count: 4 })
  const drawn = await makeDraw(testApp, ours, list, 2)
  const fresh = await makeLine(testApp, ours, own, { draw: drawn, letters: 'A' })
  const answer = await answerDraw(testApp, ours, own, drawn, { status: 'submitted' })
  const item = drawn.items[0]!
  await setResult(ours.staff, ours, fresh, item.id, 'A', 'pass')
  const cited = await inFirm(async (trx) => listCitations(trx, ours.staff.scope, fresh.id))
  t.strictSame(cited.map(({ file_id }) => file_id), [answer.files.get(item.id)])
})

t.test('one result costs a set number of statements, from the request to the answer, however large the grid', async (t) => {
  const bench = await makeBench(testApp, ours, { number: 'AC-09', items: 12, letters: 'ABCD' })
  const [one, two] = bench.draw.items.map(({ id }) => id) as [string, string]
  t.equal(await countStatements(async () => setResult(ours.staff, ours, bench.line, one, 'A', 'pass')), 20, 'five to know who it is, twelve to write it and three for the trail and the end')
  t.equal(await countStatements(async () => setResult(ours.staff, ours, bench.line, one, 'A', 'pass', { note: 'seen twice', version: 1 })), 21, 'a second time, what it cited goes')
  await setResult(ours.staff, ours, bench.line, one, 'B', 'deviation', { note: '2 business days' })
  t.ok(await countStatements(async () => setResult(ours.staff, ours, bench.line, two, 'B', 'deviation', { note: '3 business days' })) <= 22)
})

t.test('what a save answers is what is read of the cell afterwards', async (t) => {
  const bench = await makeBench(testApp, ours, { number: 'AC-10', items: 3, letters: 'AB' })
  const at = `${ours.base}/testing/${bench.line.reference}/results`
  for (const [rank, letter, result, note] of [[1, 'A', 'pass', ''], [1, 'B', 'deviation', '3 business days'], [2, 'A', 'not_applicable', 'on leave'], [3, 'B', 'pass', ''], [3, 'B', 'pending', '']] as const) {
    const item = bench.draw.items[rank - 1]!.id
    const version = Number(rank === 3 && result === 'pending')
    const { body } = await setResult(ours.staff, ours, bench.line, item, letter, result, { note, version, citations: letter === 'A' && result === 'pass' ? [{ file: bench.population.fileId, place: 'row 1' }, { file: bench.sample.files.get(item)!, place: 'lines 1-1' }] : [] })
    t.strictSame(body, (await ours.staff.get(`${at}/${rank}.${letter}`, { accept: 'application/json' })).json(), `${rank}.${letter} ${result}`)
  }
})
