import { Readable } from 'node:stream'
import { sql } from 'kysely'
import t from 'tap'
import { contribute } from '../../server/evidence/answer-actions.ts'
import { newToken } from '../../server/secrets.ts'
import { answerByLink, ask, bring, look, openRun, pressLink, sameOrigin, send, statement, statusOf, tokensOf, trailOf, type Run } from './run.ts'

t.test('looking at a link changes nothing at all, however often and by whatever method', async (t) => {
  const run = await openRun(t)
  const request = await ask(run, run.cast.ours)
  const [token] = await tokensOf(run, request)
  const before = await countRows(run)
  for (const method of ['HEAD', 'GET', 'GET', 'HEAD'] as const) {
    const response = await run.app.inject({ method, url: `/answer/${token}`, headers: sameOrigin(run) })
    t.equal(response.statusCode, 200)
    t.equal(response.headers['set-cookie'], undefined)
    t.equal(response.headers['cache-control'], 'no-store')
    t.equal(response.headers['referrer-policy'], 'no-referrer')
  }
  t.strictSame(await countRows(run), before)
  const page = await look(run, '', `/answer/${token}`)
  for (const words of ['Harlow &amp; Pine CPAs LLP', 'PaySmart Global, Inc.', 'R-001', request.number === 1 ? 'Backup schedule' : '', 'Oct 21, 2099']) t.match(page.body, words)
  t.notMatch(page.body, 'Screens that show', 'the ask itself waits behind the button')
  t.equal(page.body.match(/<button/g)?.length, 1)
  t.notMatch(page.body, token!, 'the page does not repeat the token')
})

t.test('a scanner that pressed the button first has not used the link up', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  const [token] = await tokensOf(run, request)
  const scanner = await pressLink(run, token!)
  const person = await pressLink(run, token!)
  t.not(scanner, person)
  t.equal((await look(run, person, request.linkUrl)).statusCode, 200)
  t.equal((await look(run, scanner, request.linkUrl)).statusCode, 200)
  t.strictSame((await trailOf(run, ours)).filter((kind) => kind === 'link.opened').length, 2)
  const views = await run.owner.selectFrom('access_entry').select(['kind', 'channel']).where('kind', '=', 'link_opened').execute()
  t.strictSame(views, [{ kind: 'link_opened', channel: 'link' }, { kind: 'link_opened', channel: 'link' }])
})

t.test('a scanner that looks by every method, presses the button and reads on before the person harms nothing', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const [request, other] = [await ask(run, ours), await ask(run, ours, { title: 'Other secret' })]
  const [token] = await tokensOf(run, request)
  const living = await run.owner.selectFrom('answer_link').select(['id', 'expires_at', 'ended_at']).orderBy('id').execute()
  for (const method of ['HEAD', 'GET', 'GET'] as const) await run.app.inject({ method, url: `/answer/${token}`, headers: sameOrigin(run) })
  const scanner = await pressLink(run, token!)
  for (const method of ['GET', 'HEAD', 'GET'] as const) {
    const page = await run.app.inject({ method, url: request.linkUrl, headers: { ...sameOrigin(run), cookie: scanner } })
    t.equal(page.statusCode, 200)
    t.notMatch(page.body, /Other secret|R-002|@/, 'nothing beyond what the mail was about, and nobody’s address')
  }
  t.equal((await look(run, scanner, other.linkUrl)).statusCode, 303)
  t.equal(await statusOf(run, request), 'open')
  for (const table of ['submission', 'evidence_file', 'comment'] as const) t.strictSame(await run.owner.selectFrom(table).select('engagement_id').execute(), [], table)
  t.strictSame(await run.owner.selectFrom('answer_link').select(['id', 'expires_at', 'ended_at']).orderBy('id').execute(), living, 'the link lives on as it was')
  t.strictSame((await run.owner.selectFrom('mail').select('id').execute()).length, 2, 'nobody was written to')
  await answerByLink(run, request)
  t.equal(await statusOf(run, request), 'submitted', 'and the person answers by the same link')
})

t.test('each link that does not open says so, and those that were given out offer a fresh one', async (t) => {
  const run = await openRun(t)
  const { ours, outsiders } = run.cast
  const tokenFor = async (end: (request: Awaited<ReturnType<typeof ask>>) => Promise<unknown>) => {
    const request = await ask(run, ours)
    const [token] = await tokensOf(run, request)
    await end(request)
    return token!
  }
  const expire = async (request: { id: string }) => run.owner.updateTable('answer_link').set({ expires_at: sql`now() - interval '1 minute'` }).where('request_id', '=', request.id).execute()
  const dead: Record<string, [string, RegExp]> = {
    expired: [await tokenFor(expire), /expired/],
    revoked: [await tokenFor(async (request) => ours.senior.post(`${request.url}/links/revocation`)), /taken back/],
    reassigned: [await tokenFor(async (request) => ours.senior.post(`${request.url}/owner`, { owner: ours.lead.id })), /looked after elsewhere/],
    cancelled: [await tokenFor(async (request) => bring(run, ours, request, 'cancelled')), /needs nothing more/],
    accepted: [await tokenFor(async (request) => bring(run, ours, request, 'accepted')), /needs nothing more/],
  }
  for (const [name, [token, words]] of Object.entries(dead)) {
    for (const method of ['GET', 'POST'] as const) {
      const response = await run.app.inject({ method, url: `/answer/${token}`, headers: sameOrigin(run) })
      t.equal(response.statusCode, 410, `${name} ${method}`)
      t.match(response.body, words)
      t.match(response.body, /Mail me a new link/)
      t.notMatch(response.body, /PaySmart|R-0|Backup|Noor/, 'and tells nothing of what it opened')
      t.equal(response.headers['set-cookie'], undefined)
    }
  }
  const strange = [newToken(), 'x', `${newToken()}x`, '%00', '..%2f..%2fetc', encodeURIComponent('<script>alert(1)</script>'), 'ä'.repeat(43)]
  for (const token of strange) {
    const response = await look(run, '', `/answer/${encodeURI(token)}`)
    t.ok([400, 404].includes(response.statusCode), token)
    t.notMatch(response.body, /Mail me a new link|<script>alert/)
  }
  t.equal((await ask(run, outsiders)).number, 1, 'another client has links of its own')
})

t.test('a fresh link goes to the old one’s address and to nobody else, and the answer is the same for all', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  const [old] = await tokensOf(run, request)
  const fresh = async (token: string, fields = {}) => run.app.inject({ method: 'POST', url: `/answer/${token}/fresh`, payload: new URLSearchParams(fields).toString(), headers: { ...sameOrigin(run), 'content-type': 'application/x-www-form-urlencoded' } })
  const mails = async () => run.owner.selectFrom('mail').select(['person_id', 'template']).where('template', '=', 'fresh_link').execute()
  const quick = await fresh(old!)
  t.strictSame(await mails(), [], 'one went out a moment ago')
  await run.owner.updateTable('answer_link').set({ created_at: sql`now() - interval '20 days'`, expires_at: sql`now() - interval '6 days'` }).execute()
  const sent = await fresh(old!, { email: 'eve@elsewhere.example', to: 'eve@elsewhere.example' })
  t.strictSame(await mails(), [{ person_id: ours.owner.id, template: 'fresh_link' }])
  const unknown = await fresh(newToken())
  for (const response of [sent, unknown]) t.equal(response.body, quick.body)
  await fresh(old!)
  t.equal((await mails()).length, 1, 'asking again sends no second')
  const [, token] = await tokensOf(run, request)
  t.equal((await look(run, await pressLink(run, token!), request.linkUrl)).statusCode, 200)
  t.match(await trailOf(run, ours), ['request.drafted', 'request.issued', 'link.sent', 'link.sent', 'link.opened'])
  await ours.senior.post(`${request.url}/owner`, { owner: ours.lead.id })
  await run.owner.updateTable('answer_link').set({ created_at: sql`now() - interval '20 days'` }).execute()
  await fresh(old!)
  t.equal((await mails()).length, 1, 'nor one for a request that is somebody else’s by now')
})

t.test('a link of one request reads no other, by any route there is', async (t) => {
  const run = await openRun(t)
  const { ours, outsiders } = run.cast
  const [mine, other, foreign] = [await ask(run, ours, { title: 'Mine alone' }), await ask(run, ours, { title: 'Other secret' }), await ask(run, outsiders, { title: 'Foreign secret' })]
  const cookie = await pressLink(run, (await tokensOf(run, mine)).at(-1)!)
  const otherCookie = await pressLink(run, (await tokensOf(run, other)).at(-1)!)
  await send(run, otherCookie, `${other.linkUrl}/files`, {}, [{ name: 'secret.txt', body: 'secret bytes' }])
  const { id: file } = await run.owner.selectFrom('evidence_file').select('id').executeTakeFirstOrThrow()
  const value = cookie.slice(cookie.indexOf('=') + 1)
  const stretched = [cookie, ...[other, foreign].map(({ id }) => `answer-${id}=${value}`)].join('; ')
  const addresses = run.app.printRoutes({ commonPrefix: false }).includes('answer') ? [
    ...[other, foreign].flatMap(({ linkUrl, id }) => [linkUrl, `${linkUrl}/files/${file}`, `${linkUrl}/files/${file}/preview`, `/answer/requests/${id.toUpperCase()}`]),
    `${mine.linkUrl}/files/${file}`, `${mine.linkUrl}/files/${file}/preview`,
    ...['', '/requests', '/controls', '/team', '/trail', '/populations'].map((page) => `${ours.base}${page}`),
    mine.url, other.url, mine.answerUrl, `${other.url}/files/${file}`, '/', '/engagements', '/account',
  ] : []
  t.ok(addresses.length > 15)
  for (const url of addresses) {
    const response = await look(run, stretched, url)
    t.ok([303, 404].includes(response.statusCode), `${url} is ${response.statusCode}`)
    t.notMatch(response.body, /secret|Other|Foreign/)
  }
  const before = await countRows(run)
  for (const url of [`${other.linkUrl}/files`, `${other.linkUrl}/files/${file}/removal`, `${other.linkUrl}/draft`, `${other.linkUrl}/submission`, `${other.linkUrl}/withdrawal`, `${mine.linkUrl}/files/${file}/removal`, `${mine.url}/acceptance`, `${mine.url}/review`, `${ours.base}/requests`]) {
    const response = await send(run, stretched, url, { ...statement, tick: ['1', '2'] })
    t.ok([303, 404].includes(response.statusCode) && !(response.headers.location ?? '').includes(other.id), `${url} is ${response.statusCode}`)
  }
  t.strictSame(await countRows(run), before)
  t.equal((await look(run, `${cookie}; ${otherCookie}`, mine.linkUrl)).statusCode, 200, 'one browser may hold several sessions')
  t.equal((await look(run, `${cookie}; ${otherCookie}`, other.linkUrl)).statusCode, 200)
})

t.test('a link opens what its recipient sent, not what others sent for the same request', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  await contribute(run.site, ours.lead.scope, request.number, { files: [{ name: 'lead.txt', blob: await run.site.vault.store(Readable.from([Buffer.from('from the lead')])), itemId: null }], answer: null })
  const cookie = await pressLink(run, (await tokensOf(run, request))[0]!)
  await send(run, cookie, `${request.linkUrl}/files`, {}, [{ name: 'own.txt', body: 'my own' }])
  const [lead, own] = await run.owner.selectFrom('evidence_file').select('id').orderBy('position').execute()
  t.equal((await look(run, cookie, `${request.linkUrl}/files/${own!.id}`)).body, 'my own')
  t.equal((await look(run, cookie, `${request.linkUrl}/files/${lead!.id}`)).statusCode, 404)
  const page = await look(run, cookie, request.linkUrl)
  t.match(page.body, 'lead.txt', 'it is named, for it is part of the answer')
  t.notMatch(page.body, `href="${request.linkUrl}/files/${lead!.id}"`)
  t.equal((await ours.lead.get(`${request.url}/files/${own!.id}`)).body, 'my own', 'the lead opens all of it')
  t.equal((await ours.staff.get(`${request.url}/files/${own!.id}`)).status, 404, 'the firm nothing before it is submitted')
})

t.test('a session ends with its link, its hours or its recipient', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const ends: Record<string, (request: Awaited<ReturnType<typeof ask>>) => Promise<unknown>> = {
    revoked: async (request) => ours.lead.post(`${request.url}/links/revocation`),
    reassigned: async (request) => ours.lead.post(`${request.url}/owner`, { owner: ours.lead.id }),
    hours: async () => run.owner.updateTable('link_session').set({ expires_at: sql`now()` }).execute(),
    left: async () => run.owner.updateTable('membership').set({ removed_at: sql`now()` }).where('person_id', '=', ours.owner.id).execute(),
  }
  for (const [name, end] of Object.entries(ends)) {
    const request = await ask(run, ours)
    const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
    await end(request)
    const page = await look(run, cookie, request.linkUrl)
    t.match([page.statusCode, page.headers.location], [303, '/answer/closed'], name)
    const saved = await send(run, cookie, `${request.linkUrl}/draft`, statement, [], { accept: 'application/json' })
    t.equal(saved.statusCode, 401)
  }
  t.match((await look(run, '', '/answer/closed')).body, /newest mail/)
})

t.test('no token stands anywhere in the database, in a log line or on an error page', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  const [token] = await tokensOf(run, request)
  const cookie = await pressLink(run, token!)
  await bring(run, ours, request, 'returned')
  const secrets = [...await tokensOf(run, request), cookie.split('=')[1]!]
  t.equal(secrets.length, 3)
  const dump = await dumpTables(run)
  t.match(dump, 'Backup schedule', 'the dump is one')
  for (const secret of secrets) t.notMatch(dump, secret)
  for (const url of [`/answer/${token}/nothing`, `/answer/${token}?x=1`, `/nothing/${token}`]) t.notMatch((await look(run, '', url)).body, token!)
})

async function tablesOf({ owner }: Run): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1`.execute(owner)
  return rows.map(({ name }) => name)
}

async function countRows(run: Run): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const table of await tablesOf(run)) {
    const { rows } = await sql<{ count: number }>`select count(*) from ${sql.raw(table)}`.execute(run.owner)
    counts[table] = rows[0]!.count
  }
  return counts
}

async function dumpTables(run: Run): Promise<string> {
  const texts: string[] = []
  for (const table of await tablesOf(run)) {
    const { rows } = await sql<{ row: string }>`select to_jsonb(x)::text as row from ${sql.raw(table)} x`.execute(run.owner)
    texts.push(...rows.map(({ row }) => row))
  }
  return texts.join('\n')
}
