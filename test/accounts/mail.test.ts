import t from 'tap'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { sendInvitation } from '../../server/accounts/actions.ts'
import { inScope } from '../../server/database/connect.ts'
import { deliver, smtpTransport, type Outgoing } from '../../server/mail/deliver.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { asOwner, giveAccount, Visitor } from './visitor.ts'

const testApp = await openApp(t)
const owner = asOwner(t, testApp)
const { ours } = await gather(testApp)
const { site } = testApp
await giveAccount(testApp, owner, ours.lead.id, false)

t.test('a forged Host changes no link in a mail', async (t) => {
  const forged = { 'host': 'evil.example', 'x-forwarded-host': 'evil.example', 'forwarded': 'host=evil.example' }
  t.equal((await new Visitor(testApp).post('/password-reset', { email: ours.lead.email }, forged)).status, 303)
  const mail = await delivered(ours.lead.id)
  t.match(mail.text, /http:\/\/127\.0\.0\.1:3000\/password-reset\/[A-Za-z0-9_-]{43}\n/)
  t.match(mail.html, /href="http:\/\/127\.0\.0\.1:3000\/password-reset\/[A-Za-z0-9_-]{43}"/)
  t.notMatch(mail.html + mail.text, 'evil')
  t.equal((await owner.selectFrom('mail').selectAll().where('person_id', '=', ours.lead.id).executeTakeFirstOrThrow()).link_sealed, null, 'once sent, the link is forgotten')
})

t.test('line breaks in names and addresses reach no header: one recipient, one subject', async (t) => {
  await owner.updateTable('person').set({ name: 'Eve\r\nBcc: all@everywhere.example\r\nRCPT TO:<all@everywhere.example>' }).where('id', '=', ours.owner.id).execute()
  await owner.updateTable('organization').set({ name: 'PaySmart\r\nSubject: Another' }).where('id', '=', ours.engagement.clientId).execute()
  const scope = { ...ours.manager.scope, engagement: { ...ours.engagement, client: 'PaySmart\r\nSubject: Another' } }
  await inScope(site.db, scope, async (trx) => sendInvitation(trx, scope, site.sealer, ours.owner.id))
  const server = await listen(t)
  const mail = await delivered(ours.owner.id, async (outgoing) => smtpTransport(`smtp://127.0.0.1:${server.port}?ignoreTLS=true`)(outgoing))
  const start = server.lines.indexOf('DATA')
  t.strictSame(server.lines.slice(0, start).filter((line) => /^RCPT/i.test(line)), [`RCPT TO:<${ours.owner.email}>`])
  const headers = server.lines.slice(start + 1, server.lines.indexOf('', start))
  t.equal(headers.filter((line) => /^subject:/i.test(line)).length, 1)
  t.equal(headers.filter((line) => /^(bcc|cc):/i.test(line)).length, 0)
  t.match(mail.subject, 'PaySmart Subject: Another')
})

/** Delivers the newest mail to a person and returns it as it left. */
async function delivered(personId: string, transport?: (mail: Outgoing) => Promise<void>): Promise<Outgoing> {
  const { id } = await owner.selectFrom('mail').select('id').where('person_id', '=', personId).orderBy('created_at', 'desc').executeTakeFirstOrThrow()
  let sent: Outgoing | undefined
  await deliver({ db: site.db, sealer: site.sealer, publicUrl: site.config.publicUrl, from: site.config.mailFrom, transport: async (mail) => {
    sent = mail
    await transport?.(mail)
  } }, id)
  return sent!
}

/** A mail server that says yes to everything and keeps each line it hears. */
async function listen(t: { teardown: (end: () => void) => void }): Promise<{ port: number, lines: string[] }> {
  const lines: string[] = []
  const server = createServer((socket) => converse(socket, lines)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  return { port: (server.address() as AddressInfo).port, lines }
}

function converse(socket: Socket, lines: string[]): void {
  let data = false
  let rest = ''
  socket.write('220 mail.example\r\n')
  socket.on('data', (chunk) => {
    const parts = (rest + String(chunk)).split('\r\n')
    rest = parts.pop() ?? ''
    for (const line of parts) {
      lines.push(line)
      if (data && line !== '.') continue
      data = line === 'DATA'
      socket.write(data ? '354 go on\r\n' : line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n')
    }
  })
}
