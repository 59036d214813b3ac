import { sql } from 'kysely'
import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { firstPolicy } from '../../server/populations/frequency.ts'
import { policyValues } from '../../server/populations/policy-form.ts'
import { findTerms } from '../../server/populations/policy-store.ts'
import { FIRM_LOG } from '../../server/trail/record.ts'
import { openApp } from '../support/app.ts'
import { gather, type Member } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const path = '/sampling-policy'
const form = (change: Record<string, string> = {}, version = 1) => ({ ...policyValues({ ...firstPolicy, version }), ...change })
const told = async () => (await owner.selectFrom('trail_entry').select('event').where('log', '=', FIRM_LOG).where('kind', '=', 'policy.entered').orderBy('sequence').execute()).map(({ event }) => JSON.parse(event).facts)
const termsOf = async (member: Member) => inScope(testApp.site.db, member.scope, async (trx) => findTerms(trx, member.scope))

t.test('the policy begins with the conventional sizes, and managers see it', async (t) => {
  const { status, body } = await ours.manager.get(path)
  t.equal(status, 200)
  for (const said of ['Sampling policy', 'value="15"', 'What the firm began with', '95 %']) t.ok(body.includes(said), said)
  t.match((await ours.partner.get('/account')).body, 'href="/sampling-policy"')
  t.match(await termsOf(ours.staff), { policy: firstPolicy, months: 12 })
})

t.test('who may not set it is turned away, and clients do not know of it', async (t) => {
  for (const [member, status] of [[ours.senior, 403], [ours.staff, 403], [ours.lead, 404], [ours.owner, 404], [outsiders.owner, 404]] as const) {
    t.equal((await member.get(path)).status, status)
    t.equal((await member.post(path, form({ 'weekly-high': '20' }))).status, status)
    t.notMatch((await member.get('/account')).body, '/sampling-policy')
  }
  t.same(await told(), [])
})

t.test('what is no policy is refused in words, with what was typed kept', async (t) => {
  const wrong: readonly [Record<string, string>, RegExp][] = [
    [{ 'weekly-high': 'many' }, /Weekly, high, is a whole number from 1 to 5,000/], [{ 'weekly-high': '' }, /Weekly, high, is a whole number/], [{ 'weekly-high': '0' }, /Weekly, high, is/], [{ 'weekly-high': '7' }, /Weekly, high: a higher risk takes no smaller sample than the 8 before it/],
    [{ 'shares-low': '101' }, /Percent of fewer events, low, is a whole number from 1 to 100/], [{ confidence: '100' }, /The confidence is a percentage/], [{ confidence: '95.123' }, /two decimals/], [{ tolerable: '0' }, /The tolerable rate/],
    [{ large: '5', fewest: '5' }, /below the number/], [{ version: '' }, /incomplete/],
  ]
  for (const [change, said] of wrong) {
    const { status, body } = await ours.manager.post(path, form({ 'monthly-high': '77', ...change }))
    t.equal(status, 422, JSON.stringify(change))
    t.match(body, said)
    t.match(body, 'value="77"')
  }
  t.same(await told(), [])
})

t.test('a save is a new version with its entry in the firm’s trail; who saved from an older one is told', async (t) => {
  t.equal((await ours.manager.post(path, form())).status, 303)
  t.same(await told(), [], 'the same policy again is no version')
  t.equal((await ours.manager.post(path, form({ 'weekly-high': '20', tolerable: '7.5' }))).status, 303)
  t.same(await told(), [{ version: 2, fields: ['weekly', 'tolerable'] }])
  t.match((await ours.partner.get(path)).body, /Version <b>2<\/b>.*Priya Natarajan/s)
  const late = await ours.partner.post(path, form({ 'weekly-high': '25' }))
  t.equal(late.status, 409)
  t.match(late.body, /Somebody entered version 2 while you typed.*value="25"/s)
  t.match((await ours.partner.get('/trail')).body, 'entered version 2 of the sampling policy of the firm: weekly and tolerable')
})

t.test('of two saves at once one is the next version', async (t) => {
  const answers = await Promise.all([ours.manager, ours.partner].map(async (member, index) => member.post(path, form({ 'weekly-high': String(30 + index) }, 2))))
  t.strictSame(new Set(answers.map(({ status }) => status)), new Set([303, 409]))
  t.equal((await told()).length, 2)
})

t.test('an engagement keeps the version it started with; one made after has the newest', async (t) => {
  t.equal((await termsOf(ours.staff)).policy.version, 1)
  const made = await ours.manager.post('/engagements', { client: ours.engagement.clientId, system: 'Second platform', type: '2', periodStart: '2026-01-01', periodEnd: '2026-06-30', zone: 'America/New_York', categories: ['availability'] })
  t.equal(made.status, 303)
  const page = await ours.manager.get(`${made.location}/sample-sizes`)
  t.match(page.body, /policy version 3.*6 months/s)
  t.match((await ours.manager.get(`${ours.base}/sample-sizes`)).body, /default policy.*12 months/s)
  await t.rejects(sql`update engagement set sampling_policy_version = 3`.execute(owner), { code: '23001' })
})

t.test('no version is rewritten, and clients read none', async (t) => {
  await t.rejects(sql`update sampling_policy set tolerable = 0.5`.execute(owner), /append-only/)
  await t.rejects(sql`delete from sampling_policy`.execute(owner), /append-only/)
  const seen = async (member: Member) => inScope(testApp.site.db, member.scope, async (trx) => (await trx.selectFrom('sampling_policy').select('version').execute()).length)
  t.strictSame([await seen(ours.lead), await seen(ours.owner), await seen(outsiders.lead), await seen(ours.staff)], [0, 0, 0, 2])
  const row = { organization_id: ours.staff.scope.organizationId ?? '', version: 9, sizes: '{}', confidence: 0.9, tolerable: 0.1, entered_by: ours.staff.id }
  for (const member of [ours.staff, ours.lead]) await t.rejects(inScope(testApp.site.db, member.scope, async (trx) => trx.insertInto('sampling_policy').values({ ...row, entered_by: member.id }).execute()), /row-level security/)
  await t.rejects(inScope(testApp.site.db, ours.manager.scope, async (trx) => trx.insertInto('sampling_policy').values(row).execute()), /row-level security/, 'nobody enters one for somebody else')
})
