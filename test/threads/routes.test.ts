import t from 'tap'
import { comment } from '../../server/threads/actions.ts'
import { listUnread } from '../../server/threads/store.ts'
import { inScope } from '../../server/database/connect.ts'
import { statusWords } from '../../server/requests/rules.ts'
import type { RequestStatus } from '../../server/database/schema/requests.ts'
import { ask, bring, look, openRun, pressLink, sameOrigin, statusOf, tokensOf, trailOf, type Asked, type Run } from '../evidence/run.ts'

const run = await openRun(t)
const { ours, outsiders } = run.cast

async function said(request: Asked) {
  return await run.owner.selectFrom('comment').select(['text', 'internal', 'question', 'author_id', 'channel']).where('request_id', '=', request.id).orderBy('written_at').execute()
}

async function mailed(template: string, since: number) {
  const rows = await run.owner.selectFrom('mail').select(['person_id', 'facts', 'template']).orderBy('created_at').execute()
  return rows.slice(since).filter((mail) => mail.template === template)
}

async function mails(): Promise<number> {
  return (await run.owner.selectFrom('mail').select('id').execute()).length
}

async function byLink(one: Run, cookie: string, url: string, form: Record<string, string>) {
  return await one.app.inject({ method: 'POST', url, payload: new URLSearchParams(form).toString(), headers: { ...sameOrigin(one), cookie, 'content-type': 'application/x-www-form-urlencoded' } })
}

t.test('both sides write into one thread, in every state but a draft', async (t) => {
  for (const status of (Object.keys(statusWords) as RequestStatus[]).filter((one) => one !== 'draft' && one !== 'client_review')) {
    const request = await ask(run, ours)
    await bring(run, ours, request, status)
    const since = (await trailOf(run, ours)).length
    for (const member of [ours.staff, ours.senior, ours.lead]) t.equal((await member.post(`${request.url}/comments`, { text: `From the ${member.role}` })).status, 303, `${member.role} while ${status}`)
    t.equal((await ours.reviewer.post(`${request.url}/comments`, { text: 'x' })).status, 403, 'who reviews the file reviews from outside')
    t.equal((await outsiders.lead.post(`${request.url}/comments`, { text: 'x' })).status, 404)
    t.equal((await said(request)).length, 3)
    t.strictSame((await trailOf(run, ours, since)).filter((kind) => kind === 'thread.commented').length, 3)
    t.equal(await statusOf(run, request), status === 'open' ? 'in_progress' : status, 'the client’s first word starts an open request and moves no other')
  }
})

t.test('a draft takes notes and no comments, for the client knows nothing of it', async (t) => {
  const request = await ask(run, ours)
  await run.owner.updateTable('request').set({ status: 'cancelled' }).where('id', '=', request.id).execute()
  const { number } = await run.owner.insertInto('request').values({ engagement_id: ours.engagement.id, number: 900, kind: 'document', title: 'Draft', ask: 'Draft', created_by: ours.staff.id }).returning('number').executeTakeFirstOrThrow()
  const url = `${ours.base}/requests/R-${number}`
  t.match(await ours.senior.post(`${url}/comments`, { text: 'Hello' }), { status: 409, body: /does not see this draft/ })
  t.equal((await ours.senior.post(`${url}/notes`, { text: 'Ask for the March list too' })).status, 303)
  t.equal((await ours.lead.post(`${url}/comments`, { text: 'Hello' })).status, 404)
})

t.test('a question is mailed at once to who can answer it, and the first word of the client starts the request', async (t) => {
  const request = await ask(run, ours)
  const before = await mails()
  t.equal((await ours.staff.post(`${request.url}/comments`, { text: 'Which day was it?', question: 'on', list: 'state=open' })).location, `${request.url}?list=state%3Dopen#thread`)
  t.match(await mailed('question_asked', before), [{ person_id: ours.owner.id, facts: { text: 'Which day was it?', from: 'Lena Fischer' } }])
  t.equal(await statusOf(run, request), 'open', 'the firm’s words start nothing')
  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  const page = await look(run, cookie, request.linkUrl)
  t.match(page.body, 'Which day was it?')
  const since = (await trailOf(run, ours)).length
  const answered = await byLink(run, cookie, `${request.linkUrl}/comments`, { text: 'The 19th.' })
  t.match([answered.statusCode, answered.headers.location], [303, `${request.linkUrl}#thread`])
  t.strictSame(await trailOf(run, ours, since), ['thread.commented', 'request.started'])
  t.equal(await statusOf(run, request), 'in_progress')
  t.match((await said(request)).at(-1), { text: 'The 19th.', author_id: ours.owner.id, channel: 'link', internal: false })
  t.match(await mailed('question_asked', before), [{}, { person_id: ours.senior.id }], 'who issued it hears of it')
  await run.owner.updateTable('membership').set({ removed_at: new Date() }).where('person_id', '=', ours.owner.id).execute()
  await ours.staff.post(`${request.url}/comments`, { text: 'And whose shift?', question: 'on' })
  t.equal((await mailed('question_asked', before)).at(-1)?.person_id, ours.lead.id, 'the lead answers when the owner has left')
  await run.owner.updateTable('membership').set({ removed_at: null }).where('person_id', '=', ours.owner.id).execute()
})

t.test('who is called by name gets a mail, if they may read the thread, and only once', async (t) => {
  const request = await ask(run, ours)
  const other = await ask(run, ours, { ownerId: ours.lead.id })
  const before = await mails()
  await ours.staff.post(`${request.url}/comments`, { text: '@Noor Haddad and @Tom Bergstrom, see @Noor and @Nobody Known' })
  t.strictSame((await mailed('mentioned', before)).map((mail) => mail.person_id).toSorted(), [ours.owner.id, ours.senior.id].toSorted())
  await ours.staff.post(`${other.url}/comments`, { text: '@Noor Haddad should know' })
  t.equal((await mailed('mentioned', before)).length, 2, 'an owner is not told of a request that is not theirs')
  await ours.staff.post(`${request.url}/notes`, { text: '@Noor Haddad @Joel Castellanos @Priya Natarajan secret-of-ours' })
  const last = (await mailed('mentioned', before)).slice(2)
  t.strictSame(last.map(({ person_id: id }) => id), [ours.manager.id], 'a note calls colleagues alone')
  t.equal((last[0]!.facts as { text: unknown }).text, null)
})

t.test('nothing is written by nobody, too long, by a link that ended or to a request of others', async (t) => {
  const request = await ask(run, ours)
  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  for (const text of ['', '  ', 'x'.repeat(5001)]) {
    const firm = await ours.staff.post(`${request.url}/notes`, { text })
    t.equal(firm.status, 422)
    t.match(firm.body, /note was not written/)
    t.equal((await byLink(run, cookie, `${request.linkUrl}/comments`, { text })).statusCode, 422)
  }
  const kept = await ours.staff.post(`${request.url}/comments`, { text: `<b>${'x'.repeat(5000)}` })
  t.match(kept.body, /&lt;b&gt;xxx/, 'what was typed is there again')
  for (const member of [ours.lead, ours.owner]) t.equal((await member.post(`${request.url}/notes`, { text: 'x' })).status, 403)
  t.equal((await byLink(run, cookie, `${request.linkUrl}/notes`, { text: 'x' })).statusCode, 404, 'a link has no notes')
  await ours.senior.post(`${request.url}/links/revocation`)
  t.equal((await byLink(run, cookie, `${request.linkUrl}/comments`, { text: 'late' })).statusCode, 303)
  t.strictSame(await said(request), [])
  await t.rejects(comment(run.site, { ...ours.owner.scope, actor: { kind: 'link', id: (await run.owner.selectFrom('answer_link').select('id').where('request_id', '=', request.id).executeTakeFirstOrThrow()).id, personId: ours.owner.id, name: 'Noor Haddad', requestId: request.id } }, request.number, { text: 'late' }), /link you came by has ended/)
})

t.test('each person has their own unread comments, and reading them is looking at the request', async (t) => {
  const request = await ask(run, ours)
  const unread = async (member = ours.staff) => (await inScope(run.site.db, member.scope, async (trx) => listUnread(trx, member.scope))).get(request.id) ?? 0
  await ours.senior.post(`${request.url}/comments`, { text: 'One' })
  await ours.senior.post(`${request.url}/notes`, { text: 'Two' })
  t.strictSame([await unread(), await unread(ours.senior), await unread(ours.lead)], [2, 0, 1])
  const page = await ours.staff.get(request.url)
  t.match(page.body, /2 new comments/)
  t.match(page.body, /Internal, the client never sees this/)
  t.strictSame([await unread(), await unread(ours.manager)], [0, 2])
  t.match((await ours.manager.get(`${ours.base}/requests`)).body, /2 unread comments/)
  t.notMatch((await ours.lead.get(request.url)).body, /Internal|Two/)
})
