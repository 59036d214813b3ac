import t from 'tap'
import { sendInvitation } from '../../server/accounts/actions.ts'
import { inScope } from '../../server/database/connect.ts'
import { deliver } from '../../server/mail/deliver.ts'
import { smtpTransport, type Outgoing } from '../../server/mail/transport.ts'
import { subject, type MessageName, type Messages } from '../../server/mail/messages.ts'
import { renderMail } from '../../server/web/view.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { startMailServer } from '../support/smtp.ts'
import { giveAccount, Visitor } from './visitor.ts'

const testApp = await openApp(t)
const owner = ownerOf(t, testApp)
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
  const server = await startMailServer(t)
  const mail = await delivered(ours.owner.id, smtpTransport(server.url))
  t.strictSame(server.received.map(({ to }) => to), [[ours.owner.email]])
  const headers = server.received[0]!.source.split('\r\n\r\n')[0]!.split('\r\n')
  t.equal(headers.filter((line) => /^subject:/i.test(line)).length, 1)
  t.equal(headers.filter((line) => /^(bcc|cc):/i.test(line)).length, 0)
  t.match(mail.subject, 'PaySmart Subject: Another')
})

t.test('each mail says in both its forms what is asked, and has one way on', async (t) => {
  const request = {
    firm: 'Harlow & Pine', client: 'PaySmart', from: 'Lena Fischer', number: 'R-044', title: 'Backup schedule', ask: 'Screens\nof VaultKeep', checklist: ['all <three>'],
    controls: ['AV-02'], dueOn: '2026-10-21', zone: 'America/New_York', days: 14, withCode: false,
  }
  const exception = { firm: 'Harlow & Pine', client: 'PaySmart', from: 'Priya', exception: 'E-03', control: 'AC-04', problem: 'Two of 25' }
  const thread = { firm: 'Harlow & Pine', client: 'PaySmart', from: 'Lena Fischer', number: 'R-044', title: 'Backup schedule' }
  // A code has nothing to press and a digest a link for each thing: they have tests of their own.
  const messages: { [Name in Exclude<MessageName, 'answer_code' | 'digest'>]: Messages[Name] } = {
    request_issued: request, reminder: { ...request, step: 'asked' }, fresh_link: { ...request, checklist: [], controls: [] }, request_returned: { ...request, reason: 'Wrong period', words: 'It shows July.' },
    facts_wanted: exception, response_wanted: exception,
    approval_wanted: { ...thread, files: 3 }, handed_over: { firm: 'Harlow & Pine', client: 'PaySmart', from: 'Lena', by: 'Priya', side: 'firm', counts: { answers: 3, reviews: 0, controls: 2, series: 1, lines: 0, exceptions: 0, gaps: 0 } }, handover_wanted: { ...thread, colleague: 'Sam', email: 'sam@paysmart.example', words: 'He runs it.' },
    review_note: { firm: 'Harlow & Pine', client: 'PaySmart', from: 'Lena Fischer', reference: 'AC-02.T1', word: 'answered' },
    question_asked: { ...thread, text: 'Which day?', days: 14 }, mentioned: { ...thread, text: null, days: null },
    meeting: { ...thread, days: 14, word: 'agreed', when: 'Oct 21, 2026, 14:00 EDT', zone: 'America/New_York', minutes: 60, place: 'A call' },
    invitation: { firm: 'Harlow & Pine', from: 'Priya', client: null, days: 7 }, password_reset: { hours: 1 }, two_step_removed: { firm: 'Harlow & Pine', from: 'Priya' },
  }
  for (const [name, facts] of Object.entries(messages)) {
    const line = subject(name as MessageName, facts as never)
    const link = 'https://tickmark.example/answer/abc'
    const { html, text } = renderMail(name, { title: line, ...facts, subject: line, name: 'Noor <b>Haddad</b>', link, sentAt: new Date(0) })
    t.equal(html.split('<a ').length, 2, `${name} has one button`)
    t.match(html, `href="${link}"`)
    t.match(html, 'width:100%;max-width:560px')
    t.ok(text.split('\n').includes(link), `${name} has its link on a line of its own`)
    t.match(html, 'Noor &lt;b&gt;Haddad&lt;/b&gt;')
    t.match(text, 'Noor <b>Haddad</b>')
    for (const form of [html, text]) {
      t.notMatch(form, /\[object Object\]|undefined/)
      if (!('ask' in facts)) continue
      for (const fact of ['Backup schedule', 'Lena Fischer', 'of VaultKeep', 'Wednesday, Oct 21, 2026', 'New York', 'opens only R-044 and works for 14 days']) t.match(form, fact, name)
    }
    if (name.startsWith('request_')) t.match(line, /^Due Oct 21: /)
  }
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
