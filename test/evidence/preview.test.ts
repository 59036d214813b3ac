import sharp from 'sharp'
import t from 'tap'
import { previewEvidence, sweepUploads } from '../../server/evidence/preview-actions.ts'
import { screenshot } from './pictures.ts'
import { answerByLink, ask, look, openRun, pressLink, send, statement, tokensOf, type FilePart, type Run } from './run.ts'

t.test('a picture of each image is drawn by the job, once, and shown from our own encoding', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  const photo = await sharp(await screenshot(900)).withExif({ IFD0: { Copyright: 'Secret Owner' } }).jpeg().toBuffer()
  const cookie = await answerByLink(run, request, [{ name: 'photo.jpg', body: photo }, { name: 'broken.png', body: photo.subarray(0, 400) }, { name: 'notes.txt', body: 'notes' }])
  const [drawn, broken, notes] = await previewAll(run)
  t.match(drawn, { preview: 'ready', width: 900, height: 585 })
  t.match(broken, { preview: 'none', preview_reason: /damaged/ })
  t.match(notes, { preview: 'none', preview_reason: null })
  const shown = await look(run, cookie, `${request.linkUrl}/files/${drawn!.id}/preview`)
  t.match([shown.statusCode, shown.headers['content-type'], shown.headers['content-security-policy']], [200, 'image/webp', "sandbox; default-src 'none'"])
  t.notMatch(shown.body, 'Secret Owner')
  t.match((await ours.staff.get(`${request.url}?file=${drawn!.id}`)).body, `<img src="${request.url}/files/${drawn!.id}/preview" alt="photo.jpg" width="900" height="585">`)
  t.match((await ours.staff.get(`${request.url}?file=${broken!.id}`)).body, /damaged or incomplete/)
  await previewEvidence(run.site, { engagementId: ours.engagement.id, fileId: drawn!.id })
  await previewEvidence(run.site, { engagementId: ours.engagement.id, fileId: '11111111-1111-4111-8111-111111111111' })
  t.equal((await run.owner.selectFrom('access_entry').select('id').where('kind', '=', 'file_previewed').where('channel', '=', 'link').execute()).length, 1)
})

t.test('a table that ends at a usual export limit is pointed out before it is submitted', async (t) => {
  const run = await openRun(t)
  const request = await ask(run, run.cast.ours)
  const list = (rows: number): FilePart => ({ name: `list-${rows}.csv`, body: `id,title\n${Array.from({ length: rows }, (_row, index) => `${index},x\n`).join('')}` })
  const cookie = await pressLink(run, (await tokensOf(run, request))[0]!)
  const answer = { ...statement, tick: ['1', '2'] }
  const asked = await send(run, cookie, `${request.linkUrl}/submission`, answer, [list(1000), list(1003)])
  t.equal(asked.statusCode, 422, 'it was counted before it went, without waiting for the job')
  t.match(asked.body, /list-1000\.csv: It has exactly 1,000 rows/)
  t.notMatch(asked.body, /list-1003\.csv: It has/)
  const [cut, whole] = await previewAll(run)
  t.match([cut?.lines, whole?.lines], [1001, 1004])
  t.equal((await send(run, cookie, `${request.linkUrl}/submission`, { ...answer, [`why-cut_off-${cut!.sha256}`]: 'The system shows 1,000 in all' })).statusCode, 303)
  t.match((await run.cast.ours.staff.get(request.url)).body, /Many systems stop an export there/)
})

t.test('nothing is swept that somebody may still be sending', async (t) => {
  const run = await openRun(t)
  await t.resolves(sweepUploads(run.site))
})

async function previewAll(run: Run) {
  for (const { id, engagement_id: engagementId } of await run.owner.selectFrom('evidence_file').select(['id', 'engagement_id']).execute()) await previewEvidence(run.site, { engagementId, fileId: id })
  return await run.owner.selectFrom('evidence_file').selectAll().orderBy('position').execute()
}
