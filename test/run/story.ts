import { execFile } from 'node:child_process'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Locator, Page } from 'playwright-core'
import type { Test } from 'tap'
import { main as invite } from '../../server/accounts/invite.command.ts'
import { codeAt } from '../../server/accounts/two-step.ts'
import { handlersOf } from '../../server/app.ts'
import { startQueue } from '../../server/jobs/queue.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectFits, look, openBrowser, type PageWishes, type TestBrowser } from '../support/browser.ts'
import { freePort } from '../support/port.ts'
import { startMailServer, type MailServer } from '../support/smtp.ts'

const PASSWORD = 'eleven grey herons by the weir'

/** Somebody of the story, with a browser of their own. */
export type Person = { readonly name: string, readonly email: string, readonly page: Page, key?: string }

export type Stage = TestApp & TestBrowser & { readonly baseURL: string, readonly post: MailServer }

export type Cast = { readonly stage: Stage } & Readonly<Record<'miriam' | 'priya' | 'tom' | 'joel' | 'noor' | 'plainNoor', Person>>

/** The people of the story: three of the firm, the client's lead, and the owner on a phone and in a browser without scripts. */
export async function gatherCast(t: Test): Promise<Cast> {
  const stage = await openStage(t)
  return {
    stage,
    miriam: await meet(stage, 'Miriam Okafor', 'miriam.okafor@harlowpine.example'),
    priya: await meet(stage, 'Priya Natarajan', 'priya.natarajan@harlowpine.example'),
    tom: await meet(stage, 'Tom Bergstrom', 'tom.bergstrom@harlowpine.example'),
    joel: await meet(stage, 'Joel Castellanos', 'joel.castellanos@paysmart.example'),
    noor: await meet(stage, 'Noor Haddad', 'noor.haddad@paysmart.example', { width: 390 }),
    plainNoor: await meet(stage, 'Noor Haddad', 'noor.haddad@paysmart.example', { scripts: false }),
  }
}

/** The program as it runs for a firm: its own address, a mail server, the queue at work; no demo. */
async function openStage(t: Test): Promise<Stage> {
  const post = await startMailServer(t)
  const port = await freePort()
  const baseURL = `http://127.0.0.1:${port}`
  const testApp = await openApp(t, {
    // Any address says that this is no demo; the test's own database is the one that is used.
    DATABASE_URL: 'postgresql://localhost/tickmark', QUEUE_DATABASE_URL: 'postgresql://localhost/tickmark',
    PORT: String(port), PUBLIC_URL: baseURL, SMTP_URL: post.url, SECRET: 'nobody guesses 9f3K-aq71-ZtWm-04xB',
  })
  const queue = await startQueue({ queueUrl: testApp.queueUrl, handlers: handlersOf(testApp.site), log: (line) => t.comment(line) })
  await testApp.app.listen({ host: '127.0.0.1', port })
  t.teardown(() => queue.stop())
  return { ...testApp, ...await openBrowser(t), baseURL, post }
}

async function meet({ newPage, baseURL }: Stage, name: string, email: string, wishes: PageWishes = {}): Promise<Person> {
  const page = await newPage({ baseURL, ...wishes })
  page.setDefaultTimeout(15_000)
  return { name, email, page }
}

/** What `npm run invite` prints, as somebody copies it from the terminal. */
export async function inviteFromTerminal({ ownerUrl, baseURL }: Stage, { email, name }: Person, firm: string): Promise<string> {
  return linkIn(await invite([email, '--name', name, '--firm', firm], { OWNER_DATABASE_URL: ownerUrl, PUBLIC_URL: baseURL }))
}

/** Follows an invitation: a password, and for the firm's people the second step with its recovery codes. */
export async function join(t: Test, person: Person, link: string): Promise<void> {
  const { page } = person
  await page.goto(link)
  await page.getByLabel('New password').fill(PASSWORD)
  await press(page, 'Make my account')
  if (!await isShown(page.getByRole('heading', { name: 'Set up two-step sign-in' }))) return
  person.key = (await page.getByRole('definition').innerText()).replaceAll(' ', '')
  await page.getByLabel('Code the app shows now').fill(codeAt(person.key, new Date()))
  await press(page, 'Turn it on')
  await page.getByText('Shown only now.').waitFor()
  t.equal(await page.getByRole('listitem').count(), 10, 'ten recovery codes are shown')
  await page.getByRole('link', { name: 'I have kept them, go on' }).click()
}

/** A part of the story; after one that went wrong, the rest has nothing to stand on and is not told. */
export async function chapter(t: Test, title: string, tell: (t: Test) => Promise<void>): Promise<void> {
  if (t.passing()) await t.test(title, tell)
}

export async function signIn({ page, email, key }: Person): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await press(page, 'Sign in')
  // A code opens once, so the app's next one is typed.
  if (key) await page.getByLabel('Code', { exact: true }).fill(codeAt(key, new Date(Date.now() + 30_000)))
  if (key) await press(page, 'Go on')
}

export async function signOut({ page, name }: Person): Promise<void> {
  await page.getByTitle(`${name}, `).click()
  await press(page, 'Sign out')
}

/** Waits for a mail to that address whose words match, and returns the link in it. Each mail is opened once. */
export async function openMail({ post }: Stage, to: { readonly email: string }, words: RegExp): Promise<string> {
  for (let looks = 0; looks < 500; looks++) {
    const at = post.received.findIndex((mail) => mail.to.includes(to.email) && words.test(readable(mail.source)))
    if (at >= 0) return linkIn(readable(post.received.splice(at, 1)[0]!.source))
    await pause(20)
  }
  throw new Error(`no mail to ${to.email} matches ${words.source}; there came: ${post.received.map(({ source }) => readable(source)).join('\n---\n')}`)
}

/** Presses the one button of this name. */
export async function press(place: Page | Locator, name: string | RegExp): Promise<void> {
  await place.getByRole('button', { name, exact: typeof name === 'string' }).click()
}

export async function follow(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('link', { name, exact: typeof name === 'string' }).first().click()
}

/** Types into fields by their labels, chooses from lists by the words an entry begins with, ticks boxes. */
export async function fill(place: Page | Locator, fields: Readonly<Record<string, string | true>>): Promise<void> {
  for (const [label, value] of Object.entries(fields)) {
    const field = place.getByLabel(new RegExp(`^\\s*${label.replace(/[?.()]/g, '\\$&')}${value === true ? '' : '( \\(optional\\))?\\s*$'}`))
    if (value === true) await field.check()
    else if (await field.evaluate((element) => element.tagName) === 'SELECT') await pick(field, value)
    else await field.fill(value)
  }
}

/** A part of the page that folds, unfolded. */
export async function unfold(page: Page, summary: string): Promise<Locator> {
  const group = page.getByRole('group').filter({ has: page.getByText(summary) }).last()
  if (await group.getAttribute('open') === null) await group.getByText(summary).click()
  return group
}

/** Waits until the keyboard's words go into this field. */
export async function atHand(field: Locator): Promise<void> {
  await field.and(field.page().locator(':focus')).waitFor()
}

async function pick(list: Locator, words: string): Promise<void> {
  const labels = await list.getByRole('option').allInnerTexts()
  await list.selectOption({ label: labels.find((label) => label.trim().toLowerCase().startsWith(words.toLowerCase())) ?? words })
}

/** The page stands as it should in front of everybody: axe finds nothing, nothing sticks out on a phone. */
export async function check(t: Test, page: Page, name: string, schemes: 'light' | 'both' = 'light'): Promise<void> {
  await expectAccessible(t, page, schemes === 'both' ? ['light', 'dark'] : ['light'])
  await expectFits(t, page)
  await look(page, `run-${name}`)
}

/** The same where scripts are off, which axe itself would need. */
export async function checkPlain(t: Test, page: Page, name: string): Promise<void> {
  await expectFits(t, page)
  await look(page, `run-${name}`)
}

export async function says(t: Test, page: Page, words: RegExp): Promise<void> {
  await page.getByText(words).first().waitFor({ timeout: 10_000 })
  t.pass(`the page says ${words.source}`)
}

async function isShown(locator: Locator): Promise<boolean> {
  await locator.page().waitForLoadState()
  return await locator.isVisible()
}

function linkIn(text: string): string {
  const link = /https?:\/\/127\.0\.0\.1:\d+\/\S+/.exec(text)?.[0]
  if (!link) throw new Error(`there is no link in: ${text}`)
  return link
}

/** The plain text of a mail, out of quoted-printable or base64. */
function readable(source: string): string {
  const [, headers = '', body = ''] = /content-type: text\/plain([\s\S]*?)\r\n\r\n([\s\S]*?)(?:\r\n--|$)/i.exec(source) ?? []
  if (/base64/i.test(headers)) return Buffer.from(body, 'base64').toString()
  return Buffer.from(body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_all, code: string) => String.fromCharCode(parseInt(code, 16))), 'latin1').toString()
}

/** What a mail scanner does before the recipient has seen the mail: it looks, looks again and presses the button. */
export async function scan(t: Test, link: string): Promise<void> {
  for (const method of ['HEAD', 'GET', 'GET']) {
    const answer = await fetch(link, { method, redirect: 'manual' })
    t.equal(answer.status, 200)
    t.equal(answer.headers.get('set-cookie'), null, `${method} opens nothing`)
  }
  const pressed = await fetch(link, { method: 'POST', redirect: 'manual', headers: { origin: new URL(link).origin } })
  t.equal(pressed.status, 303, 'the scanner presses the button')
}

export type FileToSend = { readonly name: string, readonly mimeType: string, readonly buffer: Buffer }

export function csv(name: string, buffer: Buffer): FileToSend {
  return { name, mimeType: 'text/csv', buffer }
}

/** Chooses a file in the dialog behind a button. */
export async function choose(page: Page, button: string, file: FileToSend): Promise<void> {
  const [dialog] = await Promise.all([page.waitForEvent('filechooser'), press(page, button)])
  await dialog.setFiles(file)
}

/** Saves what a link or button of the page downloads. */
export async function download(page: Page, name: string | RegExp): Promise<Buffer> {
  const [saved] = await Promise.all([page.waitForEvent('download'), follow(page, name)])
  return await readFile(await saved.path())
}

/** Runs shell lines in a folder that holds these files alone, and returns what they print. */
export async function runInShell(lines: string, files: Readonly<Record<string, Buffer>>): Promise<string[]> {
  const folder = await mkdtemp(joinPath(tmpdir(), 'tickmark-draw-'))
  for (const [name, bytes] of Object.entries(files)) await writeFile(joinPath(folder, name), bytes)
  const { stdout } = await promisify(execFile)('sh', ['-c', lines], { cwd: folder })
  return stdout.trimEnd().split('\n')
}
