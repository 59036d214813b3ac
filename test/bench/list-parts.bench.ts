import { performance } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import { sql } from 'kysely'
import type { Test } from 'tap'
import { findEntrance } from '../../server/access/store.ts'
import type { Db } from '../../server/database/connect.ts'
import { inScope } from '../../server/database/connect.ts'
import { listPage } from '../../server/requests/list-pages.ts'
import { readListQuery } from '../../server/requests/list-query.ts'
import { readMatter } from '../../server/requests/list-routes.ts'
import { renderTemplate } from '../../server/web/view.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { prepareTemplate } from '../support/cluster.ts'
import { ownerOf } from '../support/owner.ts'
import { sessionCookie } from '../support/sign-in.ts'
import type { Bench } from './bench.ts'
import { grow } from './desk.ts'

const compress = promisify(brotliCompress)

export const bench: Bench = {
  what: 'request list, 500 requests, cost of the parts: session look-up',
  aim: {},
  unit: 'ms',
  also: [
    { what: '– scope: the engagement, the role in it, and the transaction that holds both', aim: {}, unit: 'ms' },
    { what: '– SQL, by the database’s owner, who stands above row security', aim: {}, unit: 'ms' },
    { what: '– row security: the same SQL by the application’s role, less that', aim: {}, unit: 'ms' },
    { what: '– rendering: the page’s model', aim: {}, unit: 'ms' },
    { what: '– rendering: the template', aim: {}, unit: 'ms' },
    { what: '– compression', aim: {}, unit: 'ms' },
  ],
  prepare: async (size, ending) => {
    await prepareTemplate()
    // What a test takes care of when it ends is all that is asked of one here.
    const t = { teardown: ending } as unknown as Test
    const testApp = await openApp(t)
    const { ours } = await gather(testApp)
    const owner = ownerOf(t, testApp)
    await grow(owner, ours, size === 'full' ? 500 : 20)
    await sql`vacuum analyze`.execute(owner)
    const token = (await sessionCookie(testApp, ours.senior)).split('=')[1]!
    const { scope } = ours.senior
    const query = readListQuery({})
    const read = async (db: Db, now: Date) => inScope(db, scope, async (trx) => readMatter(trx, scope, query, now))
    let bytes = [0, 0]
    const round = async () => {
      const now = new Date()
      const took: number[] = []
      const take = async <T>(work: () => T | Promise<T>): Promise<T> => {
        const begun = performance.now()
        const made = await work()
        took.push(performance.now() - begun)
        return made
      }
      await take(async () => testApp.site.sessions.read(token))
      await take(async () => inScope(testApp.site.db, { ...scope, engagement: null }, async (trx) => findEntrance(trx, scope, scope.engagement.id, undefined)))
      await take(async () => read(owner, now))
      const matter = await take(async () => read(testApp.site.db, now))
      took.push(Math.max(0, took.pop()! - took.at(-1)!))
      const page = await take(() => listPage(scope, matter, query, now))
      const html = await take(() => renderTemplate('requests/list', page))
      const small = await take(async () => compress(html, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }))
      bytes = [Buffer.byteLength(html), small.length]
      return took
    }
    return { ours: round, figures: () => ({ bytes: String(bytes[0]), compressed: String(bytes[1]) }) }
  },
}
