import sharp from 'sharp'
import t from 'tap'
import { readEvidence } from '../../server/evidence/reading-actions.ts'
import { openApp } from '../support/app.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { freePort } from '../support/port.ts'
import { answerDraw, makeControl, makeDraw, makeLine, makePopulation } from '../support/testing.ts'
import { saved } from '../testing/desk.ts'
import { mail, pdf, zip } from './documents.ts'
import { handingIn } from './handing-in.ts'

t.test('a reviewer marks a screenshot, a page, lines of a log and rows of a sheet, and cites them from results', { timeout: 90_000 }, async (t) => {
  const port = await freePort()
  const testApp = await openApp(t, { PORT: String(port) })
  const { ours } = await gather(testApp)
  const handIn = handingIn(testApp, ownerOf(t, testApp), ours)
  const picture = await sharp({ create: { width: 1600, height: 900, channels: 3, background: '#dde' } }).png().toBuffer()
  const screen = await handIn(101, 1, 'sign-on policy.png', picture)
  const policy = await handIn(102, 1, 'policy.pdf', pdf(3))
  const journal = await handIn(103, 1, 'events.log', Buffer.from(Array.from({ length: 300 }, (_, index) => `event ${index + 1}`).join('\n')))
  const list = await handIn(104, 1, 'list.csv', Buffer.from(`id,who\n${Array.from({ length: 30 }, (_, index) => `${index + 1},person ${index + 1}`).join('\n')}\n`))
  const others = [await handIn(105, 1, 'export.zip', zip({ 'logs/app.log': 'first' })), await handIn(106, 1, 'approval.eml', mail)]
  const baseURL = await testApp.app.listen({ host: '127.0.0.1', port })
  const { newPage } = await openBrowser(t)
  const session = await testApp.site.sessions.begin(ours.staff.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  const page = await newPage({ baseURL, cookie: `${session.name}=${session.value}` })

  for (const { view, name } of [{ view: screen.view, name: 'screen' }, { view: `${policy.view}?leaf=2`, name: 'pdf' }]) {
    await page.goto(view)
    const box = (await page.locator('.marked svg').boundingBox())!
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
  // Each of the four is then what a result rests on.
  const control = await makeControl(testApp, ours)
  const population = await makePopulation(testApp, ours, control)
  const draw = await makeDraw(testApp, ours, population, 4)
  const line = await makeLine(testApp, ours, control, { draw, population, letters: 'A' })
  const given = new Map(draw.items.map(({ key }, index) => [key, ([['image', 'shot.png', picture], ['pdf', 'policy.pdf', pdf(2)], ['text', 'events.log', 'one\ntwo\nthree'], ['csv', 'list.csv', 'id,who\n1,a\n2,b\n3,c\n']] as const)[index]!]))
  const { files } = await answerDraw(testApp, ours, control, draw, { kind: (key) => given.get(key)![0], name: (key) => given.get(key)![1], bytes: (key) => given.get(key)![2] })
  for (const fileId of files.values()) await readEvidence(testApp.site, { engagementId: ours.engagement.id, fileId })
  for (const [index] of draw.items.entries()) {
    const grid = `${ours.base}/testing/${line.reference}?cell=${index + 1}.A`
    await page.goto(grid)
    await page.getByRole('link', { name: 'mark it' }).click()
    await page.getByLabel('Sign', { exact: true }).selectOption('✓')
    for (const [label, value] of index < 2 ? [['Left', '10'], ['Top', '10'], ['Width', '20'], ['Height', '5']] as const : [['First line', '2']] as const) await page.getByLabel(label, { exact: true }).fill(value)
    await page.getByRole('button', { name: 'Put the mark' }).click()
    const cite = await page.locator('.marks a').first().innerText()
    await page.goto(grid)
    t.equal(await page.locator('datalist option').first().getAttribute('value'), cite, 'the grid offers the mark')
    await page.locator('input[name=cite]').first().check()
    await page.getByLabel(/^Place in/).first().fill(cite)
    await page.getByRole('button', { name: /^Pass/ }).click()
    await saved(page)
    await page.goto(grid)
    await page.getByRole('link', { name: 'Open', exact: true }).click()
    await page.locator(index < 2 ? '.marked .tag' : 'tr.at').first().waitFor()
  }
  await page.goto(`${ours.base}/legend`)
  await expectAccessible(t, page)
  await look(page, 'legend')
})
