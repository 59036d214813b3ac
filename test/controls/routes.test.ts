import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { findControl, listControls, listMappings, listWordings } from '../../server/controls/store.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const controls = `${ours.base}/controls`
const form = {
  number: 'AC-02', text: 'Access of leavers is removed within one business day.', source: 'Control list, Sep 3', ownerTitle: 'IT Operations Manager',
  frequencies: ['event_driven', 'annual'], type: 'preventive', nature: 'it_dependent_manual', risk: 'high', criteria: 'CC6.3, cc6.2',
}
const add = (number: string, change: Record<string, string | string[]> = {}) => ours.staff.post(controls, { ...form, number, ...change })

t.test('the firm enters a control as the client supplied it', async (t) => {
  const { status, location } = await ours.staff.post(controls, { ...form, ownerId: ours.owner.id })
  t.equal(status, 303)
  t.equal(location, `${controls}/AC-02`)
  const { body } = await ours.senior.get(location!)
  for (const words of [form.text, 'IT Operations Manager', 'Noor Haddad', 'At each event, yearly', 'CC6.2', 'Not confirmed', 'Control list, Sep 3']) t.match(body, words)
  t.strictSame(await facts('control.added'), [{ controlId: (await find('AC-02')).id, number: 'AC-02', criteria: ['CC6.2', 'CC6.3'] }])
})

t.test('the same number again, unknown criteria and strangers as owners are refused by name, keeping what was typed', async (t) => {
  const wrong: readonly [Record<string, string | string[]>, string][] = [
    [{}, 'already has a control AC-02'],
    [{ number: 'has space' }, 'starts with a letter or digit and has no spaces'],
    [{ number: 'NEW' }, 'Choose another number'],
    [{ number: 'X-1', criteria: 'CC6.2, CC9.9' }, 'CC9.9 is not a criterion'],
    [{ number: 'X-1', criteria: 'P1.1, C1.2' }, 'C1.2 and P1.1 belong to categories that are not in the scope'],
    [{ number: 'X-1', criteria: ' ' }, 'Name at least one criterion'],
    [{ number: 'X-1', frequencies: [] }, 'Say how often the control runs'],
    [{ number: 'X-1', frequencies: ['sometimes'] }, 'Choose from the list'],
    [{ number: 'X-1', ownerId: outsiders.owner.id }, 'must be one of the client'],
    [{ number: 'X-1', ownerId: ours.staff.id }, 'must be one of the client'],
    [{ number: 'X-1', text: '' }, 'Enter the wording'],
    [{ number: 'X-1', source: '' }, 'Say where the wording comes from'],
  ]
  for (const [change, message] of wrong) {
    const { status, body } = await ours.staff.post(controls, { ...form, ...change })
    t.equal(status, 422, message)
    t.match(body, message)
    t.match(body, 'value="IT Operations Manager"')
  }
  t.equal((await inScope(testApp.site.db, ours.staff.scope, async (trx) => listControls(trx, ours.staff.scope))).length, 1)
})

t.test('every route of controls keeps to its roles', async (t) => {
  for (const [path, form] of [['', { ...form0() }], ['/AC-02/edit', {}], ['/AC-02/wording', {}], ['/AC-02/confirmation', { version: '1' }]] as const) {
    t.equal((await ours.owner.post(`${controls}${path}`, form)).status, 403, `owner ${path}`)
    t.equal((await ours.reviewer.post(`${controls}${path}`, form)).status, 403, `quality reviewer ${path}`)
    t.equal((await outsiders.senior.post(`${controls}${path}`, form)).status, 404, `outsider ${path}`)
  }
  t.equal((await ours.senior.post(`${controls}/AC-02/confirmation`, { version: '1' })).status, 403, 'the firm confirms nothing')
  t.equal((await ours.lead.post(`${controls}/AC-02/edit`, {})).status, 403)
  t.equal((await ours.owner.get(controls)).status, 403)
  t.equal((await ours.staff.get(`${controls}/ZZ-99`)).status, 404)
})

t.test('of two edits at once the second sees both, keeps what was typed, and can save over it', async (t) => {
  const { version } = await find('AC-02')
  const first = await ours.staff.post(`${controls}/AC-02/edit`, { ...form, risk: 'low', ownerTitle: 'Head of IT', version: String(version) })
  t.equal(first.status, 303)
  const second = await ours.senior.post(`${controls}/AC-02/edit`, { ...form, risk: 'moderate', ownerTitle: 'Director of IT', version: String(version) })
  t.equal(second.status, 409)
  t.match(second.body, 'Somebody else saved this control while you were typing')
  t.match(second.body, 'Head of IT')
  t.match(second.body, 'value="Director of IT"')
  t.match(second.body, `name="version" value="${version + 1}"`)
  t.equal((await find('AC-02')).ownerTitle, 'Head of IT', 'nothing was written')
  t.equal((await ours.senior.post(`${controls}/AC-02/edit`, { ...form, risk: 'moderate', ownerTitle: 'Director of IT', version: String(version + 1) })).status, 303)
  t.equal((await find('AC-02')).ownerTitle, 'Director of IT')
  const changes = await facts('control.changed') as { fields: string[] }[]
  t.strictSame(changes.map(({ fields }) => fields.toSorted()), [['ownerId', 'ownerTitle', 'risk'], ['ownerTitle', 'risk']])
})

t.test('of twenty edits at once exactly one is written', async (t) => {
  await add('RC-01')
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => ours.staff.post(`${controls}/RC-01/edit`, { ...form, ownerTitle: `Title ${index}`, version: '1' })))
  t.equal(answers.filter(({ status }) => status === 303).length, 1)
  t.equal(answers.filter(({ status }) => status === 409).length, 19)
  t.equal((await find('RC-01')).version, 2)
})

t.test('saving what stands changes nothing and leaves no entry', async (t) => {
  const before = (await facts('control.changed')).length
  const { version } = await find('RC-01')
  await ours.staff.post(`${controls}/RC-01/edit`, { ...form, ownerTitle: (await find('RC-01')).ownerTitle, version: String(version) })
  t.equal((await find('RC-01')).version, version)
  t.equal((await facts('control.changed')).length, before)
})

t.test('the firm rewords until the lead confirms, from then on only the lead does', async (t) => {
  await add('WO-01')
  const wording = (who: 'staff' | 'lead', text: string, version: number) => ours[who].post(`${controls}/WO-01/wording`, { text, source: who === 'staff' ? 'Mail of Sep 9' : '', version: String(version) })
  t.equal((await wording('staff', 'Second wording.', 1)).status, 303)
  const late = await wording('staff', 'Written on the old one.', 1)
  t.equal(late.status, 409)
  t.match(late.body, 'Written on the old one.')
  t.match(late.body, 'Second wording.')
  t.equal((await wording('staff', 'Second wording.', 2)).status, 422, 'the same again')
  t.equal((await ours.lead.post(`${controls}/WO-01/confirmation`, { version: '1' })).status, 409, 'not what the lead read')
  t.equal((await ours.lead.post(`${controls}/WO-01/confirmation`, { version: '2' })).status, 303)
  t.equal((await ours.lead.post(`${controls}/WO-01/confirmation`, { version: '2' })).status, 409, 'once')
  t.equal((await wording('staff', 'Third by the firm.', 2)).status, 409)
  t.match((await ours.staff.get(`${controls}/WO-01`)).body, 'from now on only the lead changes it')
  t.equal((await wording('lead', 'Third by the lead.', 2)).status, 303)
  const control = await find('WO-01')
  t.match(control, { wording: 'Third by the lead.', wordingVersion: 3, confirmed: true })
  const versions = await inScope(testApp.site.db, ours.staff.scope, async (trx) => listWordings(trx, ours.staff.scope, control.id))
  t.strictSame(versions.map(({ version, text, enteredBy, confirmedBy }) => [version, text, enteredBy, confirmedBy]), [
    [3, 'Third by the lead.', 'Joel Castellanos', 'Joel Castellanos'], [2, 'Second wording.', 'Lena Fischer', 'Joel Castellanos'], [1, form.text, 'Lena Fischer', null],
  ])
  t.strictSame((await facts('control.reworded')).map((fact) => (fact as { version: number }).version), [2, 3])
  t.strictSame((await facts('control.wording_confirmed')).map((fact) => (fact as { version: number }).version), [2, 3])
})

t.test('the list counts like people, and its filters are in the address', async (t) => {
  await add('AC-10', { text: 'Badges are reviewed.', criteria: 'CC6.4' })
  await add('AC-3', { text: 'Visitors sign in.', criteria: 'CC6.4' })
  const numbers = async (query: string) => [...(await ours.lead.get(`${controls}${query}`)).body.matchAll(/class="ref" href="[^"]*\/controls\/[^"]*">([^<]+)</g)].map(([, number]) => number)
  t.strictSame(await numbers(''), ['AC-02', 'AC-3', 'AC-10', 'RC-01', 'WO-01'])
  t.strictSame(await numbers('?criterion=CC6.4'), ['AC-3', 'AC-10'])
  t.strictSame(await numbers('?q=badges+reviewed'), ['AC-10'])
  t.strictSame(await numbers('?wording=unconfirmed'), ['AC-02', 'AC-3', 'AC-10', 'RC-01'])
  t.match((await ours.lead.get(`${controls}?q=nothing+of+that`)).body, 'No control matches')
  t.match((await outsiders.lead.get(`${outsiders.base}/controls`)).body, 'No controls yet')
  const mappings = await inScope(testApp.site.db, ours.staff.scope, async (trx) => listMappings(trx, ours.staff.scope))
  t.strictSame(mappings.filter(({ criterion }) => criterion === 'CC6.4').map(({ number }) => number).sort(), ['AC-10', 'AC-3'])
})

t.test('a number with signs of its own has a page', async (t) => {
  for (const number of ['A.5.1/2', '7%', 'Ü-1#a?b', '1&2"<']) {
    const { status, location } = await add(number)
    t.equal(status, 303, number)
    const page = await ours.staff.get(location!)
    t.equal(page.status, 200, number)
    t.equal((await ours.lead.post(`${location}/confirmation`, { version: '1' })).status, 303, number)
  }
})

function form0() {
  return { ...form, number: 'NO-1' }
}

async function find(number: string) {
  return await inScope(testApp.site.db, ours.staff.scope, async (trx) => findControl(trx, ours.staff.scope, number))
}

async function facts(kind: string): Promise<unknown[]> {
  const rows = await owner.selectFrom('trail_entry').select('event').where('log', '=', ours.engagement.id).where('kind', '=', kind).orderBy('sequence').execute()
  return rows.map(({ event }) => (JSON.parse(event) as { facts: unknown }).facts)
}
