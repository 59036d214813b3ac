import t from 'tap'
import { sql } from 'kysely'
import { inScope } from '../../server/database/connect.ts'
import { openApp } from '../support/app.ts'
import { gather, type Member } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { unzip } from '../support/zip.ts'
import { criteriaInScope } from '../../server/controls/criteria.ts'
import { plant } from './planted.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const here = `${ours.base}/matrix`

t.test('before there is a control the page says how it starts, and the gate is closed', async (t) => {
  const { status, body } = await ours.manager.get(here)
  t.equal(status, 200)
  t.match(body, 'Nothing to show yet')
  t.match(body, `${ours.base}/controls/new`)
  const refused = await ours.manager.post(`${here}/exports`, { form: 'final' })
  t.equal(refused.status, 409)
})

t.test('a control without a test reads as not tested yet and holds the gate', async (t) => {
  await plant(testApp, ours, [
    { number: 'AC-01', criteria: ['CC6.2', 'CC6.3'], wording: 'Access is granted after approval.' },
    { number: 'AC-02', criteria: ['CC6.2', 'CC6.5'], confirmed: false, lines: [{ result: (item, letter) => item < 2 && letter === 'A' ? 'deviation' : 'pass', conclusion: 'effective_with_exceptions', signed: true, exception: { problem: 'removal was {late}', status: 'confirmed' } }] },
    { number: 'AC-07', criteria: ['CC6.5'], lines: [{ noun: 'disposals', noOccurrence: { event: 'disposal of devices', corroboration: 'inspection of the asset query' }, conclusion: 'not_tested_no_occurrence', signed: true }] },
  ])
  const { body } = await ours.manager.get(here)
  t.match(body, /Not tested yet/)
  t.match(body, /Tests concluded<\/a>.*?AC-01<\/a> not tested yet.*?2 of 3/s)
  t.match(body, /Control wording current and confirmed<\/a>.*?AC-02<\/a> version 1 is not confirmed by the lead.*?2 of 3/s)
  t.match(body, /Exceptions final or cleared<\/a>.*?E-01<\/a> confirmed.*?0 of 1/s)
  t.match(body, /Draft: gate has \d open items/)
  t.match(body, 'No control is mapped to this criterion.')
  t.match(body, 'Not tested. No disposal of devices took place from October 1, 2025 to September 30, 2026, as corroborated by inspection of the asset query; the control therefore had no occasion to operate.')
  t.match(body, />2 of 10<\/b>/)
  t.match(body, /removal was 3 business days after the limit stated in the control/)
})

t.test('a control is printed in full once and referred to afterwards, and a series can hide it', async (t) => {
  const { body } = await ours.staff.get(here)
  t.equal(body.split('Access is granted after approval.').length, 2)
  t.match(body, /Tested above, see <a class="ref" href="#CC6.2">/)
  const { body: hidden } = await ours.staff.get(`${here}?series=CC9`)
  t.notMatch(hidden, 'Access is granted after approval.')
  const { body: byControl } = await ours.staff.get(`${here}?by=control`)
  t.equal(byControl.split('Access is granted after approval.').length, 2)
  t.match(byControl, 'CC6.2, CC6.3')
})

t.test('filters stand in the address; words that are no filter are left out', async (t) => {
  const numbers = async (query: string) => {
    const { status, body } = await ours.senior.get(`${here}?${query}`)
    t.equal(status, 200, query)
    return [...new Set([...body.split('<tbody>').slice(1).join().matchAll(/<th class="margin first" scope="row"[^>]*><a class="ref" href="[^"]*">([^<]+)/g)].map(([, number]) => number))]
  }
  t.same(await numbers('show=exceptions'), ['AC-02'])
  t.same(await numbers('show=unsigned'), ['AC-01'])
  t.same(await numbers('show=untested'), ['AC-01', 'AC-07'])
  t.same(await numbers('conclusion=not_tested_no_occurrence'), ['AC-07'])
  t.same(await numbers('series=CC8'), [])
  t.same(await numbers('series=CC8&series=CC6'), ['AC-01', 'AC-02', 'AC-07'])
  t.same(await numbers('show=nonsense&conclusion=&by=%00&series=ZZ9'), ['AC-01', 'AC-02', 'AC-07'])
  t.match((await ours.senior.get(`${here}?conclusion=not_effective`)).body, 'No control matches')
})

t.test('a draft is exported by anyone of the firm, the final matrix by manager and partner once the gate is open', async (t) => {
  const draft = await ours.staff.post(`${here}/exports`, { form: 'draft' })
  t.match([draft.status, draft.location], [303, `${here}/exports/1`])
  t.equal((await ours.staff.post(`${here}/exports`, { form: 'final' })).status, 403, 'the role is asked first')
  t.equal((await ours.lead.post(`${here}/exports`, { form: 'draft' })).status, 403)
  t.equal((await outsiders.manager.post(`${here}/exports`, { form: 'draft' })).status, 404)
  t.equal((await ours.staff.post(`${here}/exports`, { form: 'other' })).status, 422)
  const refused = await ours.manager.post(`${here}/exports`, { form: 'final' })
  t.equal(refused.status, 409)
  for (const words of ['Control wording current and confirmed: AC-02 version 1 is not confirmed', 'AC-01 not tested yet', 'E-01 confirmed', 'Criteria covered: CC1.1']) t.match(refused.body, words)
  t.equal((await ours.staff.get(`${here}/exports/2`)).status, 404, 'a refusal takes no number')
  t.same((await owner.selectFrom('trail_entry').select(['kind', 'person_id']).where('kind', '=', 'matrix.exported').execute()), [{ kind: 'matrix.exported', person_id: ours.staff.id }])
})

t.test('every file of an export is an attachment with a telling name, and opening one is in the access log', async (t) => {
  for (const [format, type] of [['xlsx', 'spreadsheetml.sheet'], ['docx', 'wordprocessingml.document'], ['csv', 'text/csv'], ['pdf', 'application/pdf'], ['json', 'application/json']] as const) {
    const { status, headers } = await ours.reviewer.get(`${here}/exports/1/matrix.${format}`)
    t.equal(status, 200, format)
    t.match(String(headers['content-type']), type)
    t.match(String(headers['content-disposition']), `attachment; filename="PaySmart Global, Inc. - Section IV - draft 1.${format}"`)
    t.match(headers, { 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' })
    t.equal((await outsiders.reviewer.get(`${here}/exports/1/matrix.${format}`)).status, 404)
    t.equal((await ours.owner.get(`${here}/exports/1/matrix.${format}`)).status, 403)
    t.equal((await ours.reviewer.get(`${here}/exports/9/matrix.${format}`)).status, 404)
  }
  t.equal((await ours.reviewer.get(`${here}/exports/1/matrix.odt`)).status, 404)
  const seen = await owner.selectFrom('access_entry').select(['kind', 'subject', 'person_id']).where('kind', '=', 'matrix_downloaded').orderBy('id').execute()
  t.same(seen, ['xlsx', 'docx', 'csv', 'pdf', 'json'].map((format) => ({ kind: 'matrix_downloaded', subject: `1/matrix.${format}`, person_id: ours.reviewer.id })))
})

t.test('the other sections are drafted for whoever may see the matrix, and the schema for anybody', async (t) => {
  t.match((await ours.staff.get(`${here}/sections`)).body, /Section III: Description of the system.*The client’s to write/s)
  for (const name of ['section-1', 'section-2', 'section-3', 'section-5']) {
    const { status, headers } = await ours.staff.get(`${here}/sections/${name}.docx`)
    t.equal(status, 200, name)
    t.match(String(headers['content-disposition']), /Section (I|II|III|V) - draft\.docx/)
  }
  t.equal((await ours.staff.get(`${here}/sections/section-4.docx`)).status, 404)
  for (const [member, status] of [[ours.lead, 403], [outsiders.partner, 404]] as const) t.equal((await member.get(`${here}/sections/section-1.docx`)).status, status)
  const schema = await testApp.app.inject('/schemas/section-iv.json')
  t.match(schema.json(), { $id: 'urn:tickmark:section-iv:1' })
})

t.test('the database itself keeps an export as it was', async (t) => {
  for (const change of [sql`update matrix_export set draft = false`, sql`delete from matrix_export`]) {
    await t.rejects(inScope(testApp.site.db, ours.partner.scope, async (trx) => change.execute(trx)), /append-only|permission denied/)
  }
})

t.test('a sentence is written by hand, held to its cells, and goes back to what they make', async (t) => {
  const page = `${here}/sentences/AC-02.T1`
  const written = { part: 'result', version: '0', 'text-result': 'Exception noted. Access of 4 of 10 leavers was removed late.' }
  t.equal((await ours.lead.post(page, written)).status, 403)
  t.equal((await ours.reviewer.post(page, written)).status, 403)
  t.equal((await outsiders.staff.post(page, written)).status, 404)
  t.equal((await ours.staff.post(page, { part: 'other' })).status, 422)
  t.equal((await ours.staff.get(`${here}/sentences/AC-99.T1`)).status, 404)
  t.equal((await ours.staff.post(page, written)).status, 303)
  const late = await ours.senior.post(page, { ...written, 'text-result': 'Mine' })
  t.equal(late.status, 409, 'somebody else wrote first')
  t.match(late.body, /Somebody else wrote a version.*>Mine<\/textarea>.*4 of 10 leavers/s, 'both are there')
  const { body } = await ours.manager.get(here)
  t.match(body, /Access of 4 of .*10.* leavers was removed late\./)
  t.match(body, /Sentences agree with cells<\/a>.*?matrix\/sentences\/AC-02\.T1">AC-02\.T1<\/a> Results: “4 of 10” is no share/s)
  t.equal((await ours.staff.post(page, { ...written, version: '1', 'text-result': 'Exception noted. Access of 2 of 10 leavers was removed late.' })).status, 303)
  t.notMatch((await ours.manager.get(here)).body, 'is no share')
  t.equal((await ours.staff.post(page, { part: 'result', version: '2', print: 'made' })).status, 303)
  t.match((await ours.manager.get(here)).body, /removal was 3 business days after the limit/)
  const events = await owner.selectFrom('trail_entry').select('event').where('kind', '=', 'matrix.sentence_written').orderBy('sequence').execute()
  t.same(events.map(({ event }) => (JSON.parse(event) as { facts: { version: number, made: boolean } }).facts).map(({ version, made }) => [version, made]), [[1, false], [2, false], [3, true]])
  t.equal((await owner.selectFrom('result_sentence').select('version').execute()).length, 3, 'every version is kept')
})

t.test('a number opens its cells with their evidence, and words that ask for nothing are left out', async (t) => {
  const { status, body } = await ours.reviewer.get(`${here}/cells/AC-02.T1?result=deviation&attribute=A`)
  t.equal(status, 200)
  t.match(body, /<b class="tied">2<\/b> leavers deviating on attribute A/)
  t.match(body, /leavers\.csv <span class="mono">R-\d+ v1, row 2/)
  t.match((await ours.staff.get(`${here}/cells/AC-02.T1?result=nonsense&attribute=ab&part=x`)).body, /<b class="tied">10<\/b> leavers selected/)
  t.equal((await ours.owner.get(`${here}/cells/AC-02.T1`)).status, 403)
  t.equal((await outsiders.staff.get(`${here}/cells/AC-02.T1`)).status, 404)
  t.equal((await ours.staff.get(`${here}/cells/nonsense`)).status, 404)
})

t.test('what changed since a version is told by thing, and the same version differs in nothing', async (t) => {
  t.match((await ours.staff.get(`${here}/changes?since=1&to=1`)).body, 'Nothing reads differently.')
  t.equal((await ours.staff.get(`${here}/changes?since=77`)).status, 404)
  t.equal((await outsiders.staff.get(`${here}/changes?since=1`)).status, 404)
  await plant(testApp, ours, [{ number: 'NE-01', criteria: ['CC6.6'] }])
  await sql`update cell set result = 'pass' where engagement_id = ${ours.engagement.id} and result = 'deviation' and item_id = (select item_id from cell where engagement_id = ${ours.engagement.id} and result = 'deviation' limit 1)`.execute(owner)
  const { body } = await ours.staff.get(`${here}/changes?since=1`)
  t.match(body, /NE-01<\/a>.*?Added/s)
  t.match(body, /Items deviating<\/td>.*?<del class="was">2<\/del>.*?<ins class="is">1<\/ins>/s)
  t.match(body, /<del class="was">[^<]*For 2 of 10.*?<ins class="is">[^<]*For 1 of 10/s)
})

t.test('a senior lays the section out; staff and clients do not', async (t) => {
  const layout = { arrangement: 'control', responses: 'section_v' }
  t.equal((await ours.staff.post(`${here}/layout`, layout)).status, 403)
  t.equal((await outsiders.manager.post(`${here}/layout`, layout)).status, 404)
  t.equal((await ours.senior.post(`${here}/layout`, { arrangement: 'other' })).status, 422)
  t.equal((await ours.senior.post(`${here}/layout`, layout)).status, 303)
  t.notMatch((await ours.staff.get(here)).body, '<tr class="group"', 'the page stands as the exports do')
  t.match((await ours.staff.get(`${here}?by=criterion`)).body, '<tr class="group"')
  t.equal((await owner.selectFrom('trail_entry').select('kind').where('kind', '=', 'matrix.laid_out').execute()).length, 1)
})

t.test('with everything settled the gate opens and a final export carries no DRAFT', async (t) => {
  await settle()
  const { body } = await ours.partner.get(here)
  t.match(body, 'Gate open')
  t.match(body, 'name="form" value="final"')
  t.notMatch((await ours.senior.get(here)).body, 'value="final"', 'who may not export it sees why')
  const { status, location } = await ours.partner.post(`${here}/exports`, { form: 'final' })
  t.same([status, location], [303, `${here}/exports/2`])
  t.match((await ours.senior.get(`${here}/exports/2`)).body, 'Matrix, Final 2')
  const csv = await ours.senior.get(`${here}/exports/2/matrix.csv`)
  t.match(csv.body, /Final, version 2, .*Miriam Okafor/)
  t.match(String(csv.headers['content-disposition']), 'final 2.csv')
  t.notMatch(csv.body, 'DRAFT')
  t.match((await ours.senior.get(here)).body, /Final 2<\/a>.*Draft 1<\/a>/s, 'newest first')
})

t.test('a Type 1 has no tests and no results, on the page and in the files', async (t) => {
  await plant(testApp, outsiders, [{ number: 'AC-01', criteria: ['CC6.2'], lines: [{ conclusion: 'effective' }] }])
  await owner.updateTable('engagement').set({ type: 1, as_of: '2026-09-30', period_start: null, period_end: null }).where('id', '=', outsiders.engagement.id).execute()
  const page = `${outsiders.base}/matrix`
  const { body } = await outsiders.manager.get(page)
  t.match(body, 'Section IV · Type 1')
  t.notMatch(body.replace(/<nav class="tabs".*?<\/nav>/s, ''), /Results of tests|Tests performed|Conclusion, signed|Not tested|AC-01\.T1|Exceptions only/)
  await outsiders.manager.post(`${page}/exports`, { form: 'draft' })
  t.notMatch((await outsiders.manager.get(`${page}/exports/1`)).body, /Items tested/)
  const csv = await outsiders.manager.get(`${page}/exports/1/matrix.csv`)
  t.notMatch(csv.body, /Results of tests|Effective/)
  t.equal([...unzip(await bytesOf(outsiders.manager, `${page}/exports/1/matrix.xlsx`)).keys()].filter((name) => name.startsWith('xl/worksheets/sheet')).length, 3)
})

t.test('a storm of exports sends the last ones away and leaves the database to everybody else', async (t) => {
  const storm = Promise.all(Array.from({ length: 20 }, async () => (await ours.staff.post(`${here}/exports`, { form: 'draft' })).status))
  t.equal((await ours.manager.get(here)).status, 200)
  const statuses = await storm
  t.same(new Set(statuses), new Set([303, 503]))
  t.equal(statuses.filter((status) => status === 303).length, 10)
})

/** Confirms, concludes, signs and finishes whatever the gate still waits for, in the tables. */
async function settle(): Promise<void> {
  const id = ours.engagement.id
  const uncovered = criteriaInScope(ours.engagement.categories).map((one) => one.id)
  await plant(testApp, ours, [{ number: 'GV-01', criteria: uncovered, lines: [{ conclusion: 'effective', signed: true }] }])
  await sql`update control_wording set confirmed_by = ${ours.lead.id}, confirmed_at = now() where engagement_id = ${id}`.execute(owner)
  await sql`alter table exception disable trigger state_move`.execute(owner)
  await sql`update exception set status = 'final' where engagement_id = ${id}`.execute(owner)
  await sql`alter table exception enable trigger state_move`.execute(owner)
  for (const table of ['control_criterion', 'control_wording']) {
    await sql`delete from ${sql.table(table)} where control_id in (select id from control where engagement_id = ${id} and number in ('AC-01', 'NE-01'))`.execute(owner)
  }
  await sql`delete from control where engagement_id = ${id} and number in ('AC-01', 'NE-01')`.execute(owner)
}

async function bytesOf(member: Member, path: string): Promise<Buffer> {
  const cookie = await testApp.site.sessions.begin(member.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  const response = await testApp.app.inject({ method: 'GET', url: path, headers: { cookie: `${cookie.name}=${cookie.value}` } })
  return response.rawPayload
}
