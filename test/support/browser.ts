import axe, { type AxeResults, type RunOptions } from 'axe-core'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import type { Test } from 'tap'
import { unpackChromium } from './chromium.ts'

export type PageWishes = {
  readonly width?: number
  readonly dark?: boolean
  /** False shows the page as a browser without scripts does. */
  readonly scripts?: boolean
  /** Sent as Cookie on every request, such as 'session=…'. */
  readonly cookie?: string
  readonly baseURL?: string
}

export type TestBrowser = { readonly browser: Browser, readonly newPage: (wishes?: PageWishes) => Promise<Page> }

const looks = new URL('../../.tap/looks/', import.meta.url).pathname

/** A browser that closes with the test (start the server first, so that it ends last); a page's script error or breach of the content policy fails the test. */
export async function openBrowser(t: Test): Promise<TestBrowser> {
  const { executable, environment } = await unpackChromium()
  const home = await mkdtemp(join(tmpdir(), 'tickmark-browser-'))
  const browser = await chromium.launch({
    executablePath: executable,
    args: ['--no-sandbox', '--disable-gpu'],
    env: { ...environment, HOME: home, PATH: '/usr/bin:/bin' },
  })
  t.teardown(async () => {
    await browser.close()
    await rm(home, { recursive: true, force: true })
  })
  return { browser, newPage: async (wishes = {}) => await newPage(t, browser, wishes) }
}

/** Asserts that axe finds nothing, in the light and in the dark scheme. */
export async function expectAccessible(t: Test, page: Page, schemes: readonly ('light' | 'dark')[] = ['light', 'dark']): Promise<void> {
  for (const [index, colorScheme] of schemes.entries()) {
    await page.emulateMedia({ colorScheme })
    if (index === 0) await page.evaluate(axe.source)
    // The second scheme is the same page in other colours, so only what looks at colours is asked again.
    const options: RunOptions = { resultTypes: ['violations'], ...index > 0 && { runOnly: ['color-contrast', 'link-in-text-block'] } }
    const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`)
    const found = violations.map(({ id, help, nodes }) => `${id}: ${help} at ${nodes.map((node) => node.target.join(' ')).join(', ')}`)
    t.strictSame(found, [], `axe finds nothing in ${colorScheme} at ${new URL(page.url(), 'about:blank').pathname}`)
  }
  await page.emulateMedia({ colorScheme: null })
}

/** Asserts that the page does not scroll sideways on a phone. */
export async function expectFits(t: Test, page: Page, width = 390): Promise<void> {
  const before = page.viewportSize()
  await page.setViewportSize({ width, height: 844 })
  const reach = await page.evaluate<number>('document.documentElement.scrollWidth')
  t.ok(reach <= width, `the page is at most ${width} pixels wide (it is ${reach})`)
  if (before) await page.setViewportSize(before)
}

/** With TICKMARK_LOOK set, takes pictures of the page into .tap/looks: wide and narrow, light and dark. */
export async function look(page: Page, name: string): Promise<void> {
  if (!process.env['TICKMARK_LOOK']) return
  await mkdir(looks, { recursive: true })
  const before = page.viewportSize()
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: join(looks, `${name}-${width}-${colorScheme}.png`), fullPage: true })
    }
  }
  await page.emulateMedia({ colorScheme: null })
  if (before) await page.setViewportSize(before)
}

async function newPage(t: Test, browser: Browser, wishes: PageWishes): Promise<Page> {
  const options: BrowserContextOptions = {
    viewport: { width: wishes.width ?? 1280, height: 844 },
    colorScheme: wishes.dark ? 'dark' : 'light',
    // Colours on their way from one to another would fail the contrast check.
    reducedMotion: 'reduce',
    javaScriptEnabled: wishes.scripts ?? true,
    locale: 'en-US',
    timezoneId: 'America/New_York',
  }
  if (wishes.baseURL) options.baseURL = wishes.baseURL
  const context = await browser.newContext(options)
  if (wishes.cookie && wishes.baseURL) {
    const [name = '', ...value] = wishes.cookie.split('=')
    await context.addCookies([{ name, value: value.join('='), url: wishes.baseURL }])
  }
  const page = await context.newPage()
  if (wishes.scripts !== false) holdKeysUntilDrawn(page)
  page.on('pageerror', (error) => t.fail(`a script of the page failed: ${error.message}`))
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) t.fail(`the page breaks its content policy: ${message.text()}`)
  })
  return page
}

// Until a document is first drawn a browser drops the keys that are pressed, and on a busy machine it is loaded long before that.
function holdKeysUntilDrawn(page: Page): void {
  const { keyboard } = page
  let drawn = false
  page.on('framenavigated', (frame) => { if (frame === page.mainFrame()) drawn = false })
  const waitUntilDrawn = async (): Promise<void> => {
    while (!drawn) {
      drawn = true
      // The document may be left for the next one while it is waited for, and then that one is.
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))').catch(() => { drawn = page.isClosed() })
    }
  }
  const press = keyboard.press.bind(keyboard)
  const type = keyboard.type.bind(keyboard)
  keyboard.press = async (key, options) => {
    await waitUntilDrawn()
    await press(key, options)
  }
  keyboard.type = async (text, options) => {
    await waitUntilDrawn()
    await type(text, options)
  }
}
