import t from 'tap'
import { previewEvidence } from '../../server/evidence/preview-actions.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { screenshot } from './pictures.ts'
import { ask, pressLink, tokensOf } from './run.ts'
import { serve } from './serve.ts'

t.test('an owner answers on a phone by the link in the mail, overruling a warning in a few words', async (t) => {
  const { run, baseURL } = await serve(t)
  const { ours } = run.cast
  const { newPage } = await openBrowser(t)
  const request = await ask(run, ours, { title: 'Send the sign-on policy of the identity provider', checklist: ['Production is visible', 'Address, account and clock', 'Who is excluded'], formats: 'PNG or PDF' })
  const [token] = await tokensOf(run, request)
  const page = await newPage({ baseURL, width: 390 })
  await page.goto(`/answer/${token}`)
  await page.getByRole('button', { name: 'Open the request' }).click()
  t.equal(new URL(page.url()).pathname, request.linkUrl, 'the token is no longer in the address')
  t.ok(await page.getByText('The whole window.').first().isVisible(), 'the example is open on the first visit')
  t.equal(await page.locator('#field-photo').getAttribute('capture'), 'environment', 'the camera is a real input')
  await look(page, 'answer-empty')
  await page.locator('#field-photo').setInputFiles([{ name: 'narrow.png', mimeType: 'image/png', buffer: await screenshot(640) }])
  await page.locator('#field-files').setInputFiles([
    { name: 'signon-policy.png', mimeType: 'image/png', buffer: await screenshot() },
    { name: 'groups.csv', mimeType: 'text/csv', buffer: Buffer.from('group,members\nAll Workforce,612\nProduction Admins,18\n') },
  ])
  await page.locator('[data-part=files] li').nth(2).waitFor()
  for (const file of await run.owner.selectFrom('evidence_file').select(['id', 'engagement_id']).execute()) await previewEvidence(run.site, { engagementId: file.engagement_id, fileId: file.id })
  await page.getByText('Only 640 pixels wide.', { exact: true }).waitFor()
  await page.getByLabel('Production is visible').check()
  await page.getByLabel('Address, account and clock').check()
  await page.getByRole('button', { name: 'Just now' }).click()
  t.match(await page.locator('#field-at').inputValue(), /^2\d{3}-\d\d-\d\dT\d\d:\d\d$/)
  await page.getByText('1 tick, changes since, a word on 1 warning').waitFor()
  t.match(await page.locator('.submit-bar').innerText(), /3 files uploaded, not yet submitted/)
  await expectAccessible(t, page)
  await expectFits(t, page)
  await look(page, 'answer-uploaded')
  await page.getByRole('button', { name: 'Submit to the auditor' }).click()
  await page.getByText('There are 3 problems').waitFor()
  t.ok(await page.getByRole('textbox', { name: 'Why it may stand' }).isVisible(), 'the field for the word is open')
  await expectAccessible(t, page)
  await look(page, 'answer-problems')
  await page.getByLabel('Who is excluded').check()
  await page.getByLabel('No, it is as the system gave it').check()
  await page.getByRole('textbox', { name: 'Why it may stand' }).fill('The console opens in a small window')
  await page.getByText('Ready to submit as version 1').waitFor()
  await page.getByRole('button', { name: 'Submit to the auditor' }).click()
  await page.getByText('will look at it next').waitFor()
  t.match(await page.locator('.said').innerText(), /640 pixels.*The console opens in a small window/s)
  await expectAccessible(t, page)
  await expectFits(t, page)
  await look(page, 'answer-submitted')
})

t.test('a lost connection is tried again by itself or at once, files may be dropped and pasted, and a second tab types over nothing', async (t) => {
  const { run, baseURL } = await serve(t)
  const { newPage } = await openBrowser(t)
  const request = await ask(run, run.cast.ours)
  const page = await newPage({ baseURL, cookie: await pressLink(run, (await tokensOf(run, request))[0]!) })
  await page.goto(request.linkUrl)
  let lost = true
  await page.route('**/files?*', async (route) => lost ? route.abort('connectionreset') : route.fallback())
  const file = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })
  await page.locator('#field-files').setInputFiles([file('lost.txt')])
  await page.getByText('The connection was lost').waitFor()
  await page.getByRole('button', { name: 'Hand' }).or(page.getByRole('button', { name: 'Submit' })).click()
  await page.getByText('Wait until the files have arrived').waitFor()
  await expectAccessible(t, page)
  page.once('dialog', async (dialog) => dialog.accept())
  await page.reload()
  await page.getByText('Not arrived when this page was left: lost.txt.').waitFor()
  t.equal(await page.locator('#field-system').inputValue(), 'VaultKeep', 'what the page came with stays')
  await page.locator('#field-files').setInputFiles([file('lost.txt')])
  await page.getByText('It is sent again in 5 seconds').waitFor()
  lost = false
  await page.getByRole('button', { name: 'Try again lost.txt' }).click()
  await page.locator('[data-part=files]').getByText('lost.txt').waitFor()
  lost = true
  await page.locator('#field-files').setInputFiles([file('later.txt')])
  await page.getByText('It is sent again in 2 seconds').waitFor()
  lost = false
  await page.locator('[data-part=files]').getByText('later.txt').waitFor()
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

  const second = await page.context().newPage()
  await second.goto(request.linkUrl)
  await page.getByLabel('Taken by').fill('Ada Rivers')
  await page.waitForResponse((response) => response.url().endsWith('/draft') && response.ok())
  await second.evaluate(`dispatchEvent(new Event('focus'))`)
  // The page's content policy lets nothing be evaluated in it again and again, so it is asked from here.
  while (await second.locator('#field-by').inputValue() !== 'Ada Rivers') await second.evaluate('new Promise(requestAnimationFrame)')
  await second.locator('#field-system').fill('VaultKeep, production')
  // Left before the pause after which typing is saved.
  await second.goto('about:blank')
  do await second.goto(request.linkUrl)
  while (await second.locator('#field-system').inputValue() !== 'VaultKeep, production')
  t.equal(await second.locator('#field-by').inputValue(), 'Ada Rivers')
})
