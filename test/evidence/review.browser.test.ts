import t from 'tap'
import { previewEvidence } from '../../server/evidence/preview-actions.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { screenshot } from './pictures.ts'
import { answerByLink, ask, pressLink, send, statement, statusOf, tokensOf, type Run } from './run.ts'
import { serve } from './serve.ts'

t.test('an auditor reviews by keyboard: file by file, back to the owner, and accepted the second time', async (t) => {
  const { run, baseURL } = await serve(t)
  const { ours } = run.cast
  const { newPage } = await openBrowser(t)
  const request = await ask(run, ours, { title: 'Send the sign-on policy of the identity provider', checklist: ['Production is visible', 'Address, account and clock', 'Who is excluded'] })
  await ask(run, ours, { title: 'Backup schedule' })
  await answerByLink(run, request, [{ name: 'signon-policy.png', body: await screenshot() }, { name: 'groups.csv', body: 'group,members\nAll Workforce,612\nProduction Admins,18\n' }])
  for (const file of await run.owner.selectFrom('evidence_file').select(['id', 'engagement_id']).execute()) await previewEvidence(run.site, { engagementId: file.engagement_id, fileId: file.id })
  await ours.senior.post(`${request.url}/comments`, { text: '@Noor Haddad, why are two accounts excluded?', question: 'on' })
  await ours.senior.post(`${request.url}/notes`, { text: 'Groups total 630, the policy says 612 + 18. Agrees.' })
  const desk = await newPage({ baseURL, cookie: await cookieOf(run) })
  const key = async (name: string) => desk.keyboard.press(name)
  const turned = async (act: () => Promise<unknown>) => Promise.all([desk.waitForNavigation(), act()])

  await desk.goto(`${ours.base}/requests?kind=configuration`)
  await key('j')
  await turned(async () => key('e'))
  t.match(desk.url(), /list=kind/)
  await turned(async () => key('a'))
  await expectAccessible(t, desk)
  await expectFits(t, desk)
  await look(desk, 'review')
  await key('?')
  const help = desk.getByRole('heading', { name: 'Keys on this page' })
  await help.waitFor()
  await key('Escape')
  await help.waitFor({ state: 'hidden' })
  await turned(async () => key('f'))
  await turned(async () => key(']'))
  t.match(await desk.locator('.viewer').innerText(), /Production Admins/)
  await key('b')
  await desk.keyboard.type('Wrong p')
  await key('Tab')
  await desk.keyboard.type('These are the groups of June.')
  await key('Tab')
  await turned(async () => key('Enter'))
  await expectAccessible(t, desk)
  await look(desk, 'review-file')
  await key('r')
  await key('Tab')
  await desk.keyboard.type('The picture is fine. Please send the groups of September.')
  await look(desk, 'review-return')
  await desk.getByLabel('New due date').fill('2099-11-02')
  await key('Tab')
  await turned(async () => desk.getByRole('button', { name: 'Return to the owner' }).press('Enter'))
  t.equal(await statusOf(run, request), 'returned')

  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2', '3'] }, [{ name: 'groups-september.csv', body: 'group,members\nAll Workforce,612\n' }])
  await desk.goto(request.url)
  await turned(async () => key('a'))
  await look(desk, 'review-second')
  await key('a')
  t.equal(await desk.evaluate('document.activeElement.value'), 'system', 'what is not ticked yet is where the keyboard lands')
  for (const _ of [1, 2, 3, 4]) {
    await key('Space')
    await key('Tab')
  }
  await turned(async () => key('a'))
  t.equal(await statusOf(run, request), 'accepted')
  await expectAccessible(t, desk)
})

async function cookieOf(run: Run): Promise<string> {
  const cookie = await run.site.sessions.begin(run.cast.ours.staff.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  return `${cookie.name}=${cookie.value}`
}
