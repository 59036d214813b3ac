import t from 'tap'
import { openApp } from '../support/app.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { gather, type Member } from '../support/cast.ts'
import { freePort } from '../support/port.ts'

const wording = 'System owners recertify user access every quarter within 30 days of quarter end, and removals are carried out and recorded in the ticket that the review opened.'

t.test('a manager sets an engagement up without scripts, and every page of it is sound', { timeout: 120_000 }, async (t) => {
  const port = await freePort()
  const testApp = await openApp(t, { PORT: String(port) })
  const { ours, outsiders } = await gather(testApp)
  for (let index = 1; index <= 39; index++) {
    await ours.staff.post(`${ours.base}/controls`, {
      number: `AC-${String(index).padStart(2, '0')}`, text: wording, source: 'Control list, Sep 3', ownerTitle: 'Director of Information Security', frequencies: ['event_driven', 'annual'],
      type: 'preventive', nature: 'it_dependent_manual', risk: 'moderate', criteria: 'CC3.1, CC3.2, CC3.3, CC3.4, CC5.1, CC9.1',
    })
  }
  const baseURL = await testApp.app.listen({ host: '127.0.0.1', port })
  const { newPage } = await openBrowser(t)
  const openAs = async (member: Member, scripts = true) => {
    const cookie = await testApp.site.sessions.begin(member.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
    return await newPage({ baseURL, scripts, cookie: `${cookie.name}=${cookie.value}` })
  }

  const desk = await openAs(outsiders.manager, false)
  await desk.goto('/')
  await desk.getByRole('link', { name: 'New engagement' }).click()
  await desk.getByLabel('Name of a new client').fill('Brightwell Logistics')
  await desk.getByLabel('System', { exact: false }).first().fill('Parcel Platform')
  // From here to the review by keyboard alone: each field is reached, filled and sent without the pointer.
  const type = async (label: string, words: string) => {
    await desk.getByLabel(label, { exact: true }).focus()
    await desk.keyboard.type(words)
  }
  const rail = desk.getByRole('navigation', { name: 'Steps of the setup' })
  const send = async () => { await desk.keyboard.press('Enter') }
  await type('System', '')
  await send()
  await desk.waitForURL(/setup\/dates$/)
  await type('Type 2: first day of the period', '01012026')
  await type('Type 2: last day of the period', '12312026')
  await send()
  await desk.waitForURL(/setup\/categories$/)
  await desk.getByLabel('Availability').focus()
  await desk.keyboard.press('Space')
  await send()
  await desk.waitForURL(/setup\/team$/)
  await desk.getByRole('link', { name: 'Open the team' }).press('Enter')
  await desk.getByLabel('Name', { exact: true }).fill('Ada Moreau')
  await desk.getByLabel('E-mail').fill('a.moreau@brightwell.example')
  await desk.getByLabel('Role').last().selectOption({ label: 'Compliance lead' })
  await desk.getByRole('button', { name: 'Add to the team' }).last().click()
  t.ok(await desk.getByRole('rowheader', { name: 'Ada Moreau' }).isVisible())
  await desk.getByRole('link', { name: 'Setup' }).press('Enter')
  await rail.getByRole('link', { name: 'Subservice organizations' }).press('Enter')
  await desk.getByRole('link', { name: 'Add an organization' }).press('Enter')
  await type('Organization', 'Northgrid Cloud')
  await type('Service', 'Hosting')
  await desk.getByLabel('Criteria', { exact: true }).fill('CC6.4')
  await type('Expected control 1 (optional)', 'Entry to the data centers is limited.')
  await desk.getByLabel('Criteria 1', { exact: true }).fill('CC6.4')
  await type('Source', 'Draft of Sep 3')
  await send()
  await rail.getByRole('link', { name: 'Controls of user entities' }).press('Enter')
  await type('Control of user entities 1 (optional)', 'Customers manage their own users.')
  await type('Source', 'Draft of Sep 3')
  await send()
  t.match(await desk.locator('.summary').innerText(), 'Name at least one criterion')
  await type('Criteria 1', 'CC6.2')
  await send()
  await desk.waitForURL(/setup\/commitments$/)
  await rail.getByRole('link', { name: 'Review' }).press('Enter')
  t.match(await desk.locator('main').innerText(), /Customers manage their own users\.\s+CC6\.2/)
  t.match(await desk.locator('main').innerText(), 'No control of the client monitors Northgrid Cloud.')
  await desk.getByRole('link', { name: 'Controls 0' }).click()
  await desk.getByRole('link', { name: 'New control' }).click()
  await desk.getByLabel('Number').fill('GV-01')
  await desk.getByLabel('Wording', { exact: true }).fill(wording)
  await desk.getByLabel('Source of the wording').fill('List of Sep 3')
  await desk.getByLabel('Owner’s title').fill('VP People Operations')
  await desk.getByLabel('Criteria', { exact: true }).fill('CC1.1, CC77.1')
  await desk.getByLabel('Quarterly').check()
  await desk.getByLabel('Preventive').check()
  await desk.getByLabel('Manual', { exact: true }).check()
  await desk.getByRole('button', { name: 'Add control' }).click()
  t.match(await desk.locator('.summary').innerText(), 'CC77.1 is not a criterion')
  t.equal(await desk.getByLabel('Wording', { exact: true }).inputValue(), wording, 'nothing typed is lost')
  await desk.getByLabel('Criteria', { exact: true }).fill('CC1.1')
  await desk.getByRole('button', { name: 'Add control' }).click()
  t.match(await desk.locator('h1').innerText(), 'GV-01')
  await desk.getByRole('link', { name: 'Trail' }).click()
  t.match(await desk.locator('main').innerText(), /entered control GV-01 for CC1\.1/)
  await desk.close()

  const pages: readonly (readonly [Member, string, string])[] = [
    [ours.senior, 'home', '/'], [ours.manager, 'engagements', '/engagements'], [ours.manager, 'engagement-new', '/engagements/new'], [ours.manager, 'overview', ours.base],
    [ours.manager, 'team', `${ours.base}/team`], [ours.manager, 'member', `${ours.base}/team/${ours.owner.id}`], [ours.senior, 'controls', `${ours.base}/controls`],
    [ours.lead, 'control', `${ours.base}/controls/AC-02`], [ours.senior, 'control-edit', `${ours.base}/controls/AC-02/edit`], [ours.senior, 'trail', `${ours.base}/trail`],
    [ours.manager, 'setup-team', `${ours.base}/setup/team`], [ours.manager, 'setup', `${ours.base}/setup`], [ours.manager, 'setup-events', `${ours.base}/setup/events`], [ours.senior, 'setup-organization', `${ours.base}/setup/subservices/new`], [ours.senior, 'coverage', `${ours.base}/coverage`],
    [ours.partner, 'trail-firm', '/trail'], [ours.owner, 'overview-owner', ours.base],
  ]
  for (const [member, name, address] of pages) {
    const page = await openAs(member)
    const response = await page.goto(address)
    t.equal(response?.status(), 200, name)
    await expectAccessible(t, page)
    await expectFits(t, page)
    await look(page, name)
    await page.close()
  }
})
