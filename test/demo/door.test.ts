import t from 'tap'
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import { linkify } from '../../server/demo/pages.ts'
import { mailboxFolder } from '../../server/demo/store.ts'
import { mailboxTransport } from '../../server/mail/transport.ts'
import { firmLog, Visitor } from '../accounts/visitor.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'

const testApp = await openApp(t)
const owner = ownerOf(t, testApp)
const { ours, outsiders } = await gather(testApp)
const { dataDir } = testApp
const ghost = '7f3a1c9e-0000-4000-8000-abcdefabcdef'

const production = {
  DATABASE_URL: 'postgresql://tickmark_app@db.example/tickmark', QUEUE_DATABASE_URL: 'postgresql://tickmark_queue@db.example/tickmark',
  PUBLIC_URL: 'http://127.0.0.1:3000', SECRET: 'k9J2x7Qp4Wn8Rt1Vz6Lm3Bc5Hd0Fg', SMTP_URL: 'smtp://127.0.0.1:25',
}
production.SECRET = `${production.SECRET}abcdef`

async function doors(at: TestApp, change: InjectOptions = {}): Promise<number[]> {
  const headers = { host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000', ...change.headers }
  const answers = [
    await at.app.inject({ method: 'GET', url: '/demo', ...change, headers }),
    await at.app.inject({ method: 'GET', url: '/mailbox', ...change, headers }),
    await at.app.inject({ method: 'GET', url: '/mailbox/x', ...change, headers }),
    await at.app.inject({ method: 'POST', url: '/demo/sign-in', ...change, headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, payload: `person=${ours.senior.id}` }),
  ]
  return answers.map(({ statusCode }) => statusCode)
}

t.test('on this very machine both doors are there', async (t) => {
  writePeople()
  t.strictSame(await doors(testApp), [200, 200, 404, 303])
  for (const host of ['localhost:3000', 'localhost', '[::1]:3000', '127.0.0.1']) t.strictSame(await doors(testApp, { headers: { host } }), [200, 200, 404, 303], host)
  t.strictSame(await doors(testApp, { remoteAddress: '::1' }), [200, 200, 404, 303])
})

t.test('seen from anywhere else, by another name or through a proxy, neither exists', async (t) => {
  writePeople()
  for (const remoteAddress of ['192.168.1.20', '203.0.113.9', '::ffff:10.0.0.1', '2001:db8::1']) t.strictSame(await doors(testApp, { remoteAddress }), [404, 404, 404, 404], remoteAddress)
  for (const host of ['tickmark.example', 'evil.example:3000', '127.0.0.1.evil.example', 'localhost.evil.example', '192.168.1.20:3000']) t.strictSame(await doors(testApp, { headers: { host } }), [404, 404, 404, 404], host)
  for (const name of ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via', 'cf-connecting-ip']) {
    t.strictSame(await doors(testApp, { headers: { [name]: '127.0.0.1' } }), [404, 404, 404, 404], name)
  }
})

t.test('with DATABASE_URL neither exists, whatever else is said', async (t) => {
  const real = await openApp(t, production)
  t.equal(real.site.config.demo, false)
  t.strictSame(await doors(real), [404, 404, 404, 404])
  t.notMatch((await new Visitor(real).get('/sign-in')).body, '/demo')
})

t.test('a demo on an address others can reach is refused at the start', async (t) => {
  await t.rejects(openApp(t, { HOST: '0.0.0.0' }), /listens on this machine only/)
})

t.test('the demo’s people are offered by organization, and one click signs in as one of them', async (t) => {
  writePeople()
  const visitor = new Visitor(testApp)
  const { body, headers } = await visitor.get('/demo')
  t.equal(headers['refresh'], undefined)
  t.ok(body.indexOf('Harlow &amp; Pine') < body.indexOf('PaySmart'), 'the firm first')
  t.match(body, 'Decides what is usable')
  t.match(await visitor.post('/demo/sign-in', { person: ours.senior.id }), { status: 303, location: '/' })
  t.match((await firmLog(owner)).at(-1), { kind: 'account.signed_in', personId: ours.senior.id })
  t.match(await visitor.get('/account'), { status: 200, body: new RegExp(ours.senior.email) })
  const former = visitor.cookie
  t.match(await visitor.post('/demo/sign-in', { person: ours.lead.id }), { status: 303 })
  t.match((await visitor.get('/account')).body, ours.lead.email)
  visitor.cookie = former
  t.match(await visitor.get('/account'), { location: '/sign-in' }, 'the session of before has ended')
})

t.test('nobody else can be signed in as', async (t) => {
  writePeople(randomUUID())
  const visitor = new Visitor(testApp)
  for (const person of [outsiders.partner.id, randomUUID(), 'everybody']) t.equal((await visitor.post('/demo/sign-in', { person })).status, 404, person)
  t.equal((await visitor.post('/demo/sign-in')).status, 422)
  t.equal((await visitor.post('/demo/sign-in', { person: ghost })).status, 404, 'somebody the database does not know')
  t.equal(visitor.cookie, undefined)
})

t.test('while the demo is being loaded the page says how far it is and looks again', async (t) => {
  writeFileSync(join(dataDir, 'demo-people.json'), '[{"half written')
  const waiting = await new Visitor(testApp).get('/demo')
  t.match(waiting, { status: 200, body: /being loaded/, headers: { refresh: '2' } })
  writeFileSync(join(dataDir, 'demo.json'), JSON.stringify({ step: 3, of: 12, done: false }))
  t.match((await new Visitor(testApp).get('/demo')).body, /Step 3 of 12[\s\S]*<progress max="12" value="3"/)
  writePeople()
  writeFileSync(join(dataDir, 'demo.json'), JSON.stringify({ step: 12, of: 12, done: true }))
  t.notMatch((await new Visitor(testApp).get('/demo')).body, 'being loaded')
})

t.test('mails are read newest first, by page and by address, as text with links to this site alone', async (t) => {
  const visitor = new Visitor(testApp)
  t.match((await visitor.get('/mailbox')).body, 'No mail yet')
  const send = mailboxTransport(mailboxFolder(dataDir))
  for (let index = 0; index < 60; index += 1) {
    await send({
      messageId: `<${randomUUID()}@tickmark.example>`, from: 'Tickmark <no-reply@tickmark.example>', at: new Date(Date.UTC(2026, 9, 1, 0, index)),
      to: { name: `Person ${index}`, address: `person.${index % 2 ? 'odd' : 'even'}@paysmart.example` }, subject: `Mail <b>number</b> ${index}`,
      html: '<script>alert(1)</script>', text: `<script>alert(1)</script>\nhttp://127.0.0.1:3000/answer/abc\nhttps://evil.example/answer/abc`,
    })
  }
  writeFileSync(join(mailboxFolder(dataDir), '.2026-10-01T000000.000Z-half.json'), '{')
  const { body } = await visitor.get('/mailbox')
  t.equal([...body.matchAll(/href="\/mailbox\/2026/g)].length, 50)
  t.ok(body.indexOf('number&lt;/b&gt; 59') < body.indexOf('number&lt;/b&gt; 58'))
  t.match(body, '1–50 of 60')
  t.equal([...(await visitor.get('/mailbox?page=2')).body.matchAll(/href="\/mailbox\/2026/g)].length, 10)
  t.equal([...(await visitor.get('/mailbox?search=ODD@')).body.matchAll(/href="\/mailbox\/2026/g)].length, 30)
  t.match((await visitor.get('/mailbox?search=nobody@')).body, 'No mail to that address')
  t.equal((await visitor.get('/mailbox?page=-1&page=x')).status, 200)

  const path = /href="(\/mailbox\/2026[^"]+)"/.exec(body)![1]!
  const mail = (await visitor.get(path)).body
  t.match(mail, 'href="/answer/abc" rel="noreferrer"')
  t.notMatch(mail, /href="[^"]*evil/)
  t.notMatch(mail, '<script>alert')
  for (const wrong of ['/mailbox/..%2f..%2fdemo', '/mailbox/2026-10-01T000000.000Z-half']) t.equal((await visitor.get(wrong)).status, 404, wrong)
})

t.test('only whole addresses of this very site become links', async (t) => {
  const site = new URL('http://127.0.0.1:3000')
  const links = (text: string) => linkify(text, site).filter(({ href }) => href !== null).map(({ href }) => href)
  t.strictSame(links('See http://127.0.0.1:3000/answer/a-b_c, then http://127.0.0.1:3000/mailbox?page=2.'), ['/answer/a-b_c', '/mailbox?page=2'])
  for (const text of ['http://127.0.0.1:3001/a', 'https://127.0.0.1:3000/a', 'http://127.0.0.1:3000@evil.example/', 'http://127.0.0.1:3000//evil.example', 'http://127.0.0.1:3000.evil.example/', 'javascript:alert(1)', 'http://']) {
    t.strictSame(links(text), [], text)
    t.equal(linkify(text, site).map((piece) => piece.text).join(''), text, 'no word is lost')
  }
})

function writePeople(firstId = ours.senior.id): void {
  writeFileSync(join(dataDir, 'demo-people.json'), JSON.stringify([
    { personId: ours.lead.id, name: ours.lead.name, title: 'VP Security', side: 'client', role: 'compliance lead', organization: 'PaySmart Global, Inc.', note: 'Sees what is asked of the company.' },
    { personId: firstId, name: ours.senior.name, title: '', side: 'firm', role: 'senior', organization: 'Harlow & Pine CPAs LLP', note: 'Decides what is usable.' },
    { personId: ghost, name: 'Nobody', title: '', side: 'firm', role: 'staff', organization: 'Harlow & Pine CPAs LLP', note: '' },
  ]))
}
