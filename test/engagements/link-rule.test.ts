import t from 'tap'
import { ask, openRun, tokensOf, trailOf } from '../evidence/run.ts'

t.test('managers set what opens a request and for how long; others neither see nor change it', async (t) => {
  const run = await openRun(t)
  const { ours, outsiders } = run.cast
  const path = `${ours.base}/link-rule`
  t.match((await ours.manager.get(ours.base)).body, /by link, good for 14 days.*link-rule/s)
  t.match((await ours.lead.get(ours.base)).body, /by link, good for 14 days/)
  t.notMatch((await ours.lead.get(ours.base)).body, /link-rule/)
  for (const [member, status] of [[ours.senior, 403], [ours.staff, 403], [ours.lead, 403], [ours.owner, 403], [outsiders.manager, 404]] as const) {
    t.equal((await member.get(path)).status, status)
    t.equal((await member.post(path, { policy: 'account_only', days: '3' })).status, status)
  }
  t.match((await ours.manager.get(path)).body, /The link in the mail/)
  t.equal((await ours.manager.post(path, { policy: 'link_and_code', days: '3' })).status, 303)
  t.match((await ours.partner.get(ours.base)).body, /by link and mailed code, good for 3 days/)
  t.match(await trailOf(run, ours), ['account.refused', 'account.refused'])
  t.equal((await trailOf(run, ours)).filter((kind) => kind === 'link.policy_changed').length, 1)

  const request = await ask(run, ours)
  const [link] = await run.owner.selectFrom('answer_link').select(['created_at', 'expires_at']).where('request_id', '=', request.id).execute()
  t.equal(Math.round((link!.expires_at.getTime() - link!.created_at.getTime()) / 86_400_000), 3)
  t.equal((await tokensOf(run, request)).length, 1)
})

t.test('what is no rule is refused in words, and the same rule again is no change', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  for (const form of [{ policy: 'anything', days: '14' }, { days: '14' }, { policy: 'link' }, ...['0', '31', '1.5', 'x', '-1'].map((days) => ({ policy: 'link', days }))] as Record<string, string>[]) {
    const answer = await ours.manager.post(`${ours.base}/link-rule`, form)
    t.equal(answer.status, 422, JSON.stringify(form))
    t.match(answer.body, /There (is a problem|are 2 problems)/)
  }
  t.equal((await ours.manager.post(`${ours.base}/link-rule`, { policy: 'link', days: '14' })).status, 303)
  t.notOk((await trailOf(run, ours)).includes('link.policy_changed'))
  await t.rejects(run.owner.updateTable('engagement').set({ link_policy: 'none' as 'link' }).execute(), /link_policy/)
})
