import t from 'tap'
import { lend, lentFile } from '../../server/files/lending.ts'
import { Sealer } from '../../server/secrets.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { handingIn } from '../marks/handing-in.ts'

const filesUrl = new URL('https://files.firm.example')
const sealer = new Sealer('a secret for tests that nobody needs to guess')
const file = { sha256: 'a'.repeat(64), name: 'Größe, "v2".csv', mediaType: 'text/csv' }

t.test('a lent file is found for a minute, by nobody else’s link, and never after a change', async (t) => {
  const now = new Date('2026-10-20T12:00:00Z')
  const sealed = new URL(lend(sealer, filesUrl, file, now)).searchParams.get('file')!
  t.match(lentFile(sealer, sealed, new Date(now.getTime() + 59_999)), file)
  t.equal(lentFile(sealer, sealed, new Date(now.getTime() + 60_000)), null)
  t.equal(lentFile(new Sealer('another secret, of another installation'), sealed, now), null)
  for (let at = 0; at < sealed.length; at += 7) t.equal(lentFile(sealer, `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`, now), null)
  t.equal(lentFile(sealer, '', now), null)
})

t.test('with an origin of their own, files are lent from there and pages never are', async (t) => {
  const testApp = await openApp(t, { FILES_URL: filesUrl.href })
  const { ours, outsiders } = await gather(testApp)
  const { id } = await handingIn(testApp, ownerOf(t, testApp), ours)(1, 1, 'list.csv', Buffer.from('id\n1\n'))
  const address = `${ours.base}/requests/R-001/files/${id}`
  const { status, location, headers } = await ours.staff.get(address)
  t.equal(status, 302)
  t.match(headers['cache-control'], 'no-store')
  const url = new URL(location!)
  t.equal(url.origin, filesUrl.origin)
  const answer = await testApp.app.inject(`${url.pathname}${url.search}`)
  t.equal(answer.body, 'id\n1\n')
  t.match(answer.headers, { 'content-security-policy': "sandbox; default-src 'none'", 'x-content-type-options': 'nosniff', 'content-disposition': /^attachment; filename="list.csv"/ })
  t.equal((await testApp.app.inject('/lent?file=nonsense')).statusCode, 404)
  t.equal((await testApp.app.inject('/lent')).statusCode, 404)
  t.equal((await outsiders.staff.get(address)).status, 404)
})
