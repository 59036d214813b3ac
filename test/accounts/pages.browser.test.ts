import t from 'tap'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { sendInvitation } from '../../server/accounts/actions.ts'
import { codeAt } from '../../server/accounts/two-step.ts'
import { inScope } from '../../server/database/connect.ts'
import { mailboxFolder } from '../../server/demo/store.ts'
import { deliver } from '../../server/mail/deliver.ts'
import { mailboxTransport } from '../../server/mail/transport.ts'
import { openApp } from '../support/app.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { freePort } from '../support/port.ts'
import { giveAccount, mailedPath, PASSWORD } from './visitor.ts'

const port = await freePort()
const testApp = await openApp(t, { PORT: String(port) })
const owner = ownerOf(t, testApp)
const { ours } = await gather(testApp)
const { site } = testApp
const baseURL = await testApp.app.listen({ host: '127.0.0.1', port })
const { newPage } = await openBrowser(t)

t.test('an invited manager comes in by the mail, sets up two steps and keeps house', async (t) => {
  const page = await newPage({ baseURL })
  await inScope(site.db, ours.partner.scope, async (trx) => sendInvitation(trx, ours.partner.scope, site.sealer, ours.manager.id))
  await page.goto(await mailedPath(testApp, owner, ours.manager.id))
  await check(t, page, 'accounts-password')
  await page.getByLabel('New password').fill('short')
  await page.getByRole('button', { name: 'Make my account' }).click()
  t.match(await page.getByRole('alert').innerText(), /at least 12 characters/)
  await check(t, page, 'accounts-password-wrong')
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Make my account' }).click()

  t.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Set up two-step sign-in')
  await check(t, page, 'accounts-two-step')
  const key = (await page.locator('samp').innerText()).replaceAll(' ', '')
  await page.getByLabel('Code the app shows now').fill(codeAt(key, new Date()))
  await page.getByRole('button', { name: 'Turn it on' }).click()
  t.equal(await page.locator('samp').count(), 10)
  await check(t, page, 'accounts-recovery-codes')

  await page.goto('/account')
  await check(t, page, 'accounts-show')
  await page.getByRole('link', { name: 'People of the firm' }).click()
  await page.getByLabel('Name').fill('Ida Lund')
  await page.getByLabel('E-mail address').fill(ours.staff.email)
  await page.getByLabel('Rank').selectOption('staff')
  await page.getByRole('button', { name: 'Add and invite' }).click()
  t.match(await page.getByRole('alert').innerText(), /already belongs to somebody/)
  t.equal(await page.getByLabel('Name').inputValue(), 'Ida Lund')
  await check(t, page, 'accounts-people')
  await page.getByLabel('E-mail address').fill('ida.lund@harlowpine.example')
  await page.getByRole('button', { name: 'Add and invite' }).click()
  t.match(await page.getByRole('row', { name: /Ida Lund/ }).innerText(), /Invited/)
  await giveAccount(testApp, owner, ours.staff.id, true)
  await page.goto('/people')
  await page.getByText(`Take away the second step of ${ours.staff.name}`, { exact: true }).first().click()
  await check(t, page, 'accounts-people-two-step')
  await page.getByRole('button', { name: `Take away the second step of ${ours.staff.name}` }).click()
  t.match(await page.locator('main').innerText(), /The second step is taken away/)

  await page.goto('/account')
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await check(t, page, 'accounts-sign-in')
  await page.getByLabel('E-mail address').fill(ours.manager.email)
  await page.getByLabel('Password', { exact: true }).fill('not the password')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  t.equal(await page.getByLabel('E-mail address').inputValue(), ours.manager.email)
  await check(t, page, 'accounts-sign-in-wrong')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await check(t, page, 'accounts-second-step')
  await page.getByLabel('Code', { exact: true }).fill(codeAt(key, new Date(Date.now() + 30_000)))
  await page.getByRole('button', { name: 'Go on', exact: true }).click()
  await page.goto('/account')
  t.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Your account')
})

t.test('a forgotten password and a dead link lead on', async (t) => {
  const page = await newPage({ baseURL })
  await page.goto(`/invitations/${'A'.repeat(43)}`)
  await check(t, page, 'accounts-dead-link')
  await page.getByRole('link', { name: 'Mail me a new link' }).click()
  await check(t, page, 'accounts-password-reset')
  await page.getByLabel('E-mail address').fill('nobody@nowhere.example')
  await page.getByRole('button', { name: 'Mail me a link' }).click()
  t.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Look into your mail')
  await check(t, page, 'accounts-reset-sent')
})

t.test('without any script an invited client comes in, and signs in again', async (t) => {
  const page = await newPage({ baseURL, scripts: false })
  await inScope(site.db, ours.partner.scope, async (trx) => sendInvitation(trx, ours.partner.scope, site.sealer, ours.owner.id))
  await page.goto(await mailedPath(testApp, owner, ours.owner.id))
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Make my account' }).click()
  await page.goto('/account')
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.getByLabel('E-mail address').fill(ours.owner.email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.goto('/account')
  t.match(await page.locator('main').innerText(), ours.owner.email)
})

t.test('the demo’s people and mailbox are one click away, and a mail’s link opens', async (t) => {
  writeFileSync(join(testApp.dataDir, 'demo-people.json'), JSON.stringify([ours.partner, ours.senior, ours.lead].map(({ id, name, scope, role }) => ({
    personId: id, name, title: '', side: scope.side, role, organization: scope.side === 'firm' ? 'Harlow & Pine CPAs LLP' : 'PaySmart Global, Inc.', note: 'What waits for them, and the requests of one client.',
  }))))
  await inScope(site.db, ours.partner.scope, async (trx) => sendInvitation(trx, ours.partner.scope, site.sealer, ours.lead.id))
  const mails = await owner.selectFrom('mail').select('id').where('person_id', '=', ours.lead.id).execute()
  for (const { id } of mails) await deliver({ db: site.db, sealer: site.sealer, publicUrl: site.config.publicUrl, from: site.config.mailFrom, transport: mailboxTransport(mailboxFolder(testApp.dataDir)) }, id)

  const page = await newPage({ baseURL })
  await page.goto('/sign-in')
  await page.getByRole('link', { name: /one of the demo/ }).click()
  await check(t, page, 'demo-show')
  await page.getByRole('link', { name: 'Mailbox' }).click()
  await check(t, page, 'demo-mailbox')
  await page.getByRole('link', { name: /Your account for the SOC 2/ }).click()
  await check(t, page, 'demo-mail')
  await page.locator('.letter a').click()
  t.match(page.url(), /\/invitations\//)
  await page.goto('/demo')
  await page.getByRole('button', { name: `Sign in as ${ours.senior.name}` }).click()
  await page.goto('/account')
  t.match(await page.locator('main').innerText(), /This account has no password/)
})

async function check(t: Parameters<typeof expectAccessible>[0], page: Page, name: string): Promise<void> {
  await expectAccessible(t, page)
  await expectFits(t, page)
  await look(page, name)
}
