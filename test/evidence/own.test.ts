import t from 'tap'
import { answerByLink, ask, bring, look, noted, openRun, pressLink, multipart, sameOrigin, send, statement, statusOf, tokensOf, trailOf, type Asked, type FilePart } from './run.ts'
import type { Member } from '../support/cast.ts'

const run = await openRun(t)
const { ours, outsiders } = run.cast
const seen = { source: 'Screen share with the identity team', observer: 'Lena Fischer', at: '2026-01-19T09:31', zone: 'America/New_York' }
const interview = { ...seen, source: 'Call', subject: 'Noor Haddad', subjectRole: 'Identity engineer', line: ['Who approves access?', 'How soon is it removed?', ''], answer: ['The line manager.', 'Within a day.', ''] }
const picture: FilePart = { name: 'shared-screen.txt', body: 'what was on the screen' }

async function keep(member: Member, request: Asked, fields: Record<string, string | readonly string[]> = seen, files: readonly FilePart[] = [picture]) {
  const session = await run.site.sessions.begin(member.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  const { payload, headers } = multipart(fields, files)
  return await run.app.inject({ method: 'POST', url: `${request.url}/observation`, payload, headers: { ...sameOrigin(run), ...headers, cookie: `${session.name}=${session.value}` } })
}

async function versionsOf(request: Asked) {
  return await run.owner.selectFrom('submission').select(['number', 'status', 'channel', 'submitted_by']).where('request_id', '=', request.id).orderBy('number').execute()
}

t.test('what an auditor obtained is a version of the firm’s own, accepted by somebody else, and the client never sees it', async (t) => {
  const request = await ask(run, ours)
  const since = (await trailOf(run, ours)).length
  t.match(await keep(ours.staff, request), { statusCode: 303, headers: { location: request.url } })
  t.strictSame(await trailOf(run, ours, since), ['evidence.observed'])
  t.equal(await statusOf(run, request), 'submitted')
  t.strictSame(await versionsOf(request), [{ number: 1, status: 'submitted', channel: 'auditor', submitted_by: ours.staff.id }])
  const page = await ours.senior.get(request.url)
  for (const words of [/Obtained by the firm itself/, /Screen share with the identity team/, /Jan 19, 2026, 09:31 EST/, /America\/New_York/, /by the firm<\/span>/, /obtained by the firm/, /what was on the screen/]) t.match(page.body, words)
  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  const { id } = await run.owner.selectFrom('evidence_file').select('id').where('request_id', '=', request.id).executeTakeFirstOrThrow()
  for (const body of [(await ours.lead.get(request.url)).body, (await ours.owner.get(request.url)).body, (await ours.lead.get(request.answerUrl)).body, (await look(run, cookie, request.linkUrl)).body]) t.notMatch(body, /shared-screen|Screen share|what was on/)
  t.equal((await ours.lead.get(`${request.url}/files/${id}`)).status, 404)
  t.equal((await look(run, cookie, `${request.linkUrl}/files/${id}`)).statusCode, 404)
  await ours.staff.post(`${request.url}/review`)
  t.match(await ours.staff.post(`${request.url}/acceptance`, { version: '1', ...noted }), { status: 409, body: /somebody else decides/ })
  t.equal((await ours.manager.post(`${request.url}/acceptance`, { version: '1', ...noted })).status, 303)
  await t.rejects(run.owner.updateTable('submission').set({ submitted_by: ours.manager.id }).where('request_id', '=', request.id).execute())
})

t.test('it joins an answer under review by taking its files along, and waits behind nobody’s unfinished one', async (t) => {
  const request = await ask(run, ours)
  await answerByLink(run, request)
  await ours.senior.post(`${request.url}/review`)
  t.equal((await keep(ours.staff, request)).statusCode, 303)
  t.match(await versionsOf(request), [{ number: 1, status: 'submitted', channel: 'link' }, { number: 2, status: 'submitted', channel: 'auditor' }])
  const files = await run.owner.selectFrom('evidence_file').select(['name', 'channel']).where('request_id', '=', request.id).orderBy('uploaded_at').execute()
  t.strictSame(files.map(({ name }) => name).toSorted(), ['schedule.txt', 'schedule.txt', 'shared-screen.txt'])
  t.match((await ours.senior.get(request.url)).body, /Superseded/)
  t.equal((await ours.senior.post(`${request.url}/acceptance`, { version: '1', ...noted })).status, 409)
  t.equal((await ours.senior.post(`${request.url}/return`, { version: '2', reason: 'cropped', words: 'Both are cut off.', due: '2099-12-01' })).status, 303)
  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2'] }, [{ name: 'anew.txt', body: 'anew' }])
  t.match((await versionsOf(request)).at(-1), { number: 3, status: 'submitted', channel: 'link' })

  const begun = await ask(run, ours)
  await bring(run, ours, begun, 'in_progress')
  t.equal((await keep(ours.staff, begun)).statusCode, 303)
  t.match(await versionsOf(begun), [{ number: 1, channel: 'auditor', status: 'submitted' }, { number: 2, status: 'draft' }])
  await ours.senior.post(`${begun.url}/review`)
  t.notMatch((await ours.senior.get(begun.url)).body, /draft\.txt/)
  await ours.senior.post(`${begun.url}/return`, { version: '1', reason: 'cropped', words: 'It shows half.', due: '2099-12-01' })
  const again = await pressLink(run, (await tokensOf(run, begun)).at(-1)!)
  t.match((await look(run, again, begun.linkUrl)).body, /draft\.txt/, 'what the owner had begun is there again')
  await send(run, again, `${begun.linkUrl}/submission`, { ...statement, tick: ['1', '2'] })
  t.match((await versionsOf(begun)).at(-1), { number: 2, status: 'submitted', channel: 'link' })
})

t.test('an inquiry is recorded by the auditor: who, role, when, questions, answers; a walkthrough with what was seen', async (t) => {
  const request = await ask(run, ours, { kind: 'inquiry', checklist: [] })
  await answerByLink(run, request, [{ name: 'notes.txt', body: 'notes' }])
  await ours.senior.post(`${request.url}/review`)
  t.match(await ours.senior.post(`${request.url}/acceptance`, { version: '1' }), { status: 422, body: /accepted with the auditor’s own record/ })
  for (const lack of ['subject', 'subjectRole', 'source', 'at', 'zone', 'observer'] as const) {
    const refused = await keep(ours.staff, request, { ...interview, [lack]: '' }, [])
    t.equal(refused.statusCode, 422, lack)
    t.match(refused.body, 'How soon is it removed?', 'what was typed is there again')
  }
  t.equal((await keep(ours.staff, request, { ...interview, answer: ['The line manager.', '', ''] }, [])).statusCode, 422)
  t.equal((await keep(ours.staff, request, { ...interview, at: '2099-01-01T10:00' }, [])).statusCode, 422, 'a meeting that is still to come')
  t.equal((await keep(ours.staff, request, interview, [])).statusCode, 303)
  const page = await ours.senior.get(request.url)
  for (const words of [/Record of the inquiry/, /Who approves access\?/, /Within a day\./, /Identity engineer/, /notes\.txt/]) t.match(page.body, words)
  t.notMatch((await ours.lead.get(request.url)).body, /line manager|Record of/)
  t.match((await ours.staff.get(`${request.url}/observation`)).body, /Who approves access\?/, 'a record is written anew from the last one')
  t.equal((await ours.senior.post(`${request.url}/acceptance`, { version: '2' })).status, 303)

  const walk = await ask(run, ours, { kind: 'walkthrough', checklist: [] })
  t.equal((await keep(ours.staff, walk, interview, [])).statusCode, 422, 'nothing to look at')
  t.equal((await keep(ours.staff, walk, { ...interview, subjectRole: '', answer: ['', '', ''] })).statusCode, 303)
  await ours.senior.post(`${walk.url}/review`)
  t.equal((await ours.senior.post(`${walk.url}/acceptance`, { version: '1' })).status, 303)
})

t.test('evidence is added by the team alone, and not to what is closed', async (t) => {
  const request = await ask(run, ours)
  for (const member of [ours.reviewer, ours.lead, ours.owner]) t.equal((await keep(member, request)).statusCode, 403, member.role)
  t.equal((await keep(outsiders.staff, request)).statusCode, 404)
  t.equal((await keep(ours.staff, request, seen, [])).statusCode, 422)
  for (const status of ['accepted', 'cancelled', 'not_applicable'] as const) {
    const other = await ask(run, ours)
    await bring(run, ours, other, status)
    t.equal((await keep(ours.staff, other)).statusCode, 409, status)
  }
  const list = await ask(run, ours, { kind: 'population' })
  await bring(run, ours, list, 'in_review')
  t.match(await keep(ours.senior, list), { statusCode: 409, body: /list under examination/ })
  t.strictSame(await versionsOf(request), [])
  await t.rejects(run.owner.insertInto('observation').values({ engagement_id: ours.engagement.id, submission_id: (await run.owner.selectFrom('submission').select('id').where('channel', '=', 'link').executeTakeFirstOrThrow()).id, source: 'x', observer: 'x', observed_at: 'x', observed_zone: 'x' }).execute(), { code: '23001' }, 'a client’s answer is no observation')
})
