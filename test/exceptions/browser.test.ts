import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { expectAccessible, expectFits, look } from '../support/browser.ts'
import { makeBench, makeControl, setResult } from '../support/testing.ts'
import { openDesk } from '../testing/desk.ts'

const { testApp, ours, pageOf } = await openDesk(t)
await makeControl(testApp, ours, 'GV-04', 'A background check is completed before the start date of each new hire.')

t.test('the lists, the plan and the exception can be read by everybody', async (t) => {
  const { line } = await makeBench(testApp, ours, { number: 'AC-02' })
  const items = await inScope(testApp.site.db, ours.staff.scope, async (trx) => trx.selectFrom('sample_item').select('id').orderBy('rank').execute())
  for (const [index, { id }] of items.entries()) await setResult(ours.staff, ours, line, id, 'A', index === 1 ? 'deviation' : 'pass', { note: index === 1 ? '3 business days' : '' })
  const here = `${ours.base}/testing/${line.reference}`
  const page = await pageOf(ours.senior)
  for (const [path, name] of [[`${ours.base}/testing`, 'testing-list'], [`${here}?item=2`, 'testing-item'], [`${ours.base}/testing/new?control=GV-04`, 'testing-plan'], [`${ours.base}/exceptions`, 'exceptions'], [`${ours.base}/exceptions/E-01`, 'exception']] as const) {
    await page.goto(path)
    await expectAccessible(t, page)
    await expectFits(t, page)
    await look(page, name)
  }
  await page.locator('[name=problem]').fill('access was removed {late}')
  await page.locator('[name=cause]').fill('The manager filed the ticket late.')
  await page.locator('[name=spread]').selectOption('isolated')
  await page.locator('[name=isolated_basis]').fill('The log of every other leaver was read: none was late.')
  await page.locator('[name=intent]').selectOption('not_intentional')
  await page.getByRole('button', { name: 'Save the description' }).click()
  await page.getByRole('button', { name: 'Share with the client' }).click()
  const lead = await pageOf(ours.lead)
  await lead.goto(`${ours.base}/exceptions`)
  await lead.getByRole('link', { name: 'E-01' }).click()
  await expectAccessible(t, lead)
  await look(lead, 'exception-client')
  await lead.getByRole('button', { name: 'The facts are right' }).click()
  await page.goto(`${ours.base}/exceptions/E-01`)
  await expectAccessible(t, page)
  await expectFits(t, page)
  await page.locator('[name=evaluation]').fill('One item, people; the accounts stood unused.')
  await look(page, 'exception-evaluate')
  await page.getByRole('button', { name: 'Evaluate and ask for the response' }).click()
  await lead.reload()
  await lead.getByLabel('Your response').fill('The manager was told; the queue now alerts.')
  await look(lead, 'exception-respond')
  await lead.getByRole('button', { name: 'Send the response' }).click()
  t.match(await lead.locator('.versions').first().innerText(), 'The manager was told')
  const partner = await pageOf(ours.partner)
  await partner.goto(`${ours.base}/opinion`)
  await partner.locator('#opinion summary').click()
  await partner.locator('#opinion [name=kind]').selectOption('unqualified')
  await partner.locator('#opinion [name=memo]').fill('One item of ten; the accounts stood unused. The criteria are met in all material respects.')
  await partner.getByRole('button', { name: 'Record the opinion' }).click()
  await partner.locator('#CC6\\.2 summary').click()
  await expectAccessible(t, partner)
  await expectFits(t, partner)
  await look(partner, 'opinion')
})
