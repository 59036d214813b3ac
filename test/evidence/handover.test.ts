import t from 'tap'
import { ask, bring, look, openRun, pressLink, sameOrigin, statusOf, tokensOf, trailOf, type Run } from './run.ts'

const wendy = { colleague: 'Wendy Ito', email: 'wendy.ito@paysmart.example', handoverWords: 'She runs the backups.' }

t.test('a colleague on the engagement gets the request at once, and the old link has ended', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  const [old] = await tokensOf(run, request)
  const cookie = await pressLink(run, old!)
  const same = await typed(run, cookie, `${request.linkUrl}/handover`, { ...wendy, email: ours.owner.email })
  t.equal(same.statusCode, 422)
  t.match(same.body, /with them already/)
  const given = await typed(run, cookie, `${request.linkUrl}/handover`, { ...wendy, email: ours.lead.email.toUpperCase() })
  t.equal(given.statusCode, 200)
  t.match(given.body, /It is with Joel Castellanos now/)
  t.equal((await look(run, cookie, request.linkUrl)).statusCode, 303, 'the session is over')
  t.equal((await look(run, '', `/answer/${old}`)).statusCode, 410)
  t.strictSame((await trailOf(run, ours)).slice(-3), ['request.reassigned', 'link.ended', 'link.sent'])
  const [, fresh] = await tokensOf(run, request)
  t.equal((await look(run, await pressLink(run, fresh!), request.linkUrl)).statusCode, 200)
})

t.test('anybody else joins through the lead, who may also leave it where it is', async (t) => {
  const run = await openRun(t)
  const { ours, outsiders } = run.cast
  const request = await ask(run, ours)
  const cookie = await pressLink(run, (await tokensOf(run, request))[0]!)
  for (const wrong of [{ ...wendy, email: 'no address' }, { ...wendy, colleague: '' }]) t.equal((await typed(run, cookie, `${request.linkUrl}/handover`, wrong)).statusCode, 422)
  t.equal((await typed(run, cookie, `${request.linkUrl}/handover`, wendy)).statusCode, 303)
  t.match((await look(run, cookie, request.linkUrl)).body, /You named Wendy Ito/, 'until then it stays where it is')
  t.equal((await trailOf(run, ours)).at(-1), 'handover.asked')
  t.equal((await run.owner.selectFrom('mail').select('id').where('template', '=', 'handover_wanted').where('person_id', '=', ours.lead.id).execute()).length, 1)
  const { id } = await run.owner.selectFrom('handover').select('id').executeTakeFirstOrThrow()
  const url = `${ours.base}/handovers/${id}`
  for (const noun of ['approval', 'refusal']) {
    for (const member of [ours.partner, ours.manager, ours.staff, ours.owner]) t.equal((await member.post(`${url}/${noun}`)).status, 403)
    t.equal((await outsiders.lead.post(`${url}/${noun}`)).status, 404)
    t.equal((await outsiders.lead.post(`${outsiders.base}/handovers/${id}/${noun}`)).status, 404, 'nor by an engagement of their own')
  }
  t.match((await ours.lead.get(`${ours.base}/client-review`)).body, /names <b>Wendy Ito<\/b>.*She runs the backups/s)
  t.equal((await ours.lead.post(`${url}/approval`)).status, 303)
  t.strictSame((await trailOf(run, ours)).slice(-5), ['member.added', 'handover.decided', 'request.reassigned', 'link.ended', 'link.sent'])
  const owner = await run.owner.selectFrom('request').innerJoin('person', 'person.id', 'request.owner_id').select('person.email').where('request.id', '=', request.id).executeTakeFirstOrThrow()
  t.equal(owner.email, wendy.email)
  t.equal((await ours.lead.post(`${url}/approval`)).status, 409)
  t.equal((await ours.lead.post(`${url}/refusal`)).status, 409)
  t.equal((await look(run, cookie, request.linkUrl)).statusCode, 303)
})

t.test('somebody of another company is never added, and a declined hand-over changes nothing', async (t) => {
  const run = await openRun(t)
  const { ours, outsiders } = run.cast
  const request = await ask(run, ours)
  for (const email of [outsiders.owner.email, ours.partner.email]) {
    t.equal((await ours.owner.post(`${request.answerUrl}/handover`, { ...wendy, email })).status, 303, 'who that is, the owner does not learn')
    const { id } = await run.owner.selectFrom('handover').select('id').where('status', '=', 'asked').executeTakeFirstOrThrow()
    t.equal((await ours.lead.post(`${ours.base}/handovers/${id}/approval`)).status, 409)
  }
  const { id } = await run.owner.selectFrom('handover').select('id').where('status', '=', 'asked').executeTakeFirstOrThrow()
  t.equal((await ours.lead.post(`${ours.base}/handovers/${id}/refusal`)).status, 303)
  t.equal((await trailOf(run, ours)).at(-1), 'handover.decided')
  t.equal((await ours.owner.get(request.answerUrl)).status, 200)
  for (const member of [ours.staff, ours.manager]) t.equal((await member.post(`${request.answerUrl}/handover`, wendy)).status, 403)
  t.equal((await outsiders.owner.post(`${request.answerUrl}/handover`, wendy)).status, 404)
  await bring(run, ours, request, 'submitted')
  t.equal((await ours.owner.post(`${request.answerUrl}/handover`, wendy)).status, 409, 'what was submitted waits for nobody at the client')
  t.equal(await statusOf(run, request), 'submitted')
})

async function typed(run: Run, cookie: string, url: string, form: Record<string, string>) {
  return await run.app.inject({ method: 'POST', url, payload: new URLSearchParams(form).toString(), headers: { ...sameOrigin(run), cookie, 'content-type': 'application/x-www-form-urlencoded' } })
}
