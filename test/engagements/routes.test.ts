import t from 'tap'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const plan = { system: 'Ledger', type: '2', periodStart: '2026-01-01', periodEnd: '2026-06-30', zone: 'UTC', categories: ['availability'] }

t.test('a manager creates an engagement for a new client, is on its team and finds it in its own trail', async (t) => {
  const { status, location } = await ours.manager.post('/engagements', { ...plan, clientName: 'Brightwell Logistics' })
  t.equal(status, 303)
  const id = location!.split('/').at(-1)!
  const page = await ours.manager.get(location!)
  t.match(page.body, 'Brightwell Logistics')
  t.match(page.body, 'Jan 1, 2026 to Jun 30, 2026')
  t.equal((await ours.senior.get(location!)).status, 404, 'nobody else of the firm sees it')
  const entries = await owner.selectFrom('trail_entry').select('kind').where('log', '=', id).orderBy('sequence').execute()
  t.strictSame(entries.map(({ kind }) => kind), ['engagement.created', 'member.added'])
  const member = await owner.selectFrom('membership').select('role').where('engagement_id', '=', id).executeTakeFirstOrThrow()
  t.equal(member.role, 'manager')
  const again = await ours.partner.post('/engagements', { ...plan, clientName: 'brightwell logistics' })
  t.equal(again.status, 422)
  t.match(again.body, 'is a client of the firm already')
})

t.test('a button pressed several times makes one engagement and one client, also at once', async (t) => {
  const form = { ...plan, clientName: 'Twice & Co' }
  const pressed = await Promise.all([1, 2, 3].map(() => ours.manager.post('/engagements', form)))
  t.strictSame(pressed.map(({ status }) => status), [303, 303, 303])
  t.equal(new Set(pressed.map(({ location }) => location)).size, 1)
  const { id } = await owner.selectFrom('organization').select('id').where('name', '=', 'Twice & Co').executeTakeFirstOrThrow()
  t.equal((await owner.selectFrom('engagement').select('id').where('client_id', '=', id).execute()).length, 1)
  const others = await Promise.all([ours.manager.post('/engagements', { ...form, system: 'Cards' }), ours.partner.post('/engagements', { ...form, clientName: '', client: id })])
  t.equal(new Set([...pressed, ...others].map(({ location }) => location)).size, 3, 'another system, or somebody else, is another engagement')
  await ours.manager.post(`${pressed[0]!.location!}/phase`, { to: 'withdrawn', reason: 'Begun by mistake.' })
  const anew = await ours.manager.post('/engagements', { ...form, clientName: '', client: id })
  t.not(anew.location, pressed[0]!.location)
})

t.test('a partner creates a Type 1 engagement for a client the firm has, which shows its date', async (t) => {
  const { location } = await ours.partner.post('/engagements', { client: ours.engagement.clientId, system: 'Cards', type: '1', asOf: '2026-10-31', periodStart: '2026-01-01', zone: 'America/New_York' })
  const page = await ours.partner.get(location!)
  t.match(page.body, 'as of Oct 31, 2026')
  t.notMatch(page.body, 'Jan 1, 2026')
})

t.test('what cannot be an engagement is named field by field and nothing typed is lost', async (t) => {
  const wrong: readonly [Record<string, string>, string][] = [
    [{ clientName: '', client: '' }, 'Choose a client, or name a new one below.'],
    [{ periodEnd: '2025-06-30' }, 'The period ends before it starts.'],
    [{ periodEnd: '' }, 'needs the last day of its period'],
    [{ periodStart: '2026-02-30' }, 'Enter the date as year-month-day'],
    [{ zone: 'Mars/Olympus' }, 'Choose a time zone from the list.'],
    [{ type: '1' }, 'needs the date it looks at'],
    [{ client: '7c9e6679-7425-40de-944b-e07fc1f90ae7', clientName: '' }, 'Choose a client from the list, or name a new one.'],
    [{ client: ours.engagement.clientId }, 'not both'],
  ]
  for (const [change, message] of wrong) {
    const { status, body } = await ours.manager.post('/engagements', { ...plan, system: 'Kept words', clientName: 'New & Co', ...change })
    t.equal(status, 422, message)
    t.match(body, message)
    t.match(body, 'value="Kept words"')
  }
})

t.test('seniors and clients create no engagement', async (t) => {
  t.equal((await ours.senior.post('/engagements', { ...plan, clientName: 'X' })).status, 403)
  t.equal((await ours.lead.post('/engagements', { ...plan, clientName: 'X' })).status, 404)
})

t.test('a phase changes along its arrows only, by managers, with a trail entry', async (t) => {
  const phase = (form: Record<string, string>) => ours.manager.post(`${ours.base}/phase`, form)
  t.equal((await ours.staff.post(`${ours.base}/phase`, { to: 'wrap_up' })).status, 403)
  t.equal((await outsiders.manager.post(`${ours.base}/phase`, { to: 'wrap_up' })).status, 404)
  t.equal((await phase({ to: 'issued' })).status, 403, 'the partner releases')
  t.equal((await ours.partner.post(`${ours.base}/phase`, { to: 'issued' })).status, 409)
  t.equal((await phase({ to: 'nonsense' })).status, 422)
  t.equal((await phase({ to: 'wrap_up' })).status, 303)
  t.equal((await phase({ to: 'wrap_up' })).status, 409, 'the second press finds it done')
  t.match((await ours.manager.get(`${ours.base}/phase`)).body, 'Before reporting')
  t.equal((await phase({ to: 'fieldwork' })).status, 422, 'a way back has a reason')
  t.equal((await phase({ to: 'fieldwork', reason: 'More to test' })).status, 303)
  const entries = await owner.selectFrom('trail_entry').select('event').where('log', '=', ours.engagement.id).where('kind', '=', 'phase.changed').orderBy('sequence').execute()
  t.strictSame(entries.map(({ event }) => JSON.parse(event).facts), [{ from: 'fieldwork', to: 'wrap_up' }, { from: 'wrap_up', to: 'fieldwork' }])
})

t.test('the overview lists what to do and shows an owner nothing but their own', async (t) => {
  const { body } = await ours.senior.get(ours.base)
  t.match(body, '41 of 41 criteria have no control')
  t.match(body, 'Enter the controls the client supplied')
  const seen = await ours.owner.get(ours.base)
  t.equal(seen.status, 200)
  t.notMatch(seen.body, 'have no control')
})

t.test('home says what waits, for each side its own, and the head carries the same count', async (t) => {
  const request = { engagement_id: ours.engagement.id, kind: 'document', ask: 'x', owner_id: ours.owner.id, due_on: '2026-01-02', created_by: ours.senior.id, issued_at: new Date(), issued_by: ours.senior.id } as const
  await owner.insertInto('request').values([
    { ...request, number: 1, title: 'Signed policy', status: 'open' }, { ...request, number: 2, title: 'Backup setting', status: 'submitted' },
    { ...request, number: 3, title: 'Under somebody’s eyes', status: 'in_review', reviewer_id: ours.staff.id }, { ...request, number: 4, title: 'Still a draft', status: 'draft', issued_at: null, issued_by: null },
  ]).execute()
  const senior = await ours.senior.get('/')
  t.match(senior.body, '1 thing waits for you, Tom')
  t.match(senior.body, `href="${ours.base}/requests/R-002"`)
  t.match(senior.body, '<span class="count mine">1</span>')
  t.notMatch(senior.body, 'Under somebody')
  t.match((await ours.staff.get('/')).body, '2 things wait for you, Lena')
  const asked = await ours.owner.get('/')
  t.match(asked.body, '1 thing waits for you, Noor')
  t.match(asked.body, 'Signed policy')
  t.notMatch(asked.body, 'Backup setting')
  t.match((await outsiders.senior.get('/')).body, 'Nothing waits for you, Tom')
  t.match((await ours.senior.get('/engagements')).body, '0 of 3 accepted, 2 with us')
  t.match((await ours.owner.get('/')).body, '0 of 3 accepted')
})

t.test('the head counts what waits up to two hundred, and says when there is more', async (t) => {
  const waits = (first: number, count: number) => Array.from({ length: count }, (_, index) => ({
    engagement_id: ours.engagement.id, number: first + index, kind: 'document' as const, title: 'Policy', ask: 'x', owner_id: ours.owner.id, due_on: '2026-01-02', status: 'submitted' as const, created_by: ours.senior.id, issued_at: new Date(), issued_by: ours.senior.id,
  }))
  await owner.insertInto('request').values(waits(1001, 199)).execute()
  t.match((await ours.senior.get('/')).body, '<span class="count mine">200</span>')
  await owner.insertInto('request').values(waits(2001, 1)).execute()
  const { body } = await ours.senior.get('/')
  t.match(body, '<span class="count mine">200+</span>')
  t.match(body, '201 things wait for you, Tom')
})

t.test('the jump box leads a number to its thing and words to a search', async (t) => {
  await ours.staff.post(`${ours.base}/controls`, {
    number: 'AC-02', text: 'Leavers lose access.', source: 'List', ownerTitle: 'IT', frequencies: ['daily'], type: 'preventive', nature: 'manual', risk: 'low', criteria: 'CC6.2',
  })
  const jump = async (who: 'senior' | 'owner', text: string) => (await ours[who].get(`${ours.base}/jump?q=${encodeURIComponent(text)}`)).location?.slice(ours.base.length)
  for (const [text, place] of [['ac-02', '/controls/AC-02'], ['R-2', '/requests/R-002'], ['14', '/requests/R-014'], ['ac-02.t1', '/testing/AC-02.T1'], ['e-1', '/exceptions/E-01'], ['pop-3', '/populations/POP-03'], ['leavers lose', '/search?q=leavers%20lose'], ['a&b#c', '/search?q=a%26b%23c'], ['//evil.example', '/search?q=%2F%2Fevil.example'], ['', '']] as const) {
    t.equal(await jump('senior', text), place, text)
  }
  t.equal(await jump('owner', 'AC-02'), '/search?q=AC-02', 'an owner is not told whether there is such a control')
  t.equal((await outsiders.senior.get(`${ours.base}/jump?q=AC-02`)).status, 404)
})
