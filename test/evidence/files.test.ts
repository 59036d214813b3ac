import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import t from 'tap'
import { reuseFile } from '../../server/evidence/reuse-actions.ts'
import { returnReasons } from '../../server/requests/rules.ts'
import { answerByLink, ask, bring, look, noted, openRun, pressLink, send, statement, statusOf, tokensOf, trailOf, type Asked } from './run.ts'

const run = await openRun(t)
const { ours, outsiders } = run.cast
const back = { version: '1', reason: 'cropped', words: 'The clock is cut off.', due: '2099-12-01' }
const three = [{ name: 'one.txt', body: 'one' }, { name: 'two.txt', body: 'two' }, { name: 'three.txt', body: 'three' }]

async function filesOf(request: Asked, version: number) {
  return await run.owner.selectFrom('evidence_file').innerJoin('submission', 'submission.id', 'evidence_file.submission_id')
    .select(['evidence_file.id', 'evidence_file.name', 'evidence_file.sha256', 'evidence_file.taken_from', 'evidence_file.uploaded_by', 'evidence_file.channel'])
    .where('evidence_file.request_id', '=', request.id).where('submission.number', '=', version).orderBy('evidence_file.position').execute()
}

async function underReview(): Promise<{ request: Asked, files: Awaited<ReturnType<typeof filesOf>> }> {
  const request = await ask(run, ours)
  await answerByLink(run, request, three)
  await ours.staff.post(`${request.url}/review`)
  return { request, files: await filesOf(request, 1) }
}

t.test('single files are accepted and sent back, and what is accepted is carried over by reference', async (t) => {
  const { request, files } = await underReview()
  const [one, two, third] = files
  const since = (await trailOf(run, ours)).length
  t.equal((await ours.staff.post(`${request.url}/files/${one!.id}/decision`, { decision: 'accepted', version: '1', list: 'state=in_review' })).location, `${request.url}?file=${one!.id}&list=state%3Din_review`)
  t.equal((await ours.staff.post(`${request.url}/files/${two!.id}/decision`, { decision: 'returned', version: '1', reason: 'cropped', words: 'Whole window.' })).status, 303)
  t.strictSame(await trailOf(run, ours, since), ['evidence.file_decided', 'evidence.file_decided'])
  for (const member of [ours.lead, ours.owner]) t.notMatch((await member.get(`${request.url}?file=${two!.id}`)).body, /Whole window\.|Marked to go back/, `the ${member.role} learns nothing while it may be taken back`)
  t.match(await ours.staff.post(`${request.url}/acceptance`, { version: '1', ...noted }), { status: 409, body: /two\.txt is marked to go back/ })
  t.equal((await ours.staff.post(`${request.url}/return`, back)).status, 303)
  t.strictSame(await trailOf(run, ours, since + 2), ['request.returned', 'evidence.carried_over', 'link.sent'])
  t.match((await ours.lead.get(`${request.url}?file=${two!.id}`)).body, /Whole window\./, 'and all of it once the version was decided')
  const mail = await run.owner.selectFrom('mail').select('facts').where('template', '=', 'request_returned').orderBy('created_at', 'desc').executeTakeFirstOrThrow()
  t.match((mail.facts as { words: string }).words, /^The clock is cut off\.\ntwo\.txt: Cropped or unreadable\. Whole window\.$/)
  const carried = await filesOf(request, 2)
  t.match(carried, [{ name: 'one.txt', sha256: one!.sha256, taken_from: one!.id, uploaded_by: ours.owner.id, channel: 'link' }])
  const fresh = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  t.match((await look(run, fresh, request.linkUrl)).body, /one\.txt/)
  await send(run, fresh, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2'] }, [{ name: 'two.txt', body: 'two again' }])
  await ours.staff.post(`${request.url}/review`)
  const page = await ours.staff.get(`${request.url}?file=${carried[0]!.id}`)
  for (const words of [/Carried over from version 1/, /This file is accepted.*since an earlier version/s, /carried over<\/span>/]) t.match(page.body, words)
  t.equal((await ours.staff.post(`${request.url}/acceptance`, { version: '2', ...noted })).status, 303)
  t.equal((await filesOf(request, 1)).length, 3, 'nothing submitted is gone')
  t.strictSame((await filesOf(request, 1)).map(({ sha256 }) => sha256), [one, two, third].map((file) => file!.sha256))
})

t.test('a carried file may be returned after all, and a decision taken back while the review lasts', async (t) => {
  const { request, files } = await underReview()
  const decide = async (id: string, form: Record<string, string>) => ours.staff.post(`${request.url}/files/${id}/decision`, form)
  await decide(files[0]!.id, { decision: 'accepted' })
  await decide(files[0]!.id, { decision: 'undecided' })
  await decide(files[0]!.id, { decision: 'undecided' })
  await decide(files[1]!.id, { decision: 'accepted' })
  await ours.staff.post(`${request.url}/return`, back)
  t.strictSame((await filesOf(request, 2)).map(({ name }) => name), ['two.txt'])
  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2'] })
  await ours.staff.post(`${request.url}/review`)
  const [carried] = await filesOf(request, 2)
  t.equal((await decide(carried!.id, { decision: 'returned', reason: 'wrong_period', words: 'It is of last year.' })).status, 303)
  t.equal((await decide(files[1]!.id, { decision: 'returned', reason: 'wrong_period', words: 'x' })).status, 409, 'what an earlier version holds stands')
  await ours.staff.post(`${request.url}/return`, { ...back, version: '2' })
  t.strictSame(await filesOf(request, 3), [])
})

t.test('a file is decided by the reviewing roles, while it is under review, with reason and words', async (t) => {
  const { request, files } = await underReview()
  const url = `${request.url}/files/${files[0]!.id}/decision`
  for (const member of [ours.reviewer, ours.lead, ours.owner]) t.equal((await member.post(url, { decision: 'accepted' })).status, 403, member.role)
  t.equal((await outsiders.staff.post(url, { decision: 'accepted' })).status, 404)
  const bare = await ours.staff.post(url, { decision: 'returned', words: 'x<b>' })
  t.equal(bare.status, 422)
  t.match(bare.body, /Choose why it goes back.*x&lt;b&gt;/s)
  t.equal((await ours.staff.post(url, { decision: 'returned', reason: 'cropped' })).status, 422)
  t.equal((await ours.staff.post(url, { decision: 'thrown away' })).status, 422)
  t.match(await ours.staff.post(url, { decision: 'accepted', version: '7' }), { status: 409 })
  for (const id of ['11111111-1111-4111-8111-111111111111', 'x']) t.equal((await ours.staff.post(`${request.url}/files/${id}/decision`, { decision: 'accepted' })).status, 404)
  for (const status of ['submitted', 'accepted', 'returned'] as const) {
    const other = await ask(run, ours)
    await bring(run, ours, other, status)
    const [file] = await filesOf(other, 1)
    t.equal((await ours.staff.post(`${other.url}/files/${file!.id}/decision`, { decision: 'accepted' })).status, 409, status)
  }
  await t.rejects(run.owner.insertInto('file_decision').values({ engagement_id: ours.engagement.id, file_id: files[0]!.id, decision: 'accepted', decided_by: ours.owner.id }).execute(), { code: '23514' }, 'who submitted decides on nothing')
  for (const reason of Object.keys(returnReasons)) t.equal((await ours.staff.post(url, { decision: 'returned', reason, words: 'Because.' })).status, 303, reason)
})

t.test('an accepted file stands as evidence for another request too: the same bytes, by reference', async (t) => {
  const source = await ask(run, ours, { title: 'Where it was accepted' })
  const [target, other] = [await ask(run, ours), await ask(run, ours)]
  await answerByLink(run, source, [{ name: 'policy.txt', body: 'the policy' }])
  const [file] = await filesOf(source, 1)
  await t.rejects(reuseFile(run.site, ours.lead.scope, target.number, { fileId: file!.id, itemId: null }), { name: 'NotFound' }, 'not before it is accepted')
  await ours.staff.post(`${source.url}/review`)
  await ours.staff.post(`${source.url}/acceptance`, { version: '1', ...noted })
  t.match((await ours.lead.get(`${target.url}/reuse?q=policy`)).body, /policy\.txt.*Where it was accepted/s)
  const since = (await trailOf(run, ours)).length
  t.equal((await ours.lead.post(`${target.url}/reuse`, { file: file!.id })).location, `${target.url}/answer#files`)
  t.strictSame(await trailOf(run, ours, since), ['evidence.reused', 'request.started'])
  t.match(await filesOf(target, 1), [{ name: 'policy.txt', sha256: file!.sha256, taken_from: file!.id }])
  t.match(await ours.lead.post(`${target.url}/reuse`, { file: file!.id }), { status: 409, body: /very same file/ })
  t.equal((await ours.staff.post(`${other.url}/reuse`, { file: file!.id })).location, other.url)
  t.equal(await statusOf(run, other), 'submitted')
  t.match(await filesOf(other, 1), [{ sha256: file!.sha256, taken_from: file!.id }])
  await ours.staff.post(`${other.url}/review`)
  t.match((await ours.staff.get(other.url)).body, /Used again from R-\d+, version 1.*You handed this in, so somebody else decides/s)
  t.match(await ours.staff.post(`${other.url}/acceptance`, { version: '1', ...noted }), { status: 409, body: /submitted this answer yourself/ })
  t.equal((await ours.senior.post(`${other.url}/acceptance`, { version: '1', ...noted })).status, 303)
  for (const member of [ours.owner, ours.reviewer]) t.equal((await member.post(`${target.url}/reuse`, { file: file!.id })).status, 403)
  t.equal((await outsiders.staff.post(`${outsiders.base}/requests/R-001/reuse`, { file: file!.id })).status, 404)
})

t.test('bytes never change: what is stored re-verifies against its hash, and no role rewrites one', async (t) => {
  const rows = await run.owner.selectFrom('evidence_file').selectAll().execute()
  t.ok(rows.length > 10)
  for (const { sha256, size } of rows) {
    const hash = createHash('sha256')
    let length = 0
    for await (const chunk of run.site.vault.read(sha256)) {
      hash.update(chunk)
      length += chunk.length
    }
    t.strictSame([hash.digest('hex'), length], [sha256, size])
  }
  const submitted = rows.find(({ taken_from: from }) => from !== null)!
  for (const change of [`sha256 = repeat('0', 64)`, `name = 'other'`, `taken_from = null`, `size = 1`]) {
    await t.rejects(sql`update evidence_file set ${sql.raw(change)} where id = ${submitted.id}`.execute(run.owner), { code: '23001' }, change)
  }
  await t.rejects(sql`delete from evidence_file where id = ${submitted.taken_from}`.execute(run.owner), { code: '23001' })
  const draft = await ask(run, ours)
  await bring(run, ours, draft, 'in_progress')
  const open = await run.owner.selectFrom('submission').select('id').where('request_id', '=', draft.id).executeTakeFirstOrThrow()
  await t.rejects(run.owner.insertInto('evidence_file').values({ ...submitted, id: undefined, request_id: draft.id, submission_id: open.id, position: 9, sha256: 'f'.repeat(64) } as never).execute(), { code: '23001' }, 'a reference holds the bytes it refers to')
})
