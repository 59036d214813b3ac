import { sql } from 'kysely'
import t from 'tap'
import { outsideScope } from '../../server/access/program.ts'
import { deliver, type Postman } from '../../server/mail/deliver.ts'
import { smtpTransport } from '../../server/mail/transport.ts'
import { readerScope, sendDigest } from '../../server/requests/digest-actions.ts'
import { ask, openRun, type Run } from '../evidence/run.ts'
import { startMailServer, type MailServer } from '../support/smtp.ts'

t.test('the ask carries both its forms, its due date as a calendar file and links to this site alone', async (t) => {
  const { run, postman, server } = await staged(t)
  const request = await ask(run, run.cast.ours, { title: 'Backup schedule; all of it', ask: 'Every screen.\r\nATTENDEE:mailto:eve@evil.example', dueOn: '2099-10-21' })
  await sendAll(run, postman)
  const [mail] = server.received
  t.strictSame(mail!.to, [run.cast.ours.owner.email])
  const parts = partsOf(mail!.source)
  t.match([...parts.keys()].join(), /text\/plain.*text\/html.*text\/calendar/)
  const file = parts.get('text/calendar')!.replaceAll('\r\n ', '')
  for (const line of ['METHOD:PUBLISH', `UID:request-${request.id}@tickmark.firm.example`, 'SEQUENCE:0', 'DTSTART;VALUE=DATE:20991021', 'SUMMARY:Due: Backup schedule\\; all of it (R-001)']) t.match(file, line)
  t.notMatch(file, /^ATTENDEE/m)
  t.notMatch(file, /PaySmart|\/answer\//, 'a shared calendar shows no client and opens nothing')
  const site = [...[...parts.values()].join('\n').matchAll(/https?:\/\/[^\s"<)]+/g)].map(([url]) => new URL(url).origin)
  t.strictSame([...new Set(site)], ['https://tickmark.firm.example'])
  t.notMatch(mail!.source, /List-Unsubscribe/i, 'nobody unsubscribes from what is asked of them')

  await run.cast.ours.senior.post(`${request.url}/due-date`, { due: '2099-11-05' })
  await run.cast.ours.senior.post(`${request.url}/links`)
  await sendAll(run, postman)
  const moved = partsOf(server.received[1]!.source).get('text/calendar')!
  t.match(moved, 'SEQUENCE:1')
  t.match(moved, 'DTSTART;VALUE=DATE:20991105')
})

t.test('a digest can be stopped by the mail program in one post, and what is asked still comes', async (t) => {
  const { run, postman, server } = await staged(t)
  const { ours } = run.cast
  await ask(run, ours)
  const scope = readerScope(ours.owner.id, outsideScope('test'))
  await sendDigest(run.site, scope, '2099-10-21')
  await sendAll(run, postman)
  const source = server.received.at(-1)!.source.replaceAll('\r\n ', ' ')
  t.match(source, 'List-Unsubscribe-Post: List-Unsubscribe=One-Click')
  const url = /List-Unsubscribe: <(.*?)>/.exec(source)![1]!
  t.match(url, 'https://tickmark.firm.example/digest/')
  const path = new URL(url).pathname
  t.match(partsOf(server.received.at(-1)!.source).get('text/plain'), url, 'the way out stands in the words, too')

  for (const method of ['HEAD', 'GET', 'GET'] as const) t.equal((await run.app.inject({ method, url: path })).statusCode, 200)
  const press = async (body: string, at = path) => run.app.inject({ method: 'POST', url: at, payload: body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  t.equal((await press('')).statusCode, 422, 'a scanner that presses the button has chosen nothing')
  t.equal(await stopped(run), false)
  t.equal((await press('List-Unsubscribe=One-Click')).statusCode, 200)
  t.equal(await stopped(run), true)
  t.equal((await press('often=morning')).statusCode, 200)
  t.equal(await stopped(run), false)
  for (const wrong of [`${path}0`, path.replace(/.$/, (last) => last === '0' ? '1' : '0'), path.replace(ours.owner.id, ours.lead.id), '/digest/x', '/digest/.']) {
    t.equal((await press('List-Unsubscribe=One-Click', wrong)).statusCode, 404, wrong)
  }
  const kinds = await run.owner.selectFrom('trail_entry').select('kind').where('kind', '=', 'account.digest_changed').execute()
  t.equal(kinds.length, 2)
})

t.test('what a mail server refuses for good is not tried again and shows on the request; a later mail that arrives ends that', async (t) => {
  const { run, postman, server } = await staged(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  server.unknown = 1
  await sendAll(run, postman)
  const mail = await run.owner.selectFrom('mail').selectAll().executeTakeFirstOrThrow()
  t.match(mail, { outcome: 'bounced', sent_at: null, attempts: 1, last_error: /no such mailbox/, link_sealed: null })
  await deliver(postman, mail.id)
  t.equal((await run.owner.selectFrom('mail').select('attempts').executeTakeFirstOrThrow()).attempts, 1)
  for (const reader of [ours.senior, ours.lead]) t.match((await reader.get(request.url)).body, /A mail to Noor Haddad came back.*no such mailbox here/s)
  t.match((await ours.senior.get(`${ours.base}/requests`)).body, /Noor Haddad.*mail came back/s)
  await ours.senior.post(`${request.url}/links`)
  await sendAll(run, postman)
  t.notMatch((await ours.senior.get(`${ours.base}/requests`)).body, /came back/)
  t.notMatch((await ours.senior.get(request.url)).body, /came back/)

  server.denied = 1
  const other = await ask(run, ours)
  await t.rejects(sendAll(run, postman), /could not be sent/)
  t.notMatch((await ours.senior.get(other.url)).body, /came back/, 'a denied sender is ours to mend')
  await sendAll(run, postman)
  t.equal(server.received.length, 2)
})

t.test('what is of no use any more is not sent when the mail server is back', async (t) => {
  const { run, postman, server } = await staged(t)
  const { ours } = run.cast
  await ours.manager.post(`${ours.base}/link-rule`, { policy: 'link_and_code', days: '14' })
  await ask(run, ours)
  await sendAll(run, postman)
  const token = /\/answer\/([\w-]{43})/.exec(partsOf(server.received[0]!.source).get('text/plain')!)![1]
  await run.app.inject({ method: 'POST', url: `/answer/${token}`, headers: { origin: run.site.config.publicUrl.origin } })
  await sql`update mail set good_until = now() - interval '1 minute' where template = 'answer_code'`.execute(run.owner)
  await sendAll(run, postman)
  t.equal(server.received.length, 1)
  t.match(await run.owner.selectFrom('mail').selectAll().where('template', '=', 'answer_code').executeTakeFirst(), { outcome: 'late', sent_at: null, code_sealed: null })
})

async function staged(t: Parameters<typeof openRun>[0]): Promise<{ run: Run, postman: Postman, server: MailServer }> {
  const run = await openRun(t)
  const server = await startMailServer(t)
  const { db, sealer } = run.site
  return { run, server, postman: { db, sealer, publicUrl: new URL('https://tickmark.firm.example'), from: 'Tickmark <no-reply@firm.example>', transport: smtpTransport(server.url) } }
}

/** Delivers what waits in the outbox, as the queue would. */
async function sendAll({ owner }: Run, postman: Postman): Promise<void> {
  const rows = await owner.selectFrom('mail').select('id').where('sent_at', 'is', null).where('given_up_at', 'is', null).orderBy('created_at').execute()
  for (const { id } of rows) await deliver(postman, id)
}

/** The decoded bodies of a mail by their type. */
function partsOf(source: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>()
  for (const part of source.split(/\r\n--[^\r\n]+\r\n/)) {
    const end = part.indexOf('\r\n\r\n')
    const head = part.slice(0, end)
    const type = /content-type: ([\w/]+)/i.exec(head)?.[1]
    if (!type || type.startsWith('multipart')) continue
    const body = part.slice(end + 4)
    parts.set(type, /base64/i.test(head) ? Buffer.from(body, 'base64').toString('utf8') : /quoted-printable/i.test(head) ? unquoted(body) : body)
  }
  return parts
}

function unquoted(text: string): string {
  const bytes = text.replaceAll('=\r\n', '').replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

async function stopped({ owner, cast }: Run): Promise<boolean> {
  const row = await owner.selectFrom('digest_choice').select('stopped_at').where('person_id', '=', cast.ours.owner.id).executeTakeFirst()
  return row?.stopped_at !== null && row !== undefined
}
