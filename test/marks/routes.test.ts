import sharp from 'sharp'
import t from 'tap'
import { drawLeaves } from '../../server/evidence/reading-actions.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { mail, pdf, zip } from './documents.ts'
import { handingIn } from './handing-in.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const handIn = handingIn(testApp, owner, ours)

const screen = await sharp({ create: { width: 1600, height: 900, channels: 3, background: '#eef' } })
  .withExif({ IFD0: { Make: 'Fairphone', Software: 'Capture 3' }, IFD3: { GPSLatitude: '52/1 30/1 0/1', GPSLatitudeRef: 'N' } }).jpeg().toBuffer()
const log = Buffer.from(Array.from({ length: 2500 }, (_, index) => `2026-03-01T00:00:${String(index).padStart(5, '0')} event ${index + 1}${index === 2399 ? ' OPS-4471 removed' : ''}`).join('\n'))
const sheet = Buffer.from(`id,who,done\n${Array.from({ length: 450 }, (_, index) => `${index + 1},person ${index + 1},2026-03-01`).join('\n')}\n`)

const picture = await handIn(1, 1, 'sign-on policy.jpg', screen)
const document = await handIn(2, 1, 'policy.pdf', pdf(11, { script: true }))
const journal = await handIn(3, 1, 'events.log', log)
const list = await handIn(4, 1, 'list.csv', sheet)
const archive = await handIn(5, 1, 'export.zip', zip({ 'logs/app.log': 'first\nsecond', '../outside.txt': 'x', 'shot.png': await sharp({ create: { width: 40, height: 30, channels: 3, background: '#fff' } }).png().toBuffer(), 'inner.zip': zip({ a: 'b' }) }))
const letter = await handIn(6, 1, 'approval.eml', mail)

const page = async (address: string) => (await ours.staff.get(address)).body.replace(/\s+/g, ' ')

t.test('a picture shows its facts, says that it knows where it was taken, and not where', async (t) => {
  const body = await page(picture.view)
  t.match(body, 'Fairphone')
  t.match(body, 'Capture 3')
  t.match(body, 'The original names where it was taken')
  t.notMatch(body, /GPS|52\.5/)
  const shown = await testApp.app.inject({ url: `${picture.view}/picture`, headers: { cookie: (await testApp.site.sessions.begin(ours.staff.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })).value } })
  t.notMatch(shown.headers['content-type'], 'jpeg', 'what is shown is ours')
})

t.test('every page of a document is drawn, further ones on demand, and none that it does not have', async (t) => {
  t.match(await page(`${document.view}?leaf=1`), /Page <b>1<\/b> of 11/)
  t.equal((await ours.staff.get(`${document.view}/leaves/11`)).headers['content-type'], 'image/webp')
  t.equal((await ours.staff.get(`${document.view}/leaves/12`)).status, 404)
  await owner.deleteFrom('evidence_leaf').where('leaf', '>', 8).execute()
  t.match(await page(`${document.view}?leaf=10`), /Page 10 is not drawn yet.*Draw it now/)
  t.equal((await ours.staff.post(`${document.view}/leaves`, { leaf: '10' })).location, `${document.view}?leaf=10`)
  await drawLeaves(testApp.site, { engagementId: ours.engagement.id, fileId: document.id, first: 9 })
  t.match(await page(`${document.view}?leaf=10`), /leaves\/10/)
  t.equal((await ours.staff.post(`${document.view}/leaves`, { leaf: '12' })).status, 404)
})

t.test('a log opens at any line and is searched whole', async (t) => {
  t.match(await page(`${journal.view}?from=2301`), /event 2301<.*event 2500</)
  t.match(await page(journal.view), /1 to 200 of 2,500/)
  const found = await page(`${journal.view}?find=ops-4471`)
  t.match(found, /1 line<.*OPS-4471 removed<\/a><span class="num">2,400</)
  t.match(await page(`${journal.view}?find=nowhere`), 'No line of the file holds these words')
  t.match(await page(`${journal.view}?from=9999`), /2,500/)
})

t.test('a table is shown by pages with its header', async (t) => {
  const body = await page(`${list.view}?from=401`)
  t.match(body, /<th scope="col">who<\/th>/)
  t.match(body, /person 401<.*person 450</)
  t.notMatch(body, 'person 400<')
})

t.test('an archive is listed, a text and a picture in it are shown, and nothing is unpacked to a place it names', async (t) => {
  const body = await page(archive.view)
  t.match(body, '../outside.txt')
  t.match(body, /4 names/)
  for (const leaf of [1, 3, 4]) {
    t.equal((await ours.staff.post(`${archive.view}/leaves`, { leaf: String(leaf) })).status, 303)
    await drawLeaves(testApp.site, { engagementId: ours.engagement.id, fileId: archive.id, first: leaf })
  }
  t.match(await page(`${archive.view}?leaf=1`), /<pre[^>]*>first second</)
  t.match(await page(`${archive.view}?leaf=3`), /leaves\/3/)
  t.match(await page(`${archive.view}?leaf=4`), 'neither a text nor a picture')
})

t.test('a mail shows its headers, its words without markup, and what is attached', async (t) => {
  const body = await page(letter.view)
  t.match(body, 'Café access')
  t.match(body, 'The list is attached.')
  t.notMatch(body, 'alert(1)')
  t.match(body, 'list.csv')
})

t.test('a mark stands on its spot or lines, is told in the trail, and stays when it is taken back', async (t) => {
  const spot = { symbol: '✓', note: 'Second factor is on', leaf: '1', left: '10', top: '20', width: '30', height: '5' }
  t.equal((await ours.staff.post(`${picture.view}/marks`, spot)).location, `${picture.view}?leaf=1`)
  t.match(await page(picture.view), /<rect class="frame" x="160" y="180" width="480" height="45"/)
  t.equal((await ours.staff.post(`${journal.view}/marks`, { symbol: '®', note: '', first: '2400', last: '' })).status, 303)
  t.match(await page(`${journal.view}?from=2390`), /mark 1, line 2400/)
  t.equal((await ours.staff.post(`${list.view}/marks`, { symbol: '✗', note: 'Late', first: '10', last: '12' })).status, 303)
  t.equal((await ours.senior.post(`${list.view}/marks/1/withdrawal`)).status, 303)
  t.match(await page(list.view), /class="struck".*taken back by Tom Bergstrom/)
  t.equal((await ours.senior.post(`${list.view}/marks/1/withdrawal`)).status, 404)
  t.match((await ours.senior.get(`${ours.base}/trail`)).body, 'took mark 1 on')
  await t.rejects(owner.updateTable('evidence_mark').set({ note: 'other' }).execute(), { code: '23001' })
})

t.test('a mark that is not on the file, or not in the legend, is refused and what was typed is kept', async (t) => {
  for (const [view, form, words, status] of [
    [document.view, { symbol: '✓', note: 'Kept words', leaf: '12', left: '1', top: '1', width: '1', height: '1' }, 'there is no page 12', 409],
    [picture.view, { symbol: '✓', note: 'Kept words', leaf: '1', left: '90', top: '1', width: '20', height: '1' }, 'over the edge', 409],
    [picture.view, { symbol: '☂', note: 'Kept words', leaf: '1', left: '1', top: '1', width: '2', height: '1' }, 'not in the legend', 409],
    [picture.view, { symbol: '✓', note: 'Kept words', leaf: '1', left: 'x', top: '1', width: '2', height: '1' }, 'from 0 to 100', 422],
    [journal.view, { symbol: '✓', note: 'Kept words', first: '2501', last: '' }, 'ends at line 2500', 409],
    [journal.view, { symbol: '✓', note: 'Kept words', first: '9', last: '3' }, 'comes before the first', 422],
    [letter.view, { symbol: '✓', note: 'Kept words', first: '1', last: '' }, 'no lines to put a mark on', 409],
  ] as const) {
    const answer = await ours.staff.post(`${view}/marks`, form)
    t.equal(answer.status, status, words)
    t.match(answer.body, words)
    if (view !== letter.view) t.match(answer.body, 'Kept words')
  }
})

t.test('a new version offers the marks of the one before', async (t) => {
  const second = await handIn(1, 2, 'sign-on policy.jpg', await sharp(screen).png().toBuffer())
  t.match(await page(second.view), 'Carry 1 mark over from version 1')
  t.equal((await ours.staff.post(`${second.view}/carried-marks`)).status, 303)
  t.match(await page(second.view), 'Second factor is on')
  t.equal((await ours.staff.post(`${second.view}/carried-marks`)).status, 409, 'only once')
})

t.test('the marked rendering is made for the purpose and the original stays as it was', async (t) => {
  const answer = await ours.staff.get(`${picture.view}/rendering?leaf=1`)
  t.equal(answer.headers['content-type'], 'image/png')
  t.match(answer.headers['content-disposition'], 'attachment')
  const { sha256 } = await owner.selectFrom('evidence_file').select('sha256').where('id', '=', picture.id).executeTakeFirstOrThrow()
  t.ok(await testApp.site.vault.verify(sha256))
})

t.test('marked lines are written out with what is said of them, and an address names a range', async (t) => {
  const { status, body } = await ours.staff.get(`${journal.view}/marked-lines.txt`)
  t.equal(status, 200)
  t.match(body, /R-003, events\.log\nSHA-256 [0-9a-f]{64}\n\nmark 1, line 2400: ® Reperformed \(Lena Fischer\)\n +2400 {2}.*OPS-4471 removed\n$/)
  t.equal((await ours.staff.get(`${picture.view}/marked-lines.txt`)).status, 404)
  t.equal((await ours.lead.get(`${journal.view}/marked-lines.txt`)).status, 403)
  t.equal((await outsiders.staff.get(`${journal.view}/marked-lines.txt`)).status, 404)
  t.equal([...(await page(`${journal.view}?lines=100-104`)).matchAll(/<tr id="L\d+" class="at"/g)].length, 5)
})

t.test('the legend has the usual signs, and seniors add to it', async (t) => {
  t.equal((await ours.senior.post(`${ours.base}/legend`, { symbol: 'F', meaning: 'Footed' })).status, 303)
  t.match((await ours.staff.get(`${ours.base}/legend`)).body, 'Footed')
  t.match((await ours.senior.post(`${ours.base}/legend`, { symbol: 'F', meaning: 'Other' })).body, 'has this sign already')
  t.equal((await ours.staff.post(`${ours.base}/legend`, { symbol: 'G', meaning: 'Other' })).status, 403)
})

t.test('the client looks at its own evidence and sees no mark; others see nothing', async (t) => {
  for (const member of [ours.lead, ours.owner]) {
    const body = (await member.get(picture.view)).body
    t.match(body, 'sign-on policy.jpg')
    t.notMatch(body, /Second factor is on|Tickmarks|class="tag"/)
    t.equal((await member.post(`${picture.view}/marks`, { symbol: '✓', leaf: '1', left: '1', top: '1', width: '1', height: '1' })).status, 403)
    t.equal((await member.get(`${picture.view}/rendering?leaf=1`)).status, 403)
  }
  t.equal((await outsiders.senior.get(picture.view)).status, 404)
  t.equal((await outsiders.senior.get(`${document.view}/leaves/1`)).status, 404)
})
