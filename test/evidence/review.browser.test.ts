import t from 'tap'
import { previewEvidence } from '../../server/evidence/preview-actions.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { screenshot } from './pictures.ts'
import { answerByLink, ask, send, statement, statusOf, type Run } from './run.ts'
import { serve } from './serve.ts'

t.test('an auditor looks at what came, returns it, and looks at the next version', async (t) => {
  const { run, baseURL } = await serve(t)
  const { newPage } = await openBrowser(t)
  const request = await ask(run, run.cast.ours, { title: 'Send the sign-on policy of the identity provider', checklist: ['Production is visible', 'Address, account and clock', 'Who is excluded'] })
  const cookie = await answerByLink(run, request, [{ name: 'signon-policy.png', body: await screenshot() }, { name: 'groups.csv', body: 'group,members\nAll Workforce,612\nProduction Admins,18\n' }])
  for (const file of await run.owner.selectFrom('evidence_file').select(['id', 'engagement_id']).execute()) await previewEvidence(run.site, { engagementId: file.engagement_id, fileId: file.id })
  const desk = await newPage({ baseURL, cookie: await cookieOf(run) })
  await desk.goto(request.url)
  await desk.getByRole('button', { name: 'Start the review' }).click()
  await expectAccessible(t, desk)
  await expectFits(t, desk)
  await look(desk, 'review')
  await desk.getByRole('link', { name: 'groups.csv' }).first().click()
  t.match(await desk.locator('.viewer').innerText(), /Production Admins/)
  await expectAccessible(t, desk)
  await look(desk, 'review-table')
  await desk.keyboard.press('r')
  await desk.getByRole('button', { name: 'Return to the owner' }).click()
  await desk.getByText('There are').first().waitFor()
  await expectAccessible(t, desk)
  await look(desk, 'review-return')
  await desk.getByLabel('Reason').selectOption({ label: 'Wrong system or environment' })
  await desk.getByLabel('What is wrong').fill('The screen is from the sandbox. Please take it from production.')
  await desk.getByRole('button', { name: 'Return to the owner' }).click()
  await desk.getByText('Returned').first().waitFor()
  const page = await newPage({ baseURL, cookie })
  await page.goto(request.linkUrl)
  await expectAccessible(t, page)
  await look(page, 'answer-returned')
  await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2', '3'] }, [{ name: 'production.png', body: await screenshot(1400) }])
  await desk.goto(request.url)
  await look(desk, 'review-second')
  await desk.keyboard.press('a')
  await desk.getByRole('button', { name: 'Accept' }).waitFor()
  await desk.keyboard.press('a')
  await desk.getByText('Accepted').first().waitFor()
  t.equal(await statusOf(run, request), 'accepted')
})

async function cookieOf(run: Run): Promise<string> {
  const cookie = await run.site.sessions.begin(run.cast.ours.staff.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  return `${cookie.name}=${cookie.value}`
}
