import { sql } from 'kysely'
import t from 'tap'
import { handlersOf } from '../../server/app.ts'
import { inScope } from '../../server/database/connect.ts'
import { paySmartAsks } from '../../server/demo/asks.ts'
import { drawings } from '../../server/demo/draws.ts'
import { larkfieldAsks } from '../../server/demo/larkfield-asks.ts'
import type { RequestStatus } from '../../server/database/schema/requests.ts'
import { daysLate } from '../../server/requests/rules.ts'
import { play, type Act } from '../../server/demo/acts.ts'
import { bankHolidays, clock } from '../../server/demo/calendar.ts'
import { gatherFirm } from '../../server/demo/company.ts'
import { lastYearStory, openLastYear } from '../../server/demo/last-year.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { openPaySmart, paySmartStory } from '../../server/demo/paysmart.ts'
import { as } from '../../server/demo/stage.ts'
import { startDemo } from '../../server/demo/start.ts'
import { readPeople, readProgress } from '../../server/demo/store.ts'
import type { Finding } from '../../server/populations/findings.ts'
import { enterRecord } from '../../server/engagements/records-actions.ts'
import { startQueue } from '../../server/jobs/queue.ts'
import { exportMatrix, outlineMatrix } from '../../server/matrix/actions.ts'
import { gateOf } from '../../server/matrix/gate.ts'
import { stepNote } from '../../server/testing/notes-actions.ts'
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

const lastYear = async () => openLastYear(site, await gatherFirm(site, clock('2025-09-02 10:00')))

/** Tells a story up to an act and breaks off, as a killed process would. */
async function tellUntil(last: number, story: readonly Act[]): Promise<void> {
  await play(story, async (done) => {
    if (done === last) throw new Error('broken off')
  })
}

async function readPaySmart() {
  const scope = await as(await paySmart(), 'natarajan', new Date())
  return { scope, reading: await inScope(site.db, scope, async (trx) => outlineMatrix(trx, scope)) }
}

async function kinds(): Promise<Record<string, number>> {
  const { rows } = await sql<{ name: string, n: number }>`select case when client.name like 'Pay%' then case when period_end = '2025-09-30' then 'before ' else '' end when client.name is null then 'firm ' else split_part(client.name, ' ', 1) || ' ' end || entry.kind as name, count(*)::integer as n
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
  for (const last of [30, 201]) await t.rejects(tellUntil(last, lastYearStory(await lastYear())), /broken off/)
  for (const last of [150, 401, 760]) await t.rejects(tellUntil(last, await paySmartStory(await paySmart())), /broken off/)
  await loadDemo(site)
  t.comment(`Loaded in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  t.match(await readProgress(dataDir), { done: true })
  const told = await kinds()
  t.match(told, {
    'control.added': 39, 'control.wording_confirmed': 39, 'calendar.made': 9, 'calendar.matched': 2, 'population.mapped': 20, 'population.accepted': 24, 'population.returned': 5, 'population.locked': 19,
    'request.drafted': 61, 'request.issued': 61, 'request.accepted': 61, 'request.returned': 6, 'request.submitted': 62, 'evidence.observed': 5, 'request.review_started': 67,
    'sample.drawn': 23, 'sample.extended': 1, 'test.planned': 46, 'test.items_changed': 26, 'result.set': 902, 'test.concluded': 46, 'test.signed': 94, 'design.evaluated': 40, 'design.reviewed': 40,
    'exception.opened': 4, 'exception.extension_decided': 1, 'exception.released': 4, 'exception.responded': 4, 'note.opened': 2, 'note.answered': 2, 'note.cleared': 1, 'opinion.effect_recorded': 6, 'opinion.recorded': 1, 'phase.changed': 3, 'record.entered': 9,
    'fact.written': 17, 'subservice.added': 2, 'csoc.written': 5, 'cuec.written': 4, 'none.declared': 2, 'milestone.moved': 6,
    'before control.added': 17, 'before request.accepted': 9, 'before test.concluded': 17, 'before test.signed': 34, 'before phase.changed': 6, 'before csoc.written': 1,
    'Brightwell control.added': 12, 'Brightwell fact.written': 3, 'Brightwell phase.changed': 1,
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
    where engagement.system_name like 'PaySmart%' and period_end = '2026-09-30' order by population.number`.execute(owner)
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
    join submission on submission.id = population.submission_id join evidence_file on evidence_file.id = population.file_id join engagement on engagement.id = population.engagement_id where engagement.system_name like 'PaySmart%' and period_end = '2026-09-30' order by 1`.execute(owner)
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
    t.match((await sql`select no_occurrence from test_line join control on control.id = control_id join engagement on engagement.id = control.engagement_id where number = 'AC-07' and period_end = '2026-09-30'`.execute(owner)).rows, [{ no_occurrence: true }])
  })
  await t.test('weekdays without a reconciliation are the ten bank holidays', async (t) => {
    t.match(found('10 v1 reconciliations.csv')['empty_days'], { mark: 'finding', count: 10, notes: bankHolidays })
  })
  t.strictSame(rows.filter(({ findings }) => findings.some(({ mark }) => mark === 'blocks')).map(({ place, status }) => [place, status]), [['6 v1 backup-runs.csv', 'returned'], ['8 v1 access-requests.csv', 'returned']])
})

t.test('all 60 requests of PaySmart are accepted under the numbers they were drafted with, and the one for further leavers', async (t) => {
  const { rows } = await sql<{ number: number, title: string, kind: string, status: string, due: string, items: number }>`select request.number, title, kind, request.status, original_due_on::text as due, (select count(*)::integer from sample_item where draw_id = request.draw_id) as items
    from request join engagement on engagement.id = request.engagement_id where system_name like 'PaySmart%' and period_end = '2026-09-30' order by request.number`.execute(owner)
  t.strictSame(rows.slice(0, 60).map(({ number, title, kind, status, due }) => [number, title, kind, status, due]), paySmartAsks.map(({ number, title, kind, dueOn }) => [number, title, kind, 'accepted', dueOn]))
  t.match(rows.slice(60), [{ number: 61, title: /\(further items\)$/, status: 'accepted' }])
  t.strictSame(rows.filter(({ items }) => items > 0).map(({ number, items }) => [number, items]), [...drawings.map(({ request, n }) => [request, request === 20 ? 20 : n]), [61, 20]])
})

t.test('the four exceptions, and what did not occur, read as the story tells them', async (t) => {
  const { reading } = await readPaySmart()
  const lines = new Map(reading.controls.flatMap(({ testLines }) => testLines.map((line) => [line.reference, line])))
  const told = (reference: string) => lines.get(reference)!.results.map(({ text }) => text).join(' ')
  t.equal(told('AC-02.T1'), 'Exception noted. Access of 2 of the first 10 leavers selected was removed 3 and 6 business days after the last working day. A further 10 were selected; none was late.')
  t.equal(told('AC-04.T1'), 'Exception noted. For 3 of 12 quarterly system reviews selected, the review was finished 12 to 19 days after the limit stated in the control.')
  t.equal(told('CH-01.T1'), 'Exception noted. For 1 of 40 production changes selected, approval by someone other than the author was not evidenced.')
  t.equal(told('GV-05.T1'), 'Exception noted. For 1 of 10 new hires selected, training was finished 11 days after the 30-day limit.')
  t.equal(told('AC-07.T1'), 'Not tested. No disposal of devices or media took place from October 1, 2025 to September 30, 2026, as corroborated by inspection of the asset system query; the control therefore had no occasion to operate.')
  t.strictSame([...lines.values()].filter(({ counts }) => counts.deviatingItems > 0).map(({ reference, counts }) => [reference, counts.deviatingItems, counts.items, counts.parts?.first.items ?? null]), [['AC-02.T1', 2, 20, 10], ['AC-04.T1', 3, 12, null], ['CH-01.T1', 1, 40, null], ['GV-05.T1', 1, 10, null]])
  t.strictSame([reading.controls.length, lines.size, reading.controls.filter(({ testLines }) => testLines.length === 0)], [39, 46, []])
  t.strictSame([...lines.values()].flatMap(({ disagreements, counts }) => [...disagreements, ...counts.pendingCells > 0 ? ['pending'] : []]), [])
  const exceptions = await owner.selectFrom('exception').innerJoin('engagement', 'engagement.id', 'exception.engagement_id').leftJoin('test_line', 'test_line.id', 'exception.test_line_id').leftJoin('control', 'control.id', 'test_line.control_id')
    .select(['exception.number', 'control.number as control', 'exception.status', 'client_position as position']).where('system_name', 'like', 'PaySmart%').where('period_end', '=', '2026-09-30').orderBy('exception.number').execute()
  t.strictSame(exceptions, ['AC-02', 'AC-04', 'CH-01', 'GV-05'].map((control, index) => ({ number: index + 1, control, status: 'final', position: 'agreed' })))
})

t.test('what deviates cites the line of the record that shows it, and each test is signed by two people, the preparer first', async (t) => {
  const cited = await sql<{ name: string, place: string, sha256: string }>`select citation.place, evidence_file.name, evidence_file.sha256 from cell
    join citation on citation.engagement_id = cell.engagement_id and citation.test_line_id = cell.test_line_id and citation.item_id = cell.item_id and citation.letter = cell.letter
    join engagement on engagement.id = cell.engagement_id and system_name like 'PaySmart%' and period_end = '2026-09-30'
    join evidence_file on evidence_file.id = citation.file_id where cell.result = 'deviation' and citation.place like 'line %' order by citation.place, evidence_file.name`.execute(owner)
  const lines = await Promise.all(cited.rows.map(async ({ place, sha256 }) => (await site.vault.read(sha256).toArray()).join('').split('\n')[Number(place.replace('line ', '')) - 1] ?? ''))
  const shown = Object.entries(Object.groupBy(lines, (line) => /user\.deactivate|review requested, no answer|Signed off|Finished/.exec(line)?.[0] ?? line)).map(([words, all]) => [words, all!.length])
  t.strictSame(Object.fromEntries(shown), { 'user.deactivate': 2, 'review requested, no answer': 1, 'Signed off': 3, Finished: 1 })
  const { reading } = await readPaySmart()
  t.strictSame(reading.controls.flatMap(({ testLines }) => testLines).filter(({ prepared, reviewed }) => !prepared || !reviewed || prepared.name === reviewed.name || prepared.at >= reviewed.at).map(({ reference }) => reference), [])
  t.strictSame(reading.controls.filter(({ design }) => !design?.reviewed || design.prepared?.name === design.reviewed.name).map(({ number }) => number), [])
})

t.test('Larkfield’s requests stand in ten states with 3 overdue, and only its team and people belong to it', async (t) => {
  const { rows } = await sql<{ number: number, status: string, due: string }>`select number, request.status, due_on::text as due from request join engagement on engagement.id = request.engagement_id where system_name like 'Larkfield%' order by number`.execute(owner)
  t.strictSame(rows.map(({ number, status }) => [number, status]), larkfieldAsks.map(({ number, standing }) => [number, standing]))
  const late = rows.filter(({ status, due }) => daysLate(status as RequestStatus, due, 'America/Chicago', new Date()) > 0)
  t.strictSame(late.map(({ number }) => number), [31, 34, 37])
  const shared = await sql<{ name: string }>`select person.name from membership join person on person.id = person_id join engagement on engagement.id = engagement_id group by person.id having count(distinct client_id) > 1 order by name`.execute(owner)
  t.strictSame(shared.rows.map(({ name }) => name), ['Lena Fischer', 'Marcus Webb', 'Miriam Okafor', 'Priya Natarajan'])
})

t.test('last year is locked and Brightwell is being planned; the locked file refuses whoever writes', async (t) => {
  const { rows } = await sql<{ name: string, phase: string }>`select split_part(client.name, ' ', 1) || coalesce(' ' || case when client.name like 'Pay%' then period_end end, '') as name, phase, report_date::text as report, release_date::text as release, retention_until::text as kept
    from engagement join organization client on client.id = client_id order by 1`.execute(owner)
  t.strictSame(rows.filter(({ name }) => name !== 'PaySmart 2026-09-30'), [
    { name: 'Brightwell', phase: 'planning', report: null, release: null, kept: null }, { name: 'Larkfield', phase: 'fieldwork', report: null, release: null, kept: null },
    { name: 'PaySmart 2025-09-30', phase: 'archived', report: '2025-12-12', release: '2025-12-15', kept: '2032-12-15' },
  ])
  const scope = await as(await lastYear(), 'natarajan', new Date())
  await t.rejects(enterRecord(site, scope, 'terms', { datedOn: '2026-02-03', note: '' }), /not entered while an engagement is in archived/)
  await t.rejects(inScope(site.db, scope, async (trx) => trx.updateTable('control').set({ risk: 'low' }).where('engagement_id', '=', scope.engagement.id).execute()), /the file is locked/)
  t.strictSame((await sql`select id from evidence_file where engagement_id = ${scope.engagement.id} and sha256 not in (select sha256 from evidence_reading where engagement_id = ${scope.engagement.id})`.execute(owner)).rows, [])
})

t.test('the people to sign in as are those who have something to see', async (t) => {
  const people = await readPeople(dataDir)
  t.equal(people.length, 18)
  t.ok(people.every(({ note, role, title }) => note && role && title))
})

t.test('the note on PI-03 alone holds the gate; once the manager clears it, the final matrix is exported', async (t) => {
  const { reading, scope } = await readPaySmart()
  t.equal(scope.engagement.phase, 'wrap_up')
  t.strictSame(gateOf(reading).conditions.flatMap(({ blockers }) => blockers.map(({ kind, id }) => [kind, id])), [['note', 'PI-03.T1']])
  await t.rejects(exportMatrix(site, scope, 'final'), /Review notes closed: PI-03\.T1 note 2/)
  await stepNote(site, scope, { control: 'PI-03', sequence: 1 }, 2, 'clear', null)
  t.ok(gateOf((await readPaySmart()).reading).open)
  t.equal(await exportMatrix(site, scope, 'final'), 1)
})
