import t from 'tap'
import { randomUUID } from 'node:crypto'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { firmLog, giveAccount, mailedPath, PASSWORD, Visitor } from './visitor.ts'

const testApp = await openApp(t)
const owner = ownerOf(t, testApp)
const { ours } = await gather(testApp)
await giveAccount(testApp, owner, ours.senior.id, true)
const newcomer = { name: 'Ida Lund', email: 'Ida.Lund@harlowpine.example', title: 'Associate', rank: 'staff' }

t.test('a partner and a manager see the firm’s people with rank and account, and no client', async (t) => {
  for (const member of [ours.partner, ours.manager]) {
    const { status, body } = await member.get('/people')
    t.equal(status, 200)
    t.match(body, ours.staff.email)
    t.match(body, /Tom Bergstrom[\s\S]*?Senior[\s\S]*?Active/)
    t.match(body, /Lena Fischer[\s\S]*?Not invited/)
    t.notMatch(body, ours.lead.email)
  }
  t.notMatch((await ours.manager.get('/people')).body, '<option value="partner"', 'a manager is not offered a rank above their own')
  t.match((await ours.partner.get('/people')).body, '<option value="partner"')
})

t.test('only they may: others of the firm are refused on the record, clients find nothing, strangers a door', async (t) => {
  for (const [method, path] of [['get', '/people'], ['post', '/people'], ['post', `/people/${ours.owner.id}/removal`], ['post', `/people/${ours.owner.id}/invitation`]] as const) {
    for (const member of [ours.senior, ours.staff]) {
      t.equal((await member[method](path)).status, 403, `${member.name} ${path}`)
      t.match((await firmLog(owner)).at(-1), { kind: 'account.refused', personId: member.id, event: /account\.manage/ })
    }
    for (const member of [ours.lead, ours.owner]) t.equal((await member[method](path)).status, 404, `${member.name} ${path}`)
    t.match(await new Visitor(testApp)[method](path), { status: 303, location: '/sign-in' })
  }
})

t.test('somebody is added and invited by mail in one step', async (t) => {
  t.match(await ours.manager.post('/people', newcomer), { status: 303, location: '/people?done=invited' })
  const person = await owner.selectFrom('person').selectAll().where('email', '=', 'ida.lund@harlowpine.example').executeTakeFirstOrThrow()
  t.match(person, { name: 'Ida Lund', title: 'Associate', rank: 'staff', organization_id: ours.manager.scope.organizationId })
  t.match((await firmLog(owner)).at(-1), { kind: 'account.invited', personId: ours.manager.id, event: new RegExp(person.id) })
  t.match((await ours.manager.get('/people?done=invited')).body, /Ida Lund[\s\S]*?Invited/)
  const first = await mailedPath(testApp, owner, person.id)
  t.match(await new Visitor(testApp).get(first), { status: 200, body: /Harlow &amp; Pine/ })
  t.match(await ours.partner.post(`/people/${person.id}/invitation`), { status: 303, location: '/people?done=invited' })
  t.not(await mailedPath(testApp, owner, person.id), first)
})

t.test('what cannot be taken comes back with everything typed and a reason at its field', async (t) => {
  for (const [form, reason] of [
    [{ ...newcomer, email: 'nonsense' }, /such as name@firm\.example/],
    [{ ...newcomer, email: 'IDA.LUND@harlowpine.example' }, /already belongs to somebody/],
    [{ ...newcomer, email: ours.lead.email }, /already belongs to somebody/],
    [{ ...newcomer, email: 'x@harlowpine.example', name: '' }, /Enter the name/],
    [{ ...newcomer, email: 'x@harlowpine.example', name: 'x'.repeat(200) }, /under 120 characters/],
    [{ ...newcomer, email: 'x@harlowpine.example', rank: 'emperor' }, /Choose a rank/],
  ] as const) {
    const { status, body } = await ours.manager.post('/people', form)
    t.equal(status, 422, String(reason))
    t.match(body, reason)
    t.match(body, 'value="Associate"', 'what was typed is kept')
    t.match(body, /class="summary"/)
  }
  t.equal((await ours.manager.post('/people', { ...newcomer, email: 'y@harlowpine.example', rank: 'partner' })).status, 403)
  t.equal((await owner.selectFrom('person').selectAll().where('email', 'in', ['x@harlowpine.example', 'y@harlowpine.example']).execute()).length, 0, 'nothing half done')
})

t.test('removing somebody ends their sessions and invitations at once and keeps what they did', async (t) => {
  await ours.manager.post(`/people/${ours.staff.id}/invitation`)
  const invitation = await mailedPath(testApp, owner, ours.staff.id)
  t.equal((await ours.staff.get('/account')).status, 200)
  t.match(await ours.manager.post(`/people/${ours.staff.id}/removal`), { status: 303, location: '/people?done=removed' })
  t.match((await firmLog(owner)).at(-1), { kind: 'account.removed', personId: ours.manager.id, event: new RegExp(ours.staff.id) })
  t.match(await ours.staff.get('/account'), { status: 303, location: '/sign-in' })
  t.match(await ours.staff.get(ours.base), { status: 303, location: '/sign-in' })
  t.equal((await owner.selectFrom('session').selectAll().where('person_id', '=', ours.staff.id).execute()).length, 0)
  t.equal((await new Visitor(testApp).get(invitation)).status, 410)
  t.ok(await owner.selectFrom('membership').selectAll().where('person_id', '=', ours.staff.id).executeTakeFirst(), 'they stay in what they worked on')
  t.match((await ours.manager.get('/people')).body, /Lena Fischer[\s\S]*?Removed/)
  t.equal((await ours.manager.post(`/people/${ours.staff.id}/removal`)).status, 409, 'not twice')
  t.equal((await ours.manager.post(`/people/${ours.staff.id}/invitation`)).status, 409)

  await ours.partner.post(`/people/${ours.senior.id}/removal`)
  t.equal((await new Visitor(testApp).post('/sign-in', { email: ours.senior.email, password: PASSWORD })).status, 422, 'the password is worth nothing any more')
})

t.test('nobody removes themselves, a manager no partner, and no one a client or a stranger here', async (t) => {
  t.equal((await ours.manager.post(`/people/${ours.manager.id}/removal`)).status, 403)
  t.equal((await ours.partner.post(`/people/${ours.partner.id}/removal`)).status, 403)
  t.equal((await ours.manager.post(`/people/${ours.partner.id}/removal`)).status, 403)
  for (const id of [ours.lead.id, randomUUID(), 'everybody']) t.equal((await ours.partner.post(`/people/${id}/removal`)).status, 404, id)
  t.equal((await ours.partner.post(`/people/${ours.manager.id}/removal`)).status, 303, 'a partner removes a manager')
})

t.test('a large firm is read a page at a time and found by name or address', async (t) => {
  const organizationId = ours.partner.scope.organizationId!
  await owner.insertInto('person').values(Array.from({ length: 120 }, (_, index) => ({
    id: randomUUID(), organization_id: organizationId, name: `Zoe ${String(index).padStart(3, '0')}%`, email: `zoe_${index}@harlowpine.example`, title: '', rank: 'staff' as const,
  }))).execute()
  const total = await owner.selectFrom('person').select((eb) => eb.fn.countAll<number>().as('count')).where('organization_id', '=', organizationId).executeTakeFirstOrThrow()
  const seen: string[] = []
  for (let next: string | undefined = '/people'; next;) {
    const { status, body } = await ours.partner.get(next)
    t.equal(status, 200)
    t.match(body, `${total.count} people`)
    const names = [...body.matchAll(/<th scope="row" class="first"><b>([^<]+)/g)].map(([, name]) => name!)
    t.ok(names.length <= 50)
    seen.push(...names)
    next = /rel="next" href="([^"]+)"/.exec(body)?.[1]?.replaceAll('&#x3D;', '=')
  }
  t.equal(seen.length, total.count, 'everybody once')
  t.strictSame(seen.filter((name) => name.startsWith('Zoe')), Array.from({ length: 120 }, (_, index) => `Zoe ${String(index).padStart(3, '0')}%`))
  const found = async (path: string) => [...(await ours.partner.get(path)).body.matchAll(/<th scope="row" class="first"><b>([^<]+)/g)].map(([, name]) => name!)
  t.strictSame(await found('/people?q=zoe+004'), ['Zoe 004%'])
  t.strictSame(await found('/people?q=ZOE_7%40'), ['Zoe 007%'])
  t.equal((await found('/people?q=00%25&page=1')).length, 2, 'a sign of the database means itself')
  const second = await ours.partner.get('/people?q=zoe&page=2')
  t.match(second.body, /rel="prev" href="\/people\?q&#x3D;zoe&amp;page&#x3D;1"/)
  t.match(second.body, /value="zoe"/)
  t.match((await ours.partner.get('/people?q=nobody+of+that+name')).body, /Nobody fits/)
  for (const odd of ['page=0', 'page=-3', 'page=x', `q=${'x'.repeat(300)}`, 'page=99999']) t.equal((await ours.partner.get(`/people?${odd}`)).status, 200, odd)
})
