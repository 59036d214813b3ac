import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { countDesign } from '../../server/testing/design-store.ts'
import { countRollforward } from '../../server/testing/lines-store.ts'
import { expectAccessible, expectFits, look } from '../support/browser.ts'
import { makeBench, makeControl, makeLine, setResult } from '../support/testing.ts'
import { openDesk } from './desk.ts'
import { readTrail, sayInDatabase } from './reading.ts'

const { testApp, ours, outsiders, pageOf } = await openDesk(t)
const at = `${ours.base}/testing`
const inFirm = async <T>(work: Parameters<typeof inScope<T>>[2]) => inScope(testApp.site.db, ours.staff.scope, work)
const last = async (count: number) => (await readTrail(testApp, ours)).slice(-count)

t.test('all controls are planned in one act, a line for each frequency, and nothing twice', async (t) => {
  for (const [number, frequencies] of [['GV-01', ['event_driven', 'annual']], ['AC-03', ['continuous']]] as const) {
    const { id } = await makeControl(testApp, ours, number, 'People accept the code of conduct, and People Operations tracks it.')
    await sayInDatabase(testApp, ours, (trx) => trx.updateTable('control').set({ frequencies: [...frequencies], effective_from: '2026-01-15' }).where('id', '=', id))
  }
  const page = await ours.staff.get(`${at}/plan`)
  for (const key of ['GV-01 event_driven', 'GV-01 annual', 'AC-03 continuous']) t.match(page.body, `value="${key}" checked`)
  t.equal((await ours.staff.post(`${at}/plan`)).status, 422, 'nothing chosen')
  const form = { line: ['GV-01 event_driven', 'GV-01 annual', 'AC-03 continuous'] }
  for (const key of ['reviewer', 'lead', 'owner'] as const) t.equal((await ours[key].post(`${at}/plan`, form)).status, 403, key)
  t.equal((await outsiders.staff.post(`${at}/plan`, form)).status, 404)
  t.equal((await ours.staff.post(`${at}/plan`, { line: ['ZZ-99 annual'] })).status, 404)
  t.equal((await ours.staff.post(`${at}/plan`, form)).status, 303)
  t.strictSame((await last(3)).map(({ kind, facts }) => [kind, facts['reference']]), [['test.planned', 'AC-03.T1'], ['test.planned', 'GV-01.T1'], ['test.planned', 'GV-01.T2']])
  t.equal((await ours.staff.post(`${at}/plan`, form)).status, 303)
  const lines = await inFirm(async (trx) => trx.selectFrom('test_line').select(['frequency', 'kind', 'title']).orderBy('frequency').execute())
  t.strictSame(lines, [{ frequency: 'annual', kind: 'sample', title: 'Yearly' }, { frequency: 'continuous', kind: 'configuration', title: '' }, { frequency: 'event_driven', kind: 'sample', title: 'At each event' }])
  t.match((await ours.staff.get(`${at}/GV-01.T2`)).body, 'Jan 15, 2026 to Sep 30, 2026', 'from when the control began')
  t.match((await ours.staff.get(`${at}/new?control=AC-03`)).body, /value="configuration" checked|value="2026-01-15"/)
  t.match((await ours.staff.get(`${at}/plan`)).body, 'Every control has its tests')
})

t.test('a setting is entered, shown in the grid as an item, and stays once it has a result', async (t) => {
  const there = `${at}/AC-03.T1`
  t.match((await ours.staff.get(there)).body, 'No items are entered yet')
  const form = { label: 'Identity provider: sign-on policy', on: '2026-10-21' }
  for (const key of ['reviewer', 'lead', 'owner'] as const) t.equal((await ours[key].post(`${there}/entries`, form)).status, 403, key)
  t.equal((await outsiders.staff.post(`${there}/entries`, form)).status, 404)
  t.equal((await ours.staff.post(`${there}/entries`, { label: form.label })).status, 422, 'a setting has its day')
  t.equal((await ours.staff.post(`${there}/entries`, { ...form, on: '2126-10-21' })).status, 422, 'which is not to come')
  t.equal((await ours.staff.post(`${at}/GV-01.T1/entries`, form)).status, 409, 'a sample draws its items')
  t.equal((await ours.staff.post(`${there}/entries`, form)).status, 303)
  t.equal((await ours.staff.post(`${there}/entries`, form)).status, 422, 'by another name')
  t.match(await last(1), [{ kind: 'test.items_changed', facts: { reference: 'AC-03.T1', act: 'entered' } }])
  t.equal((await ours.staff.post(`${there}/entries/1`, { ...form, label: 'Okta: sign-on policy' })).status, 303)
  t.equal((await ours.staff.post(`${there}/entries/2`, form)).status, 404)
  const plan = { version: await versionOf(there), kind: 'configuration', 'nature-1': 'inspection', 'procedure-1': 'Inspected the policy', 'question-A': 'Is multi-factor enforced?', 'clause-A': 'accept  the CODE of conduct', 'problem-A': 'one factor was enough' }
  t.equal((await ours.staff.post(`${there}/plan`, { ...plan, 'clause-A': 'multi-factor' })).status, 422, 'a clause is of the wording')
  t.equal((await ours.staff.post(`${there}/plan`, { ...plan, kind: 'sample' })).status, 422, 'items belong to their kind')
  t.equal((await ours.staff.post(`${there}/plan`, plan)).status, 303)
  const { body } = await ours.staff.get(there)
  for (const words of ['Okta: sign-on policy', '1 cell to go', '“accept the code of conduct”', 'Deviation: one factor was enough']) t.match(body, words)
  const item = await inFirm(async (trx) => trx.selectFrom('line_item').select(['id', 'test_line_id']).executeTakeFirstOrThrow())
  const line = { id: item.test_line_id, reference: 'AC-03.T1', control: { id: '', number: 'AC-03' } }
  t.equal((await setResult(ours.staff, ours, line, item.id, 'A', 'pass')).status, 422, 'a setting is passed on evidence')
  t.equal((await setResult(ours.staff, ours, line, item.id, 'A', 'not_applicable', { note: 'replaced' })).status, 200)
  t.equal((await ours.staff.post(`${there}/entries/1/removal`)).status, 409)
  t.equal((await outsiders.staff.post(`${there}/entries/1/removal`)).status, 404)
})

t.test('a reworded control says which clause is gone, by the plan and before the signature', async (t) => {
  t.equal((await ours.lead.post(`${ours.base}/controls/AC-03/wording`, { version: '1', text: 'Sign-in asks for two factors.', source: 'Mail' })).status, 303)
  t.match((await ours.staff.get(`${at}/AC-03.T1/plan`)).body, /name="problem-A"[^>]*value="one factor was enough"/)
  t.match((await ours.staff.get(`${at}/AC-03.T1/plan`)).body, /Attribute A tests words that are gone.*accept the code of conduct/s)
  t.equal((await ours.staff.post(`${at}/AC-03.T1/wording`)).status, 303)
  t.match((await ours.staff.get(`${at}/AC-03.T1`)).body, 'Attribute A tests words that the control no longer has.')
})

t.test('a walkthrough rests on its own record, without a file', async (t) => {
  const control = await makeControl(testApp, ours, 'CH-01', 'Each change is approved.')
  const there = `${at}/CH-01.T1`
  t.equal((await ours.staff.post(at, { control: 'CH-01', kind: 'walkthrough', noun: 'changes', interim: '2030-01-01' })).status, 422, 'an interim date is in the period')
  t.equal((await ours.staff.post(at, { control: 'CH-01', kind: 'walkthrough', noun: 'changes', 'nature-2': 'inspection', 'procedure-2': 'Inspected one change', 'nature-1': 'inquiry', 'procedure-1': 'Inquired of the lead', 'order-2': '1', 'order-1': '1', 'question-A': 'Approved?' })).status, 303)
  t.match((await ours.staff.get(there)).body, /Inspected one change.*Inquired of the lead/s, 'in the order of the numbers')
  t.equal((await ours.staff.post(`${there}/entries`, { label: 'CHG-1', person: 'Ada Marsh' })).status, 422, 'who is no record')
  t.equal((await ours.staff.post(`${there}/entries`, { label: 'CHG-1', person: 'Ada Marsh', role: 'DevOps Lead', on: '2026-10-20', words: 'Opened the ticket; approval by another person.' })).status, 303)
  const item = await inFirm(async (trx) => trx.selectFrom('line_item').select(['id', 'test_line_id']).where('label', '=', 'CHG-1').executeTakeFirstOrThrow())
  t.equal((await setResult(ours.staff, ours, { id: item.test_line_id, reference: 'CH-01.T1', control }, item.id, 'A', 'pass')).status, 200)
  t.equal((await ours.staff.post(`${there}/conclusion`, { conclusion: 'effective' })).status, 303)
  t.equal((await ours.staff.post(`${there}/signature`, { kind: 'prepared' })).status, 303)
  t.equal((await ours.staff.post(`${there}/entries`, { label: 'CHG-2', role: 'DevOps Lead', on: '2026-10-20', words: 'Another' })).status, 303)
  t.match((await ours.staff.get(there)).body, 'CHG-2 was entered', 'a further item voids the signature and says so')
  t.equal((await ours.staff.post(`${there}/entries/2/removal`)).status, 303)
})

t.test('a record that the firm made of a walkthrough is cited as it stands', async (t) => {
  const { id: controlId } = await inFirm(async (trx) => trx.selectFrom('control').select('id').where('number', '=', 'CH-01').executeTakeFirstOrThrow())
  const key = { engagement_id: ours.engagement.id }
  const [request, other] = await Promise.all([9058, 9059].map(async (number) => sayInDatabase(testApp, ours, (trx) => trx.insertInto('request').values({
    ...key, number, kind: 'walkthrough', title: 'Follow one change', ask: 'Show it', owner_id: ours.owner.id, due_on: '2026-10-20', status: 'in_progress', issued_at: new Date(), issued_by: ours.staff.id, created_by: ours.staff.id,
  }).returning('id')).then((rows) => rows[0]!.id)))
  await sayInDatabase(testApp, ours, (trx) => trx.insertInto('request_control').values({ ...key, request_id: request!, control_id: controlId }))
  const [submission] = await sayInDatabase(testApp, ours, (trx) => trx.insertInto('submission').values({ ...key, request_id: request!, number: 1, channel: 'auditor' }).returning('id'))
  await sayInDatabase(testApp, ours, (trx) => trx.insertInto('observation').values({ ...key, submission_id: submission!.id, source: 'Screen share', observer: 'Lena Fischer', observed_at: '2026-10-20T10:00', observed_zone: 'UTC', subject: 'Ada Marsh', subject_role: 'DevOps Lead', lines: JSON.stringify([{ text: 'Opened the ticket', answer: 'Approved by the lead' }]) }))
  const there = `${at}/CH-01.T1`
  t.equal((await ours.staff.post(`${there}/entries`, { label: 'CHG-3', request: other! })).status, 422, 'a request of another control')
  t.equal((await ours.staff.post(`${there}/entries`, { label: 'CHG-3', request: request! })).status, 303)
  const item = await inFirm(async (trx) => trx.selectFrom('line_item').select(['id', 'test_line_id', 'position']).where('label', '=', 'CHG-3').executeTakeFirstOrThrow())
  const line = { id: item.test_line_id, reference: 'CH-01.T1', control: { id: controlId, number: 'CH-01' } }
  t.equal((await setResult(ours.staff, ours, line, item.id, 'A', 'pass')).status, 422, 'not before the record is handed in')
  await sayInDatabase(testApp, ours, (trx) => trx.updateTable('submission').set({ status: 'submitted', submitted_at: new Date(), submitted_by: ours.staff.id }).where('id', '=', submission!.id))
  t.equal((await setResult(ours.staff, ours, line, item.id, 'A', 'pass')).status, 200)
  const { body } = await ours.staff.get(`${there}?item=${item.position}`)
  for (const words of ['requests/R-9058', 'Screen share', 'Ada Marsh', 'Opened the ticket – Approved by the lead']) t.match(body, words, 'the record stands beside the result')
  t.notMatch(body, 'cites no evidence')
})

t.test('a test up to an interim date is not reviewed before the rest of the period is accounted for', async (t) => {
  const bench = await makeBench(testApp, ours, { number: 'AC-10', items: 1, letters: 'A' })
  const there = `${at}/${bench.line.reference}`
  await setResult(ours.staff, ours, bench.line, bench.draw.items[0]!.id, 'A', 'pass')
  const plan = { version: await versionOf(there), kind: 'sample', noun: 'leavers', interim: '2026-06-30', 'nature-1': 'inspection', 'procedure-1': 'Inspected the log', 'question-A': 'In time?' }
  t.equal((await ours.staff.post(`${there}/rollforward`, { words: 'Asked', result: 'unchanged', on: '2026-10-05' })).status, 409, 'nothing to roll forward without an interim date')
  t.equal((await ours.staff.post(`${there}/plan`, plan)).status, 303)
  t.equal((await ours.staff.post(`${there}/plan`, { ...plan, version: await versionOf(there), kind: 'configuration' })).status, 422)
  t.equal((await ours.staff.post(`${there}/conclusion`, { conclusion: 'effective' })).status, 303)
  t.equal((await ours.staff.post(`${there}/signature`, { kind: 'prepared' })).status, 303)
  const early = await ours.manager.post(`${there}/signature`, { kind: 'reviewed' })
  t.equal(early.status, 409)
  t.match(early.body, 'from the interim date to the end of the period')
  t.strictSame(await inFirm(async (trx) => countRollforward(trx, ours.staff.scope)), { interim: 1, open: 1 })
  const form = { words: 'Asked the IT Operations Manager; nothing changed.', result: 'unchanged', on: '2026-10-05' }
  t.equal((await ours.lead.post(`${there}/rollforward`, form)).status, 403)
  t.equal((await outsiders.staff.post(`${there}/rollforward`, form)).status, 404)
  t.equal((await ours.staff.post(`${there}/rollforward`, { ...form, words: '' })).status, 422)
  t.equal((await ours.staff.post(`${there}/rollforward`, { ...form, on: '2026-06-29' })).status, 409)
  t.equal((await ours.staff.post(`${there}/rollforward`, form)).status, 303)
  t.ok((await last(3)).some(({ kind, facts }) => kind === 'test.rolled_forward' && facts['interimOn'] === '2026-06-30'))
  t.strictSame(await inFirm(async (trx) => countRollforward(trx, ours.staff.scope)), { interim: 1, open: 0 })
  for (const [who, path, sent] of [['staff', 'conclusion', { conclusion: 'effective' }], ['staff', 'signature', { kind: 'prepared' }], ['manager', 'signature', { kind: 'reviewed' }]] as const) t.equal((await ours[who].post(`${there}/${path}`, sent)).status, 303)
  t.match((await ours.staff.get(there)).body, 'Nothing changed')
})

t.test('a retest stands beside the test with the exception, for the time after', async (t) => {
  const bench = await makeBench(testApp, ours, { number: 'AC-11', items: 2, letters: 'A' })
  const there = `${at}/${bench.line.reference}`
  t.equal((await ours.staff.post(`${there}/retest`, { from: '2026-04-01' })).status, 409, 'no exception stands')
  await setResult(ours.staff, ours, bench.line, bench.draw.items[0]!.id, 'A', 'deviation', { note: '3 days late' })
  t.match((await ours.staff.get(there)).body, 'Test again after remediation')
  t.equal((await ours.lead.post(`${there}/retest`, { from: '2026-04-01' })).status, 403)
  t.equal((await outsiders.staff.post(`${there}/retest`, { from: '2026-04-01' })).status, 404)
  t.equal((await ours.staff.post(`${there}/retest`, {})).status, 422)
  t.equal((await ours.staff.post(`${there}/retest`, { from: '2027-04-01' })).status, 409, 'outside the period')
  const { status, location } = await ours.staff.post(`${there}/retest`, { from: '2026-04-01' })
  t.strictSame([status, location], [303, `${at}/AC-11.T2/plan`])
  t.match(await last(2), [{ kind: 'test.planned', facts: { reference: 'AC-11.T2' } }, { kind: 'test.retest_planned', facts: { retestOf: bench.line.id, from: '2026-04-01', to: '2026-09-30' } }])
  const page = await ours.staff.get(`${at}/AC-11.T2`)
  for (const words of ['Retest of AC-11.T1', 'Was A done within one business day?', 'Apr 1, 2026 to Sep 30, 2026']) t.match(page.body, words)
  t.match((await ours.staff.get(there)).body, 'AC-11.T2', 'the first names its retest and keeps its exception')
})

t.test('the design is evaluated by one person and reviewed by another, and a new wording leaves it behind', async (t) => {
  const control = await makeControl(testApp, ours, 'AC-12', 'Access is removed.')
  const there = `${at}/controls/AC-12`
  t.match((await ours.staff.get(there)).body, 'The design of this control is not evaluated yet.')
  const form = { version: '1', lookedAt: 'Followed one leaver', conclusion: 'suitable', implemented: 'on', seenOn: '2026-10-20' }
  t.equal((await ours.staff.post(`${there}/design`, { ...form, conclusion: 'deficient' })).status, 422, 'a deficient design needs words')
  t.equal((await ours.staff.post(`${there}/design`, { ...form, requestId: control.id })).status, 422, 'of this control')
  t.equal((await ours.staff.post(`${there}/design`, { ...form, version: '2' })).status, 409)
  for (const key of ['reviewer', 'lead', 'owner'] as const) t.equal((await ours[key].post(`${there}/design`, form)).status, 403, key)
  t.equal((await outsiders.staff.post(`${there}/design`, form)).status, 404)
  const before = await inFirm(async (trx) => countDesign(trx, ours.staff.scope))
  t.equal((await ours.senior.post(`${there}/design/review`)).status, 409, 'nothing to review')
  t.equal((await ours.senior.post(`${there}/design`, form)).status, 303)
  t.match(await last(1), [{ kind: 'design.evaluated', facts: { number: 'AC-12', wordingVersion: 1, conclusion: 'suitable', implemented: true } }])
  t.equal((await ours.senior.post(`${there}/design/review`)).status, 409, 'not by who prepared it')
  t.equal((await ours.staff.post(`${there}/design/review`)).status, 403)
  t.equal((await outsiders.manager.post(`${there}/design/review`)).status, 404)
  t.equal((await ours.manager.post(`${there}/design/review`)).status, 303)
  t.match(await last(1), [{ kind: 'design.reviewed', facts: { number: 'AC-12' } }])
  t.strictSame(await inFirm(async (trx) => countDesign(trx, ours.staff.scope)), { ...before, evaluated: before.evaluated + 1, reviewed: before.reviewed + 1 })
  t.equal((await ours.lead.post(`${ours.base}/controls/AC-12/wording`, { version: '1', text: 'Access is removed within a day.', source: 'Mail' })).status, 303)
  t.strictSame(await inFirm(async (trx) => countDesign(trx, ours.staff.scope)), before, 'the evaluation was of other words')
  t.match((await ours.staff.get(there)).body, /An evaluation of an earlier wording stands below/)
  t.equal((await ours.staff.post(`${there}/design`, { ...form, version: '2', conclusion: 'deficient', deficiency: 'Nobody compares the systems' })).status, 303)
  t.match((await last(2)).map(({ kind }) => kind), ['design.voided', 'design.evaluated'])
  t.equal((await inFirm(async (trx) => countDesign(trx, ours.staff.scope))).deficient, 1)
  const line = await makeLine(testApp, ours, control)
  t.match((await ours.staff.get(`${at}/${line.reference}`)).body, 'The design of this control is deficient.')
  for (const words of ['Nobody compares the systems', line.reference, 'Draw its items']) t.match((await ours.staff.get(there)).body, words)
})

t.test('the pages of a plan are read by everybody and fit a phone', async (t) => {
  await makeControl(testApp, ours, 'RA-02', 'Tier 1 vendors are assessed yearly; for subservice organizations the assurance report is reviewed.')
  const page = await pageOf(ours.staff)
  const shown = { list: '../testing', missing: 'plan', control: 'controls/AC-12', evaluate: 'controls/AC-12?evaluate=1', plan: 'AC-03.T1/plan', entries: 'CH-01.T1/entries', rollforward: 'AC-10.T1/rollforward', retest: 'AC-11.T1/retest', setting: 'AC-03.T1' }
  for (const [name, path] of Object.entries(shown)) {
    await page.goto(`${at}/${path}`)
    await expectAccessible(t, page)
    await expectFits(t, page)
    await look(page, `lines-${name}`)
  }
})

async function versionOf(there: string): Promise<string> {
  return (await ours.staff.get(`${there}/plan`)).body.match(/name="version" value="(\d+)"/)![1]!
}
