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

t.test('a list with fifty columns and long keys pans inside its page', { timeout: 120_000 }, async (t) => {
  const header = ['change_id', 'deployed_at', ...Array.from({ length: 48 }, (_, index) => `${'attribute_of_the_deployment_'.repeat(index % 3)}${index}`)]
  const rows = Array.from({ length: 4 }, (_, index) => [`refs/heads/release-${'0123456789abcdef'.repeat(3)}-${index}`, '2026-02-03T10:00:00Z', ...Array.from({ length: 48 }, () => 'a value of some words that is longer than its column'.repeat(1 + index % 2))])
  const { fileId } = await submitList(testApp, ours, `${[header, ...rows].map((cells) => cells.join(',')).join('\n')}\n`, { name: `${'a-very-long-name-without-a-single-space-'.repeat(5)}.csv` })
  await planLine(testApp, ours)
  const page = await openAs(ours.senior)
  await page.goto(`${ours.base}/populations/new?file=${fileId}`)
  await page.getByLabel('Name', { exact: true }).fill(`Changes ${'of everything that was ever deployed '.repeat(3)}`.slice(0, 119))
  await page.getByLabel('One row is').fill('one deployment')
  await page.getByLabel('What the date means').fill('Deployed')
  await expectFits(t, page)
  await look(page, 'populations-wide-map')
  await page.getByRole('button', { name: 'Read and check the list' }).click()
  await page.getByRole('heading', { name: 'Completeness and accuracy' }).waitFor()
  await sound(t, page, 'wide-show')
  const number = page.url().split('/').at(-1)
  await page.goto(`${ours.base}/populations/${number}/rows`)
  await sound(t, page, 'wide-rows')
  await page.goBack()
  await page.getByRole('button', { name: /^Accept/ }).click()
  await page.getByRole('link', { name: 'Draw a sample' }).click()
  await page.getByLabel('No request: the list itself is the evidence').check()
  await page.getByLabel('Every item', { exact: false }).first().check()
  await page.getByLabel('Why every item').fill('Only four deployments')
  await page.getByRole('button', { name: 'Draw' }).click()
  await expectFits(t, page)
  await look(page, 'populations-wide-items')
  await page.goto(`${ours.base}/populations/${number}`)
  await sound(t, page, 'wide-locked')
  await page.close()
})

t.test('an empty list, one that cannot be read, and one that must not be accepted say what to do', { timeout: 120_000 }, async (t) => {
  const page = await openAs(ours.senior)
  for (const [name, text] of [['empty', changes(0)], ['unreadable', changes(3000, ['CHG-1,2026-01-01'])], ['blocked', changes(20, ['CHG-1001,2026-01-01T00:00:00Z,normal,1', ',2026-01-01T00:00:00Z,normal,1'])]] as const) {
    const { fileId } = await submitList(testApp, ours, text, { declared: 0 })
    await page.goto(`${ours.base}/populations/new?file=${fileId}`)
    await page.getByLabel('One row is').fill('one deployment')
    await page.getByLabel('What the date means').fill('Deployed')
    await page.getByRole('button', { name: 'Read and check the list' }).click()
    await page.locator('[data-refresh]').waitFor({ state: 'detached' })
    await sound(t, page, name)
  }
  const { fileId } = await submitList(testApp, ours, 'CHG-1,2026-01-01\n')
  await page.goto(`${ours.base}/populations/new?file=${fileId}`)
  await sound(t, page, 'no-list')
  await page.close()
})
