import { sql } from 'kysely'
import t from 'tap'
import { sameOrigin, ask, look, openRun, pressLink, tokensOf, trailOf, type Asked, type Run } from './run.ts'

const rule = async (run: Run, policy: string, days = '14') => run.cast.ours.manager.post(`${run.cast.ours.base}/link-rule`, { policy, days })

t.test('where a code is asked for, a scanner that looks and presses first harms nothing and learns nothing', async (t) => {
  const { run, request, token } = await staged(t)
  for (const method of ['HEAD', 'GET', 'GET'] as const) {
    const response = await run.app.inject({ method, url: `/answer/${token}`, headers: sameOrigin(run) })
    t.equal(response.statusCode, 200)
    t.equal(response.headers['set-cookie'], undefined)
  }
  t.equal((await codesOf(run)).length, 0, 'looking mails no code')
  const door = await look(run, '', `/answer/${token}`)
  t.match(door.body, /Mail me the code/)
  t.notMatch(door.body, run.cast.ours.owner.email, 'the address is shown in part')
  const scanner = await press(run, `/answer/${token}`)
  t.match([scanner.statusCode, scanner.headers.location, scanner.headers['set-cookie']], [303, `/answer/${token}/code`, undefined])
  t.equal((await look(run, '', request.linkUrl)).statusCode, 303, 'the request stays shut')

  await press(run, `/answer/${token}`)
  const codes = await codesOf(run)
  t.equal(codes.length, 1, 'the person’s own press soon after sends no second mail')
  const form = await look(run, '', `/answer/${token}/code`)
  t.notMatch(form.body, codes[0]!)
  t.notMatch(form.body, token, 'the page does not repeat the token')
  const cookie = await give(run, token, ` ${codes[0]!.slice(0, 3)} ${codes[0]!.slice(3)} `)
  t.equal((await look(run, cookie, request.linkUrl)).statusCode, 200)
  const again = await press(run, `/answer/${token}/code`, { code: codes[0]! })
  t.equal(again.statusCode, 422, 'a code works once')
  t.match(await trailOf(run, run.cast.ours), ['link.policy_changed', 'request.drafted', 'request.issued', 'link.sent', 'link.code_sent', 'link.opened'])
  const opened = await run.owner.selectFrom('trail_entry').select('event').where('kind', '=', 'link.opened').executeTakeFirstOrThrow()
  t.equal(JSON.parse(opened.event).facts.proof, 'code')
})

t.test('guessing ends after five tries, and a new code opens the link nevertheless', async (t) => {
  const { run, request, token } = await staged(t)
  await press(run, `/answer/${token}`)
  const [code] = await codesOf(run)
  const wrong = code === '000000' ? '000001' : '000000'
  for (let tried = 0; tried < 5; tried += 1) {
    const response = await press(run, `/answer/${token}/code`, { code: wrong })
    t.equal(response.statusCode, 422)
    t.match(response.body, /This is not the code/)
  }
  const sixth = await press(run, `/answer/${token}/code`, { code: code! })
  t.equal(sixth.statusCode, 422, 'the right one comes too late')
  t.match(sixth.body, /No code works any more/)
  t.equal(sixth.headers['set-cookie'], undefined)
  t.equal((await trailOf(run, run.cast.ours)).filter((kind) => kind === 'link.code_refused').length, 5)

  await passMinutes(run, 2)
  t.match((await press(run, `/answer/${token}/code`, { again: 'yes' })).body, /on its way/)
  const [, fresh] = await codesOf(run)
  t.equal((await look(run, await give(run, token, fresh!), request.linkUrl)).statusCode, 200)
})

t.test('tries at once count one after the other, so that no sixth slips through', async (t) => {
  const { run, token } = await staged(t)
  await press(run, `/answer/${token}`)
  await Promise.all(Array.from({ length: 12 }, async (_, index) => press(run, `/answer/${token}/code`, { code: `x${index}` })))
  const { tries } = await run.owner.selectFrom('answer_code').select('tries').executeTakeFirstOrThrow()
  t.equal(tries, 5)
})

t.test('a code ends after ten minutes, another may be asked for within limits, and each that still works opens', async (t) => {
  const { run, request, token } = await staged(t)
  await press(run, `/answer/${token}`)
  t.match((await press(run, `/answer/${token}/code`, { again: 'yes' })).body, /a moment ago/)
  await passMinutes(run, 2)
  await press(run, `/answer/${token}/code`, { again: 'yes' })
  const [first] = await codesOf(run)
  t.equal((await look(run, await give(run, token, first!), request.linkUrl)).statusCode, 200, 'the mail that came late works as well')

  await passMinutes(run, 2)
  await press(run, `/answer/${token}/code`, { again: 'yes' })
  await passMinutes(run, 10)
  const late = await press(run, `/answer/${token}/code`, { code: (await codesOf(run)).at(-1)! })
  t.equal(late.statusCode, 422)
  for (let asked = 0; asked < 3; asked += 1) {
    await press(run, `/answer/${token}/code`, { again: 'yes' })
    await passMinutes(run, 2)
  }
  const many = await press(run, `/answer/${token}/code`, { again: 'yes' })
  t.equal(many.statusCode, 429)
  t.match(many.body, /Too many codes/)
  t.equal((await codesOf(run)).length, 6)
})

t.test('a code is kept as a mark that cannot be tried without the secret, and for one link only', async (t) => {
  const { run, token } = await staged(t)
  const other = await ask(run, run.cast.ours, { title: 'Another' })
  const [otherToken] = await tokensOf(run, other)
  await press(run, `/answer/${token}`)
  await press(run, `/answer/${otherToken}`)
  const [code] = await codesOf(run)
  const rows = await run.owner.selectFrom('answer_code').selectAll().execute()
  t.notMatch(JSON.stringify(rows), code)
  t.not(rows[0]!.code_hash, rows[1]!.code_hash)
  if (code !== (await codesOf(run))[1]) t.equal((await press(run, `/answer/${otherToken}/code`, { code: code! })).statusCode, 422)
})

t.test('asking for more ends what was open with less, and asking for an account ends all links', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  const [token] = await tokensOf(run, request)
  const cookie = await pressLink(run, token!)
  t.equal((await rule(run, 'link_and_code')).status, 303)
  t.equal((await look(run, cookie, request.linkUrl)).statusCode, 303, 'a session without a code is shut')
  await press(run, `/answer/${token}`)
  const proved = await give(run, token!, (await codesOf(run))[0]!)
  t.equal((await look(run, proved, request.linkUrl)).statusCode, 200)

  await rule(run, 'account_only')
  t.equal((await look(run, proved, request.linkUrl)).statusCode, 303)
  for (const method of ['GET', 'POST'] as const) {
    const shut = await run.app.inject({ method, url: `/answer/${token}`, headers: sameOrigin(run) })
    t.equal(shut.statusCode, 410)
    t.match(shut.body, /Please sign in/)
    t.notMatch(shut.body, /Backup|R-001/)
  }
  t.match(await run.owner.selectFrom('answer_link').select('end_reason').execute(), [{ end_reason: 'revoked' }])
  t.equal((await run.owner.selectFrom('mail').select('id').where('template', '=', 'invitation').execute()).length, 1, 'who has something to answer is invited')
  await rule(run, 'link')
  t.equal((await look(run, proved, request.linkUrl)).statusCode, 303, 'ended links stay ended')

  await rule(run, 'account_only')
  await ask(run, ours, { title: 'Signed in only' })
  const mail = await run.owner.selectFrom('mail').select(['link_sealed', 'facts']).where('template', '=', 'request_issued').orderBy('created_at', 'desc').executeTakeFirstOrThrow()
  t.equal(run.site.sealer.unseal('mail link', mail.link_sealed!), `${ours.base}/requests/R-002/answer`)
  t.equal(mail.facts['days'], null)
  t.equal((await run.owner.selectFrom('answer_link').select('id').where('ended_at', 'is', null).execute()).length, 0)
})

/** The application asking for codes, a request and the token of its link. */
async function staged(t: Parameters<typeof openRun>[0]): Promise<{ run: Run, request: Asked, token: string }> {
  const run = await openRun(t)
  t.equal((await rule(run, 'link_and_code')).status, 303)
  const request = await ask(run, run.cast.ours)
  const [token] = await tokensOf(run, request)
  return { run, request, token: token! }
}

async function press(run: Run, url: string, form: Record<string, string> = {}) {
  return await run.app.inject({ method: 'POST', url, payload: new URLSearchParams(form).toString(), headers: { ...sameOrigin(run), 'content-type': 'application/x-www-form-urlencoded' } })
}

async function give(run: Run, token: string, code: string): Promise<string> {
  const response = await press(run, `/answer/${token}/code`, { code })
  const [cookie] = [response.headers['set-cookie'] ?? []].flat()
  if (response.statusCode !== 303 || !cookie) throw new Error(`The code did not open: ${response.statusCode} ${response.body}`)
  return cookie.split(';')[0]!
}

/** Codes mailed, oldest first; read from the outbox, where they are sealed. */
async function codesOf({ owner, site }: Run): Promise<string[]> {
  const rows = await owner.selectFrom('mail').select('code_sealed').where('code_sealed', 'is not', null).orderBy('created_at').execute()
  return rows.map(({ code_sealed: sealed }) => site.sealer.unseal('mail code', sealed!))
}

/** Lets codes grow older, as if that time had gone by. */
async function passMinutes({ owner }: Run, minutes: number): Promise<void> {
  await sql`update answer_code set created_at = created_at - make_interval(mins => ${minutes}), expires_at = expires_at - make_interval(mins => ${minutes})`.execute(owner)
}
