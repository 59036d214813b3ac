import t from 'tap'
import type { RequestStatus } from '../../server/database/schema/requests.ts'
import { statusWords } from '../../server/requests/rules.ts'
import { openApp } from '../support/app.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { sessionCookie } from '../support/sign-in.ts'

const testApp = await openApp(t)
const { ours } = await gather(testApp)
const baseURL = await testApp.app.listen({ host: '127.0.0.1', port: 0 })
const { newPage } = await openBrowser(t)
const owner = ownerOf(t, testApp)

const asks = ['Backup schedule, retention and alert rule', 'Identity provider sign-on policy: factors, groups, exceptions and password rules for everybody', 'All production deployments in the period']
const statuses = Object.keys(statusWords) as RequestStatus[]
await owner.insertInto('request').values(Array.from({ length: 40 }, (_, index) => ({
  engagement_id: ours.engagement.id, number: index + 1, kind: 'configuration' as const, title: asks[index % asks.length]!, ask: 'Please', status: statuses[index % statuses.length]!,
  owner_id: ours.owner.id, due_on: '2026-10-21', original_due_on: index % 3 ? '2026-10-21' : '2026-10-14', issued_at: new Date('2026-10-05T13:00:00Z'), status_since: new Date(Date.UTC(2026, 9, 5 + index % 20)),
  created_by: ours.staff.id, reviewer_id: statuses[index % statuses.length] === 'in_review' ? ours.senior.id : null,
}))).execute()
await owner.insertInto('counter').values({ engagement_id: ours.engagement.id, series: 'request', last: 40 }).execute()

t.test('an auditor walks the list by keyboard', async (t) => {
  const page = await newPage({ baseURL, cookie: await sessionCookie(testApp, ours.senior) })
  await page.goto(`${ours.base}/requests`)
  await look(page, 'requests-list')
  await expectAccessible(t, page)
  await expectFits(t, page)
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  const second = await page.locator('tr.at a.ref').innerText()
  await page.keyboard.press('k')
  const first = await page.locator('tr.at a.ref').innerText()
  t.not(first, second)
  await page.keyboard.press('e')
  await page.waitForURL(`**/requests/${first}`)
  await page.goBack()
  await page.getByRole('link', { name: /Draft$/ }).first().click()
  await page.waitForURL('**/requests?state=draft')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  t.equal(await page.locator('tr.picked').count(), 1)
})

t.test('a request is drafted on one page that keeps what was typed', async (t) => {
  const page = await newPage({ baseURL, cookie: await sessionCookie(testApp, ours.senior) })
  await page.goto(`${ours.base}/requests/new`)
  await look(page, 'requests-new')
  await expectAccessible(t, page)
  await expectFits(t, page)
  await page.getByLabel('What to send').fill('Screens of VaultKeep in production.')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByRole('alert').waitFor()
  t.equal(await page.getByLabel('What to send').inputValue(), 'Screens of VaultKeep in production.')
  await expectAccessible(t, page)
  await page.getByLabel('Title').fill('Backup schedule')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.waitForURL('**/requests/R-*')
})
