import t from 'tap'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import type { Finding } from '../../server/populations/findings.ts'
import { submitAgain } from './again.ts'
import { changes, mappingForm, readList, runReading, stored, submitList } from './lists.ts'

const testApp = await openApp(t)
const { ours } = await gather(testApp)
const owner = ownerOf(t, testApp)
const { base } = ours

const leaverForm = { name: 'Leavers', occurrence: 'one person leaving', key: 'employee_id', date: 'last_working_day', meaning: 'Last working day' }

/** A list read from `text`, with its findings by check. */
async function read(text: string, form: Record<string, string> = {}, declared: number | null = null) {
  const list = await submitList(testApp, ours, text, { declared })
  const number = await readList(testApp, ours, list.fileId, { ...mappingForm, ...form })
  const row = await stored(testApp, ours, number)
  const findings = Object.fromEntries((row.findings as Finding[]).map((found) => [found.check, found])) as Record<string, Finding>
  return { ...list, number, row, findings, path: `${base}/populations/${number}` }
}

function leavers(count: number, more: readonly string[] = []): string {
  const rows = Array.from({ length: count }, (_, index) => `E-${100 + index * 7},${new Date(Date.UTC(2025, 9, 3) + index * 11 * 86_400_000).toISOString().slice(0, 10)}`)
  return `${['employee_id,last_working_day', ...rows, ...more].join('\n')}\n`
}

t.test('leavers after the period are listed, the one payroll knows is found missing, and both stand in the return', async (t) => {
  const list = await read(leavers(30, ['E-900,2026-10-02', 'E-901,2026-10-02']), leaverForm, 32)
  t.match(list.findings['outside_period'], { mark: 'finding', count: 2, rows: [32, 33] })
  t.match((await ours.staff.get(`${list.path}/rows?scope=out`)).body, /E-900[\s\S]*E-901/)
  const payroll = await read(leavers(30, ['E-777,2026-05-05']), { ...leaverForm, name: 'Payroll leavers' })
  const said = { kind: 'second_source', other: String(payroll.number), performed: '2026-10-09', words: 'Compared with the payroll report of leavers by employee number.' }
  const looked = await ours.staff.post(`${list.path}/procedures`, { ...said, act: 'look' })
  t.match(looked, { status: 200, body: /E-777/ })
  t.match(looked.body, /In POP-\d+, missing in POP-\d+: 1/)
  t.equal((await ours.staff.post(`${list.path}/procedures`, said)).status, 303)
  const page = await ours.staff.get(list.path)
  t.match(page.body, /Second source[\s\S]*1 missing/)
  t.match(page.body, /<textarea[^>]*name="words"[\s\S]*Outside period: 2 rows outside the period[\s\S]*1 item not in this list: E-777/)
  const back = { reason: 'incomplete_population', words: 'Two rows lie after the period and E-777 is missing.', due: '2030-10-16' }
  t.match((await ours.staff.post(`${list.path}/return`, { ...back, due: '' })).body, /Give the new due date[\s\S]*E-777 is missing/)
  t.equal((await ours.staff.post(`${list.path}/return`, { ...back, due: '2020-01-01' })).status, 422)
  for (const person of [ours.reviewer, ours.lead, ours.owner]) t.equal((await person.post(`${list.path}/return`, back)).status, 403)
  const answer = await ours.staff.post(`${list.path}/return`, back)
  t.match(answer, { status: 303, location: new RegExp(`/requests/R-0*${list.request}$`) })
  t.match(await stored(testApp, ours, list.number), { status: 'returned' })
  t.equal((await ours.staff.post(`${list.path}/return`, back)).status, 409)
  t.equal((await ours.staff.post(`${list.path}/procedures`, said)).status, 409, 'what was found stays as it is')
})

t.test('a total of exactly one thousand is suspicious, and the screen shows more', async (t) => {
  const list = await read(changes(1000), {}, 1000)
  t.match(list.findings['suspicious_total'], { mark: 'finding', sentence: /Exactly 1,000 rows/ })
  const path = `${list.path}/procedures`
  t.equal((await ours.staff.post(path, { kind: 'screen_count', performed: '2026-10-13', words: 'Dashboard' })).status, 422)
  t.equal((await ours.staff.post(path, { kind: 'screen_count', shown: '1284', performed: '2026-10-13', words: 'The dashboard on the screenshot shows 1,284.' })).status, 303)
  const page = await ours.staff.get(list.path)
  t.match(page.body, /<b>1,284<\/b><span>counted on screen/, 'not tied')
  t.match(page.body, /Count on screen: The dashboard on the screenshot shows 1,284\. The screen shows 1,284\./)
})

t.test('of two rows at the edges of the period one is in, and the version before is compared', async (t) => {
  const first = await read(changes(10), {}, 10)
  const row = changes(10).split('\n')
  const text = [...row.slice(0, 3), row[3]!.replace('normal', 'urgent'), ...row.slice(5, 11), 'CHG-3,2026-10-01T02:10:00Z,normal,1', 'CHG-4,2025-10-01T03:55:00Z,normal,1', ''].join('\n')
  t.equal((await ours.staff.post(`${first.path}/return`, { reason: 'incomplete_population', words: 'Again, please.', due: '2030-10-16' })).status, 303)
  const second = await submitAgain(testApp, ours, first, text, 10)
  const number = await readList(testApp, ours, second.fileId)
  const now = await stored(testApp, ours, number)
  t.match(now, { row_count: 11, in_scope_count: 10 })
  const found = Object.fromEntries((now.findings as Finding[]).map((one) => [one.check, one]))
  t.match(found['outside_period'], { rows: [12], notes: ['2025-10-01T03:55:00Z is Sep 30, 2025, 23:55 EDT: outside'] })
  t.match(found['zone_boundary'], { rows: [11, 12], notes: ['2026-10-01T02:10:00Z is Sep 30, 2026, 22:10 EDT: inside', /outside/] })
  t.match(found['previous'], { mark: 'finding', count: 4, sentence: /^Since version 1: 2 rows added, 1 removed, 1 changed\./ })
  const path = `${base}/populations/${number}/changes`
  t.match((await ours.staff.get(path)).body, /CHG-3[\s\S]*CHG-4/)
  t.match((await ours.staff.get(`${path}?change=removed`)).body, /CHG-1004/)
  t.match((await ours.staff.get(`${path}?change=changed`)).body, /urgent <del class="muted">normal<\/del>/)
  t.match((await ours.staff.get(`${base}/populations/${number}`)).body, /Versions[\s\S]*v2[\s\S]*v1/)
  t.equal((await ours.staff.get(`${base}/populations/${first.number}/changes`)).status, 404, 'the first version has none before it')
})

t.test('dates that read both ways are asked about, and nothing is kept', async (t) => {
  const { fileId } = await submitList(testApp, ours, 'run_id,started_at\nR1,03/11/2025\nR2,04/11/2025\n')
  const answer = await ours.staff.post(`${base}/populations`, { ...mappingForm, key: 'run_id', date: 'started_at', file: fileId })
  const number = Number(answer.location?.split('POP-')[1])
  await runReading(testApp, ours, number)
  t.match(await stored(testApp, ours, number), { reading: 'failed', reading_error: /can be read both ways/ })
  t.match((await ours.staff.get(`${base}/populations/${number}`)).body, /<textarea[^>]*name="words"[\s\S]*can be read both ways/, 'the reason of the return is there')
})

t.test('a ticket that stands twice keeps the list from being accepted, and a formula is only text', async (t) => {
  const list = await read('ticket,done\nOPS-4471,2026-03-01\nOPS-4472,2026-03-02\nOPS-4471,2026-03-03\n', { key: 'ticket', date: 'done' })
  t.match(list.findings['duplicate_key'], { mark: 'blocks', rows: [4], notes: ['“OPS-4471” again, first in row 2'] })
  t.equal((await ours.senior.post(`${list.path}/acceptance`)).status, 409)
  t.match((await ours.staff.get(`${list.path}/checks/duplicate_key`)).body, /“OPS-4471” again, first in row 2/)
  const formula = await read('ticket,done,note\nOPS-1,2026-03-01,"=HYPERLINK(""http://x"",""y"")"\n', { key: 'ticket', date: 'done' })
  t.match((await ours.staff.get(`${formula.path}/rows`)).body, /title="&#x3D;HYPERLINK\(&quot;http:\/\/x&quot;/)
})

t.test('251 rows against 261 weekdays list ten days, which the client explains and the auditor agrees', async (t) => {
  const holidays = ['2025-10-13', '2025-11-11', '2025-11-27', '2025-12-25', '2026-01-01', '2026-01-19', '2026-02-16', '2026-05-25', '2026-06-19', '2026-09-07']
  const days = Array.from({ length: 365 }, (_, index) => new Date(Date.UTC(2025, 9, 1 + index)).toISOString().slice(0, 10))
    .filter((day) => ![0, 6].includes(new Date(day).getUTCDay()) && !holidays.includes(day))
  const list = await read(`${['recon_id,business_date', ...days.map((day) => `REC-${day},${day}`)].join('\n')}\n`, { key: 'recon_id', date: 'business_date' }, 251)
  t.match(list.findings['empty_days'], { count: 10, notes: holidays })
  const path = `${list.path}/checks/empty_days`
  t.match((await ours.staff.get(path)).body, new RegExp(holidays.join('[\\s\\S]*')))
  const mark = { tick: 'explained', note: 'US bank holidays, Grant Ellis on Oct 15; agreed to the Federal Reserve calendar.' }
  t.match(await ours.staff.post(`${path}/marks`, { tick: 'explained' }), { status: 422, body: /Write the note/ })
  for (const person of [ours.reviewer, ours.lead, ours.owner]) t.equal((await person.post(`${path}/marks`, mark)).status, 403)
  t.equal((await ours.staff.post(`${path}/marks`, mark)).status, 303)
  t.match((await ours.staff.get(list.path)).body, /<b>Explained<\/b>: US bank holidays[\s\S]*Lena Fischer/)
  t.equal((await ours.staff.get(`${list.path}/checks/nothing`)).status, 404)
  t.equal((await ours.senior.post(`${list.path}/acceptance`)).status, 303)
  const { detail } = await owner.selectFrom('trail_entry').innerJoin('trail_detail', (join) => join.onRef('trail_detail.log', '=', 'trail_entry.log').onRef('trail_detail.sequence', '=', 'trail_entry.sequence'))
    .select('trail_detail.detail').where('trail_entry.kind', '=', 'population.accepted').orderBy('trail_entry.sequence', 'desc').limit(1).executeTakeFirstOrThrow()
  t.match(detail, /251 of 261 weekdays have a row/, 'the findings are accepted with the list')
})
