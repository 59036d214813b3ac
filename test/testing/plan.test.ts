import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { findLine, listAttributes, listProcedures, listSignOffs } from '../../server/testing/store.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { makeBench, makeControl, makeLine, makePopulation, setResult } from '../support/testing.ts'
import { readTrail, sayInDatabase } from './reading.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const plan = { title: 'Removal of access', noun: 'leavers', 'nature-1': 'inspection', 'procedure-1': 'Inspected the removal log for {sample}', 'question-A': 'Was access removed in time?', 'expected-A': 'Time of removal', 'question-C': 'Was it complete?' }

t.test('the list of tests names the controls without one and says where to begin', async (t) => {
  t.match((await ours.staff.get(`${ours.base}/testing`)).body, 'this engagement has none yet')
  await makeControl(testApp, ours, 'AC-01')
  const { body } = await ours.staff.get(`${ours.base}/testing`)
  t.match(body, /testing.new\?control(=|&#x3D;)AC-01/)
  t.notMatch((await ours.reviewer.get(`${ours.base}/testing`)).body, 'testing/new', 'who only reads is offered nothing to write')
})

t.test('a test is planned on the present wording', async (t) => {
  t.match((await ours.staff.get(`${ours.base}/testing/new?control=AC-01`)).body, 'wording v1')
  const { status, location } = await ours.staff.post(`${ours.base}/testing`, { control: 'AC-01', ...plan })
  t.equal(status, 303)
  t.equal(location, `${ours.base}/testing/AC-01.T1`)
  t.match((await readTrail(testApp, ours)).at(-1), { kind: 'test.planned', facts: { reference: 'AC-01.T1', controlWordingVersion: 1 } })
  const page = await ours.staff.get(location!)
  for (const words of ['Removal of access', 'Inspected the removal log', 'Was it complete?', 'No items are drawn yet']) t.match(page.body, words)
  t.equal((await ours.staff.post(`${ours.base}/testing`, { control: 'AC-01', ...plan })).location, `${ours.base}/testing/AC-01.T2`)
})

t.test('what is wrong with a plan is said at its field and nothing typed is lost', async (t) => {
  const { status, body } = await ours.staff.post(`${ours.base}/testing`, { control: 'AC-01', ...plan, 'nature-1': '', 'expected-D': 'A screen' })
  t.equal(status, 422)
  for (const words of ['by which kind of procedure', 'Ask what D tests', 'Was it complete?']) t.match(body, words)
  t.equal((await ours.staff.post(`${ours.base}/testing`, plan)).status, 422, 'without a control')
  t.equal((await ours.staff.post(`${ours.base}/testing`, { control: 'ZZ-99', ...plan })).status, 404)
})

t.test('who plans is policy', async (t) => {
  for (const key of ['reviewer', 'lead', 'owner'] as const) t.equal((await ours[key].post(`${ours.base}/testing`, { control: 'AC-01', ...plan })).status, 403, key)
  t.equal((await outsiders.staff.post(`${ours.base}/testing`, { control: 'AC-01', ...plan })).status, 404)
  t.equal((await outsiders.staff.post(`${outsiders.base}/testing`, { control: 'AC-01', ...plan })).status, 404, 'nor from their own engagement')
})

t.test('a changed plan says what changed and voids the signatures', async (t) => {
  const there = await signedLine('AC-30')
  const version = (await ours.staff.get(`${there}/plan`)).body.match(/name="version" value="(\d+)"/)![1]!
  const form = { ...plan, title: '', version, 'question-A': 'Was A done within one business day?', 'expected-A': 'Time of removal in the log', 'nature-1': 'inspection', 'procedure-1': 'Looked at the removal log for {sample} (inspection)', 'question-C': '' }
  t.equal((await ours.staff.post(`${there}/plan`, form)).status, 303)
  t.notMatch((await ours.staff.get(there)).body, 'Voided', 'saving what stands changes nothing')
  t.equal((await ours.staff.post(`${there}/plan`, { ...form, 'question-C': 'And is it complete?' })).status, 303)
  t.match((await readTrail(testApp, ours)).slice(-3), [
    { kind: 'test.changed', facts: { fields: ['attribute C'] } }, { kind: 'test.changed', facts: { fields: ['conclusion'] } },
    { kind: 'test.sign_off_voided', facts: { kinds: ['prepared', 'reviewed'] } },
  ])
  const { body } = await ours.staff.get(there)
  t.match(body, /Voided .* by Lena Fischer: The plan was changed: attribute C/s)
  const stale = await ours.senior.post(`${there}/plan`, { ...form, 'question-C': 'Somebody else’s words' })
  t.equal(stale.status, 409)
  t.match(stale.body, 'Somebody else’s words')
})

t.test('an attribute with results cannot be removed, and is refused by its name', async (t) => {
  const bench = await makeBench(testApp, ours, { number: 'AC-31', items: 2, letters: 'AB' })
  const there = `${ours.base}/testing/${bench.line.reference}`
  await setResult(ours.staff, ours, bench.line, bench.draw.items[0]!.id, 'B', 'pass')
  const version = (await ours.staff.get(`${there}/plan`)).body.match(/name="version" value="(\d+)"/)![1]!
  const { status, body } = await ours.staff.post(`${there}/plan`, { version, 'question-A': 'A?' })
  t.equal(status, 422)
  t.match(body, 'Attribute B has results, so it cannot be removed')
  t.equal((await ours.staff.post(`${there}/plan`, { version, 'question-B': 'B, worded better?' })).status, 303, 'one without results goes, one with results is reworded')
  const left = await inScope(testApp.site.db, ours.staff.scope, async (trx) => listAttributes(trx, ours.staff.scope, bench.line.id))
  t.strictSame(left.map(({ letter, question }) => [letter, question]), [['B', 'B, worded better?']])
})

t.test('a reworded control is said, blocks the signature, and is tested anew on demand', async (t) => {
  const there = await signedLine('AC-32')
  t.equal((await ours.lead.post(`${ours.base}/controls/AC-32/wording`, { version: '1', text: 'Access of leavers is removed at once.', source: 'Mail' })).status, 303)
  t.match((await readTrail(testApp, ours)).at(-1), { kind: 'test.sign_off_voided', facts: { reference: 'AC-32.T1', kinds: ['prepared', 'reviewed'] } })
  t.match((await ours.staff.get(there)).body, 'the wording is now version 2')
  t.equal((await ours.staff.post(`${there}/conclusion`, { conclusion: 'effective' })).status, 409)
  t.equal((await ours.lead.post(`${there}/wording`)).status, 403)
  t.equal((await outsiders.staff.post(`${there}/wording`)).status, 404)
  t.equal((await ours.staff.post(`${there}/wording`)).status, 303)
  const { body } = await ours.staff.get(there)
  t.match(body, 'Access of leavers is removed at once.')
  t.match(body, 'The control was reworded', 'the voided signatures say why')
  t.equal((await ours.staff.post(`${there}/conclusion`, { conclusion: 'effective' })).status, 303)
})

t.test('preparer and reviewer are different people, also in the database (invariant 4)', async (t) => {
  const there = await concludedLine('AC-33')
  t.equal((await ours.staff.post(`${there}/signature`, { kind: 'reviewed' })).status, 403, 'staff do not review')
  t.equal((await ours.senior.post(`${there}/signature`, { kind: 'reviewed' })).status, 409, 'not before it is prepared')
  t.equal((await ours.senior.post(`${there}/signature`, { kind: 'prepared' })).status, 303)
  t.match((await ours.senior.get(there)).body, 'You prepared this test')
  const own = await ours.senior.post(`${there}/signature`, { kind: 'reviewed' })
  t.equal(own.status, 409)
  t.match(own.body, 'somebody else must review it')
  t.equal((await ours.staff.post(`${there}/signature`, { kind: 'prepared' })).status, 409, 'once is enough')
  await t.rejects(sayInDatabase(testApp, ours, (trx) => trx.insertInto('sign_off').columns(['engagement_id', 'test_line_id', 'kind', 'person_id', 'line_version'])
    .expression((eb) => eb.selectFrom('sign_off').select(['engagement_id', 'test_line_id', eb.val('reviewed').as('kind'), 'person_id', 'line_version']).where('person_id', '=', ours.senior.id).where('voided_at', 'is', null))), /sign_off_two_people/)
  t.equal((await ours.reviewer.post(`${there}/signature`, { kind: 'reviewed' })).status, 403, 'the quality reviewer is not on the team')
  t.equal((await outsiders.manager.post(`${there}/signature`, { kind: 'reviewed' })).status, 404)
  t.equal((await ours.manager.post(`${there}/signature`, { kind: 'reviewed' })).status, 303)
  t.match((await readTrail(testApp, ours)).at(-1), { kind: 'test.signed', facts: { kind: 'reviewed' } })
  t.match((await ours.staff.get(`${ours.base}/testing?show=unsigned`)).status, 200)
})

t.test('a concluded test is refused a conclusion its cells contradict, and one on inquiry alone (invariant 8)', async (t) => {
  const bench = await makeBench(testApp, ours, { number: 'AC-34', items: 2, letters: 'A' })
  const there = `${ours.base}/testing/${bench.line.reference}`
  const pending = await ours.staff.post(`${there}/conclusion`, { conclusion: 'effective' })
  t.equal(pending.status, 409)
  t.match(pending.body, '2 cells are pending')
  await ours.staff.post(`${there}/results/fill`, { letter: 'A', result: 'deviation', note: 'late' })
  t.equal((await ours.staff.post(`${there}/conclusion`, { conclusion: 'effective' })).status, 409)
  t.equal((await ours.staff.post(`${there}/conclusion`, { conclusion: 'not_tested_no_occurrence' })).status, 409)
  t.equal((await ours.staff.post(`${there}/conclusion`, { conclusion: 'certified' })).status, 422)
  t.equal((await ours.lead.post(`${there}/conclusion`, { conclusion: 'effective' })).status, 403)
  t.equal((await ours.staff.post(`${there}/conclusion`, { conclusion: 'effective_with_exceptions' })).status, 303)
  const talk = await makeBench(testApp, ours, { number: 'AC-35', items: 1, letters: 'A' })
  await sayInDatabase(testApp, ours, (trx) => trx.updateTable('test_procedure').set({ nature: 'inquiry' }).where('test_line_id', '=', talk.line.id))
  await ours.staff.post(`${ours.base}/testing/${talk.line.reference}/results/fill`, { letter: 'A', result: 'pass' })
  const asked = await ours.staff.post(`${ours.base}/testing/${talk.line.reference}/conclusion`, { conclusion: 'effective' })
  t.equal(asked.status, 409)
  t.match(asked.body, 'Inquiry alone does not support a conclusion')
})

t.test('one changed cell voids both signatures and says which', async (t) => {
  const there = await signedLine('AC-36')
  const line = there.split('/').at(-1)!
  const { body } = await ours.staff.get(there)
  const item = body.match(/data-item="([^"]+)"/)![1]!
  t.equal((await ours.staff.post(`${there}/results`, { item, letter: 'A', result: 'deviation', note: 'late', version: '1' })).status, 303)
  const after = (await ours.staff.get(there)).body
  t.match(after, /A of EMP-0001 was set from pass to deviation/)
  t.match(after, 'Not concluded')
  t.match((await ours.staff.get(`${ours.base}/testing?show=deviations`)).body, line)
})

t.test('a population with no row in scope ends in “not tested”, one with rows never does', async (t) => {
  const control = await makeControl(testApp, ours, 'AC-07', 'Devices are wiped before disposal.')
  const full = await makePopulation(testApp, ours, control, { count: 3 })
  const empty = await makePopulation(testApp, ours, control, { count: 0 })
  const foreign = await makePopulation(testApp, ours, await makeControl(testApp, ours, 'AC-08'), { count: 0 })
  const line = await makeLine(testApp, ours, control, { letters: '' })
  const there = `${ours.base}/testing/${line.reference}`
  const said = { population: `POP-0${empty.populationNumber}`, event: 'disposal of devices or media', corroboration: 'inspection of the asset system query' }
  const name = (number: number) => `POP-${String(number).padStart(2, '0')}`
  t.match((await ours.staff.get(there)).body, 'Did nothing occur?')
  const refused = await ours.staff.post(`${there}/no-occurrence`, { ...said, population: name(full.populationNumber) })
  t.equal(refused.status, 409)
  t.match(refused.body, `${name(full.populationNumber)} has 3 rows in scope`)
  t.equal((await ours.staff.post(`${there}/no-occurrence`, { ...said, population: name(foreign.populationNumber) })).status, 422, 'another control’s list says nothing here')
  const blank = await ours.staff.post(`${there}/no-occurrence`, { ...said, population: name(empty.populationNumber), event: '' })
  t.equal(blank.status, 422)
  t.match(blank.body, 'inspection of the asset system query', 'what was typed is kept')
  t.equal((await ours.lead.post(`${there}/no-occurrence`, said)).status, 403)
  t.equal((await outsiders.staff.post(`${there}/no-occurrence`, said)).status, 404)
  t.equal((await ours.staff.post(`${there}/no-occurrence`, { ...said, population: name(empty.populationNumber) })).status, 303)
  t.match((await readTrail(testApp, ours)).slice(-2), [{ kind: 'test.no_occurrence' }, { kind: 'test.concluded', facts: { conclusion: 'not_tested_no_occurrence' } }])
  t.match((await ours.staff.get(there)).body, 'No disposal of devices or media took place')
  t.equal((await ours.staff.post(`${there}/signature`, { kind: 'prepared' })).status, 303)
  t.equal((await ours.senior.post(`${there}/signature`, { kind: 'reviewed' })).status, 303)
})

t.test('a signature is put on what the person was looking at', async (t) => {
  const there = await concludedLine('AC-38')
  const seen = /name="version" value="(\d+)"/.exec((await ours.staff.get(there)).body)?.[1]
  t.ok(seen)
  for (const conclusion of ['design_deficiency', 'effective']) t.equal((await ours.manager.post(`${there}/conclusion`, { conclusion })).status, 303)
  const late = await ours.staff.post(`${there}/signature`, { kind: 'prepared', version: seen! })
  t.equal(late.status, 409, 'the same words stand, but not the ones that were read')
  t.match(late.body, 'changed while you were looking')
  const now = /name="version" value="(\d+)"/.exec((await ours.staff.get(there)).body)?.[1]
  t.equal((await ours.staff.post(`${there}/signature`, { kind: 'prepared', version: now! })).status, 303)
})

t.test('of signatures given at once each stands once, by two people, and never beside a cell that was changed meanwhile', async (t) => {
  for (const changes of [false, true]) {
    const reference = changes ? 'AC-39' : 'AC-40'
    const there = await concludedLine(reference)
    const version = /name="version" value="(\d+)"/.exec((await ours.staff.get(there)).body)![1]!
    const answers = await Promise.all([
      ...[ours.senior, ours.manager, ours.staff, ours.senior].map((member) => member.post(`${there}/signature`, { kind: 'prepared', version })),
      ...changes ? [ours.staff.post(`${there}/conclusion`, { conclusion: 'design_deficiency' })] : [],
      ...[ours.senior, ours.manager, ours.senior].map((member) => member.post(`${there}/signature`, { kind: 'reviewed', version })),
    ])
    t.ok(answers.every(({ status }) => [303, 409].includes(status)), answers.map(({ status }) => status).join())
    const standing = await inScope(testApp.site.db, ours.staff.scope, async (trx) => {
      const line = await findLine(trx, ours.staff.scope, reference, 1)
      return (await listSignOffs(trx, ours.staff.scope, line.id)).filter(({ test_line_id: id, voided_at: voided }) => id === line.id && voided === null)
    })
    t.equal(new Set(standing.map(({ kind }) => kind)).size, standing.length)
    t.equal(new Set(standing.map(({ person_id: person }) => person)).size, standing.length)
    t.equal(standing.some(({ kind }) => kind === 'prepared'), !changes)
  }
})

t.test('what waits for a reviewer is theirs to find, and not the preparer’s', async (t) => {
  const there = await concludedLine('AC-37')
  await ours.manager.post(`${there}/signature`, { kind: 'prepared' })
  t.match((await ours.senior.get(`${ours.base}/testing?show=review`)).body, 'AC-37.T1')
  t.notMatch((await ours.manager.get(`${ours.base}/testing?show=review`)).body, 'AC-37.T1')
  t.notMatch((await ours.staff.get(`${ours.base}/testing?show=review`)).body, 'AC-37.T1')
})

t.test('procedures keep their order', async (t) => {
  const { location } = await ours.staff.post(`${ours.base}/testing`, { control: 'AC-01', 'nature-2': 'inquiry', 'procedure-2': 'Inquired of the manager', 'nature-4': 'reperformance', 'procedure-4': 'Reperformed the check' })
  const reference = location!.split('/').at(-1)!
  const line = await inScope(testApp.site.db, ours.staff.scope, async (trx) => trx.selectFrom('test_line').innerJoin('control', 'control.id', 'test_line.control_id').select('test_line.id').where('control.number', '=', 'AC-01').where('sequence', '=', Number(reference.slice(-1))).executeTakeFirstOrThrow())
  const found = await inScope(testApp.site.db, ours.staff.scope, async (trx) => listProcedures(trx, ours.staff.scope, line.id))
  t.strictSame(found.map(({ position, nature }) => [position, nature]), [[1, 'inquiry'], [2, 'reperformance']])
})

async function concludedLine(number: string): Promise<string> {
  const bench = await makeBench(testApp, ours, { number, items: 2, letters: 'A' })
  const there = `${ours.base}/testing/${bench.line.reference}`
  await ours.staff.post(`${there}/results/fill`, { letter: 'A', result: 'pass' })
  await ours.staff.post(`${there}/conclusion`, { conclusion: 'effective' })
  return there
}

async function signedLine(number: string): Promise<string> {
  const there = await concludedLine(number)
  await ours.staff.post(`${there}/signature`, { kind: 'prepared' })
  await ours.senior.post(`${there}/signature`, { kind: 'reviewed' })
  return there
}
