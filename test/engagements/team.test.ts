import { randomUUID } from 'node:crypto'
import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { hashToken, newToken } from '../../server/secrets.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const team = `${ours.base}/team`

t.test('a manager adds one of the firm’s people, who is then admitted', async (t) => {
  const newcomer = outsiders.staff
  t.equal((await newcomer.get(ours.base)).status, 404)
  t.equal((await ours.manager.post(`${team}/firm`, { personId: newcomer.id, firmRole: 'staff' })).status, 303)
  t.equal((await newcomer.get(ours.base)).status, 200)
  t.strictSame(await kinds('member.added'), [{ personId: newcomer.id, role: 'staff' }])
  const again = await ours.manager.post(`${team}/firm`, { personId: newcomer.id, firmRole: 'senior' })
  t.equal(again.status, 422)
  t.match(again.body, 'is on the team already')
})

t.test('the team is managed by managers of the engagement only', async (t) => {
  for (const path of ['firm', 'client', `${ours.staff.id}/role`, `${ours.staff.id}/departure`, `${ours.staff.id}/invitation`]) {
    for (const key of ['senior', 'reviewer', 'lead', 'owner'] as const) t.equal((await ours[key].post(`${team}/${path}`)).status, 403, `${key} ${path}`)
    t.equal((await outsiders.manager.post(`${team}/${path}`)).status, 404, path)
  }
  t.equal((await ours.manager.post(`${team}/${outsiders.lead.id}/departure`)).status, 404, 'somebody who is not on it')
  t.equal((await ours.manager.post(`${team}/nonsense/departure`)).status, 404)
})

t.test('a firm role is not given to the client, nor a client’s role to the firm', async (t) => {
  t.equal((await ours.manager.post(`${team}/firm`, { personId: outsiders.senior.id, firmRole: 'lead' })).status, 422)
  t.equal((await ours.manager.post(`${team}/client`, { name: 'A B', email: 'a.b@paysmart.example', role: 'manager' })).status, 422)
  t.equal((await ours.manager.post(`${team}/firm`, { personId: ours.lead.id, firmRole: 'staff' })).status, 422)
  t.equal((await ours.manager.post(`${team}/firm`, { personId: outsiders.senior.id, firmRole: 'partner' })).status, 422, 'a senior is no engagement partner')
  t.equal((await ours.manager.post(`${team}/${ours.lead.id}/role`, { role: 'manager' })).status, 422)
  t.equal((await ours.manager.post(`${team}/${ours.staff.id}/role`, { role: 'owner' })).status, 422)
})

t.test('a client’s person is added by address: new, known there, or refused without saying whose it is', async (t) => {
  const form = { name: 'Rafael Ortiz', email: 'R.Ortiz@paysmart.example', title: 'Director', role: 'owner' }
  t.equal((await ours.manager.post(`${team}/client`, form)).status, 303)
  const person = await owner.selectFrom('person').selectAll().where('email', '=', 'r.ortiz@paysmart.example').executeTakeFirstOrThrow()
  t.equal(person.organization_id, ours.engagement.clientId)
  await ours.manager.post(`${team}/${person.id}/departure`)
  t.equal((await ours.manager.post(`${team}/client`, { ...form, name: 'Somebody Else', role: 'sponsor' })).status, 303, 'taken as they are')
  t.equal((await owner.selectFrom('person').select('name').where('id', '=', person.id).executeTakeFirstOrThrow()).name, 'Rafael Ortiz')
  for (const email of [outsiders.lead.email, ours.staff.email]) {
    const { status, body } = await ours.manager.post(`${team}/client`, { ...form, name: 'Typed Name', email })
    t.equal(status, 422)
    t.match(body, 'belongs to somebody outside PaySmart Global')
    t.notMatch(body, outsiders.engagement.client)
    t.match(body, 'value="Typed Name"')
  }
})

t.test('an invitation goes out where one is wanted, and the page says who has an account', async (t) => {
  await ours.manager.post(`${team}/client`, { name: 'Helena Brandt', email: 'h.brandt@paysmart.example', role: 'sponsor', invite: 'on' })
  const mail = await owner.selectFrom('mail').selectAll().where('template', '=', 'invitation').execute()
  t.equal(mail.length, 1)
  t.match((await ours.manager.get(team)).body, /Helena Brandt[\s\S]*?Invited/)
  t.equal((await ours.manager.post(`${team}/${ours.owner.id}/invitation`)).status, 303)
  await owner.insertInto('credential').values({ person_id: ours.lead.id, password_hash: 'x' }).execute()
  t.match((await ours.manager.get(team)).body, /Joel Castellanos[\s\S]*?Has an account/)
  t.equal((await ours.manager.post(`${team}/${ours.lead.id}/invitation`)).status, 409, 'who can sign in is not invited')
})

t.test('a role changes, but nobody’s own, and the last partner stays', async (t) => {
  t.equal((await ours.manager.post(`${team}/${ours.staff.id}/role`, { role: 'senior' })).status, 303)
  t.strictSame(await kinds('member.role_changed'), [{ personId: ours.staff.id, from: 'staff', to: 'senior' }])
  t.equal((await ours.manager.post(`${team}/${ours.manager.id}/role`, { role: 'partner' })).status, 409)
  t.equal((await ours.manager.post(`${team}/${ours.partner.id}/role`, { role: 'staff' })).status, 409)
  t.equal((await ours.manager.post(`${team}/${ours.partner.id}/departure`)).status, 409)
  t.equal((await ours.partner.post(`${team}/${ours.partner.id}/departure`)).status, 409)
  t.match((await ours.partner.get(`${team}/${ours.partner.id}`)).body, 'keeps at least one partner')
})

t.test('who leaves hands over what is open: it goes to one person, who is told, and the leaver is out at once', async (t) => {
  const requestId = randomUUID()
  const token = newToken()
  await owner.insertInto('request').values({ engagement_id: ours.engagement.id, id: requestId, number: 7, kind: 'document', title: 'Policy of theirs', ask: 'x', owner_id: ours.owner.id, due_on: '2026-10-14', status: 'open', created_by: ours.senior.id, issued_at: new Date(), issued_by: ours.senior.id }).execute()
  await owner.insertInto('control').values({ engagement_id: ours.engagement.id, number: 'AC-07', frequencies: ['daily'], type: 'preventive', nature: 'manual', owner_id: ours.owner.id }).execute()
  await owner.insertInto('answer_link').values({ engagement_id: ours.engagement.id, request_id: requestId, person_id: ours.owner.id, token_hash: hashToken(token), expires_at: new Date(Date.now() + 86_400_000) }).execute()
  const path = `${team}/${ours.owner.id}/departure`
  t.match((await ours.manager.get(path)).body, /request to answer[\s\S]*control owned[\s\S]*Joel Castellanos/)
  t.equal((await ours.staff.get(path)).status, 403, 'others are removed by managers')
  const unsaid = await ours.manager.post(path)
  t.match(unsaid, { status: 422 })
  t.match(unsaid.body, 'Choose who takes over what is open.')
  t.equal((await ours.manager.post(path, { successor: ours.staff.id })).status, 422, 'nobody of the other side')
  t.equal((await ours.manager.post(path, { successor: outsiders.lead.id })).status, 422, 'nobody from elsewhere')
  t.equal((await ours.owner.get(ours.base)).status, 200, 'a refusal changes nothing')
  t.equal((await ours.owner.post(path, { successor: ours.lead.id })).location, '/engagements', 'people leave by themselves')
  t.equal((await ours.owner.get(ours.base)).status, 404)
  t.equal((await owner.selectFrom('request').select('owner_id').where('id', '=', requestId).executeTakeFirstOrThrow()).owner_id, ours.lead.id)
  t.equal((await owner.selectFrom('control').select('owner_id').where('number', '=', 'AC-07').executeTakeFirstOrThrow()).owner_id, ours.lead.id)
  t.equal((await owner.selectFrom('answer_link').select('end_reason').where('token_hash', '=', hashToken(token)).executeTakeFirstOrThrow()).end_reason, 'reassigned')
  t.strictSame((await kinds('member.removed')).at(-1), { personId: ours.owner.id })
  t.match((await kinds('member.handed_over')).at(-1), { from: ours.owner.id, to: ours.lead.id, answers: 1, controls: 1, reviews: 0 })
  t.strictSame((await owner.selectFrom('mail').select('template').where('person_id', '=', ours.lead.id).where('template', 'in', ['handed_over', 'request_issued']).orderBy('template').execute()).map(({ template }) => template), ['handed_over', 'request_issued'])
  t.equal((await ours.manager.post(path)).status, 404, 'a second press')
})

t.test('the firm sees an engagement as the client does: their rows, their rights, nothing written, their own name in the log', async (t) => {
  const of = { engagement_id: ours.engagement.id }
  const requestId = randomUUID()
  await owner.insertInto('request').values([
    { ...of, id: requestId, number: 21, kind: 'document', title: 'Asked of the lead', ask: 'x', owner_id: ours.lead.id, due_on: '2026-10-14', status: 'open', created_by: ours.senior.id, issued_at: new Date(), issued_by: ours.senior.id },
    { ...of, number: 22, kind: 'document', title: 'Still a draft', ask: 'x', created_by: ours.senior.id },
  ]).execute()
  await owner.insertInto('comment').values([{ ...of, request_id: requestId, internal: true, text: 'Secret between us', author_id: ours.staff.id, channel: 'login' }, { ...of, request_id: requestId, internal: false, text: 'Open to both', author_id: ours.staff.id, channel: 'login' }]).execute()
  const { id: control } = await owner.selectFrom('control').select('id').where('number', '=', 'AC-07').executeTakeFirstOrThrow()
  const line = randomUUID()
  await owner.insertInto('control_wording').values({ ...of, control_id: control, version: 1, text: 'Done.', source: 'List', entered_by: ours.staff.id }).execute()
  await owner.insertInto('test_line').values({ ...of, id: line, control_id: control, sequence: 1, control_wording_version: 1, created_by: ours.staff.id }).execute()
  await owner.insertInto('exception').values({ ...of, number: 9, test_line_id: line, problem: 'Not yet told', opened_by: ours.staff.id }).execute()
  const view = `${ours.base}/client-view`
  for (const key of ['reviewer', 'lead'] as const) t.equal((await ours[key].post(view, { person: ours.lead.id })).status, 403, key)
  t.equal((await ours.manager.post(view, { person: ours.senior.id })).status, 404, 'nobody of the firm')
  t.equal((await ours.manager.post(view, { person: outsiders.lead.id })).status, 404, 'nobody of another engagement')
  t.equal((await ours.manager.post(view, { person: ours.lead.id })).status, 303)
  const overview = await ours.manager.get(ours.base)
  t.match(overview.body, 'You see this engagement as <b>Joel Castellanos</b>')
  t.notMatch(overview.body, `href="${ours.base}/testing"`)
  const list = await ours.manager.get(`${ours.base}/requests`)
  t.match(list.body, 'Asked of the lead')
  t.notMatch(list.body, 'Still a draft')
  const page = await ours.manager.get(`${ours.base}/requests/R-021`)
  t.match(page.body, 'Open to both')
  t.notMatch(page.body, 'Secret between us')
  t.notMatch((await ours.manager.get(`${ours.base}/exceptions`)).body, 'Not yet told')
  t.equal((await ours.manager.get(`${ours.base}/exceptions/E-09`)).status, 404)
  for (const place of ['testing', 'matrix', 'trail']) t.equal((await ours.manager.get(`${ours.base}/${place}`)).status, 403, place)
  for (const place of ['controls', 'controls/AC-07', 'team', 'requests/series', 'requests?q=x', 'jump?q=R-021', 'search?q=x']) t.ok((await ours.manager.get(`${ours.base}/${place}`)).status < 500, place)
  const refused = await ours.manager.post(`${ours.base}/requests/R-021/comments`, { text: 'In their name' })
  t.equal(refused.status, 409)
  t.match(refused.body, 'End that view before you change anything')
  await t.rejects(inScope(testApp.site.db, { ...ours.lead.scope, viewer: { id: ours.manager.id, name: 'Priya' } }, async (trx) => trx.updateTable('engagement').set({ link_days: 3 }).execute()), { code: '25006' }, 'the database writes nothing either')
  t.strictSame((await owner.selectFrom('access_entry').select('person_id').distinct().where('engagement_id', '=', ours.engagement.id).where('kind', 'in', ['seen_as_client', 'request_opened']).execute()).map((row) => row.person_id), [ours.manager.id])
  t.notMatch((await ours.senior.get(ours.base)).body, 'You see this engagement as', 'only this session')
  t.equal((await ours.manager.post(`${view}/end`)).status, 303)
  t.equal((await ours.manager.get(`${ours.base}/testing`)).status, 200)
  t.strictSame([await kinds('view.begun'), await kinds('view.ended')].map((one) => one.length), [1, 1])
})

t.test('a control owner sees who asks and who coordinates, but no other owner', async (t) => {
  const { body } = await outsiders.owner.get(`${outsiders.base}/team`)
  t.match(body, 'Joel Castellanos')
  t.match(body, 'Tom Bergstrom')
  await outsiders.manager.post(`${outsiders.base}/team/client`, { name: 'Another Owner', email: 'another@larkfield.example', role: 'owner' })
  t.notMatch((await outsiders.owner.get(`${outsiders.base}/team`)).body, 'Another Owner')
})

t.test('a test line and an exception keep who began them, and go from hand to hand', async (t) => {
  const [control, line] = [randomUUID(), randomUUID()]
  const of = { engagement_id: outsiders.engagement.id }
  await owner.insertInto('control').values({ ...of, id: control, number: 'AC-08', frequencies: ['daily'], type: 'preventive', nature: 'manual' }).execute()
  await owner.insertInto('control_wording').values({ ...of, control_id: control, version: 1, text: 'Done.', source: 'List', entered_by: outsiders.staff.id }).execute()
  await owner.insertInto('test_line').values({ ...of, id: line, control_id: control, sequence: 1, control_wording_version: 1, created_by: outsiders.staff.id }).execute()
  await owner.insertInto('exception').values({ ...of, number: 1, test_line_id: line, opened_by: outsiders.staff.id }).execute()
  const place = `${outsiders.base}/team`
  t.equal((await outsiders.manager.post(`${place}/${outsiders.staff.id}/departure`, { successor: outsiders.senior.id })).status, 303)
  t.match((await outsiders.senior.get(`${place}/${outsiders.senior.id}/departure`)).body, /<b>1<\/b><span>test line not[\s\S]*<b>1<\/b><span>exception not/)
  t.equal((await owner.selectFrom('test_line').select('created_by').where('id', '=', line).executeTakeFirstOrThrow()).created_by, outsiders.staff.id)
  t.equal((await outsiders.senior.post(`${place}/${outsiders.senior.id}/departure`, { successor: outsiders.manager.id })).status, 303)
  t.strictSame((await owner.selectFrom('handed_item').select(['kind', 'to_id']).where('from_id', '=', outsiders.senior.id).orderBy('kind').execute()), [{ kind: 'exception', to_id: outsiders.manager.id }, { kind: 'line', to_id: outsiders.manager.id }])
})

async function kinds(kind: string): Promise<unknown[]> {
  const rows = await owner.selectFrom('trail_entry').select('event').where('log', '=', ours.engagement.id).where('kind', '=', kind).orderBy('sequence').execute()
  return rows.map(({ event }) => (JSON.parse(event) as { facts: unknown }).facts)
}
