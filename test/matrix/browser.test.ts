import type { AddressInfo } from 'node:net'
import t from 'tap'
import { criteriaInScope } from '../../server/controls/criteria.ts'
import { openApp } from '../support/app.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { gather } from '../support/cast.ts'
import { plant, type ControlPlan } from './planted.ts'

const testApp = await openApp(t)
const { ours } = await gather(testApp)
const here = `${ours.base}/matrix`
await testApp.app.listen({ port: 0, host: '127.0.0.1' })
const baseURL = `http://localhost:${(testApp.app.server.address() as AddressInfo).port}`

await plant(testApp, ours, paysmart())

t.test('the matrix of a whole engagement fits, filters, and can be read by everybody', async (t) => {
  const { newPage } = await openBrowser(t)
  const page = await newPage({ baseURL, cookie: await cookie() })
  await page.goto(here)
  t.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Control test matrix')
  t.equal(await page.locator('.tally .foot b').innerText(), '39')
  await expectAccessible(t, page)
  await expectFits(t, page)
  await look(page, 'matrix')
  await page.getByRole('link', { name: 'Exceptions only' }).click()
  t.same(await page.locator('.matrix tbody th.margin a.ref').allInnerTexts(), ['AC-02', 'AC-02', 'CH-01'], 'in full, then referred to')
  await page.getByRole('link', { name: 'By control' }).click()
  t.match(page.url(), 'by=control&show=exceptions')
  t.same(await page.locator('.matrix tbody th.margin a.ref').allInnerTexts(), ['AC-02', 'CH-01'])
  await expectAccessible(t, page)
  await look(page, 'matrix-exceptions')
  await page.getByRole('link', { name: 'Show all' }).click()
  t.equal(await page.locator('.matrix tbody th.margin a.ref').count(), 39)
})

t.test('one click exports a draft and lands beside its three files, without scripts too', async (t) => {
  const { newPage } = await openBrowser(t)
  const page = await newPage({ baseURL, cookie: await cookie(), scripts: false })
  await page.goto(here)
  await page.getByRole('button', { name: 'Export draft' }).click()
  t.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Matrix, Draft 1')
  for (const [name, ending] of [['Excel workbook', '.xlsx'], ['Word document', '.docx'], ['CSV', '.csv'], ['PDF', '.pdf'], ['JSON', '.json']] as const) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()])
    t.equal(download.suggestedFilename(), `PaySmart Global, Inc. - Section IV - draft 1${ending}`)
  }
})

t.test('the page of an export can be read by everybody', async (t) => {
  const { newPage } = await openBrowser(t)
  const page = await newPage({ baseURL, cookie: await cookie() })
  await page.goto(`${here}/exports/1`)
  await expectAccessible(t, page)
  await expectFits(t, page)
  await look(page, 'matrix-export')
  for (const more of ['sections', 'evidence']) {
    await page.goto(`${here}/${more}`)
    await expectAccessible(t, page)
    await expectFits(t, page)
    await look(page, `matrix-${more}`)
  }
})

t.test('a number opens the items it counts, its sentence is written by hand, and the versions are compared', async (t) => {
  const { newPage } = await openBrowser(t)
  const page = await newPage({ baseURL, cookie: await cookie() })
  await page.goto(`${here}?show=exceptions`)
  await page.locator('.matrix').getByRole('link', { name: '2 of 10' }).click()
  t.equal(await page.getByRole('heading', { level: 1 }).innerText(), '2 leavers deviating')
  t.equal(await page.locator('.sheet tbody tr').count(), 2)
  await expectAccessible(t, page)
  await expectFits(t, page)
  await look(page, 'matrix-cells')
  await page.getByRole('link', { name: 'Its sentences' }).click()
  const result = page.locator('form', { has: page.locator('[name="text-result"]') })
  await result.getByLabel('Text of the report').fill('Exception noted. 3 of 10 leavers were removed late.')
  await result.getByRole('button', { name: 'Use this text' }).click()
  t.match(await page.locator('.notice.amber').allInnerTexts(), [/“3.*does not say 2/s])
  await expectAccessible(t, page)
  await expectFits(t, page)
  await look(page, 'matrix-sentences')
  await page.goto(here)
  await page.getByRole('link', { name: 'Compare with draft 1' }).click()
  t.match(await page.locator('ins').allInnerTexts(), ['Exception noted. 3 of 10 leavers were removed late.'])
  await expectAccessible(t, page)
  await expectFits(t, page)
  await look(page, 'matrix-changes')
})

async function cookie(): Promise<string> {
  const { name, value } = await testApp.site.sessions.begin(ours.manager.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  return `${name}=${value}`
}

/** 39 controls in the proportions of a real engagement: most effective, a few with exceptions, one without an occurrence. */
function paysmart(): ControlPlan[] {
  const wording = 'Access to in-scope systems is granted only after the user’s manager and the system owner approve a ticket.'
  const criteria = criteriaInScope(ours.engagement.categories).map(({ id }) => id).filter((id) => !['CC6.2', 'CC6.3', 'CC6.5', 'CC8.1', 'A1.3'].includes(id))
  const effective = Array.from({ length: 35 }, (_, place): ControlPlan => ({
    number: `GV-${String(place + 1).padStart(2, '0')}`, criteria: [criteria[place]!], wording,
    lines: [{ noun: 'access requests', items: 12, of: 212, conclusion: 'effective', signed: place !== 7, procedures: [{ nature: 'inquiry', text: 'the IT Operations Manager about the process' }, { nature: 'inspection', text: '{sample} for both approvals before access' }] }],
  }))
  return [
    ...effective,
    { number: 'AC-02', criteria: ['CC6.2', 'CC6.3'], wording: 'Access of leavers is removed within one business day of the last working day.', lines: [{
      conclusion: 'effective_with_exceptions', signed: true, result: (item, letter) => item < 2 && letter === 'A' ? 'deviation' : 'pass',
      exception: { problem: 'access was removed {late}', status: 'response_received', response: 'The removal now starts from the HR system.' } }] },
    { number: 'AC-07', criteria: ['CC6.5'], wording: 'Devices and media that held customer data are wiped or destroyed before disposal, with a certificate kept.', lines: [{
      noun: 'disposals', noOccurrence: { event: 'disposal of devices or media', corroboration: 'inspection of the asset system query' }, conclusion: 'not_tested_no_occurrence', signed: true }] },
    { number: 'CH-01', criteria: ['CC8.1'], wording: 'Each production code change is peer reviewed and approved by someone other than its author before deployment.', lines: [
      { title: 'Code changes', noun: 'production changes', items: 40, of: 1284, letters: 'ABCD', conclusion: 'effective_with_exceptions', signed: true, result: (item, letter) => item === 3 && letter === 'D' ? 'deviation' : 'pass',
        exception: { problem: 'approval by someone other than the author was not evidenced', status: 'identified' } },
      { title: 'Emergency changes', noun: 'emergency changes', items: 5, of: 5, letters: 'A', result: (item) => item < 3 ? 'pass' : null },
    ] },
    { number: 'PI-03', criteria: ['PI1.3', 'PI1.4'], wording: 'Treasury reconciles the ledger to processor settlement files each business day.', confirmed: false },
  ]
}
