import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { hashToken, newToken } from '../../server/secrets.ts'
import { openApp } from '../support/app.ts'
import { openBrowser } from '../support/browser.ts'
import { gather } from '../support/cast.ts'
import { prepareTemplate } from '../support/cluster.ts'
import { ownerOf } from '../support/owner.ts'
import { freePort } from '../support/port.ts'
import type { Bench } from './bench.ts'
import { grow } from './desk.ts'

export const bench: Bench = {
  what: 'owner’s link page, first visit: bytes on the wire, from the link in the mail to the request behind its button',
  aim: { most: 60 },
  unit: 'kB',
  also: [
    { what: '– requests of that page', aim: { most: 6 }, unit: '' },
    { what: '– time to first contentful paint in Chromium', aim: {}, unit: 'ms' },
    { what: '– the page of the button before it: bytes on the wire', aim: { most: 60 }, unit: 'kB' },
    { what: '– requests of the page of the button', aim: { most: 6 }, unit: '' },
    { what: '– first contentful paint of the page of the button, nothing kept from before', aim: {}, unit: 'ms' },
  ],
  prepare: async (_size, ending) => {
    await prepareTemplate()
    // What a test takes care of when it ends is all that is asked of one here.
    const t = { teardown: ending, fail: (message: string) => { throw new Error(message) } } as unknown as Test
    const port = await freePort()
    const testApp = await openApp(t, { PORT: String(port) })
    const { ours } = await gather(testApp)
    const owner = ownerOf(t, testApp)
    await grow(owner, ours, 20)
    const { id } = await owner.selectFrom('request').select('id').where('status', '=', 'open').orderBy('number').limit(1).executeTakeFirstOrThrow()
    const address = await testApp.app.listen({ host: '127.0.0.1', port })
    const { newPage } = await openBrowser(t)
    const visit = async () => {
      const token = newToken()
      await owner.insertInto('answer_link').values({ engagement_id: ours.engagement.id, request_id: id, person_id: ours.owner.id, token_hash: hashToken(token), expires_at: new Date(Date.now() + 86_400_000) }).execute()
      const page = await newPage({ baseURL: address })
      const wire = await watchWire(page)
      await page.goto(`/answer/${token}`, { waitUntil: 'networkidle' })
      const door = [...wire(), await firstPaint(page)] as const
      await Promise.all([page.waitForURL('**/answer/requests/**'), page.getByRole('button').first().click()])
      await page.waitForLoadState('networkidle')
      const [bytes, requests] = wire()
      const paint = await firstPaint(page)
      await page.context().close()
      return [bytes + door[0], requests, paint, ...door]
    }
    return { ours: visit }
  },
}

/** Counts what comes over the wire; each asking begins anew. Kilobytes with headers, and requests that were not answered from the browser's own cache. */
async function watchWire(page: Page): Promise<() => [kilobytes: number, requests: number]> {
  const session = await page.context().newCDPSession(page)
  let [bytes, requests] = [0, 0]
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
    if (encodedDataLength > 0) requests++
  })
  await session.send('Network.enable')
  return () => {
    const said: [number, number] = [bytes / 1000, requests]
    bytes = requests = 0
    return said
  }
}

async function firstPaint(page: Page): Promise<number> {
  return await page.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0].startTime")
}
