import type { Test } from 'tap'
import { sql } from 'kysely'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { sessionCookie } from '../support/sign-in.ts'
import { serveAway } from './away.ts'
import { grow } from './desk.ts'

/** Where the application listens, an auditor's list of so many requests and the cookie that shows it, and what a bare server needs to show the same. */
export type DeskSite = { readonly address: string, readonly list: string, readonly cookie: string, readonly ownerUrl: string, readonly engagement: string }

const requests = Number(process.argv[2])
const ends: (() => unknown)[] = []
// What a test takes care of when it ends is all that is asked of one here.
const t = { teardown: (end: () => unknown) => ends.unshift(end) } as unknown as Test
const testApp = await openApp(t, { TRUSTED_PROXIES: '127.0.0.1' })
const { ours } = await gather(testApp)
const owner = ownerOf(t, testApp)
await grow(owner, ours, requests)
await sql`vacuum analyze`.execute(owner)
const said: DeskSite = { address: await testApp.app.listen({ host: '127.0.0.1', port: 0 }), list: `${ours.base}/requests`, cookie: await sessionCookie(testApp, ours.senior), ownerUrl: testApp.ownerUrl, engagement: ours.engagement.id }
await serveAway(said, async () => {
  for (const end of ends) await end()
})
