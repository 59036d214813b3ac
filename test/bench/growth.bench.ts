import { sql } from 'kysely'
import type { Test } from 'tap'
import type { Db } from '../../server/database/connect.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { prepareTemplate } from '../support/cluster.ts'
import { ownerOf } from '../support/owner.ts'
import type { Bench, Ending, Size } from './bench.ts'
import { copyEngagement, dropDatabase, type Firm } from './growth/copies.ts'
import { raiseEngagement } from './growth/engagement.ts'
import { mainPages, type Visit } from './growth/pages.ts'

type Grown = { readonly testApp: TestApp, readonly owner: Db, readonly visits: readonly Visit[] }

export const bench: Bench = {
  what: 'the main page that grew most from 4,000 to 400,000 requests, half of its visits',
  aim: { most: 1.3 },
  unit: '×',
  also: [
    { what: '– 99 in 100 of its visits', aim: { most: 2 }, unit: '×' },
    { what: '– tables below an engagement that a page read whole', aim: { most: 0 }, unit: '' },
  ],
  rounds: 1,
  prepare: async (size, ending) => {
    await prepareTemplate()
    const [before, after] = size === 'full' ? [{ engagements: 10, doubles: 1 }, { engagements: 1000, doubles: 40 }] : [{ engagements: 1, doubles: 1 }, { engagements: 2, doubles: 1 }]
    const begun = performance.now()
    const small = await openGrown(size, before, ending)
    const large = await openGrown(size, after, ending)
    const took = (performance.now() - begun) / 1000
    const times = size === 'full' ? 40 : 1
    const grew = new Map<string, string>()
    return {
      ours: async () => {
        const scanned = await scansOf(large)
        const ratios: { half: number, most: number }[] = []
        for (const [place, { page }] of large.visits.entries()) {
          const taken: { small: number[], large: number[] } = { small: [], large: [] }
          for (let time = size === 'full' ? -3 : 0; time < times; time++) {
            const [was, is] = [await visit(small, place), await visit(large, place)]
            if (time < 0) continue
            taken.small.push(was)
            taken.large.push(is)
          }
          const half = at(taken.large, 0.5) / at(taken.small, 0.5)
          ratios.push({ half, most: at(taken.large, 0.99) / at(taken.small, 0.99) })
          grew.set(page, `${at(taken.small, 0.5).toFixed(0)} to ${at(taken.large, 0.5).toFixed(0)} ms, ${half.toFixed(2)}×`)
        }
        const whole = [...await scansOf(large)].filter(([table, scans]) => scans > (scanned.get(table) ?? 0)).map(([table]) => table)
        if (whole.length > 0) grew.set('read whole', whole.join(', '))
        return [Math.max(...ratios.map(({ half }) => half)), Math.max(...ratios.map(({ most }) => most)), whole.length]
      },
      figures: () => ({ 'made in': `${took.toFixed(0)} s`, ...Object.fromEntries(grew) }),
    }
  },
}

async function openGrown(size: Size, firm: Firm, ending: Ending): Promise<Grown> {
  // The database goes last, when nobody is in it: it may hold gigabytes.
  let ownerUrl = ''
  ending(async () => dropDatabase(ownerUrl))
  // What a test takes care of when it ends is all that is asked of one here.
  const t = { teardown: ending } as unknown as Test
  const testApp = await openApp(t)
  ownerUrl = testApp.ownerUrl
  const { ours } = await gather(testApp)
  const owner = ownerOf(t, testApp)
  await raiseEngagement(owner, ours, size)
  await copyEngagement(owner, ours, firm)
  return { testApp, owner, visits: await mainPages(testApp, owner, ours) }
}

async function visit({ testApp: { app, site }, visits }: Grown, place: number): Promise<number> {
  const { page, path, cookie } = visits[place]!
  const begun = performance.now()
  const { statusCode } = await app.inject({ url: path, headers: { cookie, host: site.config.publicUrl.host } })
  if (statusCode !== 200) throw new Error(`${page} answered ${statusCode}`)
  return performance.now() - begun
}

/** How often each table below an engagement was read from end to end; of those that fill fewer than a hundred pages that is no cost. */
async function scansOf({ testApp: { site }, owner }: Grown): Promise<Map<string, number>> {
  // A connection tells of its scans when it is asked to, and the pool has ten.
  await Promise.all(Array.from({ length: 10 }, async () => sql`select pg_stat_force_next_flush(), pg_sleep(0.01)`.execute(site.db)))
  const { rows } = await sql<{ table: string, scans: number }>`select pg_stat_user_tables.relname as "table", seq_scan as scans from pg_stat_user_tables join pg_class on pg_class.oid = relid
    where relpages > 100 and exists (select from pg_attribute where attrelid = relid and attname = 'engagement_id')`.execute(owner)
  return new Map(rows.map(({ table, scans }) => [table, scans]))
}

function at(times: readonly number[], part: number): number {
  return times.toSorted((one, other) => one - other)[Math.min(times.length - 1, Math.floor(times.length * part))]!
}
