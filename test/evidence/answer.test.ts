import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import t from 'tap'
import { submit } from '../../server/evidence/answer-actions.ts'
import { ask, bring, look, multipart, openRun, pressLink, sameOrigin, send, statement, statusOf, tokensOf, trailOf, type Asked, type FilePart, type Run } from './run.ts'
import type { Member } from '../support/cast.ts'

const note: FilePart = { name: 'schedule.txt', body: 'Backups run daily at 02:00\n' }

t.test('a browser without scripts answers in one plain form: files, ticks and statement together', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  const cookie = await open(run, request)
  const page = await look(run, cookie, request.linkUrl)
  t.match(page.body, /<form[^>]*enctype="multipart\/form-data"/)
  t.notMatch(page.body, /hx-|<script(?! type="module" src=)/)
  const uploaded = await send(run, cookie, `${request.linkUrl}/files`, { ...statement, system: 'Typed before' }, [note, { name: '', body: '' }])
  t.match([uploaded.statusCode, uploaded.headers.location], [303, `${request.linkUrl}#files`])
  t.equal(await statusOf(run, request), 'in_progress')
  const draft = await look(run, cookie, request.linkUrl)
  t.match(draft.body, /1 file uploaded, not yet submitted/)
  t.match(draft.body, /value="Typed before"/, 'what was typed beside the upload is kept')
  t.match((await ours.staff.get(request.url)).body, /1 file is uploaded, but not submitted/, 'the firm sees that something came')
  t.notMatch((await ours.staff.get(request.url)).body, 'schedule.txt', 'and not what')
  const submitted = await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2'] })
  t.match([submitted.statusCode, submitted.headers.location], [303, request.linkUrl])
  t.match((await look(run, cookie, request.linkUrl)).body, /Submitted .*will look at it next/s)
  t.match((await ours.staff.get(request.url)).body, /schedule.txt/)
  const row = await run.owner.selectFrom('submission').selectAll().executeTakeFirstOrThrow()
  t.match(row, { number: 1, status: 'submitted', source_system: statement.system, generated_at: statement.at, generated_zone: statement.zone, row_count: 3, edits: 'none', ticked: [1, 2], channel: 'link', submitted_by: ours.owner.id })
  t.match(await trailOf(run, ours), ['request.drafted', 'request.issued', 'link.sent', 'link.opened', 'request.started', 'evidence.uploaded', 'request.submitted'])
})

t.test('a signed-in owner and their lead answer on the same page; others are kept out', async (t) => {
  const run = await openRun(t)
  const { ours, outsiders } = run.cast
  for (const member of [ours.owner, ours.lead]) {
    const request = await ask(run, ours)
    t.equal((await member.get(request.answerUrl)).status, 200)
    t.equal((await post(run, member, `${request.answerUrl}/submission`, { ...statement, tick: ['1', '2'] }, [note])).statusCode, 303)
    t.match(await run.owner.selectFrom('submission').select(['channel', 'submitted_by']).where('request_id', '=', request.id).executeTakeFirstOrThrow(), { channel: 'login', submitted_by: member.id })
  }
  const request = await ask(run, ours)
  const notTheirs = await ask(run, ours, { ownerId: ours.lead.id })
  for (const noun of ['', '/files', '/draft', '/submission', '/withdrawal']) {
    const url = noun === '/withdrawal' ? `${request.url}${noun}` : `${request.answerUrl}${noun}`
    const since = (await trailOf(run, ours)).length
    for (const member of [ours.partner, ours.reviewer, ours.manager, ours.senior, ours.staff]) {
      t.equal((noun === '' ? await member.get(url) : await member.post(url, statement)).status, 403, `${member.role} ${noun}`)
    }
    t.strictSame(await trailOf(run, ours, since), Array(5).fill('account.refused'))
    for (const member of Object.values(outsiders).filter((one): one is Member => typeof one === 'object' && 'post' in one)) {
      t.equal((noun === '' ? await member.get(url) : await member.post(url, statement)).status, 404, `outside ${member.role} ${noun}`)
    }
    const other = url.replace(request.url, notTheirs.url)
    t.equal((noun === '' ? await ours.owner.get(other) : await ours.owner.post(other, statement)).status, 404, `another owner’s ${noun}`)
  }
  t.equal(await statusOf(run, request), 'open')
})

t.test('each file that is not kept says why, and the rest is', async (t) => {
  const run = await openRun(t, { MAX_UPLOAD_BYTES: '2000' })
  const request = await ask(run, run.cast.ours)
  const cookie = await open(run, request)
  const response = await send(run, cookie, `${request.linkUrl}/files`, { ...statement, system: 'Typed' }, [note, { name: 'empty.csv', body: '' }, { name: 'large.bin', body: Buffer.alloc(2001, 7) }, { name: 'again.txt', body: note.body }])
  t.equal(response.statusCode, 422)
  for (const words of [/empty\.csv<\/b>: The file is empty/, /large\.bin<\/b>: The file is larger than 1\.9 KiB/, /again\.txt<\/b>: The very same file is already here as schedule\.txt/, /value="Typed"/, /3 files were not added/]) t.match(response.body, words)
  t.strictSame(await names(run, request), ['schedule.txt'])
  const again = await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2'] }, [{ name: 'empty.csv', body: '' }])
  t.equal(again.statusCode, 422, 'with a file that failed nothing is submitted')
  t.equal(await statusOf(run, request), 'in_progress')
})

t.test('a file sent as the body itself is kept under its name, or refused in words', async (t) => {
  const run = await openRun(t, { MAX_UPLOAD_BYTES: '2000' })
  const request = await ask(run, run.cast.ours)
  const cookie = await open(run, request)
  const raw = async (name: string, payload: Buffer, more: Record<string, string> = {}) => run.app.inject({
    method: 'POST', url: `${request.linkUrl}/files?name=${encodeURIComponent(name)}`, payload, headers: { ...sameOrigin(run), cookie, accept: 'application/json', 'content-type': 'application/octet-stream', ...more },
  })
  const kept = await raw('Überblick 100%.txt', Buffer.from('hello'))
  t.equal(kept.statusCode, 201)
  t.match(kept.json(), { id: String })
  t.match((await raw('copy.txt', Buffer.from('hello'))).json(), { error: /already here as Überblick 100%\.txt/ })
  t.match([(await raw('empty', Buffer.alloc(0))).statusCode, (await raw('large', Buffer.alloc(2001))).statusCode], [422, 413])
  t.match((await raw('other', Buffer.from('x'), { 'x-file-sha256': '0'.repeat(64) })).json(), { error: /differs/ })
  t.strictSame(await names(run, request), ['Überblick 100%.txt'])
  const saved = await run.owner.selectFrom('evidence_file').selectAll().executeTakeFirstOrThrow()
  t.match(saved, { size: 5, media_type: 'text/plain', kind: 'text', channel: 'link', preview: 'pending' })
  t.equal((await readFile(run.site.vault.localPath(saved.sha256))).toString(), 'hello')
})

t.test('an unsubmitted file may be removed, a submitted one never', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  const cookie = await open(run, request)
  await send(run, cookie, `${request.linkUrl}/files`, {}, [note, { name: 'wrong.txt', body: 'wrong' }])
  const [kept, wrong] = await files(run, request)
  const removal = await send(run, cookie, `${request.linkUrl}/files/${wrong!.id}/removal`, { ...statement, system: 'Typed meanwhile' })
  t.equal(removal.statusCode, 303)
  t.strictSame(await names(run, request), ['schedule.txt'])
  t.match((await look(run, cookie, request.linkUrl)).body, /value="Typed meanwhile"/)
  t.equal((await trailOf(run, ours)).at(-1), 'evidence.removed')
  await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2'] })
  const refused = await send(run, cookie, `${request.linkUrl}/files/${kept!.id}/removal`, {})
  t.equal(refused.statusCode, 409)
  t.match(refused.body, /was submitted with version 1, so it is kept/)
  for (const change of ['delete from evidence_file', "update evidence_file set name = 'other'", "update submission set query = 'other'"]) {
    await t.rejects(sql.raw(change).execute(run.owner), { code: '23001' }, `the database refuses as well: ${change}`)
  }
  t.equal((await send(run, cookie, `${request.linkUrl}/files/not-an-id/removal`, {})).statusCode, 404)
})

t.test('whatever is missing is named beside its field, and everything typed stays', async (t) => {
  const run = await openRun(t)
  const request = await ask(run, run.cast.ours, { kind: 'population' })
  const cookie = await open(run, request)
  const response = await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, query: '', rows: 'a lot', edited: '', at: '2099-01-01T00:00', tick: ['2'], words: 'Kept words' }, [note])
  t.equal(response.statusCode, 422)
  for (const words of [/href="#field-query">Give the query/, /href="#field-rows">Give the number of rows as a whole number/, /href="#field-edited">Say whether anything was changed/, /href="#field-at">This time is still to come/, /Not ticked: All three databases/, /value="a lot"/, />Kept words</, /schedule\.txt/]) t.match(response.body, words)
  t.match(response.body, /value="2" checked/)
  t.equal(await statusOf(run, request), 'in_progress')
  t.match((await look(run, cookie, request.linkUrl)).body, /Kept words/, 'kept on the server as well')
})

t.test('an answer in words needs no file and no statement', async (t) => {
  const run = await openRun(t)
  const request = await ask(run, run.cast.ours, { kind: 'inquiry', checklist: [] })
  const cookie = await open(run, request)
  t.equal((await send(run, cookie, `${request.linkUrl}/submission`, { words: '' })).statusCode, 422)
  t.equal((await send(run, cookie, `${request.linkUrl}/submission`, { words: 'No incident happened in the period.' })).statusCode, 303)
  t.match((await run.cast.ours.staff.get(request.url)).body, /No incident happened/)
})

t.test('typing is saved without a version being submitted', async (t) => {
  const run = await openRun(t)
  const request = await ask(run, run.cast.ours)
  const cookie = await open(run, request)
  const saved = await run.app.inject({ method: 'POST', url: `${request.linkUrl}/draft`, payload: new URLSearchParams({ ...statement, system: 'Autosaved' }).toString(), headers: { ...sameOrigin(run), cookie, accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' } })
  t.match([saved.statusCode, saved.json()], [200, { saved: true }])
  t.match((await look(run, cookie, request.linkUrl)).body, /value="Autosaved"/)
  t.equal(await statusOf(run, request), 'open')
})

t.test('pressing submit twice, one after the other or at once, has one effect and shows the same page', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  const cookie = await open(run, request)
  const press = async () => send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2'] }, [note])
  const parallel = await Promise.all(Array.from({ length: 8 }, press))
  for (const { statusCode, headers } of parallel) t.strictSame([statusCode, headers.location], [303, request.linkUrl])
  t.equal((await press()).statusCode, 303)
  t.equal(await submit(run.site, ours.owner.scope, request.number), 'already', 'for callers without a page too')
  t.strictSame((await trailOf(run, ours)).filter((kind) => kind === 'request.submitted').length, 1)
  t.strictSame(await run.owner.selectFrom('submission').select(['number', 'status']).execute(), [{ number: 1, status: 'submitted' }])
  t.strictSame(await names(run, request), ['schedule.txt'])
  const late = await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2'] }, [{ name: 'late.txt', body: 'one more' }])
  t.equal(late.statusCode, 409, 'a file that came too late is not dropped in silence')
  t.match(late.body, /was submitted, so its answer stands/)
})

t.test('an answer is taken back before anybody looks at it, and goes on from the same files', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  const cookie = await open(run, request)
  await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2'] }, [note])
  t.equal((await send(run, cookie, `${request.linkUrl}/withdrawal`, {})).statusCode, 303)
  t.equal(await statusOf(run, request), 'in_progress')
  const rows = await run.owner.selectFrom('submission').select(['number', 'status', 'source_system']).orderBy('number').execute()
  t.strictSame(rows, [{ number: 1, status: 'withdrawn', source_system: statement.system }, { number: 2, status: 'draft', source_system: statement.system }])
  t.strictSame((await files(run, request)).map(({ name, sha256 }) => [name, sha256.length]), [['schedule.txt', 64], ['schedule.txt', 64]])
  t.match((await look(run, cookie, request.linkUrl)).body, /1 file uploaded, not yet submitted/)
  t.equal((await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2'] })).statusCode, 303)
  await ours.staff.post(`${request.url}/review`)
  t.equal((await send(run, cookie, `${request.linkUrl}/withdrawal`, {})).statusCode, 409)
  t.match(await trailOf(run, ours), ['request.drafted', 'request.issued', 'link.sent', 'link.opened', 'request.started', 'evidence.uploaded', 'request.submitted', 'request.withdrawn', 'request.submitted', 'request.review_started'])
})

t.test('in every other state each way of answering is refused and changes nothing', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  for (const status of ['submitted', 'in_review', 'accepted', 'cancelled', 'not_applicable'] as const) {
    const request = await ask(run, ours)
    await bring(run, ours, request, status)
    const before = await snapshot(run, request)
    for (const noun of ['files', 'draft', 'submission'] as const) {
      const response = await post(run, ours.owner, `${request.answerUrl}/${noun}`, statement, [{ name: 'new.txt', body: `new ${noun}` }])
      t.equal(response.statusCode, 409, `${noun} while ${status}`)
    }
    if (status !== 'submitted') t.equal((await ours.owner.post(`${request.url}/withdrawal`)).status, 409, `withdrawal while ${status}`)
    t.strictSame(await snapshot(run, request), before)
  }
})

t.test('after a return the reason stands on top, and version 2 keeps version 1 as it was', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  await bring(run, ours, request, 'returned')
  const [, fresh] = await tokensOf(run, request)
  const cookie = await pressLink(run, fresh!)
  const page = await look(run, cookie, request.linkUrl)
  for (const words of [/Please send it again: Cropped or unreadable/, /Take the whole window/, /Lena Fischer/, /Nov 1, 2099/, /v1/]) t.match(page.body, words)
  t.equal((await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2'] }, [{ name: 'whole.txt', body: 'whole' }])).statusCode, 303)
  const versions = await run.owner.selectFrom('submission').select(['number', 'status', 'reason_code', 'reason']).orderBy('number').execute()
  t.strictSame(versions, [{ number: 1, status: 'returned', reason_code: 'cropped', reason: 'Take the whole window.' }, { number: 2, status: 'submitted', reason_code: null, reason: null }])
  t.strictSame(await names(run, request), ['schedule.txt', 'whole.txt'])
})

async function open(run: Run, request: Asked): Promise<string> {
  return await pressLink(run, (await tokensOf(run, request)).at(-1)!)
}

async function post(run: Run, member: Member, url: string, fields: Record<string, string | readonly string[]>, parts: readonly FilePart[]) {
  const cookie = await run.site.sessions.begin(member.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  const { payload, headers } = multipart(fields, parts)
  return await run.app.inject({ method: 'POST', url, payload, headers: { ...sameOrigin(run), ...headers, cookie: `${cookie.name}=${cookie.value}` } })
}

async function files({ owner }: Run, request: Asked) {
  return await owner.selectFrom('evidence_file').innerJoin('submission', 'submission.id', 'evidence_file.submission_id').selectAll('evidence_file')
    .where('evidence_file.request_id', '=', request.id).orderBy('submission.number').orderBy('evidence_file.position').execute()
}

async function names(run: Run, request: Asked): Promise<string[]> {
  return (await files(run, request)).map(({ name }) => name)
}

async function snapshot(run: Run, request: Asked) {
  return {
    request: await run.owner.selectFrom('request').selectAll().where('id', '=', request.id).execute(),
    submissions: await run.owner.selectFrom('submission').selectAll().where('request_id', '=', request.id).orderBy('number').execute(),
    files: await names(run, request),
    trail: (await trailOf(run, run.cast.ours)).length,
  }
}
