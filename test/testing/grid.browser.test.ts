import t from 'tap'
import type { Page } from 'playwright-core'
import { expectAccessible, expectFits, look } from '../support/browser.ts'
import { makeBench, setResult } from '../support/testing.ts'
import { focused, foot, idle, openDesk, saved } from './desk.ts'

const { testApp, ours, pageOf, cellsOf } = await openDesk(t)

t.test('what two people set at once is shown to the later one, who chooses', async (t) => {
  const bench = await makeBench(testApp, ours, { number: 'AC-03', items: 2, letters: 'A' })
  const page = await pageOf(ours.staff)
  await page.goto(`${ours.base}/testing/${bench.line.reference}`)
  await setResult(ours.senior, ours, bench.line, bench.draw.items[0]!.id, 'A', 'not_applicable', { note: 'on leave' })
  await page.locator('td.at button').focus()
  await page.keyboard.press('p')
  await page.getByText('Theirs: not applicable: on leave. Yours: pass.').waitFor()
  await expectAccessible(t, page)
  await look(page, 'testing-clash')
  await page.getByRole('button', { name: 'Use mine' }).click()
  await saved(page)
  t.match((await cellsOf(bench.line.id)), [{ result: 'pass', version: 2, set_by: 'Lena Fischer' }])
})

t.test('results set without a connection wait and are sent when it is back', async (t) => {
  const bench = await makeBench(testApp, ours, { number: 'AC-04', items: 3, letters: 'A' })
  const page = await pageOf(ours.staff)
  await page.goto(`${ours.base}/testing/${bench.line.reference}`)
  await page.locator('td.at button').focus()
  await page.context().setOffline(true)
  for (let cell = 0; cell < 3; cell++) await page.keyboard.press('p')
  await page.getByText('3 results not saved, will retry').or(page.getByText('Not saved, will retry')).waitFor()
  t.strictSame(await cellsOf(bench.line.id), [])
  await page.context().setOffline(false)
  await foot(page, 'A', '0 of 3')
  t.strictSame((await cellsOf(bench.line.id)).map(({ result, version }) => `${result} ${version}`), ['pass 1', 'pass 1', 'pass 1'])
})

t.test('without scripts every item has a form of its own, and each cell leads to its evidence', async (t) => {
  const bench = await makeBench(testApp, ours, { number: 'AC-05', items: 3, letters: 'AB' })
  const page = await pageOf(ours.staff, { scripts: false })
  await page.goto(`${ours.base}/testing/${bench.line.reference}`)
  await page.locator('button[value="2.B"]').click()
  t.match(page.url(), 'cell=2.B')
  t.match(await page.locator('#evidence').innerText(), /EMP-0002[\s\S]*removal log of EMP-0002/)
  await page.getByRole('button', { name: 'Pass' }).click()
  await page.getByRole('link', { name: 'EMP-0003' }).click()
  await page.locator('[name="result-A"][value=deviation]').check()
  await page.locator('[name="note-A"]').fill('12 days late')
  await page.locator('[name="result-B"][value=pass]').check()
  await page.getByRole('button', { name: 'Save all of EMP-0003' }).click()
  t.strictSame((await cellsOf(bench.line.id)).map(({ letter, result }) => `${letter} ${result}`).toSorted(), ['A deviation', 'B pass', 'B pass'])
  t.match(await page.locator('button[value="3.A"]').innerText(), /12 d/)
})

t.test('sixty items by six attributes stand on one page and one result is saved without a pause', async (t) => {
  const bench = await makeBench(testApp, ours, { number: 'AC-06', items: 60, rows: 70, letters: 'ABCDEF' })
  const page = await pageOf(ours.staff)
  await page.goto(`${ours.base}/testing/${bench.line.reference}`)
  t.equal(await page.locator('td.cell button').count(), 360)
  await page.locator('td.at button').focus()
  for (let cell = 0; cell < 12; cell++) await page.keyboard.press('p')
  await focused(page, '3.A')
  await foot(page, 'F', '0 of 2')
  t.equal((await cellsOf(bench.line.id)).length, 12)
  await expectFits(t, page)
})

t.test('two people fill one grid: each sees what the other set, undo and redo touch their own alone, and nothing is overwritten', async (t) => {
  const bench = await makeBench(testApp, ours, { number: 'AC-07', items: 5, letters: 'AB' })
  const [staff, senior] = [await pageOf(ours.staff), await pageOf(ours.senior)]
  for (const page of [staff, senior]) {
    await page.goto(`${ours.base}/testing/${bench.line.reference}`)
    await page.locator('td.at button').focus()
  }
  const come = async (page: Page, words: RegExp) => {
    await page.evaluate('dispatchEvent(new Event("focus"))')
    await page.locator('[data-saved]').filter({ hasText: words }).waitFor()
  }
  await staff.keyboard.press('p')
  await saved(staff)
  await staff.locator('button[value="1.A"]').focus()
  for (let row = 2; row <= 4; row++) await staff.keyboard.press('Shift+ArrowDown')
  await staff.keyboard.press('f')
  await foot(staff, 'A', '0 of 4')
  await senior.keyboard.press('j')
  await focused(senior, '1.B')
  await senior.keyboard.press('p')
  await saved(senior)
  await come(senior, /^4 cells were set by a colleague$/)
  await foot(senior, 'A', '0 of 4')
  await senior.locator('button[value="3.B"]').focus()
  await senior.keyboard.press('j')
  await focused(senior, '4.B')
  await come(staff, /^One cell was set by a colleague$/)
  await foot(staff, 'B', '0 of 1')
  await staff.keyboard.press('u')
  await foot(staff, 'A', '0 of 1')
  await staff.keyboard.press('r')
  await foot(staff, 'A', '0 of 4')
  await staff.keyboard.press('o')
  await foot(staff, 'A', '0 of 3')
  await staff.keyboard.press('Enter')
  await staff.locator('[data-pane] :focus').waitFor()
  await staff.keyboard.press('Escape')
  await staff.locator('td.at button:focus').waitFor()
  await idle(staff)
  const held = (await cellsOf(bench.line.id)).map(({ item_id: item, letter, result, set_by: by }) => `${bench.draw.items.find(({ id }) => id === item)!.rank}.${letter} ${result} ${by}`).toSorted()
  t.strictSame(held, ['1.A pass Lena Fischer', '1.B pass Tom Bergstrom', '2.A pending Lena Fischer', '3.A pass Lena Fischer', '4.A pass Lena Fischer'])
})
