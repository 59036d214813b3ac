import t from 'tap'
import { unsubscribePath } from '../../server/mail/stopping.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { sessionCookie } from '../support/sign-in.ts'
import { ask, tokensOf } from './run.ts'
import { serve } from './serve.ts'

t.test('on a phone and without scripts a mailed code opens the request, and another the whole list', async (t) => {
  const { run, baseURL } = await serve(t)
  const { newPage } = await openBrowser(t)
  const { ours } = run.cast
  await ours.manager.post(`${ours.base}/link-rule`, { policy: 'link_and_code', days: '7' })
  const request = await ask(run, ours)
  await ask(run, ours, { title: 'Quarterly access reviews of the production database', dueOn: '2020-01-06' })
  const codeOf = async () => {
    const { code_sealed: sealed } = await run.owner.selectFrom('mail').select('code_sealed').where('code_sealed', 'is not', null).orderBy('created_at', 'desc').executeTakeFirstOrThrow()
    return run.site.sealer.unseal('mail code', sealed!)
  }
  const page = await newPage({ baseURL, scripts: false, width: 390 })
  const seen = async (name: string) => {
    await expectFits(t, page)
    await look(page, name)
  }
  await page.goto(`/answer/${(await tokensOf(run, request))[0]}`)
  await seen('code-door')
  await page.getByRole('button', { name: 'Mail me the code' }).click()
  await page.getByLabel('Code').fill('12 34')
  await page.getByRole('button', { name: 'Open' }).click()
  t.match(await page.locator('.summary').innerText(), /This is not the code/)
  await seen('code-wrong')
  await page.getByLabel('Code').fill(await codeOf())
  await page.getByRole('button', { name: 'Open' }).click()
  t.equal(new URL(page.url()).pathname, request.linkUrl)

  await page.goto(`${request.linkUrl}/list`)
  await seen('list-door')
  await page.getByRole('button', { name: 'Mail me the code' }).click()
  await page.getByLabel('Code').fill(await codeOf())
  await page.getByRole('button', { name: 'Open' }).click()
  await seen('list')
  await page.getByRole('button', { name: 'Answer R-002' }).click()
  t.match(await page.getByRole('heading', { level: 1 }).innerText(), /Quarterly access reviews/)
  await page.goto('/answer/list')
  await page.getByRole('button', { name: 'Close this list' }).click()
  t.equal(new URL(page.url()).pathname, '/answer/closed')
})

t.test('the pages around codes and mails are accessible', async (t) => {
  const { run, baseURL } = await serve(t)
  const { newPage } = await openBrowser(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  const [token] = await tokensOf(run, request)
  await ours.manager.post(`${ours.base}/link-rule`, { policy: 'link_and_code', days: '7' })
  const page = await newPage({ baseURL })
  await page.goto(`/answer/${token}/code`)
  await expectAccessible(t, page)
  await page.goto(unsubscribePath(run.site.sealer, ours.owner.id))
  await expectAccessible(t, page)
  await look(page, 'digest-choice')
  const desk = await newPage({ baseURL, cookie: await sessionCookie(run, ours.manager) })
  await desk.goto(`${ours.base}/link-rule`)
  await expectAccessible(t, desk)
  await expectFits(t, desk)
  await look(desk, 'link-rule')
  await desk.goto(ours.base)
  await look(desk, 'overview-rule')
})
