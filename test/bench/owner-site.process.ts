import type { Test } from 'tap'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { sessionCookie } from '../support/sign-in.ts'
import { serveAway } from './away.ts'
import { grow } from './desk.ts'
import { openLink } from './growth/pages.ts'

/** Where the application listens, its data, and an open request: the owner's page behind a link and the cookie that opens it, the list of it all and an auditor's cookie. */
export type OwnerSite = { readonly address: string, readonly dataDir: string, readonly answers: readonly { readonly path: string, readonly cookie: string }[], readonly list: string, readonly desk: string }

const [requests, links] = process.argv.slice(2).map(Number) as [number, number]
const ends: (() => unknown)[] = []
// What a test takes care of when it ends is all that is asked of one here.
const t = { teardown: (end: () => unknown) => ends.unshift(end) } as unknown as Test
const testApp = await openApp(t, { TRUSTED_PROXIES: '127.0.0.1' })
const { ours } = await gather(testApp)
const owner = ownerOf(t, testApp)
await grow(owner, ours, requests)
const open = await owner.selectFrom('request').select('id').where('status', '=', 'open').orderBy('number').limit(links).execute()
const answers = []
for (const { id } of open) answers.push({ path: `/answer/requests/${id}`, cookie: await openLink(testApp, owner, ours.engagement.id, id, ours.owner.id) })
const address = await testApp.app.listen({ host: '127.0.0.1', port: 0 })
await serveAway({ address, dataDir: testApp.dataDir, answers, list: `${ours.base}/requests`, desk: await sessionCookie(testApp, ours.senior) }, async () => {
  for (const end of ends) await end()
})
