import { writeFile, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { openApp } from '../support/app.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { gather } from '../support/cast.ts'
import { sessionCookie } from '../support/sign-in.ts'

const testApp = await openApp(t)
const { ours } = await gather(testApp)
const baseURL = await testApp.app.listen({ host: '127.0.0.1', port: 0 })
const { newPage } = await openBrowser(t)

t.test('a list of someone else’s making is taken over through the mapping, and the lead confirms it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tickmark-list-'))
  const file = join(folder, 'acme-controls.csv')
  await writeFile(file, [
    'Acme, Inc. control matrix,,,,', 'Trust Services Criteria,Ctrl #,Control Activity,Cadence,Control Owner', 'Logical access,,,,',
    '"CC6.1, CC6.2",AC 1,"Access is granted once the manager has approved the ticket, and to no more than the role needs.",Upon hire,Noor Haddad',
    ',AC 2,Access of all accounts is reviewed with the owners of the systems.,Quarterly,IT Operations Manager', 'CC7.2,AC 3,Alerts reach the engineer on call within five minutes.,Whenever,Head of Operations', 'CC8.1,AC 4,A second person reviews each change before it is deployed.,,Head of Engineering',
  ].join('\n'))
  const page = await newPage({ baseURL, cookie: await sessionCookie(testApp, ours.staff) })
  const seen = async (name: string) => {
    await look(page, `controls-${name}`)
    await expectAccessible(t, page)
    await expectFits(t, page)
  }
  await page.goto(`${ours.base}/controls`)
  await page.getByRole('link', { name: 'Import a spreadsheet' }).click()
  await page.getByLabel('File').setInputFiles(file)
  await seen('import')
  await page.getByRole('button', { name: 'Read the file' }).click()
  await page.getByLabel('Whenever').selectOption({ label: 'At each event' })
  await page.getByLabel('Type, where').selectOption('preventive')
  await page.getByLabel('Source of').fill('Sent by Joel Castellanos on September 3')
  await seen('import-mapping')
  await page.getByRole('button', { name: 'Preview' }).click()
  t.match(await page.locator('#wrong').innerText(), 'manual or automated')
  await seen('import-wrong')
  await page.getByRole('link', { name: 'Change the columns' }).click()
  await page.getByLabel('Nature, where').selectOption('manual')
  await page.getByRole('button', { name: 'Preview' }).click()
  await seen('import-preview')
  await page.getByRole('button', { name: 'Import: 4 new' }).click()
  await page.waitForURL('**/controls/frequencies')
  await page.getByLabel('AC-4').check()
  await page.getByLabel('At each event').check()
  await seen('frequencies')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Every control has its frequency').waitFor()
  await page.goto(`${ours.base}/controls`)
  await seen('list')
  await page.goto(`${ours.base}/controls/AC-1/edit`)
  await seen('edit')

  const lead = await newPage({ baseURL, cookie: await sessionCookie(testApp, ours.lead) })
  await lead.goto(`${ours.base}/controls/wordings`)
  await look(lead, 'controls-wordings')
  await expectAccessible(t, lead)
  await expectFits(t, lead)
  await lead.getByRole('button', { name: 'Confirm all 4' }).click()
  await lead.getByText('Every wording is confirmed').waitFor()
  await ours.lead.post(`${ours.base}/controls/AC-1/wording`, { text: 'Access is granted once the manager and the owner have approved the ticket, and to no more than the role needs.', version: '1' })
  await page.goto(`${ours.base}/controls/AC-1`)
  t.match(await page.locator('.versions ins').first().innerText(), /owner/)
  await seen('show')

  const senior = await newPage({ baseURL, cookie: await sessionCookie(testApp, ours.senior) })
  const watch = async (address: string, name: string) => {
    await senior.goto(address)
    await look(senior, name)
    await expectAccessible(t, senior)
    await expectFits(t, senior)
  }
  await watch('/templates', 'templates-empty')
  await ours.senior.post('/templates/requests', { kind: 'document', title: 'Policy of access', ask: 'The policy in force, with its approval.', keywords: 'access', days: '-30', version: '0' })
  await ours.senior.post('/templates/attributes', { title: 'Reviews of access', noun: 'reviews', 'nature-1': 'inspection', 'procedure-1': 'Inspected each review.', 'question-A': 'Was every account reviewed?', criteria: 'CC6.1', version: '0' })
  await watch('/templates', 'templates-list')
  await watch('/templates/requests/new', 'templates-request')
  await watch('/templates/attributes/new', 'templates-attributes')
  await watch(`${ours.base}/templates`, 'templates-apply')
  await senior.getByRole('button', { name: 'Make those ticked' }).click()
  await senior.waitForURL('**/requests?state=draft')
  await watch(`${ours.base}/templates`, 'templates-applied')
})
