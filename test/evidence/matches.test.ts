import sharp from 'sharp'
import t from 'tap'
import { previewEvidence } from '../../server/evidence/preview-actions.ts'
import { screenshot } from './pictures.ts'
import { ask, look, openRun, pressLink, send, statement, tokensOf, type Asked, type Run } from './run.ts'

const form = { ...statement, tick: ['1', '2'] }

t.test('the same file, or nearly the same picture, elsewhere is shown to the lead and the firm, and to no owner', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const [first, second, third] = [await ask(run, ours, { title: 'First of all' }), await ask(run, ours, { title: 'Second asked' }), await ask(run, ours, { title: 'Third asked' })]
  const shot = await screenshot(1200)
  const retaken = await sharp(shot).resize(1100).jpeg({ quality: 80 }).toBuffer()
  await give(run, first, [{ name: 'original.png', body: shot }, { name: 'list.csv', body: 'a,b\n1,2\n' }])
  const cookie = await give(run, second, [{ name: 'retaken.jpg', body: retaken }, { name: 'list again.csv', body: 'a,b\n1,2\n' }, { name: 'other.png', body: await sharp(shot).flop().png().toBuffer() }])
  await give(run, third, [{ name: 'alone.txt', body: 'alone' }])
  for (const { id } of await run.owner.selectFrom('evidence_file').select('id').execute()) await previewEvidence(run.site, { engagementId: ours.engagement.id, fileId: id })
  t.equal((await run.owner.selectFrom('evidence_file').select('id').where('picture_hash', 'is not', null).execute()).length, 3)
  for (const member of [ours.lead, ours.staff, ours.partner, ours.reviewer]) {
    const { status, body } = await member.get(`${second.url}/matches`)
    t.equal(status, 200)
    t.match(body, /Nearly the same picture.*R-001 First of all/s)
    t.match(body, /The very same file.*list again\.csv.*list\.csv/s)
    t.notMatch(body, /other\.png|Third asked/)
    t.match(body, new RegExp(`src="${first.url}/files/[^"]+/preview"`), 'side by side')
  }
  t.match((await ours.lead.get(second.answerUrl)).body, /2 files of this\s+are elsewhere too/)
  t.match((await ours.staff.get(`${third.url}/matches`)).body, /No file of this request is anywhere else/)
  for (const body of [(await look(run, cookie, second.linkUrl)).body, (await ours.owner.get(second.answerUrl)).body]) t.notMatch(body, /elsewhere|R-001|First of all|original\.png/)
  t.equal((await ours.owner.get(`${second.url}/matches`)).status, 403)
  t.equal((await run.cast.outsiders.lead.get(`${second.url}/matches`)).status, 404)
  t.equal((await look(run, cookie, `${second.linkUrl}/matches`)).statusCode, 404, 'there is no such page by link')
})

t.test('the firm is told of nothing that was not submitted', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const [draft, sent] = [await ask(run, ours, { title: 'Only begun' }), await ask(run, ours, { title: 'Submitted' })]
  const cookie = await pressLink(run, (await tokensOf(run, draft)).at(-1)!)
  await send(run, cookie, `${draft.linkUrl}/files`, {}, [{ name: 'secret draft.txt', body: 'same' }])
  await give(run, sent, [{ name: 'sent.txt', body: 'same' }])
  for (const url of [draft.url, sent.url]) t.notMatch((await ours.staff.get(`${url}/matches`)).body, 'The very same file')
  t.match((await ours.lead.get(`${sent.url}/matches`)).body, /secret draft\.txt/)
})

t.test('another year of the same client is looked through, another client never', async (t) => {
  const run = await openRun(t)
  const { ours, outsiders } = run.cast
  await give(run, await ask(run, outsiders, { title: 'Last time' }), [{ name: 'last year.txt', body: 'the policy' }])
  const request = await ask(run, ours)
  await give(run, request, [{ name: 'this year.txt', body: 'the policy' }])
  t.notMatch((await ours.lead.get(`${request.url}/matches`)).body, 'last year')
  await run.owner.updateTable('engagement').set({ client_id: ours.engagement.clientId, period_start: '2024-10-01', period_end: '2025-09-30' }).where('id', '=', outsiders.engagement.id).execute()
  for (const member of [ours.lead, ours.staff]) t.match((await member.get(`${request.url}/matches`)).body, /another year of this client \(to 2025\).*last year\.txt.*Last time/s)
})

async function give(run: Run, request: Asked, files: { name: string, body: string | Buffer }[]): Promise<string> {
  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  const { statusCode } = await send(run, cookie, `${request.linkUrl}/submission`, form, files)
  if (statusCode !== 303) throw new Error(`Not submitted: ${statusCode}`)
  return cookie
}
