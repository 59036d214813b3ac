import t from 'tap'
import { openApp } from '../support/app.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { sessionCookie } from '../support/sign-in.ts'
import { writeRequests } from './rows.ts'

const testApp = await openApp(t)
const { ours } = await gather(testApp)
const baseURL = await testApp.app.listen({ host: '127.0.0.1', port: 0 })
const { newPage } = await openBrowser(t)
const owner = ownerOf(t, testApp)

await writeRequests(owner, ours, 400)

t.test('an auditor works through the list by keyboard only', async (t) => {
  const page = await newPage({ baseURL, cookie: await sessionCookie(testApp, ours.senior) })
  await page.goto(`${ours.base}/requests`)
  await look(page, 'requests-list')
  t.equal(await page.locator('[data-list] a.ref').count(), 400)
  await expectFits(t, page)
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  await look(page, 'requests-help')
  await page.keyboard.press('Escape')

  await page.keyboard.press('f')
  await page.keyboard.type('retention')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/requests?q=retention*')
  for (const key of ['j', 'j', 'k']) await page.keyboard.press(key)
  const first = await page.locator('tr.at a.ref').innerText()
  t.equal(first, await page.locator('[data-list] a.ref').first().innerText())
  await page.keyboard.press('e')
  await page.waitForURL(`**/requests/${first}*`)
  await page.goBack()
  await page.waitForURL('**/requests?q=retention*')

  await page.goto(`${ours.base}/requests?state=in_review,open`)
  for (const key of ['j', 'x', 'j', 'j', 'X']) await page.keyboard.press(key)
  t.equal(await page.locator('tr.picked').count(), 3)
  await look(page, 'requests-chosen')
  await expectAccessible(t, page)
  await page.keyboard.press('r')
  await page.waitForURL('**/requests/bulk/return?*')
  t.match(await page.getByRole('heading', { level: 1 }).innerText(), /Return 3 requests/)
  await look(page, 'requests-bulk')
  await expectAccessible(t, page)
  await expectFits(t, page)
  await page.goBack()
  await page.keyboard.press('Escape')
  t.equal(await page.locator('tr.picked').count(), 0)
})

t.test('without scripts the same is done by links and forms, and undone', async (t) => {
  const page = await newPage({ baseURL, scripts: false, cookie: await sessionCookie(testApp, ours.senior) })
  await page.goto(`${ours.base}/requests?state=open`)
  await page.getByLabel('Choose R-002').check()
  await page.getByLabel('Choose R-012').check()
  await page.getByRole('button', { name: 'Cancel…' }).click()
  await page.waitForURL('**/bulk/cancellation?n=2&n=12')
  await page.getByLabel('Why they are cancelled').fill('Asked twice')
  await page.getByRole('button', { name: 'Cancel 2 requests' }).click()
  await page.getByText('2 requests were cancelled.').waitFor()
  await page.getByRole('link', { name: 'Open them again…' }).click()
  await page.getByLabel('Why they are opened again').fill('They were not')
  await page.getByRole('button', { name: 'Open again 2 requests' }).click()
  await page.getByText('2 requests were opened again.').waitFor()
  t.same(await page.locator('[data-list] a.ref').allInnerTexts(), ['R-002', 'R-012'])
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
