import t from 'tap'
import { expectFits, look } from '../support/browser.ts'
import { textRows, workbook } from '../sheets/workbooks.ts'
import { changes, planLine, submitList } from './lists.ts'
import { setStage, sound } from './stage.ts'

const { testApp, ours, openAs } = await setStage(t)

t.test('a list with fifty columns and long keys pans inside its page', { timeout: 120_000 }, async (t) => {
  const header = ['change_id', 'deployed_at', ...Array.from({ length: 48 }, (_, index) => `${'attribute_of_the_deployment_'.repeat(index % 3)}${index}`)]
  const rows = Array.from({ length: 4 }, (_, index) => [`refs/heads/release-${'0123456789abcdef'.repeat(3)}-${index}`, '2026-02-03T10:00:00Z', ...Array.from({ length: 48 }, () => 'a value of some words that is longer than its column'.repeat(1 + index % 2))])
  const { fileId } = await submitList(testApp, ours, `${[header, ...rows].map((cells) => cells.join(',')).join('\n')}\n`, { name: `${'a-very-long-name-without-a-single-space-'.repeat(5)}.csv` })
  await planLine(testApp, ours)
  const page = await openAs(ours.senior)
  await page.goto(`${ours.base}/populations/new?file=${fileId}`)
  await page.getByLabel('Name', { exact: true }).fill(`Changes ${'of everything that was ever deployed '.repeat(3)}`.slice(0, 119))
  await page.getByLabel('One row is').fill('one deployment')
  await page.getByLabel('What the date means').fill('Deployed')
  await expectFits(t, page)
  await look(page, 'populations-wide-map')
  await page.getByRole('button', { name: 'Read and check the list' }).click()
  await page.getByRole('heading', { name: 'Completeness and accuracy' }).waitFor()
  await sound(t, page, 'wide-show')
  const number = page.url().split('/').at(-1)
  await page.goto(`${ours.base}/populations/${number}/rows`)
  await sound(t, page, 'wide-rows')
  await page.goBack()
  await page.getByRole('button', { name: /^Accept/ }).click()
  await page.getByRole('link', { name: 'Draw a sample' }).click()
  await page.getByLabel('No request: the list itself is the evidence').check()
  await page.getByLabel('Every item', { exact: false }).first().check()
  await page.getByLabel('Why every item').fill('Only four deployments')
  await page.getByRole('button', { name: 'Draw' }).click()
  await expectFits(t, page)
  await look(page, 'populations-wide-items')
  await page.goto(`${ours.base}/populations/${number}`)
  await sound(t, page, 'wide-locked')
  await page.close()
})

t.test('an empty list, one that cannot be read, and one that must not be accepted say what to do', { timeout: 120_000 }, async (t) => {
  const page = await openAs(ours.senior)
  for (const [name, text] of [['empty', changes(0)], ['unreadable', changes(3000, ['CHG-1,2026-01-01'])], ['blocked', changes(20, ['CHG-1001,2026-01-01T00:00:00Z,normal,1', ',2026-01-01T00:00:00Z,normal,1'])]] as const) {
    const { fileId } = await submitList(testApp, ours, text, { declared: 0 })
    await page.goto(`${ours.base}/populations/new?file=${fileId}`)
    await page.getByLabel('One row is').fill('one deployment')
    await page.getByLabel('What the date means').fill('Deployed')
    await page.getByRole('button', { name: 'Read and check the list' }).click()
    await page.locator('[data-refresh]').waitFor({ state: 'detached' })
    await sound(t, page, name)
  }
  const { fileId } = await submitList(testApp, ours, 'CHG-1,2026-01-01\n')
  await page.goto(`${ours.base}/populations/new?file=${fileId}`)
  await sound(t, page, 'no-list')
  await page.close()
})

t.test('a workbook asks for its sheet first, and tells what it hides', { timeout: 120_000 }, async (t) => {
  const list = textRows([['Production changes of PaySmart']]) + textRows([['change_id', 'deployed_at', 'type'], ['CHG-1', '2026-01-02', 'normal'], ['CHG-2', '2026-01-09', 'emergency']], 3) + '<row r="6" hidden="1"><c r="A6" t="str"><f>A5</f><v>CHG-3</v></c></row>'
  const { fileId } = await submitList(testApp, ours, workbook([{ name: 'Cover', data: textRows([['2026-01-01']]) }, { name: 'Changes', data: list }, { name: 'Old', state: 'hidden', data: '' }]), { name: 'changes.xlsx', declared: 3 })
  const page = await openAs(ours.senior)
  await page.goto(`${ours.base}/populations/new?file=${fileId}`)
  await sound(t, page, 'workbook-refused')
  await page.getByLabel('Sheet').selectOption('Changes')
  await page.getByRole('button', { name: 'Show this sheet' }).click()
  await page.getByText('Spans, layers and what is in scope').click()
  await page.getByLabel('Layers').selectOption('type')
  await sound(t, page, 'workbook-map')
  await page.getByLabel('One row is').fill('one deployment')
  await page.getByLabel('What the date means').fill('Deployed')
  await page.getByRole('button', { name: 'Read and check the list' }).click()
  await page.locator('[data-refresh]').waitFor({ state: 'detached' })
  await sound(t, page, 'workbook-show')
  await page.close()
})
