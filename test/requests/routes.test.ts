import t from 'tap'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const requests = `${ours.base}/requests`

const ask = {
  kind: 'configuration', title: 'Backup schedule', ask: 'Screens of VaultKeep in production.', why: 'AV-02 says databases are backed up.',
  checklist: 'All three databases\nProduction, not a test system', due: '2099-10-21', owner: ours.owner.id,
}

async function lastKinds(count: number): Promise<string[]> {
  const rows = await owner.selectFrom('trail_entry').select('kind').where('engagement_id', '=', ours.engagement.id).orderBy('sequence', 'desc').limit(count).execute()
  return rows.map(({ kind }) => kind).toReversed()
}

async function drafted(changes: Record<string, string> = {}): Promise<string> {
  const { status, location } = await ours.staff.post(requests, { ...ask, ...changes })
  if (status !== 303 || !location) throw new Error(`drafting answered ${status}`)
  return location.split('/').at(-1)!
}

async function found(number: string) {
  return await owner.selectFrom('request').selectAll().where('engagement_id', '=', ours.engagement.id).where('number', '=', Number(number.slice(2))).executeTakeFirstOrThrow()
}

t.test('staff draft, seniors issue, and the owner gets one mail with a link of their own', async (t) => {
  const number = await drafted()
  t.same(await lastKinds(1), ['request.drafted'])
  t.equal((await ours.staff.post(`${requests}/${number}/issue`)).status, 403)
  t.equal((await outsiders.senior.post(`${requests}/${number}/issue`)).status, 404)
  t.equal((await ours.owner.get(`${requests}/${number}`)).status, 404, 'the client never sees a draft')
  t.notMatch((await ours.lead.get(requests)).body, number)

  t.equal((await ours.senior.post(`${requests}/${number}/issue`)).status, 303)
  t.same(await lastKinds(2), ['request.issued', 'link.sent'])
  const request = await found(number)
  t.match(request, { status: 'open', owner_id: ours.owner.id, due_on: '2099-10-21', original_due_on: '2099-10-21' })
  const links = await owner.selectFrom('answer_link').selectAll().where('request_id', '=', request.id).execute()
  t.equal(links.length, 1)
  t.match(links[0], { person_id: ours.owner.id, ended_at: null, token_hash: /^[0-9a-f]{64}$/ })
  t.match(await owner.selectFrom('mail').select(['template', 'person_id', 'facts']).where('engagement_id', '=', ours.engagement.id).orderBy('created_at', 'desc').executeTakeFirst(),
    { template: 'request_issued', person_id: ours.owner.id, facts: { number, checklist: ['All three databases', 'Production, not a test system'], dueOn: '2099-10-21' } })

  const again = await ours.senior.post(`${requests}/${number}/issue`)
  t.equal(again.status, 409)
  t.match(again.body, 'open by now')
})

t.test('a form that cannot be taken comes back with what was typed and the field that is wrong', async (t) => {
  const cases: readonly [Record<string, string>, RegExp][] = [
    [{ title: '' }, /Say in a few words/], [{ ask: '' }, /Write what the owner should send/], [{ due: '2026-02-30' }, /a day of the calendar/],
    [{ controls: 'ZZ-99' }, /No control of this engagement has the number ZZ-99/], [{ owner: outsiders.owner.id }, /one of the client’s people/],
    [{ owner: ours.staff.id }, /one of the client’s people/], [{ kind: 'rumour' }, /what kind/], [{ title: 'x'.repeat(201) }, /under 200/],
  ]
  for (const [change, message] of cases) {
    const { status, body } = await ours.staff.post(requests, { ...ask, ask: 'Kept: <b>words</b>', ...change })
    t.equal(status, 422, JSON.stringify(change))
    t.match(body, message)
    if (!('ask' in change)) t.match(body, 'Kept: &lt;b&gt;words&lt;/b&gt;')
  }
})

t.test('a key in another list is held once in an engagement, and by each engagement', async (t) => {
  const number = await drafted({ external: 'PBC-77' })
  const twice = await ours.staff.post(requests, { ...ask, external: 'PBC-77' })
  t.equal(twice.status, 422)
  t.match(twice.body, `${number} has this key already`)
  const other = await drafted()
  const { version } = await found(other)
  t.equal((await ours.staff.post(`${requests}/${other}/draft`, { ...ask, external: 'PBC-77', version: String(version) })).status, 422)
  const own = await found(number)
  t.equal((await ours.staff.post(`${requests}/${number}/draft`, { ...ask, external: 'PBC-77', version: String(own.version) })).status, 303)
  t.equal((await outsiders.staff.post(`${outsiders.base}/requests`, { ...ask, owner: '', external: 'PBC-77' })).status, 303)
})

t.test('save and issue is one act: without an owner nothing is left behind', async (t) => {
  const before = await owner.selectFrom('request').select('id').execute()
  t.equal((await ours.senior.post(requests, { ...ask, owner: '', save: 'issue' })).status, 409)
  t.equal((await owner.selectFrom('request').select('id').execute()).length, before.length)
  t.equal((await ours.staff.post(requests, { ...ask, save: 'issue' })).status, 403, 'drafting is no way round the right to issue')
})

t.test('several drafts are issued together or not at all', async (t) => {
  const good = await drafted()
  const bad = await drafted({ due: '' })
  const chosen = [good, bad].map((number) => String(Number(number.slice(2))))
  const refused = await ours.senior.post(`${requests}/bulk/issue`, { n: chosen })
  t.equal(refused.status, 409)
  t.match(refused.body, `${bad} needs a due date`)
  t.equal((await found(good)).status, 'draft')
  t.equal((await ours.senior.post(`${requests}/bulk/issue`, { n: chosen[0]! })).status, 303)
  t.equal((await found(good)).status, 'open')
})

t.test('numbers never repeat when twenty people draft at once', async (t) => {
  const numbers = await Promise.all(Array.from({ length: 20 }, () => drafted()))
  t.equal(new Set(numbers).size, 20)
})

t.test('a draft changes under its version; an issued request keeps its wording', async (t) => {
  const number = await drafted()
  const { version } = await found(number)
  t.equal((await ours.staff.post(`${requests}/${number}/draft`, { ...ask, title: 'Retention', version: String(version) })).status, 303)
  t.same(await lastKinds(1), ['request.changed'])
  const lost = await ours.senior.post(`${requests}/${number}/draft`, { ...ask, title: 'Alert rule', version: String(version) })
  t.equal(lost.status, 409)
  t.equal((await found(number)).title, 'Retention')
  await ours.senior.post(`${requests}/${number}/issue`)
  t.equal((await ours.staff.post(`${requests}/${number}/draft`, { ...ask, version: String(version + 2) })).status, 409)
})

t.test('a new owner gets a link, and the former one’s ends', async (t) => {
  const number = await drafted()
  await ours.senior.post(`${requests}/${number}/issue`)
  t.equal((await ours.owner.post(`${requests}/${number}/owner`, { owner: ours.lead.id })).status, 403)
  t.equal((await ours.lead.post(`${requests}/${number}/owner`, { owner: ours.lead.id })).status, 303)
  t.same(await lastKinds(3), ['request.reassigned', 'link.ended', 'link.sent'])
  const { id } = await found(number)
  const links = await owner.selectFrom('answer_link').select(['person_id', 'end_reason']).where('request_id', '=', id).orderBy('created_at').execute()
  t.match(links, [{ person_id: ours.owner.id, end_reason: 'reassigned' }, { person_id: ours.lead.id, end_reason: null }])
  t.equal((await ours.owner.get(`${requests}/${number}`)).status, 404, 'an owner sees only what is asked of them')
})

t.test('links are sent again and revoked', async (t) => {
  const number = await drafted()
  t.equal((await ours.senior.post(`${requests}/${number}/links`)).status, 409, 'a draft has nobody to remind')
  await ours.senior.post(`${requests}/${number}/issue`)
  t.equal((await ours.senior.post(`${requests}/${number}/links`)).status, 303)
  t.equal((await ours.staff.post(`${requests}/${number}/links`)).status, 403)
  t.equal((await ours.senior.post(`${requests}/${number}/links/revocation`)).status, 303)
  t.same(await lastKinds(1), ['link.ended'])
  const { id } = await found(number)
  t.match(await owner.selectFrom('answer_link').select('end_reason').where('request_id', '=', id).execute(), [{ end_reason: 'revoked' }, { end_reason: 'revoked' }])
})

t.test('a moved due date keeps the first one on record', async (t) => {
  const number = await drafted()
  await ours.senior.post(`${requests}/${number}/issue`)
  t.equal((await ours.senior.post(`${requests}/${number}/due-date`, { due: 'soon' })).status, 422)
  t.equal((await ours.senior.post(`${requests}/${number}/due-date`, { due: '2099-10-28' })).status, 303)
  t.match(await found(number), { due_on: '2099-10-28', original_due_on: '2099-10-21' })
  t.same(await lastKinds(1), ['request.due_changed'])
})

t.test('closing needs a senior and a reason, ends the links, and can be undone', async (t) => {
  for (const [noun, status] of [['cancellation', 'cancelled'], ['not-applicable', 'not_applicable']] as const) {
    const number = await drafted()
    await ours.senior.post(`${requests}/${number}/issue`)
    t.equal((await ours.staff.post(`${requests}/${number}/${noun}`, { reason: 'Asked twice' })).status, 403)
    t.equal((await ours.senior.post(`${requests}/${number}/${noun}`)).status, 422)
    t.equal((await ours.senior.post(`${requests}/${number}/${noun}`, { reason: 'Asked twice' })).status, 303)
    t.equal((await found(number)).status, status)
    t.same(await lastKinds(2), [`request.${status}`, 'link.ended'])
    t.equal((await ours.senior.post(`${requests}/${number}/${noun}`, { reason: 'Again' })).status, 409)
    t.equal((await ours.senior.post(`${requests}/${number}/reopening`, { reason: 'Needed after all' })).status, 303)
    t.equal((await found(number)).status, 'open')
    t.same(await lastKinds(2), ['request.reopened', 'link.sent'])
  }
})

t.test('the list groups by whose move it is and keeps its filters in the address', async (t) => {
  const number = await drafted({ title: 'Something to find 100%' })
  const { body } = await ours.senior.get(`${requests}?q=${encodeURIComponent('find 100%')}`)
  t.match(body, number)
  t.match(body, 'Something to find 100%')
  t.notMatch((await ours.senior.get(`${requests}?q=${encodeURIComponent('find 100_')}`)).body, number, 'a wildcard is a letter like any other')
  t.match((await ours.senior.get(`${requests}?state=draft`)).body, number)
  t.notMatch((await ours.senior.get(`${requests}?state=accepted`)).body, `>${number}<`)
  t.match((await ours.senior.get(`${requests}?state=accepted&kind=nonsense&owner=x`)).body, 'No request matches')
  t.match((await ours.senior.get(requests)).body, /With us[\s\S]*With the client/)
})
