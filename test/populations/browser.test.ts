import t, { type Test } from 'tap'
import type { Page } from 'playwright-core'
import { handlersOf } from '../../server/app.ts'
import { startQueue } from '../../server/jobs/queue.ts'
import { openApp } from '../support/app.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { gather, type Member } from '../support/cast.ts'
import { freePort } from '../support/port.ts'
import { changes, planLine, submitList } from './lists.ts'

const port = await freePort()
const testApp = await openApp(t, { PORT: String(port) })
const { site } = testApp
const { ours } = await gather(testApp)
const baseURL = await testApp.app.listen({ host: '127.0.0.1', port })
const queue = await startQueue({ queueUrl: testApp.queueUrl, handlers: handlersOf(site), log: () => {} })
t.teardown(() => queue.stop())
const { newPage } = await openBrowser(t)

const openAs = async (member: Member, scripts = true) => {
  const cookie = await site.sessions.begin(member.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  return await newPage({ baseURL, scripts, cookie: `${cookie.name}=${cookie.value}` })
}

async function sound(t: Test, page: Page, name: string): Promise<void> {
  await expectAccessible(t, page)
  await expectFits(t, page)
  await expectFits(t, page, 1280)
  await look(page, `populations-${name}`)
}

t.test('a list is mapped, checked, accepted and drawn from, on pages that are sound', { timeout: 120_000 }, async (t) => {
  const outside = ['CHG-3001,2026-10-01T04:30:00Z,normal,2', 'CHG-3002,2026-10-01T02:10:00Z,normal,2', 'CHG-3005,2025-10-01T03:55:00Z,normal,2']
  const { fileId } = await submitList(testApp, ours, changes(1281, outside), { declared: 1282, name: 'changes FY26 production export v2.csv' })
  await planLine(testApp, ours, 'CH-01', 'Changes are reviewed and approved by somebody other than the author before deployment')
  await planLine(testApp, ours, 'AC-02', '')
  const page = await openAs(ours.senior)
  await page.goto(`${ours.base}/populations`)
  await sound(t, page, 'none')
  await page.goto(`${ours.base}/populations/new?file=${fileId}`)
  await sound(t, page, 'map')
  await page.getByLabel('One row is').fill('one deployment to production')
  await page.getByRole('button', { name: 'Read and check the list' }).click()
  t.match(await page.getByRole('alert').innerText(), /Say what the date means/)
  await sound(t, page, 'map-wrong')
  t.equal(await page.getByLabel('One row is').inputValue(), 'one deployment to production', 'nothing typed is lost')
  await page.getByLabel('What the date means').fill('Deployed to production')
  await page.getByRole('button', { name: 'Read and check the list' }).click()
  await page.getByRole('heading', { name: 'Completeness and accuracy' }).waitFor()
  t.match(await page.locator('.tally').innerText(), /1,284\s+in the file\s+2\s+outside the period\s+1,282\s+in scope\s+1,282\s+declared/)
  t.equal(await page.locator('.tally .tied').count(), 2, 'in scope and declared are tied')
  await sound(t, page, 'checking')
  await page.getByRole('link', { name: '2 rows of Outside period' }).click()
  t.match(await page.locator('tbody').innerText(), /CHG-3001[\s\S]*CHG-3005/)
  await sound(t, page, 'rows')
  await page.goBack()
  await page.getByRole('button', { name: /^Accept R-\d+ and POP-\d+$/ }).click()
  await page.getByRole('link', { name: 'Draw a sample' }).click()
  await sound(t, page, 'draw')
  t.equal(await page.getByLabel('Number of items').inputValue(), '40', 'event, 250 or more, moderate risk')
  await page.getByLabel('What to send for each item').fill('The review, with who approved and when')
  await page.getByLabel('Number of items').fill('1283')
  await page.getByLabel('Owner', { exact: true }).selectOption({ label: 'Noor Haddad' })
  await page.getByLabel('Due').fill('2026-11-02')
  await page.getByRole('button', { name: 'Draw' }).click()
  t.match(await page.getByRole('alert').innerText(), /A sample of 1,283 cannot be drawn from a population of 1,282/)
  t.equal(await page.getByLabel('What to send for each item').inputValue(), 'The review, with who approved and when')
  await sound(t, page, 'draw-wrong')
  await page.getByLabel('Number of items').fill('40')
  await page.getByRole('button', { name: 'Draw' }).click()
  t.match(await page.locator('h1').innerText(), /40 items/)
  t.equal(await page.locator('tbody tr').count(), 40)
  await sound(t, page, 'items')
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'keys.txt' }).click()])
  t.equal(download.suggestedFilename(), 'keys.txt')
  await page.getByRole('link', { name: /^POP-/ }).first().click()
  await page.getByRole('heading', { name: /^Draw D-/ }).waitFor()
  await sound(t, page, 'locked')
  await page.goto(`${ours.base}/populations`)
  await sound(t, page, 'list')
  await page.close()
})
