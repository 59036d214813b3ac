import { sql } from 'kysely'
import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { canonicalJson, commitment, leafHash } from '../../server/trail/leaf.ts'
import { FIRM_LOG, record } from '../../server/trail/record.ts'
import { verifyAll } from '../../server/trail/verify.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const { db } = testApp.site

t.test('twenty writers at once leave a sequence without gaps, in each log its own', async (t) => {
  await Promise.all(Array.from({ length: 20 }, async (_, index) => {
    const { scope } = index % 2 ? ours.staff : outsiders.staff
    await inScope(db, scope, async (trx) => record(trx, scope, { kind: 'phase.changed', facts: { from: 'a', to: String(index) } }, { kind: 'phase.changed', facts: { from: 'b', to: String(index) } }))
  }))
  for (const log of [ours.engagement.id, outsiders.engagement.id]) {
    const rows = await owner.selectFrom('trail_entry').select(['sequence', 'event']).where('log', '=', log).orderBy('sequence').execute()
    t.strictSame(rows.map(({ sequence }) => sequence), Array.from({ length: 20 }, (_, index) => index))
    for (let index = 0; index < 20; index += 2) t.equal(factsOf(rows[index]!.event).to, factsOf(rows[index + 1]!.event).to, 'what is recorded together stands together')
  }
  t.strictSame((await verifyAll(owner)).map(({ problem }) => problem), [null, null, null])
})

t.test('a change that is rolled back leaves no entry and no gap', async (t) => {
  const { scope } = ours.staff
  await t.rejects(inScope(db, scope, async (trx) => {
    await record(trx, scope, { kind: 'phase.changed', facts: { from: 'x', to: 'y' } })
    throw new Error('no')
  }))
  await inScope(db, scope, async (trx) => record(trx, scope, { kind: 'phase.changed', facts: { from: 'x', to: 'z' } }))
  const rows = await owner.selectFrom('trail_entry').select('sequence').where('log', '=', ours.engagement.id).orderBy('sequence', 'desc').limit(1).execute()
  t.equal(rows[0]!.sequence, 20)
})

t.test('the application can neither change nor remove an entry, and nor can the owner', async (t) => {
  for (const table of ['trail_entry', 'trail_detail', 'access_entry'] as const) {
    const column = table === 'access_entry' ? 'kind' : table === 'trail_entry' ? 'event' : 'detail'
    for (const [by, change] of [['application', false], ['owner', true]] as const) {
      const run = (text: string) => by === 'owner' ? sql.raw(text).execute(owner) : inScope(db, ours.staff.scope, async (trx) => sql.raw(text).execute(trx))
      const refusal = change ? /append-only/ : /permission denied/
      if (table === 'access_entry' && change) await owner.insertInto('access_entry').values({ engagement_id: ours.engagement.id, channel: 'login', kind: 'x', subject: 'y', address: 'z' }).execute()
      await t.rejects(run(`update ${table} set ${column} = '{}'`), { message: refusal }, `${by} updates ${table}`)
      await t.rejects(run(`delete from ${table}`), { message: refusal }, `${by} deletes from ${table}`)
      await t.rejects(run(`truncate ${table} cascade`), { message: refusal }, `${by} truncates ${table}`)
    }
  }
})

t.test('nobody writes into the log of an engagement they are not in', async (t) => {
  await t.rejects(inScope(db, ours.staff.scope, async (trx) => record(trx, { ...outsiders.staff.scope }, { kind: 'phase.changed', facts: { from: 'x', to: 'y' } })), { message: /row-level security/ })
})

t.test('an entry commits to its detail, which stands beside it with who and from where', async (t) => {
  const { scope } = ours.staff
  await inScope(db, scope, async (trx) => record(trx, scope, { kind: 'member.removed', facts: { personId: ours.owner.id }, detail: { name: 'Noor Haddad' } }))
  const row = await owner.selectFrom('trail_entry').innerJoin('trail_detail', (join) => join.onRef('trail_detail.log', '=', 'trail_entry.log').onRef('trail_detail.sequence', '=', 'trail_entry.sequence'))
    .selectAll('trail_entry').select(['salt', 'detail']).where('kind', '=', 'member.removed').executeTakeFirstOrThrow()
  t.strictSame(JSON.parse(row.detail), { actor: 'Lena Fischer', address: '127.0.0.1', name: 'Noor Haddad' })
  t.notMatch(row.event, 'Noor Haddad')
  t.notMatch(row.event, '127.0.0.1')
  t.equal((JSON.parse(row.event) as { detail: string }).detail, commitment(row.salt, row.detail))
  t.equal(row.event, canonicalJson(JSON.parse(row.event)), 'the text is canonical')
  t.ok(leafHash(Buffer.from(row.event)).equals(row.leaf))
})

t.test('what belongs to no engagement stands in the firm’s log', async (t) => {
  const scope = { ...ours.partner.scope, engagement: null, role: null }
  await inScope(db, scope, async (trx) => record(trx, scope, { kind: 'account.removed', facts: { personId: ours.staff.id } }))
  const rows = await owner.selectFrom('trail_entry').select(['kind', 'engagement_id']).where('log', '=', FIRM_LOG).execute()
  t.strictSame(rows, [{ kind: 'account.removed', engagement_id: null }])
})

t.test('leaf hashes are those of RFC 6962', async (t) => {
  t.equal(leafHash(Buffer.alloc(0)).toString('hex'), '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
  t.equal(canonicalJson({ b: [{ d: 1, c: 2 }], a: null }), '{"a":null,"b":[{"c":2,"d":1}]}')
})

t.test('what was begun before an engagement was closed is not written after', async (t) => {
  const { scope } = outsiders.staff
  const count = async () => (await owner.selectFrom('trail_entry').select('sequence').where('log', '=', outsiders.engagement.id).execute()).length
  const before = await count()
  await t.rejects(inScope(db, scope, async (trx) => {
    await owner.updateTable('engagement').set({ phase: 'withdrawn' }).where('id', '=', outsiders.engagement.id).execute()
    await record(trx, scope, { kind: 'matrix.laid_out', facts: { arrangement: 'control', responses: 'beside' } })
  }), /withdrawn meanwhile/)
  t.equal(await count(), before)
  const late = { ...scope, engagement: { ...scope.engagement, phase: 'withdrawn' as const } }
  await inScope(db, late, async (trx) => record(trx, late, { kind: 'matrix.laid_out', facts: { arrangement: 'control', responses: 'beside' } }))
  t.equal(await count(), before + 1, 'what a closed engagement still takes is recorded')
})

function factsOf(event: string): { to: string } {
  return (JSON.parse(event) as { facts: { to: string } }).facts
}
