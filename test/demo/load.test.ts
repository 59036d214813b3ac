import { sql } from 'kysely'
import t from 'tap'
import { handlersOf } from '../../server/app.ts'
import { inScope } from '../../server/database/connect.ts'
import { paySmartAsks } from '../../server/demo/asks.ts'
import { drawings } from '../../server/demo/draws.ts'
import { larkfieldAsks } from '../../server/demo/larkfield-asks.ts'
import type { RequestStatus } from '../../server/database/schema/requests.ts'
import { daysLate } from '../../server/requests/rules.ts'
import { play } from '../../server/demo/acts.ts'
import { bankHolidays, clock } from '../../server/demo/calendar.ts'
import { gatherFirm } from '../../server/demo/company.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { openPaySmart, paySmartStory } from '../../server/demo/paysmart.ts'
import { as } from '../../server/demo/stage.ts'
import { startDemo } from '../../server/demo/start.ts'
import { readPeople, readProgress } from '../../server/demo/store.ts'
import type { Finding } from '../../server/populations/findings.ts'
import { startQueue } from '../../server/jobs/queue.ts'
import { assemble } from '../../server/matrix/assemble.ts'
import { inputOf } from '../../server/matrix/input.ts'
import { resultsOfTests } from '../../server/matrix/sentences.ts'
import { readOutline } from '../../server/matrix/store.ts'
import { verifyAll } from '../../server/trail/verify.ts'
import { openApp } from '../support/app.ts'
import { ownerOf } from '../support/owner.ts'

const testApp = await openApp(t)
const { site, dataDir, queueUrl } = testApp
const owner = ownerOf(t, testApp)
const loading = { asked: 0 }
// The pages and lines of the demo's files are read after its story and change nothing in it.
const later = { read_evidence: async () => {} }
const queue = await startQueue({ queueUrl, log: () => {}, handlers: { ...handlersOf(site), ...later, load_demo: async () => { loading.asked += 1 } } })
t.teardown(() => queue.stop())

const paySmart = async () => openPaySmart(site, await gatherFirm(site, clock('2026-09-02 10:00')))

/** Tells PaySmart's story up to an act and breaks off, as a killed process would. */
async function tellUntil(last: number): Promise<void> {
  const stage = await paySmart()
  await play(await paySmartStory(stage), async (done) => {
    if (done === last) throw new Error('broken off')
  })
}

async function kinds(): Promise<Record<string, number>> {
  const { rows } = await sql<{ name: string, n: number }>`select case when client.name like 'Pay%' then '' when client.name is null then 'firm ' else 'Larkfield ' end || entry.kind as name, count(*)::integer as n
    from trail_entry entry left join engagement on engagement.id = entry.engagement_id left join organization client on client.id = engagement.client_id group by 1 order by 1`.execute(owner)
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]))
}

t.test('the first start founds the firm and asks for the loading', async (t) => {
  await startDemo(site, testApp)
  t.match(await readProgress(dataDir), { done: false })
  const { n } = await owner.selectFrom('person').select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
  t.equal(n, 1, 'the partner, who invites the others')
})

t.test('a loading that is broken off again and again goes on where it stopped, and nothing stands there twice', async (t) => {
  const began = performance.now()
  for (const last of [40, 150, 181, 240, 290, 401]) await t.rejects(tellUntil(last), /broken off/)
  await loadDemo(site)
  t.comment(`Loaded in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  t.match(await readProgress(dataDir), { done: true })
  const told = await kinds()
  t.match(told, {
    'control.added': 39, 'control.wording_confirmed': 39, 'calendar.made': 9, 'calendar.matched': 2, 'population.mapped': 20, 'population.accepted': 24, 'population.returned': 5, 'population.locked': 19,
    'request.drafted': 60, 'request.issued': 60, 'request.accepted': 60, 'request.returned': 6, 'request.submitted': 61, 'evidence.observed': 5, 'request.review_started': 66,
    'sample.drawn': 23, 'test.planned': 25, 'result.set': 181, 'exception.opened': 3, 'test.signed': 6, 'phase.changed': 2, 'record.entered': 9,
    'Larkfield request.drafted': 40, 'Larkfield request.issued': 39, 'Larkfield request.accepted': 13, 'Larkfield request.returned': 3, 'Larkfield request.handed_to_lead': 1,
    'Larkfield control.added': 12, 'Larkfield sample.drawn': 1, 'Larkfield gate.switched': 1, 'Larkfield thread.commented': 4, 'Larkfield thread.noted': 1,
  })
})

t.test('loading once more changes nothing, and a later start asks for no loading', async (t) => {
  const before = await kinds()
  const { asked } = loading
  await loadDemo(site)
  await startDemo(site, testApp)
  t.strictSame(await kinds(), before)
  t.strictSame([asked, loading.asked], [1, 1])
})

t.test('the trail holds and runs forward in time', async (t) => {
  t.ok((await verifyAll(owner)).every(({ problem }) => problem === null))
  const { rows } = await sql`select * from (select engagement_id, sequence, at, lag(at) over (partition by log order by sequence) as before from trail_entry where engagement_id is not null) entry where at < before`.execute(owner)
  t.strictSame(rows, [])
})

t.test('the lists have their rows, the returned ones too', async (t) => {
  const { rows } = await sql<{ number: number, version: number, status: string, rows: number, in_scope: number }>`select request.number, submission.number as version, population.status, population.row_count as rows, population.in_scope_count as in_scope
    from population join request on request.id = population.request_id join submission on submission.id = population.submission_id join engagement on engagement.id = population.engagement_id
    where engagement.system_name like 'PaySmart%' order by population.number`.execute(owner)
  t.strictSame(rows.map((row) => [row.number, row.version, row.status, row.rows, row.in_scope]).toSorted(([a = 0, b = 0], [c = 0, d = 0]) => Number(a) - Number(c) || Number(b) - Number(d)), [
    [1, 1, 'locked', 46, 46], [1, 1, 'locked', 212, 212],
    [2, 1, 'returned', 32, 30], [2, 1, 'returned', 31, 31], [2, 2, 'locked', 31, 31], [2, 2, 'accepted', 31, 31],
    [3, 1, 'returned', 1000, 999], [3, 2, 'locked', 1285, 1284],
    [4, 1, 'locked', 24, 24], [5, 1, 'locked', 7, 7], [6, 1, 'returned', 1095, 0], [6, 2, 'accepted', 1095, 1095],
    [7, 1, 'locked', 38, 38], [8, 1, 'returned', 213, 213], [8, 2, 'locked', 212, 212], [9, 1, 'accepted', 0, 0],
    [10, 1, 'locked', 251, 251], [11, 1, 'accepted', 365, 365], [12, 1, 'accepted', 52, 52], [13, 1, 'locked', 163, 163],
  ])
})

t.test('every problem planted in a list is found in it, and only there', async (t) => {
  const { rows } = await sql<{ place: string, status: string, findings: Finding[], conclusion: string | null }>`select request.number || ' v' || submission.number || ' ' || evidence_file.name as place, population.status, population.findings,
    (select conclusion from population_procedure where population_id = population.id and kind = 'second_source') as conclusion from population join request on request.id = population.request_id
    join submission on submission.id = population.submission_id join evidence_file on evidence_file.id = population.file_id join engagement on engagement.id = population.engagement_id where engagement.system_name like 'PaySmart%' order by 1`.execute(owner)
  const lists = new Map(rows.map((row) => [row.place, { ...row, found: Object.fromEntries(row.findings.map((finding) => [finding.check, finding])) }]))
  const found = (place: string) => lists.get(place)!.found
  await t.test('two leavers lie after the period, and payroll has one who is missing; then the lists agree', async (t) => {
    t.match(found('2 v1 leavers.csv')['outside_period'], { mark: 'finding', count: 2 })
    t.strictSame([lists.get('2 v1 leavers.csv')!.conclusion, lists.get('2 v2 leavers-v2.csv')!.conclusion], ['differs', 'agrees'])
    t.match(found('2 v2 leavers-v2.csv')['outside_period'], { mark: 'agrees' })
  })
  await t.test('1,000 changes are a suspicious total; of 1,285 one lies outside and one inside by the zone alone', async (t) => {
    t.match(found('3 v1 changes.csv')['suspicious_total'], { mark: 'finding', sentence: /Exactly 1,000 rows/ })
    t.match(found('3 v2 changes-v2.csv'), { suspicious_total: { mark: 'agrees' }, outside_period: { count: 1, notes: [/2025-10-01T03:55:00Z .*outside/] }, zone_boundary: { count: 2, notes: [/outside/, /2026-10-01T02:10:00Z .*inside/] } })
  })
  await t.test('dates that mix day first and month first are not read; ISO dates are', async (t) => {
    t.match(found('6 v1 backup-runs.csv')['date'], { mark: 'blocks' })
    t.match(found('6 v2 backup-runs-v2.csv')['date'], { mark: 'agrees' })
  })
  await t.test('a ticket that is there twice blocks, and a formula stays text', async (t) => {
    t.match(found('8 v1 access-requests.csv')['duplicate_key'], { mark: 'blocks', notes: [/OPS-4471/] })
    t.match(found('8 v2 access-requests-v2.csv')['duplicate_key'], { mark: 'agrees' })
    const { rows: cells } = await sql<{ text: string }>`select cells[3] as text from population_row where cells[3] like '=%'`.execute(owner)
    t.strictSame(cells, [{ text: '=HYPERLINK("https://opsdesk.paysmart.example/u/2117","u2117")' }])
  })
  await t.test('a list of no row is the way to a test without an occurrence', async (t) => {
    t.match(found('9 v1 disposals.csv')['count'], { mark: 'agrees', sentence: /No rows, as declared/ })
    t.match((await sql`select no_occurrence from test_line join control on control.id = control_id where number = 'AC-07'`.execute(owner)).rows, [{ no_occurrence: true }])
  })
  await t.test('weekdays without a reconciliation are the ten bank holidays', async (t) => {
    t.match(found('10 v1 reconciliations.csv')['empty_days'], { mark: 'finding', count: 10, notes: bankHolidays })
  })
  t.strictSame(rows.filter(({ findings }) => findings.some(({ mark }) => mark === 'blocks')).map(({ place, status }) => [place, status]), [['6 v1 backup-runs.csv', 'returned'], ['8 v1 access-requests.csv', 'returned']])
})

t.test('all 60 requests of PaySmart are accepted under the numbers they were drafted with', async (t) => {
  const { rows } = await sql<{ number: number, title: string, kind: string, status: string, due: string, items: number }>`select request.number, title, kind, request.status, original_due_on::text as due, (select count(*)::integer from sample_item where draw_id = request.draw_id) as items
    from request join engagement on engagement.id = request.engagement_id where system_name like 'PaySmart%' order by request.number`.execute(owner)
  t.strictSame(rows.map(({ number, title, kind, status, due }) => [number, title, kind, status, due]), paySmartAsks.map(({ number, title, kind, dueOn }) => [number, title, kind, 'accepted', dueOn]))
  t.strictSame(rows.filter(({ items }) => items > 0).map(({ number, items }) => [number, items]), drawings.map(({ request, n }) => [request, n]))
})

t.test('the results come to two of ten leavers, one of forty changes and no disposal, whatever was drawn', async (t) => {
  const scope = await as(await paySmart(), 'natarajan', new Date())
  const reading = assemble(inputOf(await inScope(site.db, scope, async (trx) => readOutline(trx, scope)), scope.engagement))
  const lines = new Map(reading.controls.flatMap(({ testLines }) => testLines.map((line) => [line.reference, line])))
  const told = (reference: string) => resultsOfTests(lines.get(reference)!, reading.engagement).map(({ text }) => text)
  t.strictSame(told('AC-02.T1'), ['Exception noted. For 2 of 10 leavers selected, access was removed 3 and 6 business days after the last working day.'])
  t.strictSame(told('CH-01.T1'), ['Exception noted. For 1 of 40 production changes selected, approval by someone other than the author was not evidenced.'])
  t.match(told('AC-07.T1'), [/^Not tested\. No disposal of devices or media took place from October 1, 2025 to September 30, 2026, as corroborated by /])
  t.strictSame(['AC-02.T1', 'CH-01.T1', 'AC-07.T1'].map((reference) => lines.get(reference)!.counts.pendingCells), [0, 0, 0])
  t.equal(reading.controls.length, 39)
})

t.test('what deviates cites the line of the record that shows it, and each test is signed by two people', async (t) => {
  const cited = await sql<{ place: string, sha256: string }>`select citation.place, evidence_file.sha256 from cell
    join citation on citation.test_line_id = cell.test_line_id and citation.item_id = cell.item_id and citation.letter = cell.letter
    join evidence_file on evidence_file.id = citation.file_id where cell.result = 'deviation'`.execute(owner)
  const lines = await Promise.all(cited.rows.map(async ({ place, sha256 }) => (await site.vault.read(sha256).toArray()).join('').split('\n')[Number(place.replace('line ', '')) - 1]))
  t.strictSame(lines.map((line) => /user\.deactivate|review requested, no answer/.exec(line ?? '')?.[0] ?? '').toSorted((a, b) => a.localeCompare(b)), ['review requested, no answer', 'user.deactivate', 'user.deactivate'])
  const signed = await sql`select count(distinct person_id)::integer as people from sign_off where voided_at is null group by test_line_id`.execute(owner)
  t.strictSame(signed.rows, [{ people: 2 }, { people: 2 }, { people: 2 }])
})

t.test('one exception is final with a response, one was cleared, one waits for the client', async (t) => {
  const { rows } = await sql`select number, status, client_position, (select count(*)::integer from exception_response where exception_id = exception.id) as responses from exception order by number`.execute(owner)
  t.strictSame(rows, [
    { number: 1, status: 'final', client_position: 'agreed', responses: 1 }, { number: 2, status: 'cleared', client_position: null, responses: 0 },
    { number: 3, status: 'evaluated', client_position: 'agreed', responses: 0 },
  ])
})

t.test('Larkfield’s requests stand in ten states with 3 overdue, and only its team and people belong to it', async (t) => {
  const { rows } = await sql<{ number: number, status: string, due: string }>`select number, request.status, due_on::text as due from request join engagement on engagement.id = request.engagement_id where system_name like 'Larkfield%' order by number`.execute(owner)
  t.strictSame(rows.map(({ number, status }) => [number, status]), larkfieldAsks.map(({ number, standing }) => [number, standing]))
  const late = rows.filter(({ status, due }) => daysLate(status as RequestStatus, due, 'America/Chicago', new Date()) > 0)
  t.strictSame(late.map(({ number }) => number), [31, 34, 37])
  const shared = await sql<{ name: string }>`select person.name from membership join person on person.id = person_id group by person.id having count(*) > 1 order by name`.execute(owner)
  t.strictSame(shared.rows.map(({ name }) => name), ['Lena Fischer', 'Marcus Webb', 'Miriam Okafor', 'Priya Natarajan'])
})

t.test('the people to sign in as are those who have something to see', async (t) => {
  const people = await readPeople(dataDir)
  t.equal(people.length, 17)
  t.ok(people.every(({ note, role, title }) => note && role && title))
})
