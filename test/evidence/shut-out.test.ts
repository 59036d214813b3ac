import { Readable } from 'node:stream'
import t from 'tap'
import { ask, look, multipart, openRun, pressLink, sameOrigin, send, statement, statusOf, tokensOf, type FilePart } from './run.ts'

const run = await openRun(t)
const { ours } = run.cast
const file: FilePart = { name: 'schedule.txt', body: 'daily 02:00' }

/** Posts a form whose end is held back until `meanwhile` is done. */
async function held(url: string, cookie: string, fields: Record<string, string | readonly string[]>, meanwhile: () => Promise<unknown>) {
  const { payload, headers } = multipart(fields, [file])
  const body = async function* () {
    yield payload.subarray(0, 100)
    await meanwhile()
    yield payload.subarray(100)
  }
  return await run.app.inject({ method: 'POST', url, payload: Readable.from(body()), headers: { ...sameOrigin(run), ...headers, cookie } })
}

async function filesOf(requestId: string): Promise<number> {
  return (await run.owner.selectFrom('evidence_file').select('id').where('request_id', '=', requestId).execute()).length
}

t.test('a link revoked while something is on its way takes nothing in any more', async (t) => {
  for (const noun of ['files', 'draft', 'submission']) {
    const request = await ask(run, ours)
    const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
    const answer = await held(`${request.linkUrl}/${noun}`, cookie, { ...statement, tick: ['1', '2'] }, async () => ours.senior.post(`${request.url}/links/revocation`))
    t.equal(answer.statusCode, 403, noun)
    t.equal(await filesOf(request.id), 0, noun)
    t.equal(await statusOf(run, request), 'open', noun)
  }
})

t.test('a request given to somebody else while its former owner sends keeps what they send out', async (t) => {
  const request = await ask(run, ours)
  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  const answer = await held(`${request.linkUrl}/submission`, cookie, { ...statement, tick: ['1', '2'] }, async () => ours.senior.post(`${request.url}/owner`, { owner: ours.lead.id }))
  t.equal(answer.statusCode, 403)
  t.equal(await statusOf(run, request), 'open')
})

t.test('an upload that was long on its way when its link came to its age still arrives', async (t) => {
  const request = await ask(run, ours)
  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  const answer = await held(`${request.linkUrl}/files`, cookie, {}, async () => run.owner.updateTable('answer_link').set({ expires_at: new Date(0) }).where('request_id', '=', request.id).execute())
  t.equal(answer.statusCode, 303)
  t.equal(await filesOf(request.id), 1)
  t.equal((await look(run, cookie, request.linkUrl)).statusCode, 303, 'but nothing new begins')
})

t.test('somebody taken off the team while sending is not let in any more', async (t) => {
  const request = await ask(run, ours, { ownerId: ours.lead.id })
  const session = await run.site.sessions.begin(ours.lead.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  const cookie = `${session.name}=${session.value}`
  t.equal((await send(run, cookie, `${request.answerUrl}/files`, {}, [{ name: 'before.txt', body: 'before' }])).statusCode, 303)
  const answer = await held(`${request.answerUrl}/files`, cookie, {}, async () => ours.manager.post(`${ours.base}/team/${ours.lead.id}/departure`, { successor: ours.owner.id }))
  t.equal(answer.statusCode, 403)
  t.equal(await filesOf(request.id), 1)
})
