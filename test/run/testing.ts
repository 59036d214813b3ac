import type { Test } from 'tap'
import { criteriaInScope } from '../../server/controls/criteria.ts'
import { sheetRows, unzip, xmlText } from '../support/zip.ts'
import { atHand, chapter, check, csv, download, fill, follow, openMail, press, runInShell, says, unfold, type Cast } from './story.ts'
import { theClaim, theDescription, theDraw, theEvaluation, thePlan, theResponse, theSentence, ticketOf, unedited } from './words.ts'

/** From the accepted population to the exported matrix: plan, draw, items, grid, exception, signatures, exports. */
export async function testControl(t: Test, { stage, priya, tom, joel, noor }: Cast): Promise<void> {
  const keys: string[] = []

  await chapter(t, 'a test is planned, and its sample drawn so that anybody can draw it again', async (t) => {
    const { page } = tom
    await follow(page, /^Testing/)
    await follow(page, 'Plan a test of AC-02')
    await fill(page, thePlan)
    await check(t, page, 'test-plan')
    await press(page, 'Plan this test')
    await check(t, page, 'test-without-items')
    t.equal(await page.getByRole('heading', { name: 'Did nothing occur?' }).count(), 0, 'a list with rows is no list in which nothing occurred')
    await follow(page, /^Populations/)
    await follow(page, 'POP-01')
    await follow(page, 'Draw a sample')
    await fill(page, theDraw)
    await check(t, page, 'draw')
    await press(page, 'Draw')
    await check(t, page, 'draw-items')
    for (const cell of await page.getByRole('cell', { name: /^REQ-/ }).all()) keys.push(await cell.innerText())
    await follow(page, 'POP-01')
    const shell = await page.getByLabel('Shell lines that draw the same items again').innerText()
    const redrawn = await runInShell(shell, { 'keys.txt': await download(page, 'keys.txt') })
    t.strictSame(redrawn, ['keys.txt: OK', ...keys], 'the page’s shell lines draw the same items from keys.txt')
  })

  await chapter(t, 'the owner answers item by item', async (t) => {
    const phone = noor.page
    await phone.goto(await openMail(stage, noor, /entry of the access log/))
    await press(phone, 'Open the request')
    const item = (key: string) => phone.getByRole('region', { name: key })
    const [, lost = ''] = keys
    for (const key of keys.filter((one) => one !== lost)) {
      await item(key).getByLabel(`Files for ${key}`).setInputFiles(csv(`${key}.csv`, ticketOf(key)))
      await item(key).getByText('Uploaded').waitFor()
    }
    await item(lost).getByText('There is nothing to send for this item').click()
    await fill(item(lost), theClaim)
    await fill(phone, unedited)
    await check(t, phone, 'answer-items', 'both')
    await press(phone, 'Submit to the auditor')
    await says(t, phone, /What was submitted/)

    const { page } = tom
    await follow(page, /^R-002/)
    await press(page, /Start the review/)
    await check(t, page, 'request-items')
    await press(page, /Accept/)
    await says(t, page, /Accepted/)
  })

  await chapter(t, 'every item is tested by keyboard, and a deviation opens an exception', async (t) => {
    const { page } = tom
    const { keyboard } = page
    await follow(page, /^Testing/)
    await follow(page, 'AC-02.T1')
    await page.getByRole('button', { name: `${keys[0]}, A: Pending` }).focus()
    await keyboard.press('p')
    await keyboard.press('p')
    await keyboard.press('d')
    await atHand(page.getByLabel(/^Note/))
    await keyboard.type('No approval in the ticket')
    await keyboard.press('Enter')
    await says(t, page, /E-01/)
    await keyboard.press('p')
    await keyboard.press('p')
    await keyboard.press('ArrowLeft')
    for (const _ of keys.slice(3)) await keyboard.press('Shift+ArrowDown')
    await keyboard.press('f')
    await says(t, page, /4 cells to go/)
    const rest = await unfold(page, 'Fill all pending items of one attribute')
    await fill(rest, { Attribute: 'B', Result: 'Pass' })
    await press(rest, 'Fill down')
    await page.getByRole('row', { name: 'Deviations of applicable 1 of 6 0 of 6' }).waitFor()
    await check(t, page, 'grid', 'both')
  })

  await chapter(t, 'the exception is agreed with the client, who responds to it', async (t) => {
    const { page } = tom
    const { page: lead } = joel
    await follow(page, 'E-01')
    await fill(page, theDescription)
    await press(page, 'Save the description')
    await press(page, 'Share with the client')
    await lead.goto(await openMail(stage, joel, /whether the facts are right/))
    await check(t, lead, 'exception-facts')
    await press(lead, 'The facts are right')
    await page.reload()
    await fill(page, theEvaluation)
    await press(page, 'Evaluate and ask for the response')
    await lead.goto(await openMail(stage, joel, /management’s response/))
    await fill(lead, theResponse)
    await press(lead, 'Send the response')
    await check(t, lead, 'exception-responded')
    await priya.page.goto(page.url())
    await press(priya.page, 'Make final')
    await check(t, priya.page, 'exception-final')
  })

  await chapter(t, 'two people sign, and an edit takes both signatures away', async (t) => {
    const { page } = tom
    const { page: manager } = priya
    const concludeAndSign = async () => {
      await page.getByLabel('Effective with exceptions').check()
      await press(page, 'Conclude')
      await press(page, 'Sign as preparer')
      await says(t, page, /You prepared this test/)
      await manager.goto(page.url())
      await press(manager, 'Sign as reviewer')
      await says(t, manager, /Reviewed by Priya Natarajan/)
    }
    await follow(page, 'AC-02.T1')
    await concludeAndSign()
    const own = await page.request.post(`${page.url()}/signature`, { form: { kind: 'reviewed' }, headers: { origin: stage.baseURL } })
    t.equal(own.status(), 409, 'nobody reviews their own work')
    await check(t, manager, 'test-signed')

    await page.reload()
    await page.getByRole('button', { name: `${keys[0]}, A: Pass` }).focus()
    await page.keyboard.press('n')
    await atHand(page.getByLabel(/^Note/))
    await page.keyboard.type('The account was a duplicate')
    await page.keyboard.press('Enter')
    await says(t, page, /was set from pass to not applicable/)
    await page.keyboard.press('u')
    await page.getByRole('row', { name: 'Deviations of applicable 1 of 6 0 of 6' }).waitFor()
    await check(t, page, 'test-voided')
    await page.reload()
    await concludeAndSign()
  })

  await chapter(t, 'the matrix carries the numbers of the cells, on the page and in every file', async (t) => {
    const { page } = priya
    await follow(page, /^Controls/)
    await follow(page, 'AC-02')
    await follow(page, 'Edit')
    await fill(page, { Criteria: criteriaInScope(['security', 'availability']).map(({ id }) => id).join(', ') })
    await press(page, 'Save')
    await follow(page, 'Matrix')
    await says(t, page, theSentence)
    await check(t, page, 'matrix', 'both')
    for (const [kind, heading] of [['draft', 'Matrix, Draft 1'], ['final', 'Matrix, Final 2']] as const) {
      await press(page, `Export ${kind}`)
      await page.getByRole('heading', { name: heading }).waitFor()
      const text = (await download(page, /CSV/)).toString()
      const sheet = JSON.stringify(sheetRows(unzip(await download(page, /Excel/)), 'Matrix'))
      const document = xmlText(unzip(await download(page, /Word/)).get('word/document.xml')!)
      for (const written of [text, sheet, document]) t.match(written, theSentence, `${heading} says what the page says`)
      t.equal(text.includes('DRAFT'), kind === 'draft')
      await check(t, page, `export-${kind}`)
      await follow(page, 'Back to the matrix')
    }
  })
}
