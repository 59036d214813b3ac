import t from 'tap'
import { sql } from 'kysely'
import { addPerson, sendInvitation } from '../../server/accounts/actions.ts'
import { codeAt } from '../../server/accounts/two-step.ts'
import { inScope } from '../../server/database/connect.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../../server/errors.ts'
import { withoutTokens } from '../../server/web/http.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { firmLog, giveAccount, mailedPath, PASSWORD, Visitor } from './visitor.ts'

const testApp = await openApp(t)
const owner = ownerOf(t, testApp)
const { ours, outsiders } = await gather(testApp)
const managerKey = await giveAccount(testApp, owner, ours.manager.id, true)
await giveAccount(testApp, owner, ours.owner.id, false)
const { site } = testApp
const outside = { ...ours.manager.scope, engagement: null, role: null }
const FRESH = 'eleven lanterns over the quay'

t.beforeEach(async () => {
  await owner.deleteFrom('attempt').execute()
})

const invite = async (personId: string, { scope } = ours.manager) => {
  await inScope(site.db, scope, async (trx) => sendInvitation(trx, scope, site.sealer, personId))
  return await mailedPath(testApp, owner, personId)
}
const ask = async (email: string) => await new Visitor(testApp).post('/password-reset', { email })

t.test('an invited client looks, chooses a password and is in; the link works once', async (t) => {
  const path = await invite(ours.lead.id)
  t.match(path, /^\/invitations\/[A-Za-z0-9_-]{43}$/)
  t.match((await firmLog(owner)).at(-1), { kind: 'account.invited', personId: ours.manager.id, event: new RegExp(ours.lead.id) })
  t.equal((await owner.selectFrom('mail').selectAll().where('person_id', '=', ours.lead.id).executeTakeFirstOrThrow()).engagement_id, ours.engagement.id)

  const visitor = new Visitor(testApp)
  for (let look = 0; look < 3; look += 1) {
    const { status, body, headers } = await visitor.get(path)
    t.equal(status, 200)
    t.match(body, ours.lead.email)
    t.match(body, /autocomplete="new-password"/)
    t.notMatch(body, path.split('/')[2]!, 'the token is not on the page')
    t.match(headers, { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
  }
  t.equal(visitor.cookie, undefined, 'looking begins nothing')
  t.match(await visitor.post(path, { password: 'short' }), { status: 422, body: /at least 12 characters/ })
  t.match(await visitor.post(path, { password: 'Joel Castellanos' }), { status: 422, body: /does not rest on your name/ })
  t.match(await visitor.post(path, { password: FRESH }), { status: 303, location: '/' })
  t.equal((await visitor.get('/account')).status, 200)
  t.match((await firmLog(owner)).at(-1), { kind: 'account.invitation_accepted', personId: ours.lead.id })

  for (const answer of [await new Visitor(testApp).get(path), await new Visitor(testApp).post(path, { password: PASSWORD })]) {
    t.match(answer, { status: 410, body: /was used already/ })
    t.match(answer.body, 'href="/password-reset"')
  }
  t.equal((await new Visitor(testApp).post('/sign-in', { email: ours.lead.email, password: FRESH })).status, 303)
})

t.test('somebody of the firm goes on from the invitation to the second step', async (t) => {
  const path = await invite(ours.staff.id)
  const visitor = new Visitor(testApp)
  t.match(await visitor.post(path, { password: FRESH }), { status: 303, location: '/account/two-step' })
  t.match(await visitor.get('/account'), { status: 303, location: '/account/two-step' })
})

t.test('two who open one invitation at once are not both let in', async (t) => {
  const path = await invite(ours.senior.id)
  const answers = await Promise.all(['one long enough phrase', 'another long enough phrase'].map(async (password) => (await new Visitor(testApp).post(path, { password })).status))
  t.strictSame(answers.toSorted((a, b) => a - b), [303, 410])
})

t.test('an expired, an unknown and a malformed link say so kindly and change nothing', async (t) => {
  const path = await invite(outsiders.owner.id, outsiders.manager)
  await owner.updateTable('invitation').set({ expires_at: sql<Date>`now()` }).where('person_id', '=', outsiders.owner.id).execute()
  for (const answer of [await new Visitor(testApp).get(path), await new Visitor(testApp).post(path, { password: FRESH })]) t.match(answer, { status: 410, body: /more than seven days old/ })
  for (const token of ['A'.repeat(43), 'x', '%27--', `${path.split('/')[2]}x`]) {
    t.match(await new Visitor(testApp).get(`/invitations/${token}`), { status: 404, body: /not known here/ }, token)
    t.equal((await new Visitor(testApp).post(`/invitations/${token}`, { password: FRESH })).status, 404)
  }
  t.equal((await new Visitor(testApp).get(path.replace('/invitations/', '/password-reset/'))).status, 404, 'an invitation is no reset')
  t.equal((await owner.selectFrom('credential').selectAll().where('person_id', '=', outsiders.owner.id).execute()).length, 0)
  t.equal((await ask(outsiders.owner.email)).status, 303)
  t.match(await mailedPath(testApp, owner, outsiders.owner.id), /^\/password-reset\//, 'who was invited can have a new link at the same address')
})

t.test('an invitation lives for seven days and a reset for an hour', async (t) => {
  await invite(outsiders.lead.id, outsiders.manager)
  await ask(ours.manager.email)
  const rows = await owner.selectFrom('invitation').select(['purpose', sql<number>`extract(epoch from expires_at - created_at)::int / 3600`.as('hours')]).execute()
  for (const { purpose, hours } of rows.filter(({ hours }) => hours >= 0)) t.ok(hours === (purpose === 'invitation' ? 168 : 1) || hours === 0, `${purpose}: ${hours} h`)
})

t.test('asking for a new password answers the same for every address and mails only who has an account', async (t) => {
  await owner.deleteFrom('mail').execute()
  const answers = new Set<string>()
  for (const email of [ours.manager.email, 'nobody@nowhere.example', outsiders.staff.email]) {
    const { status, body, location } = await ask(email)
    answers.add(JSON.stringify([status, body, location]))
  }
  t.equal(answers.size, 1)
  t.strictSame((await owner.selectFrom('mail').select('person_id').execute()).map(({ person_id: id }) => id), [ours.manager.id], 'somebody who answers by link alone gets no account this way')
  t.strictSame((await firmLog(owner, 'account.password_reset_asked')).at(-1)?.personId, null, 'whoever asked is not said to be that person')
  t.match(await ask('not an address'), { status: 422, body: /value="not an address"/ })
  t.match((await new Visitor(testApp).get('/password-reset/sent')).body, /If the address has an account/)

  for (let time = 0; time < 5; time += 1) t.equal((await ask(ours.manager.email)).status, 303)
  t.equal((await owner.selectFrom('mail').selectAll().execute()).length, 3, 'and nobody’s mailbox is filled')
})

t.test('a reset works once, ends every session and does not get round the second step', async (t) => {
  const before = new Visitor(testApp)
  await before.post('/sign-in', { email: ours.manager.email, password: PASSWORD })
  await before.post('/sign-in/second-step', { code: codeAt(managerKey, new Date()) })
  t.equal((await before.get('/account')).status, 200)
  await ask(ours.manager.email)
  await ask(ours.manager.email)
  const [first, second] = (await owner.selectFrom('mail').select('link_sealed').where('person_id', '=', ours.manager.id).orderBy('created_at', 'desc').limit(2).execute())
    .map(({ link_sealed: sealed }) => site.sealer.unseal('mail link', sealed!))
  t.match((await new Visitor(testApp).get(first!)).body, 'Set a new password')
  t.equal((await before.get('/account')).status, 200, 'looking ends nothing')

  const visitor = new Visitor(testApp)
  t.match(await visitor.post(first!, { password: FRESH }), { status: 303, location: '/sign-in?done=password' })
  t.equal(visitor.cookie, undefined, 'nobody is signed in by it')
  t.match((await firmLog(owner)).at(-1), { kind: 'account.password_reset', personId: ours.manager.id })
  t.match(await before.get('/account'), { location: '/sign-in' })
  for (const path of [first!, second!]) t.equal((await new Visitor(testApp).post(path, { password: PASSWORD })).status, 410, 'used, or void with the one used')
  t.equal((await new Visitor(testApp).post('/sign-in', { email: ours.manager.email, password: PASSWORD })).status, 422)
  t.match(await new Visitor(testApp).post('/sign-in', { email: ours.manager.email, password: FRESH }), { location: '/sign-in/second-step' })
})

t.test('nobody is invited who was removed, has an account, or is out of sight', async (t) => {
  const attempt = async (personId: string) => await inScope(site.db, ours.manager.scope, async (trx) => sendInvitation(trx, ours.manager.scope, site.sealer, personId))
  await t.rejects(attempt(ours.owner.id), Refused, 'has an account')
  await t.rejects(attempt(outsiders.owner.id), NotFound, 'of another client')
  const path = await invite(ours.reviewer.id)
  await owner.updateTable('person').set({ removed_at: new Date() }).where('id', '=', ours.reviewer.id).execute()
  await t.rejects(attempt(ours.reviewer.id), Refused, 'removed')
  t.equal((await new Visitor(testApp).get(path)).status, 410, 'an invitation ends with its person')
  t.equal((await new Visitor(testApp).post(path, { password: FRESH })).status, 410)
})

t.test('people are added to a side they belong to, under an address nobody has', async (t) => {
  const add = async (change: Partial<Parameters<typeof addPerson>[2]>, scope: Parameters<typeof addPerson>[1] = ours.manager.scope) => await inScope(site.db, scope, async (trx) => addPerson(trx, scope, {
    organizationId: ours.engagement.clientId, email: 'ana@paysmart.example', name: 'Ana\r\nBcc: all@everywhere.example', title: '', rank: null, ...change,
  }))
  const id = await add({})
  const person = await owner.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  t.match(person, { name: 'Ana Bcc: all@everywhere.example', email: 'ana@paysmart.example', organization_id: ours.engagement.clientId, rank: null })
  for (const email of ['ana@paysmart.example', outsiders.lead.email, outsiders.lead.email.toUpperCase()]) {
    const refused = await add({ email }).then(() => null, (error: unknown) => error)
    t.ok(refused instanceof Invalid, email)
    t.notMatch((refused as Invalid).message, /Castellanos|Larkfield/, 'the message names nobody')
  }
  await t.rejects(add({ email: 'b@paysmart.example', rank: 'staff' }), Invalid, 'a client has no rank')
  await t.rejects(add({ email: 'b@harlowpine.example', organizationId: ours.manager.scope.organizationId! }, outside), Invalid, 'the firm’s people have one')
  await t.rejects(add({ email: 'b@harlowpine.example', organizationId: ours.manager.scope.organizationId!, rank: 'partner' }, outside), Forbidden, 'a manager makes no partner')
  await t.rejects(add({ email: 'b@larkfield.example', organizationId: outsiders.engagement.clientId }, ours.lead.scope), NotFound, 'a client adds nobody to another client')
  await t.rejects(add({ email: 'b@larkfield.example', organizationId: outsiders.engagement.clientId }), NotFound, 'nor does one engagement to the client of another')
  await t.rejects(add({ email: 'b@paysmart.example', name: ' \u200b ' }), Invalid)
})

t.test('a dump of the database lets nobody in, and no token reaches a log', async (t) => {
  const visitor = new Visitor(testApp)
  await visitor.post('/sign-in', { email: ours.owner.email, password: PASSWORD })
  await owner.deleteFrom('mail').execute()
  const invited = await inScope(site.db, outside, async (trx) => addPerson(trx, outside, { organizationId: ours.engagement.clientId, email: 'new@paysmart.example', name: 'New', title: '', rank: null }))
  const invitation = await invite(invited)
  await ask(ours.owner.email)
  const reset = await mailedPath(testApp, owner, ours.owner.id)
  const secrets = [visitor.cookie!, invitation.split('/')[2]!, reset.split('/')[2]!, managerKey, PASSWORD]
  const tables = await sql<{ name: string }>`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(owner)
  let read = 0
  for (const { name } of tables.rows) {
    const rows = await sql<{ text: string }>`select t::text as text from ${sql.table(name)} t`.execute(owner)
    read += rows.rows.length
    for (const secret of secrets) t.notOk(rows.rows.some(({ text }) => text.includes(secret)), `${name} holds no secret`)
  }
  t.ok(read > 50, `${read} rows of ${tables.rows.length} tables read`)
  for (const path of [invitation, reset]) t.equal(withoutTokens(path), path.replace(/[^/]+$/, '…'))
})
