import t from 'tap'
import { dueOn, fits } from '../../server/templates/rules.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const apply = `${ours.base}/templates`
const request = { kind: 'document', title: 'Policy of access', ask: 'The policy in force, with its approval.', checklist: 'Version shown\nApprover shown', criteria: 'CC6.2', keywords: 'access, leaver', days: '-30', version: '0' }
const test = { title: 'Access of leavers', noun: 'leavers', 'nature-1': 'inspection', 'procedure-1': 'Inspected the ticket of each leaver.', 'question-A': 'Was access removed in a day?', 'expected-A': 'Ticket', 'clause-A': 'within one business day', keywords: 'leaver', criteria: '', version: '0' }

t.test('a template fits by the words and the criteria it names, by both where it names both', async (t) => {
  const control = { number: 'AC-02', wording: 'Access of leavers is removed, re-offboarding too.', criteria: ['CC6.2'] }
  for (const [criteria, keywords, expected] of [
    [[], [], false], [['CC6.2'], [], true], [['CC6.3'], [], false], [[], ['leaver'], true], [[], ['LEAVERS'], true], [[], ['eavers'], false], [['CC6.2'], ['backup'], false], [['CC6.3'], ['leaver'], false], [['CC6.1', 'CC6.2'], ['backup', 'leaver'], true], [[], ['access of leav'], true],
  ] as const) t.equal(fits({ criteria, keywords }, control), expected, `${criteria.join()} ${keywords.join()}`)
  t.equal(dueOn(-30, { periodEnd: '2026-09-30', asOf: null }), '2026-08-31')
  t.equal(dueOn(0, { periodEnd: null, asOf: '2026-02-28' }), '2026-02-28')
  t.equal(dueOn(null, { periodEnd: '2026-09-30', asOf: null }), null)
})

t.test('seniors keep, change and remove templates of the firm, each in the firm’s log', async (t) => {
  for (const kind of ['requests', 'attributes'] as const) {
    const form = kind === 'requests' ? request : test
    t.equal((await ours.staff.post(`/templates/${kind}`, form)).status, 403)
    for (const member of [ours.lead, ours.owner]) t.equal((await member.post(`/templates/${kind}`, form)).status, 404)
    t.equal((await ours.senior.post(`/templates/${kind}`, { ...form, title: '' })).status, 422)
    t.equal((await ours.senior.post(`/templates/${kind}`, { ...form, criteria: 'CC9.9' })).status, 422)
    t.equal((await ours.senior.post(`/templates/${kind}`, form)).status, 303)
    t.equal((await ours.senior.post(`/templates/${kind}`, { ...form, title: form.title.toUpperCase() })).status, 422, 'one of each title')
  }
  t.match((await ours.senior.post('/templates/attributes', { ...test, title: 'Of anything', keywords: '' })).body, 'which controls this test is for')
  t.match((await ours.staff.get('/templates')).body, 'Policy of access')
  t.equal((await ours.lead.get('/templates')).status, 404)
  const { id } = await owner.selectFrom('request_template').select('id').executeTakeFirstOrThrow()
  t.match((await ours.manager.get(`/templates/requests/${id}`)).body, 'Approver shown')
  t.equal((await ours.manager.post(`/templates/requests/${id}`, { ...request, why: 'To read it', version: '1' })).status, 303)
  const late = await ours.senior.post(`/templates/requests/${id}`, { ...request, why: 'Mine', version: '1' })
  t.equal(late.status, 409)
  t.match(late.body, 'Mine')
  t.equal((await ours.senior.post('/templates/requests', { ...request, title: 'Gone soon' })).status, 303)
  const gone = await owner.selectFrom('request_template').select('id').where('title', '=', 'Gone soon').executeTakeFirstOrThrow()
  t.equal((await ours.senior.post(`/templates/requests/${gone.id}/removal`)).status, 303)
  t.equal((await ours.senior.post(`/templates/requests/${gone.id}/removal`)).status, 404)
  const kinds = await owner.selectFrom('trail_entry').select('kind').where('engagement_id', 'is', null).where('kind', 'like', 'template.%').orderBy('sequence').execute()
  t.strictSame(kinds.map(({ kind }) => kind), ['template.kept', 'template.kept', 'template.kept', 'template.kept', 'template.removed'])
})

t.test('applied to an engagement they become draft requests and tests of the controls they fit, once', async (t) => {
  for (const [number, text, criteria] of [['AC-02', 'Access of leavers is removed within one business day.', 'CC6.2'], ['AC-03', 'Leavers hand in their badge.', 'CC6.4'], ['BK-01', 'Backups run.', 'CC7.5']] as const) {
    await ours.staff.post(`${ours.base}/controls`, { number, text, criteria, source: 'List', ownerTitle: 'IT', frequencies: ['event_driven'], type: 'preventive', nature: 'manual', risk: 'moderate' })
  }
  const offered = async () => [...(await ours.staff.get(apply)).body.matchAll(/name="use" value="([^"]+)"/g)].map(([, key]) => key!)
  const use = await offered()
  t.equal(use.length, 3, 'one request and two tests')
  t.equal((await ours.lead.post(apply, { use })).status, 403)
  t.equal((await outsiders.senior.post(apply, { use })).status, 404)
  t.equal((await ours.staff.post(apply, {})).status, 409)
  t.equal((await ours.staff.post(apply, { use: [use[0]!.replace(/\.\d+$/, '.9')] })).status, 409, 'a version nobody saw')
  const [made, ...others] = await Promise.all(Array.from({ length: 3 }, async () => ours.staff.post(apply, { use })))
  t.strictSame([made, ...others].map((one) => one!.status).toSorted((a, b) => a - b), [303, 409, 409], 'never twice, however often the button is pressed')
  t.match(await owner.selectFrom('request').selectAll().where('title', '=', 'Policy of access').execute(), [{ status: 'draft', why: 'To read it', due_on: /\d/ }])
  const lines = await owner.selectFrom('test_line').innerJoin('attribute', 'attribute.test_line_id', 'test_line.id').innerJoin('control', 'control.id', 'test_line.control_id').select(['control.number', 'attribute.clause', 'test_line.item_noun']).orderBy('control.number').execute()
  t.strictSame(lines, [{ number: 'AC-02', clause: 'within one business day', item_noun: 'leavers' }, { number: 'AC-03', clause: '', item_noun: 'leavers' }], 'a clause stays where the wording holds it')
  t.strictSame(await offered(), [])
  t.match((await ours.staff.get(apply)).body, 'Same')
  t.match(await owner.selectFrom('trail_entry').select(['event']).where('kind', '=', 'templates.applied').execute(), [{ event: /"lines":2,"requests":1/ }])
})

t.test('a template begins with a request or a test of one’s own engagements, never with another’s', async (t) => {
  const of = (engagement: string) => [`/templates/requests/new?engagement=${engagement}&request=R-001`, `/templates/attributes/new?engagement=${engagement}&test=AC-02.T1`]
  for (const address of of(ours.engagement.id)) t.match((await ours.senior.get(address)).body, /The policy in force|Was access removed/)
  for (const address of of(ours.engagement.id)) t.equal((await outsiders.senior.get(address)).status, 404)
})
