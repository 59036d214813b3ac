import { sql } from 'kysely'
import t from 'tap'
import { handlersOf } from '../../server/app.ts'
import { inScope } from '../../server/database/connect.ts'
import { play } from '../../server/demo/acts.ts'
import { clock } from '../../server/demo/calendar.ts'
import { gatherFirm } from '../../server/demo/company.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { openPaySmart, paySmartStory } from '../../server/demo/paysmart.ts'
import { as } from '../../server/demo/stage.ts'
import { startDemo } from '../../server/demo/start.ts'
import { readPeople, readProgress } from '../../server/demo/store.ts'
import { startQueue } from '../../server/jobs/queue.ts'
import { assemble } from '../../server/matrix/assemble.ts'
import { inputOf } from '../../server/matrix/input.ts'
import { resultsOfTests } from '../../server/matrix/sentences.ts'
import { readSnapshot } from '../../server/matrix/store.ts'
import { verifyAll } from '../../server/trail/verify.ts'
import { openApp } from '../support/app.ts'
import { ownerOf } from '../support/owner.ts'

const testApp = await openApp(t)
const { site, dataDir, queueUrl } = testApp
const owner = ownerOf(t, testApp)
const loading = { asked: 0 }
const queue = await startQueue({ queueUrl, log: () => {}, handlers: { ...handlersOf(site), load_demo: async () => { loading.asked += 1 } } })
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
  for (const last of [40, 99, 112, 128, 150]) await t.rejects(tellUntil(last), /broken off/)
  await loadDemo(site)
  t.match(await readProgress(dataDir), { done: true })
  t.strictSame(await kinds(), {
    'Larkfield control.added': 4, 'Larkfield control.wording_confirmed': 3, 'Larkfield engagement.created': 1, 'Larkfield evidence.uploaded': 4,
    'Larkfield link.ended': 1, 'Larkfield link.opened': 4, 'Larkfield link.sent': 6, 'Larkfield member.added': 7, 'Larkfield request.accepted': 1,
    'Larkfield request.drafted': 6, 'Larkfield request.issued': 5, 'Larkfield request.returned': 1, 'Larkfield request.review_started': 2,
    'Larkfield request.started': 4, 'Larkfield request.submitted': 3,
    'control.added': 39, 'control.wording_confirmed': 39, 'engagement.created': 1, 'evidence.uploaded': 63, 'exception.described': 3, 'exception.moved': 9,
    'exception.opened': 3, 'exception.responded': 1, 'firm account.invited': 9, 'firm client.added': 2, 'link.ended': 5, 'link.opened': 7, 'link.sent': 7,
    'member.added': 34, 'phase.changed': 1, 'population.accepted': 3, 'population.checked': 5, 'population.locked': 2, 'population.mapped': 5,
    'population.returned': 2, 'request.accepted': 5, 'request.drafted': 15, 'request.issued': 5, 'request.returned': 2, 'request.review_started': 7,
    'request.started': 5, 'request.submitted': 7, 'result.set': 181, 'sample.drawn': 2, 'test.concluded': 3, 'test.no_occurrence': 1, 'test.planned': 3, 'test.signed': 6,
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
  const { rows } = await sql`select request.number, submission.number as version, population.status, population.row_count as rows, population.in_scope_count as in_scope
    from population join request on request.id = population.request_id join submission on submission.id = population.submission_id order by 1, 2`.execute(owner)
  t.strictSame(rows, [
    { number: 2, version: 1, status: 'returned', rows: 32, in_scope: 30 }, { number: 2, version: 2, status: 'locked', rows: 31, in_scope: 31 },
    { number: 3, version: 1, status: 'returned', rows: 1000, in_scope: 999 }, { number: 3, version: 2, status: 'locked', rows: 1285, in_scope: 1284 },
    { number: 9, version: 1, status: 'accepted', rows: 0, in_scope: 0 },
  ])
})

t.test('the results come to two of ten leavers, one of forty changes and no disposal, whatever was drawn', async (t) => {
  const scope = await as(await paySmart(), 'natarajan', new Date())
  const reading = assemble(inputOf(await inScope(site.db, scope, async (trx) => readSnapshot(trx, scope)), scope.engagement))
  const lines = new Map(reading.controls.flatMap(({ testLines }) => testLines.map((line) => [line.reference, line])))
  const told = (reference: string) => resultsOfTests(lines.get(reference)!, reading.engagement).map(({ text }) => text)
  t.strictSame(told('AC-02.T1'), ['Exception noted. For 2 of 10 leavers selected, access was removed 3 and 6 business days after the last working day.'])
  t.strictSame(told('CH-01.T1'), ['Exception noted. For 1 of 40 production changes selected, approval by someone other than the author was not evidenced.'])
  t.match(told('AC-07.T1'), [/^Not tested\. No disposal of devices or media took place from October 1, 2025 to September 30, 2026, as corroborated by /])
  t.strictSame([...lines.values()].map(({ counts }) => counts.pendingCells), [0, 0, 0])
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

t.test('Larkfield’s requests stand in six states, and only its team and people belong to it', async (t) => {
  const { rows } = await sql<{ status: string }>`select status from request join engagement on engagement.id = request.engagement_id where system_name like 'Larkfield%' order by number`.execute(owner)
  t.strictSame(rows.map(({ status }) => status), ['accepted', 'returned', 'submitted', 'in_progress', 'open', 'draft'])
  const shared = await sql<{ name: string }>`select person.name from membership join person on person.id = person_id group by person.id having count(*) > 1 order by name`.execute(owner)
  t.strictSame(shared.rows.map(({ name }) => name), ['Lena Fischer', 'Miriam Okafor', 'Priya Natarajan'])
})

t.test('the people to sign in as are those who have something to see', async (t) => {
  const people = await readPeople(dataDir)
  t.equal(people.length, 16)
  t.ok(people.every(({ note, role, title }) => note && role && title))
})
