import sharp from 'sharp'
import t from 'tap'
import { readEvidence } from '../../server/evidence/reading-actions.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { zip } from './documents.ts'
import { handingIn } from './handing-in.ts'

const testApp = await openApp(t)
const { ours } = await gather(testApp)
const owner = ownerOf(t, testApp)
const handIn = handingIn(testApp, owner, ours)
const mail = (...lines: string[]) => Buffer.from(['From: a@paysmart.example', 'To: b@harlowpine.example', 'Subject: Words', 'Date: Fri, 20 Nov 2026 10:00:00 -0500', 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', ...lines].join('\r\n'))

t.test('what cannot be shown says so on its page, and so does what is still being read', async (t) => {
  const program = await handIn(1, 1, 'tool.bin', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(400, 1)]))
  const shown = await ours.staff.get(program.view)
  t.equal(shown.status, 200)
  t.match(shown.body, 'not opened here')
  const log = await handIn(2, 1, 'events.log', Buffer.from('one\ntwo\n'))
  await owner.deleteFrom('evidence_leaf').execute()
  await owner.deleteFrom('evidence_reading').execute()
  const waiting = await ours.owner.get(log.view)
  t.equal(waiting.status, 200)
  t.match(waiting.body, 'This file is being read')
})

t.test('a table of nothing but headings is read to its end', async (t) => {
  const bare = await handIn(3, 1, 'disposals.csv', Buffer.from('asset_tag,asset_type,disposed_on,method\n'))
  const { kind } = await owner.selectFrom('evidence_reading').innerJoin('evidence_file', 'evidence_file.sha256', 'evidence_reading.sha256')
    .select('evidence_reading.kind').where('evidence_file.id', '=', bare.id).executeTakeFirstOrThrow()
  t.equal(kind, 'lines')
  t.match((await ours.staff.get(bare.view)).body, 'asset_tag,asset_type')
})

t.test('names and words that a database does not take are kept without what it does not take', async (t) => {
  const archive = await handIn(4, 1, 'odd.zip', zip({ 'a\0b\u202Ecod.txt': 'x', '../../etc/passwd': 'y' }))
  t.match((await ours.staff.get(archive.view)).body, /a\uFFFDb.*\.\.\/\.\.\/etc\/passwd/s)
  const words = await handIn(5, 1, 'odd.eml', mail('X-Odd: a\0b', ...Array.from({ length: 10_000 }, (_, index) => `X-${index}: ${index}`), '', 'a\0b'))
  t.equal((await ours.staff.get(words.view)).status, 200)
  // The page cuts a long mail; half a character must not be what it ends with.
  const long = await handIn(6, 1, 'long.eml', mail('', `x${'😀'.repeat(120_000)}`))
  t.match((await ours.staff.get(long.view)).body, 'Shortened')
  await readEvidence(testApp.site, { engagementId: ours.engagement.id, fileId: long.id })
})

t.test('odd words are looked for in a file by the letter, and never while a transaction waits', async (t) => {
  const log = await handIn(7, 1, 'more.log', Buffer.from(Array.from({ length: 5000 }, (_, index) => `event ${index} (a+)+$ <b>`).join('\n')))
  await readEvidence(testApp.site, { engagementId: ours.engagement.id, fileId: log.id })
  for (const words of ['%00', '(a%2B)%2B%24', '--inspect', '%E2%80%AE%0d%0a', "'", 'x'.repeat(5000)]) {
    t.equal((await ours.staff.get(`${log.view}?find=${words}`)).status, 200, words.slice(0, 20))
  }
  t.equal((await ours.staff.get(`${log.view}?find=a&find=b`)).status, 200)
  const many = await Promise.all(Array.from({ length: 40 }, async () => ours.owner.get(`${log.view}?find=event`)))
  const statuses = new Set(many.map(({ status }) => status))
  t.ok(statuses.isSubsetOf(new Set([200, 503])) && statuses.has(200) && statuses.has(503), [...statuses].join())
  t.equal((await ours.owner.get(log.view)).status, 200)
})

t.test('a form that makes no sense is refused, and a page that is not there is not drawn', async (t) => {
  const picture = await handIn(8, 1, 'screen.png', await sharp({ create: { width: 400, height: 300, channels: 3, background: '#dde' } }).png().toBuffer())
  const json = { 'content-type': 'application/json' }
  for (const address of ['marks', 'leaves']) {
    for (const payload of ['"x"', '[1]', '7']) {
      const { name, value } = await testApp.site.sessions.begin(ours.staff.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
      const { statusCode } = await testApp.app.inject({ method: 'POST', url: `${picture.view}/${address}`, payload, headers: { ...json, cookie: `${name}=${value}`, origin: testApp.site.config.publicUrl.origin } })
      t.ok(statusCode >= 400 && statusCode < 500, `${address} ${payload}: ${statusCode}`)
    }
  }
  t.equal((await ours.staff.post(`${picture.view}/marks`, { symbol: '✓', note: '', leaf: '1', left: '100', top: '1e-320', width: '0.00001', height: '1e-44' })).status, 303)
  t.equal((await ours.staff.get(`${picture.view}/rendering?leaf=1`)).status, 200)
  t.equal((await ours.staff.get(`${picture.view}/rendering?leaf=2`)).status, 404)
})
