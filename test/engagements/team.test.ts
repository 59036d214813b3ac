import { randomUUID } from 'node:crypto'
import t from 'tap'
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
  for (const path of ['firm', 'client', `${ours.staff.id}/role`, `${ours.staff.id}/removal`, `${ours.staff.id}/invitation`]) {
    for (const key of ['senior', 'staff', 'reviewer', 'lead', 'owner'] as const) t.equal((await ours[key].post(`${team}/${path}`)).status, 403, `${key} ${path}`)
    t.equal((await outsiders.manager.post(`${team}/${path}`)).status, 404, path)
  }
  t.equal((await ours.manager.post(`${team}/${outsiders.lead.id}/removal`)).status, 404, 'somebody who is not on it')
  t.equal((await ours.manager.post(`${team}/nonsense/removal`)).status, 404)
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
  await ours.manager.post(`${team}/${person.id}/removal`)
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
  t.equal((await ours.manager.post(`${team}/${ours.partner.id}/removal`)).status, 409)
  t.equal((await ours.partner.post(`${team}/${ours.partner.id}/removal`)).status, 409)
  t.match((await ours.partner.get(`${team}/${ours.partner.id}`)).body, 'keeps at least one partner')
})

t.test('who is removed is out at once, their links end, and what waited for them is listed', async (t) => {
  const requestId = randomUUID()
  const token = newToken()
  await owner.insertInto('request').values({ engagement_id: ours.engagement.id, id: requestId, number: 7, kind: 'document', title: 'Policy of theirs', ask: 'x', owner_id: ours.owner.id, due_on: '2026-10-14', status: 'open', created_by: ours.senior.id, issued_at: new Date(), issued_by: ours.senior.id }).execute()
  await owner.insertInto('answer_link').values({ engagement_id: ours.engagement.id, request_id: requestId, person_id: ours.owner.id, token_hash: hashToken(token), expires_at: new Date(Date.now() + 86_400_000) }).execute()
  t.equal((await ours.manager.post(`${team}/${ours.owner.id}/removal`)).status, 303)
  t.equal((await ours.owner.get(ours.base)).status, 404)
  const link = await owner.selectFrom('answer_link').select('end_reason').where('request_id', '=', requestId).executeTakeFirstOrThrow()
  t.equal(link.end_reason, 'left')
  t.strictSame((await kinds('member.removed')).at(-1), { personId: ours.owner.id })
  t.strictSame(await kinds('link.ended'), [{ requestId, links: 1, reason: 'left' }])
  const { body } = await ours.manager.get(team)
  t.match(body, 'Owner left')
  t.match(body, 'Policy of theirs')
  t.equal((await ours.manager.post(`${team}/${ours.owner.id}/removal`)).status, 404, 'a second press')
})

t.test('a control owner sees who asks and who coordinates, but no other owner', async (t) => {
  const { body } = await outsiders.owner.get(`${outsiders.base}/team`)
  t.match(body, 'Joel Castellanos')
  t.match(body, 'Tom Bergstrom')
  await outsiders.manager.post(`${outsiders.base}/team/client`, { name: 'Another Owner', email: 'another@larkfield.example', role: 'owner' })
  t.notMatch((await outsiders.owner.get(`${outsiders.base}/team`)).body, 'Another Owner')
})

async function kinds(kind: string): Promise<unknown[]> {
  const rows = await owner.selectFrom('trail_entry').select('event').where('log', '=', ours.engagement.id).where('kind', '=', kind).orderBy('sequence').execute()
  return rows.map(({ event }) => (JSON.parse(event) as { facts: unknown }).facts)
}
