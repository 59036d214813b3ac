import t from 'tap'
import { readList } from '../../server/evidence/queue-pages.ts'
import { ask, bring, openRun } from './run.ts'

const run = await openRun(t)
const { ours } = run.cast

t.test('next and previous follow the list one came from, in its order and with its filter', async (t) => {
  const titles = ['Cedar', 'Alder', 'Birch']
  const requests = []
  for (const title of titles) requests.push(await ask(run, ours, { title, kind: 'document' }))
  const [cedar, alder, birch] = requests
  const other = await ask(run, ours, { title: 'Beech', kind: 'configuration' })
  await bring(run, ours, birch!, 'submitted')
  const list = 'kind=document&sort=title'
  const rows = plain(await ours.staff.get(`${ours.base}/requests?${list}`))
  t.match(rows, `href="${birch!.url}?list=${encodeURIComponent(list)}"`)
  t.match(plain(await ours.staff.get(`${ours.base}/requests`)), `href="${birch!.url}"`, 'the whole list needs no mention')
  const page = plain(await ours.staff.get(`${birch!.url}?list=${encodeURIComponent(list)}`))
  t.match(page, /\d of 3 in your list/)
  const order = /with the client/i.test(rows) ? rows : ''
  t.ok(order.indexOf('Birch') < order.indexOf('Alder') && order.indexOf('Alder') < order.indexOf('Cedar'), 'with us first, then by title')
  t.match(page, `href="${alder!.url}?list=${encodeURIComponent(list)}" aria-label="Next request"`)
  t.notMatch(page, 'Previous request')
  t.match(page, `href="${ours.base}/requests?${list}" class="button plain"`, 'the way back keeps the filter')
  const last = plain(await ours.staff.get(`${cedar!.url}?list=${encodeURIComponent(`${list}&flat=on&down=on`)}`))
  t.match(last, `href="${birch!.url}?list=`)
  t.match(plain(await ours.staff.get(`${other.url}?list=${encodeURIComponent(list)}`)), /3 in your list/, 'one that left the list still knows it')
  const started = await ours.staff.post(`${birch!.url}/review`, { list })
  t.equal(started.location, `${birch!.url}?list=${encodeURIComponent(list).replaceAll('%20', '+')}`, 'and a decision keeps it')
})

t.test('a list that makes no sense is none', async (t) => {
  for (const list of ['', 'x=1', 'state=nonsense', 'javascript:alert(1)', '//evil.example', 'page=9&all=on&done=issue']) t.equal(readList(list), '', list)
  t.equal(readList('state=open&evil=<script>&sort=due'), 'state=open&sort=due')
  const request = await ask(run, ours)
  for (const list of ['%00', '&list=b', '%E2%80%AE', 'q='.concat('x'.repeat(3000))]) t.equal((await ours.staff.get(`${request.url}?list=${list}`)).status, 200)
})

/** The page as it reads, addresses without the escapes of HTML. */
function plain({ body }: { readonly body: string }): string {
  return body.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&')
}
