import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { countChanges, listChanges, type Change } from '../../server/populations/previous-store.ts'
import { changesIn, checkPrevious } from '../../server/populations/previous.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { readList, stored, submitList } from './lists.ts'
import { randomFrom } from './random.ts'

const testApp = await openApp(t)
const { site } = testApp
const { ours } = await gather(testApp)
const header = ['change_id', 'deployed_at', 'type']

t.test('added less removed is the difference of the two versions, repeated keys and all, and each change is listed once', { timeout: 60_000 }, async (t) => {
  const { below } = randomFrom(3)
  for (const keys of [1000, 40]) {
    const versions = []
    for (const rows of [60 + below(60), 60 + below(60)]) {
      const lines = Array.from({ length: rows }, (_, index) => {
        // With many keys each is taken once; with few they repeat.
        const key = keys === 1000 ? index * 3 + below(3) : below(keys)
        return `CHG-${key},2026-01-0${1 + below(9)},${['a', 'b'][below(2)]}`
      })
      const { fileId } = await submitList(testApp, ours, `${[header.join(','), ...lines].join('\n')}\n`)
      const { id, row_count: count } = await stored(testApp, ours, await readList(testApp, ours, fileId))
      versions.push({ id, header, count: count!, unique: keys === 1000 })
    }
    const [before, now] = versions as [typeof versions[0] & object, typeof versions[0] & object]
    await inScope(site.db, ours.staff.scope, async (trx) => {
      const counts = await countChanges(trx, ours.staff.scope, now, before)
      t.equal(counts.added - counts.removed, now.count - before.count)
      for (const change of ['added', 'removed', 'changed'] as const) {
        const ways = [true, false].filter((unique) => !unique || keys === 1000)
        const seen = await Promise.all(ways.map(async (unique) => all(change, { ...now, unique }, { ...before, unique })))
        for (const keysOf of seen) t.equal(keysOf.length, counts[change], change)
        t.strictSame(seen.at(-1), seen[0], 'both ways of listing agree')
      }
      async function all(change: Change, fresh: typeof now, old: typeof before): Promise<string[]> {
        const found: string[] = []
        for (let after = { key: '', turn: 0 };;) {
          const page = await listChanges(trx, ours.staff.scope, fresh, old, { change, after, limit: 7 })
          found.push(...page.map(({ key, turn }) => `${key} ${turn}`))
          const last = page.at(-1)
          if (last === undefined) return found
          after = { key: last.key, turn: last.turn }
        }
      }
    })
  }
})

t.test('only columns that both versions have can differ', async (t) => {
  const read = async (text: string) => {
    const { fileId } = await submitList(testApp, ours, text)
    const { id, header: columns } = await stored(testApp, ours, await readList(testApp, ours, fileId))
    return { id, header: columns }
  }
  const before = await read('change_id,deployed_at,type\nA,2026-01-01,x\nB,2026-01-02,y\n')
  const now = await read('type,extra,change_id,deployed_at\nx,1,A,2026-01-01\nz,2,B,2026-01-02\n')
  t.strictSame(await inScope(site.db, ours.staff.scope, async (trx) => countChanges(trx, ours.staff.scope, now, before)), { added: 0, removed: 0, changed: 1 })
})

t.test('rows that went or read differently are for somebody to judge; more rows are not', async (t) => {
  t.match(checkPrevious(1, { added: 0, removed: 0, changed: 0 }), { mark: 'agrees', sentence: /not a row/ })
  t.match(checkPrevious(1, { added: 285, removed: 0, changed: 0 }), { mark: 'agrees', sentence: 'Since version 1: 285 rows added, none removed, none changed.', count: 285 })
  t.match(checkPrevious(2, { added: 0, removed: 1, changed: 0 }), { mark: 'finding', count: 1 })
  t.strictSame(changesIn(checkPrevious(1, { added: 1285, removed: 2, changed: 30 })), { added: 1285, removed: 2, changed: 30 })
  t.equal(changesIn(checkPrevious(1, { added: 0, removed: 0, changed: 0 })), null)
})
