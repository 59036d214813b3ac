import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { listCells } from '../../server/testing/store.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { openBrowser } from '../support/browser.ts'
import { gather, type Member, type Team } from '../support/cast.ts'

export type Desk = { readonly testApp: TestApp, readonly ours: Team, readonly outsiders: Team, readonly pageOf: (member: Member, wishes?: { scripts?: boolean }) => Promise<Page>, readonly cellsOf: (lineId: string) => ReturnType<typeof listCells> }

/** The application on a port that it knows as its own address, the cast, and a browser in which any of them is signed in. */
export async function openDesk(t: Test): Promise<Desk> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  const testApp = await openApp(t, { PORT: String(port) })
  const { ours, outsiders } = await gather(testApp)
  await testApp.app.listen({ host: '127.0.0.1', port })
  const { newPage } = await openBrowser(t)
  return {
    testApp, ours, outsiders,
    pageOf: async (member, wishes = {}) => {
      const cookie = await testApp.site.sessions.begin(member.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
      return await newPage({ baseURL: testApp.site.config.publicUrl.origin, cookie: `${cookie.name}=${cookie.value}`, ...wishes })
    },
    cellsOf: async (lineId) => inScope(testApp.site.db, ours.staff.scope, async (trx) => listCells(trx, ours.staff.scope, lineId)),
  }
}

/** Waits until the page says that all is saved. */
export async function saved(page: Page): Promise<void> {
  await page.locator('[data-saved]').filter({ hasText: /^Saved/ }).waitFor()
  await idle(page)
}

/** Waits until no result is on its way. */
export async function idle(page: Page): Promise<void> {
  await page.locator('[aria-busy]').first().waitFor({ state: 'detached' })
}

/** Waits until the cell has the focus. */
export async function focused(page: Page, cell: string): Promise<void> {
  await page.locator(`button[value="${cell}"]:focus`).waitFor()
}

/** Waits until the foot of an attribute says this. */
export async function foot(page: Page, letter: string, words: string): Promise<void> {
  await page.locator(`[data-foot=${letter}]`).filter({ hasText: new RegExp(`^${words}$`) }).waitFor()
}
