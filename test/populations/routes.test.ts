import t, { type Test } from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { acceptedList, changes, mappingForm, planLine, readList, runReading, stored, submitList, trailOf } from './lists.ts'

const testApp = await openApp(t)
const { site } = testApp
const { ours, outsiders } = await gather(testApp)
const { base } = ours

type Write = { readonly path: string, readonly form: Record<string, string>, readonly refused: string }

/** Who may not: 404 for who is not on the engagement, 403 for who is but has another role. */
async function refusesOthers(t: Test, { path, form }: Write): Promise<void> {
  for (const person of [ours.reviewer, ours.lead, ours.owner]) t.equal((await person.post(path, form)).status, 403, `${person.role} at ${path}`)
  for (const person of [outsiders.staff, outsiders.partner, outsiders.owner]) t.equal((await person.post(path, form)).status, 404, `outside ${person.role} at ${path}`)
  t.equal((await ours.staff.post(path, form, { 'sec-fetch-site': 'cross-site' })).status, 403, 'another site')
}

t.test('mapping a list: for the team, once, of a request in review', async (t) => {
  const { fileId, request } = await submitList(testApp, ours, changes(4))
  const write = { path: `${base}/populations`, form: { ...mappingForm, file: fileId }, refused: '' }
  await refusesOthers(t, write)
  const page = await ours.staff.get(`${base}/populations/new?file=${fileId}`)
  t.match(page.body, /<option value="change_id" selected>/, 'the key is proposed')
  t.match(page.body, /<option value="deployed_at" selected>/, 'the date is proposed')
  t.match(page.body, /CHG-1001/, 'the first rows are shown')
  const wrong = await ours.staff.post(write.path, { ...write.form, key: 'nothing', occurrence: '', meaning: 'kept <as typed>' })
  t.equal(wrong.status, 422)
  t.match(wrong.body, /kept &lt;as typed&gt;/)
  t.match(wrong.body, /Say what one row is/)
  const before = (await trailOf(testApp, ours)).length
  const answer = await ours.staff.post(write.path, write.form)
  t.equal(answer.status, 303)
  t.strictSame((await trailOf(testApp, ours)).slice(before), ['population.mapped'])
  t.equal((await ours.staff.post(write.path, write.form)).status, 409, 'the file is read once')
  const job = await inScope(site.db, ours.staff.scope, async (trx) => trx.selectFrom('population').select('reading').where('file_id', '=', fileId).executeTakeFirstOrThrow())
  t.equal(job.reading, 'pending')
  t.match((await ours.staff.get(answer.location!)).body, /The dates of the whole column are being read/)
  t.ok(request)
})

t.test('mapping again: while the list is checked, not after', async (t) => {
  const { fileId } = await submitList(testApp, ours, changes(4))
  const number = await readList(testApp, ours, fileId)
  const write = { path: `${base}/populations/${number}/columns`, form: { ...mappingForm, key: 'type' }, refused: '' }
  await refusesOthers(t, write)
  t.match((await ours.staff.get(write.path)).body, /one deployment to production/)
  t.equal((await ours.staff.post(write.path, { ...write.form, name: '' })).status, 422)
  const before = (await trailOf(testApp, ours)).length
  t.equal((await ours.staff.post(write.path, write.form)).status, 303)
  await runReading(testApp, ours, number)
  t.strictSame((await trailOf(testApp, ours)).slice(before), ['population.mapped', 'population.checked'])
  t.match((await ours.staff.get(`${base}/populations/${number}`)).body, /cannot be accepted as it is/)
  t.equal((await ours.staff.post(write.path, mappingForm)).status, 303)
  await runReading(testApp, ours, number)
  t.equal((await ours.staff.post(`${base}/populations/${number}/acceptance`)).status, 303)
  t.equal((await ours.staff.post(write.path, mappingForm)).status, 409)
})

t.test('accepting: one act with the request, refused in every other state', async (t) => {
  const { fileId } = await submitList(testApp, ours, changes(4))
  const mapped = await ours.staff.post(`${base}/populations`, { ...mappingForm, file: fileId })
  const number = Number(mapped.location?.split('POP-')[1])
  const write = { path: `${base}/populations/${number}/acceptance`, form: {}, refused: '' }
  await refusesOthers(t, write)
  const early = await ours.staff.post(write.path)
  t.equal(early.status, 409)
  t.match(early.body, /still being read/)
  await runReading(testApp, ours, number)
  t.match((await ours.staff.get(`${base}/populations/${number}`)).body, /Accept R-\d+ and POP-\d+/)
  t.equal((await ours.staff.post(write.path)).status, 303)
  t.match((await ours.staff.post(write.path)).body, /accepted already/)
})

t.test('a locked population takes no decision any more', async (t) => {
  const number = await acceptedList(testApp, ours, changes(9))
  const line = await planLine(testApp, ours)
  t.equal((await ours.staff.post(`${base}/populations/${number}/draws`, { line, method: 'random', n: '3', evidence: 'list' })).status, 303)
  for (const [path, form] of [['acceptance', {}], ['columns', mappingForm]] as const) {
    const answer = await ours.manager.post(`${base}/populations/${number}/${path}`, form)
    t.equal(answer.status, 409, path)
  }
  t.match(await stored(testApp, ours, number), { status: 'locked', key_column: 'change_id' })
})

t.test('zero rows need corroboration, which then stands on the page', async (t) => {
  for (const text of [changes(0), 'change_id,deployed_at\nCHG-1,2020-01-01T00:00:00Z\n']) {
    const { fileId } = await submitList(testApp, ours, text, { declared: 0 })
    const number = await readList(testApp, ours, fileId)
    const path = `${base}/populations/${number}/acceptance`
    const without = await ours.senior.post(path, { inquiry: '   ' })
    t.equal(without.status, 422)
    t.match(without.body, /how it was corroborated/)
    const some = await ours.senior.post(path, { inquiry: 'Kept as typed', query: ' ' })
    t.equal(some.status, 422)
    t.match(some.body, />Kept as typed</, 'what was typed is kept')
    t.match(some.body, /which query of the source system showed zero rows[\s\S]*Name another source/)
    t.equal((await ours.senior.post(path, { inquiry: 'x'.repeat(601), query: 'q', other: 'o' })).status, 422)
    t.equal((await ours.senior.post(path, { inquiry: 'The owner, Oct 12', query: 'State disposed: 0 rows', other: 'Lease register' })).status, 303)
    t.match(await stored(testApp, ours, number), { status: 'accepted', corroboration: 'Inquiry: The owner, Oct 12\nSystem query: State disposed: 0 rows\nOther sources: Lease register' })
    const page = await ours.senior.get(`${base}/populations/${number}`)
    t.match(page.body, /No occurrence/)
    t.notMatch(page.body, /Draw a sample/)
    const line = await planLine(testApp, ours)
    t.match(await ours.senior.post(`${base}/populations/${number}/draws`, { line, method: 'random', n: '1', evidence: 'list' }), { status: 409, body: /nothing to draw/ })
    t.match(await ours.senior.get(`${base}/populations/${number}/draws/new`), { status: 409, body: /nothing to draw/ })
  }
})

const asking = { evidence: 'request', title: 'Reviews', ask: 'The review of each', due: '2026-11-02', checklist: 'The reviewer' }

t.test('drawing: for the team, once a test, and nothing typed is lost', async (t) => {
  const number = await acceptedList(testApp, ours, changes(30))
  const line = await planLine(testApp, ours)
  const other = await planLine(testApp, ours, 'AC-02')
  const path = `${base}/populations/${number}/draws`
  const form = { line, method: 'random', n: '25', ...asking, owner: ours.owner.id }
  await refusesOthers(t, { path, form, refused: '' })
  const page = await ours.staff.get(`${path}/new`)
  t.match(page.body, new RegExp(`value="${line}" checked`), 'the tests of the request’s control are chosen')
  t.notMatch(page.body, new RegExp(`value="${other}" checked`))
  t.ok(page.body.indexOf(line) < page.body.indexOf(other), 'and come first')
  t.match(page.body, /id="field-n" name="n" type="text" value="5"/, 'policy gives 15 % of 30, at least 5')
  const many = await ours.senior.post(path, { ...form, n: '31', ask: 'kept words', filter_column: '', checklist: 'kept line' })
  t.equal(many.status, 422)
  t.match(many.body, /A sample of 31 cannot be drawn from a population of 30/)
  for (const kept of ['kept words', 'kept line', 'value="31"', 'value="2026-11-02"', `value="${ours.owner.id}" selected`, `value="${line}" checked`]) t.ok(many.body.includes(kept), kept)
  const blank = await ours.senior.post(path, { ...form, title: '', owner: '', due: 'soon', n: 'x' })
  t.equal(blank.status, 422)
  for (const id of ['field-title', 'field-owner', 'field-n']) t.match(blank.body, new RegExp(`<a href="#${id}">`))
  t.match((await ours.senior.post(path, { ...form, due: '2026-02-30' })).body, /Give a day of the calendar/)
  t.match(await stored(testApp, ours, number), { status: 'accepted' })

  const answers = await Promise.all([ours.senior.post(path, form), ours.staff.post(path, form)])
  t.strictSame(answers.map(({ status }) => status).toSorted((one, other) => one - other), [303, 409])
  const late = answers.find(({ status }) => status === 409)
  t.match(late?.body, /has its sample already/)
  t.match(late?.body, /The review of each/, 'also who came second keeps what was typed')
  const drawn = answers.find(({ status }) => status === 303)
  t.match(drawn?.location, new RegExp(`^${path.replace(/\/\d+\//, '/POP-\\d+/')}/D-\\d+$`))
})

t.test('keys, record and items are for the firm, and who takes them is noted', async (t) => {
  const number = await acceptedList(testApp, ours, changes(450))
  const line = await planLine(testApp, ours)
  const { location } = await ours.senior.post(`${base}/populations/${number}/draws`, { line, method: 'all', reason: 'Few and\nrisky', evidence: 'list' })
  const here = location!
  const keys = await ours.reviewer.get(`${here}/keys.txt`)
  t.equal(keys.headers['content-type'], 'text/plain; charset=utf-8')
  t.match(keys.headers['content-disposition'], /^attachment; filename="keys.txt"/)
  t.equal(keys.body.split('\n').length, 451)
  const record = await ours.staff.get(`${here}/record.txt`)
  t.match(record.headers['content-disposition'], /attachment; filename="POP-\d+-D-\d+-record.txt"/)
  for (const words of ['450 of 450', 'sha256-rank-v1', 'Few and risky', 'CH-01.T', 'America/New_York', 'sha256sum -c -', 'Tom Bergstrom']) t.ok(record.body.includes(words), words)
  t.equal(record.body.split('\n').filter((line) => /^\d+\t[0-9a-f]{64}\t\d+\tCHG-/.test(line)).length, 450)
  const last = await ours.staff.get(`${here}?after=400`)
  t.match(last.body, /401–450 of 450/)
  t.match(last.body, /rel="prev"/)
  const seen = await inScope(site.db, ours.manager.scope, async (trx) => trx.selectFrom('access_entry').select(['kind', 'person_id']).where('kind', '=', 'draw_record_downloaded').orderBy('id').execute())
  t.strictSame(seen.map(({ person_id: person }) => person), [ours.reviewer.id, ours.staff.id])
  for (const path of ['', '/keys.txt', '/record.txt']) {
    for (const person of [ours.lead, ours.owner]) t.equal((await person.get(`${here}${path}`)).status, 403, `${person.role} ${path}`)
    for (const person of [outsiders.partner, outsiders.owner]) t.equal((await person.get(`${here}${path}`)).status, 404)
    t.equal((await ours.staff.get(`${here.replace(/D-\d+$/, 'D-999')}${path}`)).status, 404)
  }
})

t.test('populations are nobody’s business outside the firm', async (t) => {
  const number = await acceptedList(testApp, ours, changes(3))
  const { fileId } = await submitList(testApp, ours, changes(3))
  const paths = ['', `/${number}`, `/${number}/rows`, `/new?file=${fileId}`, `/${number}/columns`, `/${number}/draws/new`]
  for (const path of paths) {
    for (const person of [ours.lead, ours.owner]) t.equal((await person.get(`${base}/populations${path}`)).status, 403, `${person.role} ${path}`)
    for (const person of [outsiders.staff, outsiders.owner]) t.equal((await person.get(`${base}/populations${path}`)).status, 404)
  }
  t.equal((await outsiders.staff.get(`${outsiders.base}/populations/${number}`)).status, 404)
  for (const path of ['/POP-0', '/x', '/POP-999', '/POP-1.5', '/new', '/new?file=1', `/new?file=${number}`]) t.ok([404, 422].includes((await ours.staff.get(`${base}/populations${path}`)).status), path)
})

t.test('a list whose file is put in quarantine says so and shows no row of it', async (t) => {
  const { fileId, request } = await submitList(testApp, ours, changes(6))
  const number = await readList(testApp, ours, fileId)
  await runReading(testApp, ours, number)
  const here = `${base}/populations/${number}`
  t.match((await ours.staff.get(`${here}/rows`)).body, /CHG-1001/)
  const file = `${base}/requests/${request}/files/${fileId}`
  t.equal((await ours.lead.post(`${file}/quarantine`, { reason: 'It names customers' })).status, 303)
  const rows = await ours.staff.get(`${here}/rows`)
  t.equal(rows.status, 409)
  t.notMatch(rows.body, /CHG-1001/)
  t.equal((await ours.staff.get(`${here}/rows?jump=CHG-1001`)).status, 409)
  const page = await ours.staff.get(here)
  t.match(page.body, /The file is in quarantine/)
  t.match(page.body, /in the file/, 'what was counted stays')
  t.equal((await ours.manager.post(`${file}/quarantine/decision`, { decision: 'released', words: 'They are masked' })).status, 303)
  t.match((await ours.staff.get(`${here}/rows`)).body, /CHG-1001/)
})
