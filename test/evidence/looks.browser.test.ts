import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { previewEvidence } from '../../server/evidence/preview-actions.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { screenshot } from './pictures.ts'
import { ask, openRun, pressLink, send, statement, tokensOf, type Run } from './run.ts'

t.test('an owner answers by the link in the mail and an auditor reviews it', async (t) => {
  const { run, baseURL } = await serve(t)
  const { ours } = run.cast
  const { newPage } = await openBrowser(t)
  const request = await ask(run, ours, { title: 'Send the sign-on policy of the identity provider', checklist: ['Production is visible', 'Address, account and clock', 'Who is excluded'] })
  const [token] = await tokensOf(run, request)
  const page = await newPage({ baseURL })
  await page.goto(`/answer/${token}`)
  await expectAccessible(t, page)
  await expectFits(t, page)
  await look(page, 'answer-door')
  await page.getByRole('button', { name: 'Open the request' }).click()
  t.equal(new URL(page.url()).pathname, request.linkUrl, 'the token is no longer in the address')
  await look(page, 'answer-empty')
  await page.locator('#field-files').setInputFiles([
    { name: 'signon-policy.png', mimeType: 'image/png', buffer: await screenshot() },
    { name: 'narrow.png', mimeType: 'image/png', buffer: await screenshot(640) },
    { name: 'groups.csv', mimeType: 'text/csv', buffer: Buffer.from('group,members\nAll Workforce,612\nProduction Admins,18\n') },
  ])
  await page.locator('[data-part=files] li').nth(2).waitFor()
  for (const file of await run.owner.selectFrom('evidence_file').select(['id', 'engagement_id']).execute()) await previewEvidence(run.site, { engagementId: file.engagement_id, fileId: file.id })
  await page.getByText('Only 640 pixels wide').waitFor()
  await page.getByLabel('Production is visible').check()
  await page.getByLabel('Address, account and clock').check()
  await page.locator('#field-at').fill('2026-01-19T09:31')
  await page.getByText('1 tick, changes since').waitFor()
  t.match(await page.locator('.submit-bar').innerText(), /3 files uploaded, not yet submitted/)
  await expectAccessible(t, page)
  await expectFits(t, page)
  await look(page, 'answer-uploaded')
  await page.getByRole('button', { name: 'Submit to the auditor' }).click()
  await page.getByText('There are 2 problems').waitFor()
  await expectAccessible(t, page)
  await look(page, 'answer-problems')
  await page.getByLabel('Who is excluded').check()
  await page.getByLabel('No, it is as the system gave it').check()
  await page.getByRole('button', { name: 'Remove narrow.png' }).click()
  await page.getByText('narrow.png').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Submit to the auditor' }).click()
  await page.getByText('will look at it next').waitFor()
  await expectAccessible(t, page)
  await look(page, 'answer-submitted')

  const desk = await newPage({ baseURL, cookie: await cookieOf(run) })
  await desk.goto(request.url)
  await desk.getByRole('button', { name: 'Start the review' }).click()
  await expectAccessible(t, desk)
  await expectFits(t, desk)
  await look(desk, 'review')
  await desk.getByRole('link', { name: 'groups.csv' }).first().click()
  t.match(await desk.locator('.viewer').innerText(), /Production Admins/)
  await expectAccessible(t, desk)
  await look(desk, 'review-table')
  await desk.keyboard.press('r')
  await desk.getByRole('button', { name: 'Return to the owner' }).click()
  await desk.getByText('There are').first().waitFor()
  await expectAccessible(t, desk)
  await look(desk, 'review-return')
  await desk.getByLabel('Reason').selectOption({ label: 'Wrong system or environment' })
  await desk.getByLabel('What is wrong').fill('The screen is from the sandbox. Please take it from production.')
  await desk.getByRole('button', { name: 'Return to the owner' }).click()
  await desk.getByText('Returned').first().waitFor()
  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  await page.goto(request.linkUrl)
  await look(page, 'answer-returned')
  await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2', '3'] }, [{ name: 'production.png', body: await screenshot(1400) }])
  await desk.goto(request.url)
  await look(desk, 'review-second')
})

async function serve(t: Test): Promise<{ run: Run, baseURL: string }> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  const run = await openRun(t, { PORT: String(port) })
  await run.app.listen({ host: '127.0.0.1', port })
  return { run, baseURL: `http://127.0.0.1:${port}` }
}

async function cookieOf(run: Run): Promise<string> {
  const cookie = await run.site.sessions.begin(run.cast.ours.staff.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  return `${cookie.name}=${cookie.value}`
}
