import t from 'tap'
import { sql } from 'kysely'
import { limits } from '../../server/accounts/attempts.ts'
import { codeAt } from '../../server/accounts/two-step.ts'
import { hashToken } from '../../server/secrets.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { firmLog, giveAccount, PASSWORD, Visitor } from './visitor.ts'

const testApp = await openApp(t)
const owner = ownerOf(t, testApp)
const { ours, outsiders } = await gather(testApp)
const managerKey = await giveAccount(testApp, owner, ours.manager.id, true)
await giveAccount(testApp, owner, ours.lead.id, false)
await giveAccount(testApp, owner, ours.staff.id, true)
await giveAccount(testApp, owner, ours.senior.id, false)
await owner.updateTable('person').set({ removed_at: new Date() }).where('id', '=', ours.staff.id).execute()

const code = (steps = 0) => codeAt(managerKey, new Date(Date.now() + steps * 30_000))
const credentials = { email: ours.manager.email, password: PASSWORD }

t.beforeEach(async () => {
  await owner.deleteFrom('attempt').execute()
  await owner.updateTable('credential').set({ two_step_last_step: 0 }).execute()
})

t.test('somebody of the firm signs in with a password and a code, under a new token each time', async (t) => {
  const visitor = new Visitor(testApp, { 'user-agent': 'Firefox on Linux' })
  const door = await visitor.post('/sign-in', { ...credentials, email: ` ${ours.manager.email.toUpperCase()} ` })
  t.match(door, { status: 303, location: '/sign-in/second-step' })
  t.match(String(door.headers['set-cookie']), /^session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
  const halfway = visitor.cookie
  t.match(await visitor.get('/account'), { status: 303, location: '/sign-in/second-step' }, 'halfway opens nothing')
  t.match((await visitor.get('/sign-in/second-step')).body, /autocomplete="one-time-code"[^>]*inputmode="numeric"|inputmode="numeric"[^>]*autocomplete="one-time-code"/)
  t.match(await visitor.post('/sign-in/second-step', { code: code() }), { status: 303, location: '/' })
  t.not(visitor.cookie, halfway)
  t.equal((await visitor.get('/account')).status, 200)
  t.match(await visitor.get('/sign-in/second-step'), { status: 303, location: '/' }, 'there is no second step left')
  const former = new Visitor(testApp)
  former.cookie = halfway
  t.match(await former.get('/account'), { status: 303, location: '/sign-in' }, 'the token of before is worth nothing')
  const last = (await firmLog(owner)).at(-1)
  t.match(last, { kind: 'account.signed_in', personId: ours.manager.id, event: /"twoStep":true/ })
})

t.test('a client without a second step signs in with the password alone, and signs out', async (t) => {
  const visitor = new Visitor(testApp)
  t.match(await visitor.post('/sign-in', { email: ours.lead.email, password: PASSWORD }), { status: 303, location: '/' })
  t.match((await firmLog(owner)).at(-1), { kind: 'account.signed_in', personId: ours.lead.id, event: /"twoStep":false/ })
  const cookie = visitor.cookie
  t.match(await visitor.post('/sign-out'), { status: 303, location: '/sign-in?done=out' })
  t.equal(visitor.cookie, undefined)
  t.match((await firmLog(owner)).at(-1), { kind: 'account.signed_out', personId: ours.lead.id, event: /"sessions":"one"/ })
  visitor.cookie = cookie
  t.match(await visitor.get('/account'), { status: 303, location: '/sign-in' })
})

t.test('whoever cannot sign in gets the same answer, whatever the reason', async (t) => {
  const reasons = {
    'an unknown address': { email: 'nobody@nowhere.example', password: PASSWORD },
    'a wrong password': { email: ours.manager.email, password: 'another phrase altogether' },
    'somebody removed': { email: ours.staff.email, password: PASSWORD },
    'somebody without a password': { email: outsiders.lead.email, password: PASSWORD },
    'what is no address at all': { email: "' or 1=1 --", password: PASSWORD },
  }
  const answers = new Set<string>()
  for (const [reason, form] of Object.entries(reasons)) {
    const visitor = new Visitor(testApp)
    const { status, body, headers } = await visitor.post('/sign-in', form)
    t.equal(status, 422, reason)
    t.equal(visitor.cookie, undefined, `${reason}: no session`)
    t.match(body, escaped(form.email), 'the address is kept')
    t.notMatch(body, form.password, 'the password is not')
    answers.add(JSON.stringify([body.replaceAll(escaped(form.email), '…'), Object.keys(headers).filter((name) => name !== 'date')]))
  }
  t.equal(answers.size, 1, 'byte for byte')
  const failures = (await firmLog(owner, 'account.sign_in_failed')).slice(-5)
  t.strictSame(failures.map(({ personId }) => personId), [null, ours.manager.id, ours.staff.id, outsiders.lead.id, null])
  t.notMatch(failures.map(({ event }) => event).join(), /@/, 'addresses stand beside the events, not in them')
})

t.test('each reason costs the work of one password check', async (t) => {
  const spend = async (email: string) => {
    const spent: number[] = []
    for (let round = 0; round < 5; round += 1) {
      await owner.deleteFrom('attempt').execute()
      const before = process.cpuUsage()
      await new Visitor(testApp).post('/sign-in', { email, password: 'another phrase altogether' })
      const { user, system } = process.cpuUsage(before)
      spent.push(user + system)
    }
    return spent.toSorted((a, b) => a - b)[2]!
  }
  await spend('nobody@nowhere.example')
  const [unknown, wrong, removed] = [await spend('nobody@nowhere.example'), await spend(ours.manager.email), await spend(ours.staff.email)]
  for (const cost of [unknown, removed]) t.ok(cost > wrong / 2 && cost < wrong * 2, `${cost} µs against ${wrong} µs of processor time`)
})

t.test('after five wrong passwords the sixth has to wait, also for an address nobody has, and even with the right one', async (t) => {
  const answers = new Set<string>()
  for (const email of [ours.manager.email, 'nobody@nowhere.example']) {
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      t.equal((await new Visitor(testApp).post('/sign-in', { email, password: 'another phrase altogether' })).status, 422)
    }
    const { status, body } = await new Visitor(testApp).post('/sign-in', { email, password: PASSWORD })
    t.equal(status, 429)
    answers.add(body.replaceAll(email, '…'))
  }
  t.equal(answers.size, 1)
  t.equal((await new Visitor(testApp).post('/sign-in', { email: ours.lead.email, password: PASSWORD })).status, 303, 'others are not kept waiting')
  await owner.updateTable('attempt').set({ at: sql<Date>`at - interval '15 minutes'` }).execute()
  t.equal((await new Visitor(testApp).post('/sign-in', credentials)).status, 303, 'a quarter of an hour later')
})

t.test('many attempts at once are counted one by one', async (t) => {
  const answers = await Promise.all(Array.from({ length: 12 }, async () => (await new Visitor(testApp).post('/sign-in', { email: ours.manager.email, password: 'another phrase altogether' })).status))
  t.equal(answers.filter((status) => status === 422).length, 5)
  t.equal(answers.filter((status) => status === 429).length, 7)
})

t.test('one address may not try the passwords of everybody', async (t) => {
  const { subject, most } = limits.signInFrom('127.0.0.1')
  await owner.insertInto('attempt').values(Array.from({ length: most }, () => ({ subject_hash: hashToken(subject) }))).execute()
  t.equal((await new Visitor(testApp).post('/sign-in', credentials)).status, 429)
  const forged = await new Visitor(testApp).post('/sign-in', credentials, { 'x-forwarded-for': '203.0.113.9' })
  t.equal(forged.status, 429, 'and cannot claim to be another')
})

t.test('a code is good once, and so is a recovery code', async (t) => {
  await owner.insertInto('recovery_code').values({ person_id: ours.manager.id, code_hash: hashToken(`${ours.manager.id} abcdefghjkmnpqrs`) }).execute()
  const enter = async (form: Record<string, string>) => {
    const visitor = new Visitor(testApp)
    await visitor.post('/sign-in', credentials)
    return (await visitor.post('/sign-in/second-step', form)).status
  }
  const now = code()
  t.equal(await enter({ code: now }), 303)
  t.equal(await enter({ code: now }), 422, 'the same code again')
  t.equal(await enter({ code: code(-1) }), 422, 'an older one')
  t.equal(await enter({ code: code(1) }), 303, 'the next one')
  t.equal(await enter({ recovery: 'ABCD EFGH JKMN PQRS' }), 303)
  t.match((await firmLog(owner)).slice(-2).map(({ kind }) => kind), ['account.recovery_code_used', 'account.signed_in'])
  t.equal(await enter({ recovery: 'abcd-efgh-jkmn-pqrs' }), 422, 'the recovery code again')
  t.equal(await enter({}), 422, 'nothing at all')
})

t.test('codes cannot be guessed through: ten in ten minutes', async (t) => {
  const visitor = new Visitor(testApp)
  await visitor.post('/sign-in', credentials)
  for (let attempt = 1; attempt <= 10; attempt += 1) t.equal((await visitor.post('/sign-in/second-step', { recovery: 'wrong' })).status, 422)
  t.match(await visitor.post('/sign-in/second-step', { code: code() }), { status: 429, body: /Wait 10 minutes/ })
  await owner.updateTable('attempt').set({ at: sql<Date>`at - interval '10 minutes'` }).execute()
  t.equal((await visitor.post('/sign-in/second-step', { code: code() })).status, 303)
})

t.test('a password alone neither replaces nor removes a second step', async (t) => {
  const visitor = new Visitor(testApp)
  await visitor.post('/sign-in', credentials)
  for (const path of ['/account/two-step', '/account/two-step/recovery-codes', '/account/two-step/removal', '/account/password', '/account/sessions/end']) {
    t.match(await visitor.post(path, { password: PASSWORD, code: code() }), { status: 303, location: '/sign-in/second-step' }, path)
  }
  t.match(await visitor.get('/account/two-step'), { status: 303, location: '/sign-in/second-step' })
})

t.test('somebody of the firm without a second step gets no further than setting it up', async (t) => {
  const visitor = new Visitor(testApp)
  t.match(await visitor.post('/sign-in', { email: ours.senior.email, password: PASSWORD }), { status: 303, location: '/account/two-step' })
  for (const path of ['/account', ours.base]) t.match(await visitor.get(path), { status: 303, location: '/account/two-step' }, path)
  t.match(await visitor.get('/sign-in/second-step'), { status: 303, location: '/account/two-step' })
})

t.test('a session of a removed person opens nothing from that moment on', async (t) => {
  const reviewer = ours.reviewer
  t.equal((await reviewer.get('/account')).status, 200)
  await owner.updateTable('person').set({ removed_at: new Date() }).where('id', '=', reviewer.id).execute()
  t.match(await reviewer.get('/account'), { status: 303, location: '/sign-in' })
  t.match(await reviewer.post('/account/sessions/end'), { status: 303, location: '/sign-in' })
})

t.test('a session of the firm ends after an hour of rest, and every session after twelve hours', async (t) => {
  const lead = new Visitor(testApp)
  await lead.post('/sign-in', { email: ours.lead.email, password: PASSWORD })
  const manager = new Visitor(testApp)
  await manager.post('/sign-in', credentials)
  await manager.post('/sign-in/second-step', { code: code() })
  const lifetimes = await owner.selectFrom('session').select(sql<number>`extract(epoch from expires_at - created_at)::int`.as('seconds')).where('id_hash', 'in', [lead, manager].map(({ cookie }) => hashToken(cookie!))).execute()
  t.strictSame(lifetimes.map(({ seconds }) => seconds), [43_200, 43_200])
  const rest = async (minutes: number) => await owner.updateTable('session').set({ last_seen_at: sql<Date>`now() - make_interval(mins => ${minutes})` }).execute()
  await rest(59)
  t.equal((await manager.get('/account')).status, 200)
  await rest(61)
  t.match(await manager.get('/account'), { status: 303, location: '/sign-in' })
  t.equal((await lead.get('/account')).status, 200, 'a client may rest longer')
  await owner.updateTable('session').set({ expires_at: sql<Date>`now()` }).execute()
  t.match(await lead.get('/account'), { status: 303, location: '/sign-in' })
})

t.test('over https the cookie is bound to this very host', async (t) => {
  const secure = await openApp(t, { PUBLIC_URL: 'https://tickmark.firm.example' })
  const cast = await gather(secure)
  await giveAccount(secure, ownerOf(t, secure), cast.ours.lead.id, false)
  const answer = await new Visitor(secure).post('/sign-in', { email: cast.ours.lead.email, password: PASSWORD })
  t.match(String(answer.headers['set-cookie']), /^__Host-session=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
})

t.test('the sign-in page says nothing of who asks and shows the demo’s door only in a demo', async (t) => {
  const { status, body, headers } = await new Visitor(testApp).get('/sign-in')
  t.equal(status, 200)
  t.equal(headers['cache-control'], 'no-store')
  t.match(body, /autocomplete="username"/)
  t.match(body, /autocomplete="current-password"/)
  t.match(body, 'href="/demo"')
})

function escaped(text: string): string {
  return text.replaceAll("'", '&#x27;').replaceAll('=', '&#x3D;')
}
