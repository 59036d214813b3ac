import t, { type Test } from 'tap'
import type { Page } from 'playwright-core'
import { openApp } from '../support/app.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { freePort } from '../support/port.ts'
import { sessionCookie } from '../support/sign-in.ts'
import { fill } from '../database/filling.ts'

const port = await freePort()
const testApp = await openApp(t, { PORT: String(port) })
const { ours } = await gather(testApp)
const owner = ownerOf(t, testApp)
await fill(owner, ours)
const baseURL = await testApp.app.listen({ host: '127.0.0.1', port })
const { newPage } = await openBrowser(t)

t.test('the phase, its records, the policy and the firm’s list are read and worked', { timeout: 60_000 }, async (t) => {
  const page = await newPage({ baseURL, cookie: await sessionCookie(testApp, ours.partner) })
  await page.goto(`${ours.base}/phase`)
  await page.getByText('1 control is not concluded').waitFor()
  await sound(t, page, 'phase')
  await page.getByRole('link', { name: 'Signed terms' }).click()
  await page.getByLabel('Note').fill('Both sides signed')
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await page.getByText('in force').waitFor()
  await sound(t, page, 'record')
  await page.goto('/firm-policy')
  await page.getByLabel('Years it is kept').fill('3')
  await page.getByRole('button', { name: 'Save as a new version' }).click()
  await page.getByText('at least 5').first().waitFor()
  await sound(t, page, 'firm-policy')
  await page.goto('/engagements')
  await page.getByLabel('Phase', { exact: true }).selectOption('Fieldwork')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.getByText('2 engagements').first().waitFor()
  await sound(t, page, 'firm')
  await owner.updateTable('engagement').set({ phase: 'archived', archived_at: new Date(), report_date: '2026-11-01', release_date: '2026-11-03' }).where('id', '=', ours.engagement.id).execute()
  await page.goto(`${ours.base}/additions`)
  await sound(t, page, 'additions')
  await page.goto(`${ours.base}/phase`)
  await page.getByText('Kept until').waitFor()
  await sound(t, page, 'phase-archived')
})

async function sound(t: Test, page: Page, name: string): Promise<void> {
  await expectAccessible(t, page)
  await expectFits(t, page)
  await expectFits(t, page, 1280)
  await look(page, `closing-${name}`)
}
