import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import t from 'tap'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inScope } from '../../server/database/connect.ts'
import { deliver, type Postman } from '../../server/mail/deliver.ts'
import { mailboxTransport, smtpTransport } from '../../server/mail/transport.ts'
import { post, type Letter } from '../../server/mail/outbox.ts'
import { newToken } from '../../server/secrets.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { startMailServer } from '../support/smtp.ts'

const testApp = await openApp(t)
const { ours } = await gather(testApp)
const owner = ownerOf(t, testApp)
const { db, sealer } = testApp.site

function letter(link: string): Letter {
  return {
    to: ours.owner.id, template: 'request_issued', link,
    facts: {
      firm: ours.engagement.firm, client: ours.engagement.client, from: 'Tom Bergstrom', number: 'R-044', title: 'Backup schedule',
      ask: 'Screens of VaultKeep <production>', checklist: ['All three databases'], controls: ['AV-02'], dueOn: '2026-10-21', zone: 'America/New_York', days: 14,
    },
  }
}

async function posted(link: string): Promise<string> {
  await inScope(db, ours.senior.scope, async (trx) => post(trx, ours.senior.scope, sealer, letter(link)))
  const { id } = await owner.selectFrom('mail').select('id').orderBy('created_at', 'desc').limit(1).executeTakeFirstOrThrow()
  return id
}

t.test('a mail leaves once, with its link, and the database never holds the token', async (t) => {
  const server = await startMailServer(t)
  const postman: Postman = { db, sealer, publicUrl: new URL('https://tickmark.firm.example'), from: 'Tickmark <no-reply@firm.example>', transport: smtpTransport(server.url) }
  const token = newToken()
  const mailId = await posted(`/answer/${token}`)
  const waiting = await owner.selectFrom('mail').selectAll().where('id', '=', mailId).executeTakeFirstOrThrow()
  t.notMatch(JSON.stringify(waiting), token)

  await deliver(postman, mailId)
  await deliver(postman, mailId)
  t.equal(server.received.length, 1)
  const [mail] = server.received
  const source = mail!.source.replaceAll('=\r\n', '').replaceAll('=3D', '=')
  t.same(mail!.to, [ours.owner.email])
  t.match(source, `https://tickmark.firm.example/answer/${token}`)
  t.match(source, `Message-ID: <${mailId}@tickmark.firm.example>`)
  t.match(source, /^Subject: Due Oct 21: Backup schedule \(R-044\)/m)
  t.match(source, 'Screens of VaultKeep &lt;production&gt;', 'the HTML part is escaped')
  t.match(source, 'Screens of VaultKeep <production>', 'the text part is not')
  const sent = await owner.selectFrom('mail').selectAll().where('id', '=', mailId).executeTakeFirstOrThrow()
  t.ok(sent.sent_at)
  t.equal(sent.link_sealed, null, 'the sealed link is forgotten')
})

t.test('a refusing mail server is tried again, and a copy is recognised by its Message-ID', async (t) => {
  const server = await startMailServer(t)
  const postman: Postman = { db, sealer, publicUrl: new URL('https://tickmark.firm.example'), from: 'no-reply@firm.example', transport: smtpTransport(server.url) }
  const mailId = await posted(`/answer/${newToken()}`)
  server.refuse = 1
  await t.rejects(deliver(postman, mailId), /could not be sent/)
  t.match(await owner.selectFrom('mail').select(['attempts', 'last_error', 'sent_at']).where('id', '=', mailId).executeTakeFirst(), { attempts: 1, last_error: /451/, sent_at: null })
  server.dropAfterData = 1
  await t.rejects(deliver(postman, mailId))
  await deliver(postman, mailId)
  t.equal(server.received.length, 2, 'the server took it, its answer was lost, it was sent again')
  const [first, second] = server.received.map(({ source }) => /Message-ID: (.*)/.exec(source)?.[1])
  t.equal(first, second)
})

t.test('a mail of a transaction that rolls back is never sent', async (t) => {
  const before = await owner.selectFrom('mail').select('id').execute()
  await t.rejects(inScope(db, ours.senior.scope, async (trx) => {
    await post(trx, ours.senior.scope, sealer, letter('/answer/x'))
    throw new Error('changed my mind')
  }))
  t.same(await owner.selectFrom('mail').select('id').execute(), before)
})

t.test('a line break in a name starts no header and reaches one recipient', async (t) => {
  const server = await startMailServer(t)
  await owner.updateTable('person').set({ name: 'Noor\r\nBcc: evil@evil.example\r\n\r\nHello' }).where('id', '=', ours.owner.id).execute()
  t.teardown(async () => owner.updateTable('person').set({ name: ours.owner.name }).where('id', '=', ours.owner.id).execute())
  const mailId = await posted('/answer/x')
  await deliver({ db, sealer, publicUrl: new URL('https://tickmark.firm.example'), from: 'no-reply@firm.example', transport: smtpTransport(server.url) }, mailId)
  t.same(server.received[0]!.to, [ours.owner.email])
  t.notMatch(server.received[0]!.source, /^Bcc:/m)
})

t.test('a mail server that never answers is given up, so that it keeps neither a job nor a connection', async (t) => {
  const silent = createServer((socket) => sockets.add(socket.on('error', () => {})))
  const sockets = new Set<Socket>()
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    silent.close()
  })
  const mailId = await posted('/answer/x')
  const url = `smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`
  await t.rejects(deliver({ db, sealer, publicUrl: new URL('https://tickmark.firm.example'), from: 'no-reply@firm.example', transport: smtpTransport(url, 100) }, mailId), /could not be sent/)
  t.match(await owner.selectFrom('mail').select(['sent_at', 'attempts']).where('id', '=', mailId).executeTakeFirst(), { sent_at: null, attempts: 1 })
})

t.test('in a demo mails become private files, newest last by name', async (t) => {
  const folder = join(mkdtempSync(join(tmpdir(), 'tickmark-')), 'mailbox')
  const postman: Postman = { db, sealer, publicUrl: new URL('http://127.0.0.1:3000'), from: 'no-reply@tickmark.example', transport: mailboxTransport(folder) }
  for (const link of ['/answer/one', '/answer/two']) await deliver(postman, await posted(link))
  const files = readdirSync(folder).toSorted()
  t.equal(files.length, 2)
  t.match(JSON.parse(readFileSync(join(folder, files[1]!), 'utf8')), { to: { address: ours.owner.email }, subject: /R-044/, text: /http:\/\/127\.0\.0\.1:3000\/answer\/two/ })
})
