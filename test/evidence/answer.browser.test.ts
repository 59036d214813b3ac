import t from 'tap'
import { previewEvidence } from '../../server/evidence/preview-actions.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { screenshot } from './pictures.ts'
import { ask, pressLink, tokensOf } from './run.ts'
import { serve } from './serve.ts'

t.test('an owner answers by the link in the mail', async (t) => {
  const { run, baseURL } = await serve(t)
  const { ours } = run.cast
  const { newPage } = await openBrowser(t)
  const request = await ask(run, ours, { title: 'Send the sign-on policy of the identity provider', checklist: ['Production is visible', 'Address, account and clock', 'Who is excluded'] })
  const [token] = await tokensOf(run, request)
  const page = await newPage({ baseURL })
  await page.goto(`/answer/${token}`)
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
})

t.test('a lost connection is tried again, and files may be dropped and pasted', async (t) => {
  const { run, baseURL } = await serve(t)
  const { newPage } = await openBrowser(t)
  const request = await ask(run, run.cast.ours)
  const page = await newPage({ baseURL, cookie: await pressLink(run, (await tokensOf(run, request))[0]!) })
  await page.goto(request.linkUrl)
  await page.route('**/files?*', async (route) => route.abort('connectionreset'), { times: 1 })
  const file = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })
  await page.locator('#field-files').setInputFiles([file('lost.txt')])
  await page.getByText('The connection was lost').waitFor()
  await expectAccessible(t, page)
  await page.getByRole('button', { name: 'Try again lost.txt' }).click()
  await page.locator('[data-part=files]').getByText('lost.txt').waitFor()
  await page.evaluate(`for (const [kind, name] of [['drop', 'dropped.txt'], ['paste', 'pasted.txt']]) {
    const data = new DataTransfer()
    data.items.add(new File([name], name, { type: 'text/plain' }))
    const event = kind === 'drop' ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }) : new ClipboardEvent('paste', { clipboardData: data, bubbles: true })
    document.querySelector('.drop').dispatchEvent(event)
  }`)
  await page.locator('[data-part=files]').getByText('dropped.txt').waitFor()
  await page.locator('[data-part=files]').getByText('pasted.txt').waitFor()
  await page.locator('#field-files').setInputFiles([file('lost.txt')])
  await page.getByText('The very same file is already here as lost.txt').waitFor()
  await page.getByRole('button', { name: 'Dismiss lost.txt' }).click()
  await page.getByText('Answer in words').click()
  await page.getByLabel('Your answer').fill('Typed and never submitted')
  await page.waitForResponse((response) => response.url().endsWith('/draft') && response.ok())
  await page.reload()
  t.equal(await page.getByLabel('Your answer').inputValue(), 'Typed and never submitted')
})
