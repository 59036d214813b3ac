import sharp from 'sharp'
import t from 'tap'
import { openApp } from '../support/app.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { freePort } from '../support/port.ts'
import { mail, pdf, zip } from './documents.ts'
import { handingIn } from './handing-in.ts'

t.test('a reviewer marks a screenshot, a page, lines of a log and rows of a sheet', { timeout: 90_000 }, async (t) => {
  const port = await freePort()
  const testApp = await openApp(t, { PORT: String(port) })
  const { ours } = await gather(testApp)
  const handIn = handingIn(testApp, ownerOf(t, testApp), ours)
  const screen = await handIn(1, 1, 'sign-on policy.png', await sharp({ create: { width: 1600, height: 900, channels: 3, background: '#dde' } }).png().toBuffer())
  const policy = await handIn(2, 1, 'policy.pdf', pdf(3))
  const journal = await handIn(3, 1, 'events.log', Buffer.from(Array.from({ length: 300 }, (_, index) => `event ${index + 1}`).join('\n')))
  const list = await handIn(4, 1, 'list.csv', Buffer.from(`id,who\n${Array.from({ length: 30 }, (_, index) => `${index + 1},person ${index + 1}`).join('\n')}\n`))
  const others = [await handIn(5, 1, 'export.zip', zip({ 'logs/app.log': 'first' })), await handIn(6, 1, 'approval.eml', mail)]
  const baseURL = await testApp.app.listen({ host: '127.0.0.1', port })
  const { newPage } = await openBrowser(t)
  const session = await testApp.site.sessions.begin(ours.staff.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  const page = await newPage({ baseURL, cookie: `${session.name}=${session.value}` })

  for (const { view, name } of [{ view: screen.view, name: 'screen' }, { view: `${policy.view}?leaf=2`, name: 'pdf' }]) {
    await page.goto(view)
    const picture = page.locator('.marked svg')
    const box = (await picture.boundingBox())!
    await page.mouse.move(box.x + box.width * 0.1, box.y + box.height * 0.1)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.2)
    await page.mouse.up()
    t.match(Number(await page.getByLabel('Left', { exact: true }).inputValue()).toFixed(0), '10', 'the spot is where it was dragged')
    await page.getByLabel('Sign', { exact: true }).selectOption('✓')
    await page.getByLabel(/^Note/).fill('Second factor is on')
    await page.getByRole('button', { name: 'Put the mark' }).click()
    await page.getByRole('link', { name: name === 'pdf' ? 'mark 1, page 2' : 'mark 1' }).waitFor()
    t.equal(await page.locator('.marked .tag').count(), 1)
    await expectAccessible(t, page)
    await expectFits(t, page)
    await look(page, `closely-${name}`)
  }
  for (const { view, name } of [{ view: journal.view, name: 'log' }, { view: list.view, name: 'sheet' }]) {
    await page.goto(view)
    await page.locator('[data-line="3"]').click()
    await page.locator('[data-line="5"]').click({ modifiers: ['Shift'] })
    await page.getByLabel('Sign', { exact: true }).selectOption('®')
    await page.getByRole('button', { name: 'Put the mark' }).click()
    await page.getByRole('link', { name: 'mark 1, lines 3 to 5' }).waitFor()
    t.equal(await page.locator('tr.picked').count(), 3)
    await expectAccessible(t, page)
    await expectFits(t, page)
    await look(page, `closely-${name}`)
  }
  for (const { view } of others) {
    await page.goto(view)
    await expectAccessible(t, page)
    await expectFits(t, page)
    await look(page, `closely-${others.findIndex((one) => one.view === view) === 0 ? 'zip' : 'mail'}`)
  }
  await page.goto(`${ours.base}/legend`)
  await expectAccessible(t, page)
  await look(page, 'legend')
})
