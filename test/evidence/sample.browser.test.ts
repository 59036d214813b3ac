import t from 'tap'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { sampled } from './sampled.ts'
import { serve } from './serve.ts'

t.test('an owner gives each item of a sample its evidence or a reason', async (t) => {
  const { run, baseURL } = await serve(t)
  const { newPage } = await openBrowser(t)
  const { request, items, cookie } = await sampled(run)
  const page = await newPage({ baseURL, cookie })
  await page.goto(request.linkUrl)
  await page.locator(`#field-item-${items[0]}`).setInputFiles([{ name: 'ticket-1.txt', mimeType: 'text/plain', buffer: Buffer.from('one') }])
  await page.locator(`[data-part="item-${items[0]}"]`).getByText('ticket-1.txt').waitFor()
  await page.locator(`#field-item-${items[1]}`).setInputFiles([{ name: 'ticket-2.txt', mimeType: 'text/plain', buffer: Buffer.from('two') }])
  await page.locator(`[data-part="item-${items[1]}"]`).getByText('ticket-2.txt').waitFor()
  await page.getByRole('button', { name: 'Submit to the auditor' }).click()
  await page.getByText('CHG-3: add a file').first().waitFor()
  await expectAccessible(t, page)
  await expectFits(t, page)
  await look(page, 'answer-sample')
  await page.locator('.item').nth(2).getByText('There is nothing to send').click()
  await page.locator(`#field-claim-${items[2]}`).selectOption('cannot_provide')
  await page.locator(`#field-words-${items[2]}`).fill('The ticket system was replaced.')
  for (const box of await page.locator('[name=tick]').all()) await box.check()
  await page.getByLabel('No, it is as the system gave it').check()
  await page.getByRole('button', { name: 'Submit to the auditor' }).click()
  await page.getByText('will look at it next').waitFor()
  await expectAccessible(t, page)
  await look(page, 'answer-sample-submitted')
})
