import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { handlersOf } from '../../server/app.ts'
import { startQueue } from '../../server/jobs/queue.ts'
import { openApp } from '../support/app.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'
import { gather, type Member } from '../support/cast.ts'
import { freePort } from '../support/port.ts'
import { sessionCookie } from '../support/sign-in.ts'

/** The application listening with its real queue, its cast, and a browser in front of it. */
export async function setStage(t: Test) {
  const port = await freePort()
  const testApp = await openApp(t, { PORT: String(port) })
  const { ours } = await gather(testApp)
  const baseURL = await testApp.app.listen({ host: '127.0.0.1', port })
  const queue = await startQueue({ queueUrl: testApp.queueUrl, handlers: handlersOf(testApp.site), log: () => {} })
  t.teardown(() => queue.stop())
  const { newPage } = await openBrowser(t)
  const openAs = async (member: Member, scripts = true) => await newPage({ baseURL, scripts, cookie: await sessionCookie(testApp, member) })
  return { testApp, ours, openAs }
}

/** Asserts that axe finds nothing and that the page fits a phone and a desk. */
export async function sound(t: Test, page: Page, name: string): Promise<void> {
  await expectAccessible(t, page)
  await expectFits(t, page)
  await expectFits(t, page, 1280)
  await look(page, `populations-${name}`)
}
