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
  await desk.getByLabel('Type 2: first day').fill('2026-01-01')
  await desk.getByLabel('Type 2: last day').fill('2026-12-31')
  await desk.getByLabel('Availability').check()
  await desk.getByRole('button', { name: 'Create engagement' }).click()
  t.equal(await desk.locator('h1').innerText(), 'Brightwell Logistics')
  await desk.getByRole('link', { name: 'Add the client’s compliance lead' }).click()
  await desk.getByLabel('Name', { exact: true }).fill('Ada Moreau')
  await desk.getByLabel('E-mail').fill('a.moreau@brightwell.example')
  await desk.getByLabel('Role').last().selectOption({ label: 'Compliance lead' })
  await desk.getByRole('button', { name: 'Add to the team' }).last().click()
  t.ok(await desk.getByRole('rowheader', { name: 'Ada Moreau' }).isVisible())
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
