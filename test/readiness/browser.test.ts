import t from 'tap'
import { fill } from '../database/filling.ts'
import { openApp } from '../support/app.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { freePort } from '../support/port.ts'

t.test('what is carried over, planned, assessed, handed over and looked through another’s eyes is sound on every page', { timeout: 120_000 }, async (t) => {
  const port = await freePort()
  const testApp = await openApp(t, { PORT: String(port) })
  const { ours } = await gather(testApp)
  const owner = ownerOf(t, testApp)
  await fill(owner, ours)
  await owner.updateTable('client_view').set({ ended_at: new Date() }).execute()
  const of = { engagement_id: ours.engagement.id, kind: 'document' as const, ask: 'x', created_by: ours.senior.id, owner_id: ours.lead.id, status: 'open' as const, issued_at: new Date(), issued_by: ours.senior.id }
  await owner.insertInto('request').values(Array.from({ length: 40 }, (_, index) => ({ ...of, number: 20 + index, title: `Evidence ${index}`, due_on: `2026-${index % 3 === 0 ? '10-07' : index % 3 === 1 ? '10-21' : '11-04'}` }))).execute()
  const made = (await ours.manager.post('/readiness', { client: ours.engagement.clientId, system: 'Payments Platform', asOf: '2026-11-01', zone: 'America/New_York', categories: ['availability'] })).location!
  const readiness = made.split('/')[2]!
  await owner.insertInto('membership').values((['lead', 'owner'] as const).map((role) => ({ engagement_id: readiness, person_id: ours[role].id, role }))).execute()
  for (const [criterion, state, gap] of [['CC1.1', 'in_place', ''], ['CC6.1', 'missing', 'Nobody reviews who has access to the production database, and leavers keep theirs for weeks.'], ['CC6.2', 'badly_designed', 'The approval is given by the person who asks for it.'], ['A1.2', 'undocumented', 'Restores are tried, and nobody writes it down.']] as const) {
    t.equal((await ours.manager.post(`${made}/${criterion}/assessment`, { state, gap, owner: ours.owner.id, dueOn: '2026-11-15', version: '0' })).status, 303)
  }
  await ours.owner.post(`${made}/CC6.1/remediation`, { to: 'in_progress', words: 'A review each quarter is written down.' })

  const baseURL = await testApp.app.listen({ host: '127.0.0.1', port })
  const { newPage } = await openBrowser(t)
  const cookie = await testApp.site.sessions.begin(ours.manager.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  const page = await newPage({ baseURL, cookie: `${cookie.name}=${cookie.value}` })
  for (const [name, path] of [['timeline', `${ours.base}/timeline`], ['next', `${ours.base}/next`], ['readiness', made], ['readiness-gap', `${made}/CC6.1`],
    ['departure', `${ours.base}/team/${ours.lead.id}/departure`], ['client-view', `${ours.base}/client-view`], ['calendar', '/account/calendar']] as const) {
    await page.goto(path)
    await expectAccessible(t, page)
    await expectFits(t, page)
    await look(page, name)
  }
  await page.getByRole('button', { name: 'Make an address' }).click()
  t.match(await page.locator('.code-line').innerText(), /\/calendar\/[\w-]{43}\.ics$/)
  await look(page, 'calendar-made')
  await page.goto(`${ours.base}/client-view`)
  await page.getByRole('button', { name: 'See it so: Joel Castellanos' }).click()
  t.match(await page.locator('.seen-as').innerText(), /Joel Castellanos/)
  await expectAccessible(t, page)
  await expectFits(t, page)
  await look(page, 'seen-as')
  await page.getByRole('button', { name: 'End this view' }).click()
  t.equal(await page.locator('.seen-as').count(), 0)
})
