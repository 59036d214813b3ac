import t from 'tap'
import { randomUUID } from 'node:crypto'
import { codeAt } from '../../server/accounts/two-step.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { firmLog, giveAccount, mailedPath, PASSWORD, Visitor, type Visit } from './visitor.ts'

const testApp = await openApp(t)
const owner = ownerOf(t, testApp)
const { ours, outsiders } = await gather(testApp)
for (const member of [ours.lead, ours.senior, ours.owner, outsiders.lead]) await giveAccount(testApp, owner, member.id, false)
const managerKey = await giveAccount(testApp, owner, ours.manager.id, true)
const FRESH = 'eleven lanterns over the quay'

t.beforeEach(async () => {
  await owner.deleteFrom('attempt').execute()
  await owner.updateTable('credential').set({ two_step_last_step: 0 }).execute()
})

t.test('somebody of the firm sets up two steps with a picture or a key, and sees ten recovery codes once', async (t) => {
  const visitor = await signedIn(ours.senior.email)
  const page = await visitor.get('/account/two-step')
  t.equal(page.status, 200)
  t.match(page.body, /<svg class="qr" role="img" aria-label=/)
  t.notMatch(page.body, /style=|data:/, 'nothing the content policy would drop')
  const { key, sealed } = keyOn(page)
  t.equal((await owner.selectFrom('credential').select('two_step_sealed').where('person_id', '=', ours.senior.id).executeTakeFirstOrThrow()).two_step_sealed, null, 'looking stores nothing')

  const wrong = await visitor.post('/account/two-step', { sealed, code: '000000' })
  t.equal(wrong.status, 422)
  t.equal(keyOn(wrong).key, key, 'the same key stays on the page')
  t.equal((await visitor.post('/account/two-step', { sealed })).status, 422, 'a code is asked for')

  const halfway = visitor.cookie
  const done = await visitor.post('/account/two-step', { sealed: keyOn(wrong).sealed, code: codeAt(key, new Date()) })
  t.equal(done.status, 200)
  const codes = [...done.body.matchAll(/<samp class="mono">([a-z0-9-]{19})<\/samp>/g)].map((found) => found[1]!)
  t.equal(codes.length, 10)
  t.not(visitor.cookie, halfway, 'the session has a new token')
  t.equal((await visitor.get('/account')).status, 200)
  t.match((await firmLog(owner)).at(-1), { kind: 'account.two_step_set', personId: ours.senior.id })

  const stored = await owner.selectFrom('credential').selectAll().where('person_id', '=', ours.senior.id).executeTakeFirstOrThrow()
  t.notMatch(JSON.stringify(stored), key, 'the key is sealed')
  t.equal(testApp.site.sealer.unseal('two-step', stored.two_step_sealed!), key)
  t.match(await visitor.get('/account/two-step'), { status: 303, location: '/account' })
  t.match(await visitor.post('/account/two-step', { sealed, code: codeAt(key, new Date()) }), { status: 303, location: '/account' })

  const again = await signedIn(ours.senior.email)
  t.equal((await again.post('/sign-in/second-step', { recovery: codes[3]! })).status, 303)
  t.match((await again.get('/account')).body, /9 recovery codes of ten left/)
})

t.test('a key that was sealed for another session, or changed, sets up nothing', async (t) => {
  const theirs = keyOn(await (await signedIn(outsiders.lead.email)).get('/account/two-step'))
  const visitor = await signedIn(ours.lead.email)
  for (const sealed of [theirs.sealed, 'x', '']) {
    const answer = await visitor.post('/account/two-step', { sealed, code: codeAt(theirs.key, new Date()) })
    t.equal(answer.status, 422)
    t.not(keyOn(answer).key, theirs.key, 'a new key is offered')
  }
})

t.test('new recovery codes ask for the password and end the old ones; the firm may not go back to one step', async (t) => {
  const visitor = await signedIn(ours.manager.email, managerKey)
  t.match(await visitor.post('/account/two-step/recovery-codes', { password: 'not the password' }), { status: 422, body: /This is not your present password/ })
  const first = codesOn(await visitor.post('/account/two-step/recovery-codes', { password: PASSWORD }))
  const second = codesOn(await visitor.post('/account/two-step/recovery-codes', { password: PASSWORD }))
  t.equal(new Set([...first, ...second]).size, 20)
  const again = await signedIn(ours.manager.email)
  t.equal((await again.post('/sign-in/second-step', { recovery: first[0]! })).status, 422)
  t.equal((await again.post('/sign-in/second-step', { recovery: second[0]! })).status, 303)
  t.equal((await again.post('/account/two-step/removal', { password: PASSWORD })).status, 409)
  t.notMatch((await again.get('/account')).body, 'removal')
})

t.test('a client may set up a second step and remove it again with the password', async (t) => {
  const elsewhere = await signedIn(ours.lead.email)
  const visitor = await signedIn(ours.lead.email)
  t.equal((await visitor.post('/account/two-step/recovery-codes', { password: PASSWORD })).status, 409, 'nothing to recover yet')
  const { key, sealed } = keyOn(await visitor.get('/account/two-step'))
  t.equal(codesOn(await visitor.post('/account/two-step', { sealed, code: codeAt(key, new Date()) })).length, 10)
  t.match(await elsewhere.get('/account'), { status: 303, location: '/sign-in' }, 'sessions without it have ended')
  const again = new Visitor(testApp)
  t.match(await again.post('/sign-in', { email: ours.lead.email, password: PASSWORD }), { location: '/sign-in/second-step' })
  t.equal((await visitor.post('/account/two-step/removal', { password: 'not the password' })).status, 422)
  t.match(await visitor.post('/account/two-step/removal', { password: PASSWORD }), { status: 303, location: '/account?done=two-step' })
  t.match((await firmLog(owner)).at(-1), { kind: 'account.two_step_removed', personId: ours.lead.id })
  t.equal((await owner.selectFrom('recovery_code').selectAll().where('person_id', '=', ours.lead.id).execute()).length, 0)
  t.match(await new Visitor(testApp).post('/sign-in', { email: ours.lead.email, password: PASSWORD }), { location: '/' })
})

t.test('my sessions are listed with this one marked; one or all can be ended, and nobody else’s', async (t) => {
  const laptop = await signedIn(ours.owner.email, undefined, { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Firefox/140.0' })
  const phone = await signedIn(ours.owner.email, undefined, { 'user-agent': 'Mozilla/5.0 (iPhone) Version/18.0 Safari/604.1' })
  const page = (await laptop.get('/account')).body
  t.match(page, /Firefox on Windows <span class="state green">/, 'this one')
  t.match(page, 'Safari on iPhone')
  const other = /Safari on iPhone[\s\S]*?action="(\/account\/sessions\/[0-9a-f-]{36}\/end)"/.exec(page)![1]!
  const stranger = await signedIn(outsiders.lead.email)
  t.equal((await stranger.post(other)).status, 404, 'somebody else’s session is not there')
  t.equal((await laptop.post(`/account/sessions/${randomUUID()}/end`)).status, 404)
  t.equal((await laptop.post('/account/sessions/everything/end')).status, 404)
  t.match(await laptop.post(other), { status: 303, location: '/account?done=session' })
  t.match(await phone.get('/account'), { location: '/sign-in' })
  t.equal((await laptop.get('/account')).status, 200)

  const third = await signedIn(ours.owner.email)
  t.match(await laptop.post('/account/sessions/end'), { status: 303, location: '/sign-in?done=everywhere' })
  t.match((await firmLog(owner)).at(-1), { kind: 'account.signed_out', event: /"sessions":"all"/ })
  t.match(await third.get('/account'), { location: '/sign-in' })
  t.equal(laptop.cookie, undefined)
})

t.test('the password is changed with the old one, which ends every other session', async (t) => {
  const elsewhere = await signedIn(ours.owner.email)
  const visitor = await signedIn(ours.owner.email)
  const refused = await visitor.post('/account/password', { old: 'not the password', fresh: FRESH })
  t.match(refused, { status: 422, body: /This is not your present password/ })
  t.notMatch(refused.body, FRESH, 'what was typed into a password field is never shown')
  t.match(await visitor.post('/account/password', { old: PASSWORD, fresh: 'too short' }), { status: 422, body: /at least 12 characters; this one has 9/ })
  t.match(await visitor.post('/account/password', { old: PASSWORD, fresh: 'noor haddad 1' }), { status: 422, body: /does not rest on your name/ })
  t.equal((await elsewhere.get('/account')).status, 200)
  await new Visitor(testApp).post('/password-reset', { email: ours.owner.email })
  const mailed = await mailedPath(testApp, owner, ours.owner.id)
  t.equal((await new Visitor(testApp).get(mailed)).status, 200)
  t.match(await visitor.post('/account/password', { old: PASSWORD, fresh: FRESH }), { status: 303, location: '/account?done=password' })
  t.match(await elsewhere.get('/account'), { location: '/sign-in' })
  t.match((await visitor.get('/account?done=password')).body, 'every other session has ended')
  t.equal((await new Visitor(testApp).get(mailed)).status, 410, 'nor does a mail of before set another')
  t.equal((await new Visitor(testApp).post('/sign-in', { email: ours.owner.email, password: PASSWORD })).status, 422)
  t.equal((await new Visitor(testApp).post('/sign-in', { email: ours.owner.email, password: FRESH })).status, 303)
  for (let attempt = 1; attempt <= 10; attempt += 1) await visitor.post('/account/password', { old: 'guess', fresh: PASSWORD })
  t.match(await visitor.post('/account/password', { old: FRESH, fresh: PASSWORD }), { status: 422, body: /Too many attempts/ }, 'a stolen session does not guess the password')
})

t.test('one’s own page shows nobody else’s facts and invents no notice', async (t) => {
  const { body } = await ours.partner.get('/account?done=<script>')
  t.match(body, ours.partner.email)
  t.notMatch(body, '<script>&')
  t.notMatch(body, ours.manager.email)
  t.match(body, 'This account has no password')
})

async function signedIn(email: string, key?: string, headers: Record<string, string> = {}): Promise<Visitor> {
  const visitor = new Visitor(testApp, headers)
  await visitor.post('/sign-in', { email, password: PASSWORD })
  if (key !== undefined) await visitor.post('/sign-in/second-step', { code: codeAt(key, new Date()) })
  return visitor
}

function keyOn({ body }: Visit): { key: string, sealed: string } {
  return {
    key: /<samp class="mono">([A-Z2-7 ]{39})<\/samp>/.exec(body)![1]!.replaceAll(' ', ''),
    sealed: /name="sealed" value="([^"]+)"/.exec(body)![1]!,
  }
}

function codesOn({ body }: Visit): string[] {
  return [...body.matchAll(/<samp class="mono">([a-z0-9-]{19})<\/samp>/g)].map((found) => found[1]!)
}
