import { sql } from 'kysely'
import t from 'tap'
import { connect, inScope } from '../../server/database/connect.ts'
import { previewEvidence } from '../../server/evidence/preview-actions.ts'
import { answerByLink, ask, bring, look, noted, openRun, pressLink, sameOrigin, tokensOf, trailOf, type Asked } from './run.ts'

const run = await openRun(t)
const { ours, outsiders } = run.cast
const queue = connect(run.queueUrl, 1)
t.teardown(() => queue.destroy())
const secret = 'password hunter2-of-paysmart'

async function sent(title = 'With a secret'): Promise<{ request: Asked, file: string, cookie: string }> {
  const request = await ask(run, ours, { title })
  const cookie = await answerByLink(run, request, [{ name: 'config.txt', body: secret }])
  const { id } = await run.owner.selectFrom('evidence_file').select('id').where('request_id', '=', request.id).executeTakeFirstOrThrow()
  return { request, file: id, cookie }
}

t.test('what should not have been sent is withheld at once, from everybody and wherever its bytes are, until a manager decides', async (t) => {
  const first = await sent()
  const second = await sent('The same bytes again')
  t.match((await ours.staff.get(first.request.url)).body, secret)
  const since = (await trailOf(run, ours)).length
  const asked = await run.app.inject({ method: 'POST', url: `${first.request.linkUrl}/quarantine`, payload: `file=${first.file}&reason=A+password+is+in+it`, headers: { ...sameOrigin(run), cookie: first.cookie, 'content-type': 'application/x-www-form-urlencoded' } })
  t.equal(asked.statusCode, 303)
  t.strictSame(await trailOf(run, ours, since), ['evidence.quarantine_asked'])
  for (const { request, file, cookie } of [first, second]) {
    for (const member of [ours.partner, ours.manager, ours.staff, ours.lead, ours.owner]) {
      const page = await member.get(`${request.url}?file=${file}`)
      t.equal(page.status, 200)
      t.notMatch(page.body, /hunter2/, member.role)
      for (const address of ['', '/preview']) {
        const answer = await member.get(`${request.url}/files/${file}${address}`)
        t.equal(answer.status, 409, `${member.role}${address}`)
        t.notMatch(answer.body, /hunter2/)
      }
    }
    t.equal((await look(run, cookie, `${request.linkUrl}/files/${file}`)).statusCode, 409)
    t.notMatch((await look(run, cookie, request.linkUrl)).body, /hunter2/)
  }
  const page = (await ours.manager.get(first.request.url)).body
  for (const words of [/Withheld until a manager decides/, /A password is in it/, /config\.txt/, /sha256 [0-9a-f]{4}/]) t.match(page, words, 'record and fingerprint stay')
  t.equal((await ours.staff.post(`${first.request.url}/files/${first.file}/quarantine`, { reason: 'Again' })).status, 409)

  const ruling = `${first.request.url}/files/${first.file}/quarantine/decision`
  for (const member of [ours.senior, ours.staff, ours.reviewer, ours.lead, ours.owner]) t.equal((await member.post(ruling, { decision: 'released', words: 'x' })).status, 403, member.role)
  t.equal((await outsiders.manager.post(ruling, { decision: 'released', words: 'x' })).status, 404)
  t.equal((await ours.manager.post(ruling, { decision: 'released' })).status, 422)
  t.equal((await ours.manager.post(ruling, { decision: 'kept', words: 'It is one.' })).status, 303)
  t.match((await ours.staff.get(first.request.url)).body, /In quarantine.*kept by Priya Natarajan/s)
  t.equal((await ours.manager.post(ruling, { decision: 'kept', words: 'Again' })).status, 409)
  t.equal((await ours.partner.post(ruling, { decision: 'released', words: 'It was changed everywhere.' })).status, 303)
  t.equal((await ours.staff.get(`${first.request.url}/files/${first.file}`)).body, secret)
  t.strictSame(await trailOf(run, ours, since + 1), ['account.refused', 'account.refused', 'account.refused', 'account.refused', 'account.refused', 'evidence.quarantine_decided', 'evidence.quarantine_decided'])
  t.equal((await ours.manager.post(ruling, { decision: 'kept', words: 'x' })).status, 409, 'nothing is withheld now')
})

t.test('bytes in quarantine come back by no other way: sent again, used again, drawn or searched', async (t) => {
  const { request, file } = await sent()
  await ours.staff.post(`${request.url}/review`)
  await ours.staff.post(`${request.url}/acceptance`, { version: '1', ...noted })
  t.equal((await ours.lead.post(`${request.url}/files/${file}/quarantine`, { reason: 'A password' })).status, 303)
  const again = await sent('Sent once more')
  t.equal((await ours.staff.get(`${again.request.url}/files/${again.file}`)).status, 409)
  const target = await ask(run, ours)
  t.equal((await ours.lead.post(`${target.url}/reuse`, { file })).status, 404)
  t.notMatch((await ours.lead.get(`${target.url}/reuse`)).body, /config\.txt/)
  await previewEvidence(run.site, { engagementId: ours.engagement.id, fileId: again.file })
  t.match(await run.owner.selectFrom('evidence_file').select('preview').where('id', '=', again.file).executeTakeFirstOrThrow(), { preview: 'pending' })
  t.notMatch((await ours.staff.get(`${ours.base}/search?q=hunter2`)).body, /hunter2-of/)
  const jobs = async () => (await sql<{ n: number }>`select count(*)::integer as n from graphile_worker.jobs where task_identifier = 'make_preview'`.execute(queue)).rows[0]!.n
  const before = await jobs()
  await ours.manager.post(`${again.request.url}/files/${again.file}/quarantine/decision`, { decision: 'released', words: 'It was changed everywhere.' })
  t.ok(await jobs() > before, 'what was let go is looked at after all')
})

t.test('only who may open a file asks to withhold it, and the firm not what is not submitted', async (t) => {
  const request = await ask(run, ours)
  await bring(run, ours, request, 'in_progress')
  const { id } = await run.owner.selectFrom('evidence_file').select('id').where('request_id', '=', request.id).executeTakeFirstOrThrow()
  const url = `${request.url}/files/${id}/quarantine`
  t.equal((await ours.staff.post(url, { reason: 'x' })).status, 404)
  t.equal((await outsiders.lead.post(url, { reason: 'x' })).status, 404)
  t.equal((await ours.lead.post(url, {})).status, 422)
  const other = await ask(run, ours)
  const cookie = await pressLink(run, (await tokensOf(run, other)).at(-1)!)
  t.equal((await run.app.inject({ method: 'POST', url: `${other.linkUrl}/quarantine`, payload: `file=${id}&reason=x`, headers: { ...sameOrigin(run), cookie, 'content-type': 'application/x-www-form-urlencoded' } })).statusCode, 404, 'a link reaches its own request alone')
  await t.rejects(inScope(run.site.db, ours.staff.scope, async (trx) => trx.updateTable('evidence_file').set({ withheld: false }).execute()), /permission denied/, 'the program itself lets nothing go without a record')
})
