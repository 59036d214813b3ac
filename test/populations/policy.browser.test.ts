import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { makeControl, makeDraw, makeLine, makePopulation } from '../support/testing.ts'
import { setStage, sound } from './stage.ts'

const { testApp, ours, openAs } = await setStage(t)

t.test('policy, calculator and evaluation are read and worked', { timeout: 60_000 }, async (t) => {
  const page = await openAs(ours.manager)
  await page.goto('/sampling-policy')
  await page.getByLabel('Weekly, high risk').fill('3')
  await page.getByRole('button', { name: 'Save as a new version' }).click()
  await page.getByText('a higher risk takes no smaller sample').first().waitFor()
  await sound(t, page, 'policy-wrong')
  await page.getByLabel('Weekly, high risk').fill('18')
  await page.getByRole('button', { name: 'Save as a new version' }).click()
  await page.getByRole('cell', { name: /Priya Natarajan/ }).waitFor()
  await sound(t, page, 'policy')
  await page.goto(`${ours.base}/populations`)
  await page.getByRole('link', { name: 'Sample sizes' }).click()
  await page.getByLabel('Expected deviation rate, %').fill('1')
  await page.getByRole('button', { name: 'Find the size' }).click()
  await page.getByText('Allowed deviations').waitFor()
  await sound(t, page, 'sample-sizes')
  await page.getByLabel('Expected deviation rate, %').fill('10')
  await page.getByRole('button', { name: 'Find the size' }).click()
  await page.getByText('no sample could support it').waitFor()
  await sound(t, page, 'sample-sizes-refused')

  const control = await makeControl(testApp, ours)
  const population = await makePopulation(testApp, ours, control, { count: 450 })
  const draw = await makeDraw(testApp, ours, population, 40)
  const line = await makeLine(testApp, ours, control, { draw, population, letters: 'A' })
  await inScope(testApp.site.db, ours.staff.scope, async (trx) => trx.insertInto('cell').values(draw.items.map(({ id }, index) => ({
    engagement_id: ours.engagement.id, test_line_id: line.id, item_id: id, letter: 'A', set_by: ours.staff.id, version: 1, result: index === 3 ? 'deviation' as const : 'pass' as const, note: index === 3 ? '3 business days late' : '',
  }))).execute())
  await page.goto(`${ours.base}/testing/${line.reference}`)
  t.match(await page.locator('#evaluation').textContent(), /1 of 40.*11\.4 %/s)
  await sound(t, page, 'evaluation')
  await page.close()
})
