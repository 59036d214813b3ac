import t from 'tap'
import { ask, bring, look, openRun, pressLink, sameOrigin, send, statement, tokensOf, trailOf, type Asked, type Run } from './run.ts'

t.test('the whole list takes a mailed code, shows what is this person’s, and lets them answer each', async (t) => {
  const run = await openRun(t)
  const { ours, outsiders } = run.cast
  const mine = [await ask(run, ours, { title: 'First of mine', dueOn: '2099-10-22' }), await ask(run, ours, { title: 'Second of mine', dueOn: '2020-01-06' })]
  const closed = await ask(run, ours, { title: 'Closed one of mine' })
  const leads = await ask(run, ours, { title: 'Secret of the lead', ownerId: ours.lead.id })
  const foreign = await ask(run, outsiders, { title: 'Secret of others' })
  await bring(run, ours, closed, 'accepted')
  const cookie = await pressLink(run, (await tokensOf(run, mine[0]!))[0]!)
  const base = mine[0]!.linkUrl

  t.match((await look(run, cookie, '/answer/list')).headers.location, '/answer/closed', 'the link alone opens no list')
  const door = await look(run, cookie, `${base}/list`)
  t.match(door.body, /six digits/)
  t.notMatch(door.body, 'Second of mine')
  const asked = await post(run, cookie, `${base}/list`)
  t.match([asked.statusCode, asked.headers.location], [303, `${base}/list/code`])
  t.match((await look(run, cookie, `${base}/list/code`)).body, /list of everything/)
  const wrong = await post(run, cookie, `${base}/list/code`, { code: 'abcdef' })
  t.equal(wrong.statusCode, 422)
  t.equal(wrong.headers['set-cookie'], undefined)

  const list = await enterList(run, cookie, base)
  const page = await look(run, list, '/answer/list')
  for (const words of ['First of mine', 'Second of mine', 'Closed one of mine', 'was due', '2 requests wait']) t.match(page.body, words)
  t.notMatch(page.body, /Secret/)
  t.ok(page.body.indexOf('Second of mine') < page.body.indexOf('First of mine'), 'what is due first stands first')

  for (const request of mine) {
    const opened = await post(run, list, `/answer/list/requests/${request.id}`)
    t.match([opened.statusCode, opened.headers.location], [303, request.linkUrl])
    const one = cookieOf(opened)
    const answered = await send(run, one, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2', '3'] }, [{ name: 'a.txt', body: `evidence of ${request.number}` }])
    t.equal(answered.statusCode, 303)
  }
  t.match((await look(run, list, '/answer/list')).body, /Nothing waits for you/)
  for (const request of [leads, foreign, closed]) {
    t.equal((await post(run, list, `/answer/list/requests/${request.id}`)).statusCode, 404, 'what is not asked of them, or is closed, does not open')
    t.equal((await look(run, list, request.linkUrl)).statusCode, 303)
  }
  t.equal((await post(run, list, '/answer/list/requests/x')).statusCode, 404)
  const kinds = await trailOf(run, ours)
  t.equal(kinds.filter((kind) => kind === 'link.list_opened').length, 1)
  t.equal(kinds.filter((kind) => kind === 'link.code_sent').length, 1)
})

t.test('a list session opens no other page and ends with its button, its link or its recipient', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const ends: Record<string, (request: Asked, list: string) => Promise<unknown>> = {
    button: async (_request, list) => post(run, list, '/answer/list/end'),
    revoked: async (request) => ours.lead.post(`${request.url}/links/revocation`),
    account: async () => ours.manager.post(`${ours.base}/link-rule`, { policy: 'account_only', days: '14' }),
    left: async () => run.owner.updateTable('membership').set({ removed_at: new Date() }).where('person_id', '=', ours.owner.id).execute(),
  }
  for (const [name, end] of Object.entries(ends)) {
    await ours.manager.post(`${ours.base}/link-rule`, { policy: 'link', days: '14' })
    const request = await ask(run, ours)
    const list = await enterList(run, await pressLink(run, (await tokensOf(run, request)).at(-1)!), request.linkUrl)
    for (const url of ['/', ours.base, `${ours.base}/requests`, '/account', request.linkUrl, `${request.linkUrl}/list`]) t.equal((await look(run, list, url)).statusCode, 303, `${name}: ${url}`)
    t.equal((await look(run, list, '/answer/list')).statusCode, 200)
    await end(request, list)
    t.match((await look(run, list, '/answer/list')).headers.location, '/answer/closed', name)
    t.equal((await post(run, list, `/answer/list/requests/${request.id}`)).statusCode, 303)
  }
})

t.test('the list stays when the request it was reached from is accepted', async (t) => {
  const run = await openRun(t)
  const request = await ask(run, run.cast.ours)
  const list = await enterList(run, await pressLink(run, (await tokensOf(run, request))[0]!), request.linkUrl)
  await bring(run, run.cast.ours, request, 'accepted')
  t.equal((await look(run, list, '/answer/list')).statusCode, 200)
})

async function enterList(run: Run, cookie: string, base: string): Promise<string> {
  await post(run, cookie, `${base}/list`)
  const { code_sealed: sealed } = await run.owner.selectFrom('mail').select('code_sealed').where('code_sealed', 'is not', null).orderBy('created_at', 'desc').executeTakeFirstOrThrow()
  return cookieOf(await post(run, cookie, `${base}/list/code`, { code: run.site.sealer.unseal('mail code', sealed!) }))
}

function cookieOf(response: { statusCode: number, headers: Record<string, unknown> }): string {
  const [cookie] = [response.headers['set-cookie'] ?? []].flat() as string[]
  if (response.statusCode !== 303 || !cookie) throw new Error(`It did not open: ${response.statusCode}`)
  return cookie.split(';')[0]!
}

async function post(run: Run, cookie: string, url: string, form: Record<string, string> = {}) {
  return await run.app.inject({ method: 'POST', url, payload: new URLSearchParams(form).toString(), headers: { ...sameOrigin(run), 'content-type': 'application/x-www-form-urlencoded', cookie } })
}
