import t from 'tap'
import { ask, bring, look, openRun, pressLink, send, statement, statusOf, tokensOf, trailOf, type Asked, type Run } from './run.ts'

const form = { ...statement, tick: ['1', '2'] }
const note = { name: 'schedule.txt', body: 'daily 02:00' }

t.test('with the gate on an owner hands in, and the auditor sees nothing until the lead sends it on', async (t) => {
  const { run, request, cookie } = await handed(t)
  const { ours } = run.cast
  t.equal(await statusOf(run, request), 'client_review')
  t.match((await look(run, cookie, request.linkUrl)).body, /Handed to your compliance lead/)
  t.equal((await send(run, cookie, `${request.linkUrl}/files`, {}, [{ name: 'late.txt', body: 'late' }])).statusCode, 409)
  t.equal((await send(run, cookie, `${request.linkUrl}/submission`, form)).statusCode, 303, 'pressing again finds it handed in')
  t.notMatch((await ours.staff.get(request.url)).body, 'schedule.txt')
  t.strictSame((await run.owner.selectFrom('mail').select(['person_id', 'template']).where('template', '=', 'approval_wanted').execute()), [{ person_id: ours.lead.id, template: 'approval_wanted' }])
  t.match((await ours.lead.get(`${ours.base}/client-review`)).body, /R-001.*Backup schedule.*Noor Haddad/s)
  const page = await ours.lead.get(request.answerUrl)
  t.match(page.body, /Send it to the auditor.*|schedule\.txt/s)
  t.match(page.body, /Give it back to Noor Haddad/)
  t.equal((await ours.lead.post(`${request.answerUrl}/approval`)).status, 303)
  t.equal((await ours.lead.post(`${request.answerUrl}/approval`)).status, 303, 'twice is once')
  const row = await run.owner.selectFrom('submission').selectAll().executeTakeFirstOrThrow()
  t.match(row, { status: 'submitted', submitted_by: ours.lead.id, channel: 'login', handed_by: ours.owner.id, handed_channel: 'link' })
  t.match((await ours.staff.get(request.url)).body, /schedule\.txt/)
  t.strictSame((await trailOf(run, ours)).slice(-2), ['request.handed_to_lead', 'request.submitted'])
  await t.rejects(run.owner.updateTable('submission').set({ handed_by: ours.lead.id }).execute(), { code: '23001' })
})

t.test('the lead gives it back with a reason, and its owner makes the same version better', async (t) => {
  const { run, request } = await handed(t)
  const { ours } = run.cast
  const wordless = await ours.lead.post(`${request.answerUrl}/objection`, { objection: ' ' })
  t.equal(wordless.status, 422)
  t.match(wordless.body, /Tell its owner what to look at again/)
  t.equal((await ours.lead.post(`${request.answerUrl}/objection`, { objection: 'The clock is missing.' })).status, 303)
  t.equal(await statusOf(run, request), 'returned')
  t.strictSame((await trailOf(run, ours)).slice(-2), ['request.given_back', 'link.sent'])
  t.equal((await ours.lead.post(`${request.answerUrl}/approval`)).status, 409)
  t.equal((await ours.lead.post(`${request.answerUrl}/objection`, { objection: 'Again' })).status, 409)
  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  t.match((await look(run, cookie, request.linkUrl)).body, /Your compliance lead asks you to look at it again.*The clock is missing.*schedule\.txt/s)
  t.equal((await send(run, cookie, `${request.linkUrl}/submission`, form)).statusCode, 303)
  t.equal((await run.owner.selectFrom('submission').select('number').execute()).length, 1, 'it never was with the auditor, so it is no new version')
})

t.test('the lead’s own answer passes the gate, and every other role is kept from it', async (t) => {
  const { run, request } = await handed(t)
  const { ours, outsiders } = run.cast
  for (const noun of ['approval', 'objection']) {
    for (const member of [ours.partner, ours.reviewer, ours.manager, ours.senior, ours.staff, ours.owner]) t.equal((await member.post(`${request.answerUrl}/${noun}`, { objection: 'x' })).status, 403, `${member.role} ${noun}`)
    for (const member of [outsiders.lead, outsiders.partner, outsiders.owner]) t.equal((await member.post(`${request.answerUrl}/${noun}`, { objection: 'x' })).status, 404)
  }
  const own = await ask(run, ours, { title: 'Answered by the lead' })
  t.match((await ours.lead.get(own.answerUrl)).body, 'Use evidence already given')
  t.notMatch((await ours.owner.get(own.answerUrl)).body, 'Use evidence already given')
  await ours.lead.post(`${own.answerUrl}/draft`, { words: 'In words', tick: ['1', '2'] })
  t.equal((await ours.lead.post(`${own.answerUrl}/submission`, { words: 'In words', tick: ['1', '2'] })).status, 303)
  t.equal(await statusOf(run, own), 'submitted')
  await bring(run, ours, request, 'cancelled')
  t.equal((await ours.lead.post(`${request.answerUrl}/approval`)).status, 409, 'a cancelled one goes nowhere')
})

t.test('lead and manager switch the gate, and nobody is left to wait for without a lead', async (t) => {
  const run = await openRun(t)
  const { ours, outsiders } = run.cast
  const url = `${ours.base}/client-review`
  for (const member of [ours.staff, ours.senior, ours.owner, ours.reviewer]) t.equal((await member.post(url, { gate: 'on' })).status, 403)
  t.equal((await outsiders.manager.post(url, { gate: 'on' })).status, 404)
  for (const [member, gate] of [[ours.manager, 'on'], [ours.lead, 'off'], [ours.partner, 'on'], [ours.partner, 'on']] as const) t.equal((await member.post(url, { gate })).status, 303)
  t.strictSame(await trailOf(run, ours, (await trailOf(run, ours)).length - 3), ['gate.switched', 'gate.switched', 'gate.switched'], 'what is so already is not recorded again')
  t.match((await ours.manager.get(url)).body, /Answers wait for/)
  t.notMatch((await ours.manager.get(url)).body, 'Waits for you', 'the firm does not read what is not theirs yet')
  await ours.lead.post(url, { gate: 'off' })
  await run.owner.updateTable('membership').set({ removed_at: new Date() }).where('person_id', '=', ours.lead.id).execute()
  t.equal((await ours.manager.post(url, { gate: 'on' })).status, 409)
})

async function handed(t: Parameters<typeof openRun>[0]): Promise<{ run: Run, request: Asked, cookie: string }> {
  const run = await openRun(t)
  const { ours } = run.cast
  await ours.lead.post(`${ours.base}/client-review`, { gate: 'on' })
  const request = await ask(run, ours)
  const cookie = await pressLink(run, (await tokensOf(run, request))[0]!)
  const response = await send(run, cookie, `${request.linkUrl}/submission`, form, [note])
  if (response.statusCode !== 303) throw new Error(`Not handed in: ${response.statusCode}`)
  return { run, request, cookie }
}
