import { sql } from 'kysely'
import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { Refused } from '../../server/errors.ts'
import { acceptPopulation, mapPopulation } from '../../server/populations/actions.ts'
import { insertRows } from '../../server/populations/store.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { acceptedList, changes, planLine, readList, stored, submitList, trailOf } from './lists.ts'

const testApp = await openApp(t)
const { site } = testApp
const { ours, outsiders } = await gather(testApp)

const statusOf = async (request: number) => await inScope(site.db, ours.manager.scope, async (trx) =>
  trx.selectFrom('request').select('status').where('engagement_id', '=', ours.engagement.id).where('number', '=', request).executeTakeFirstOrThrow())

t.test('mapping, checking and accepting a list stand in the trail, and accepting closes its request in the same act', async (t) => {
  const { fileId, request } = await submitList(testApp, ours, changes(30), { declared: 30 })
  const before = (await trailOf(testApp, ours)).length
  const number = await readList(testApp, ours, fileId)
  t.match(await stored(testApp, ours, number), { status: 'checking', reading: 'done', row_count: 30, in_scope_count: 30 })
  await acceptPopulation(site, ours.senior.scope, number, '')
  t.match(await stored(testApp, ours, number), { status: 'accepted', accepted_by: ours.senior.id })
  t.match(await statusOf(request), { status: 'accepted' })
  t.strictSame((await trailOf(testApp, ours)).slice(before), ['population.mapped', 'population.checked', 'request.accepted', 'link.ended', 'population.accepted'])
})

t.test('a population that refuses keeps its request in review', async (t) => {
  for (const [why, text] of [['a repeated key', changes(5, ['CHG-1001,2026-01-01T00:00:00Z,normal,1'])], ['nothing in scope', changes(0)]] as const) {
    const { fileId, request } = await submitList(testApp, ours, text)
    const number = await readList(testApp, ours, fileId)
    const before = await trailOf(testApp, ours)
    await t.rejects(acceptPopulation(site, ours.senior.scope, number, ''), why)
    t.match(await statusOf(request), { status: 'in_review' }, why)
    t.match(await stored(testApp, ours, number), { status: 'checking', accepted_at: null })
    t.strictSame(await trailOf(testApp, ours), before, 'nothing is recorded')
  }
})

t.test('when the request refuses, the population stays in checking', async (t) => {
  const { fileId, requestId } = await submitList(testApp, ours, changes(5))
  const number = await readList(testApp, ours, fileId)
  await inScope(site.db, ours.manager.scope, async (trx) => trx.updateTable('request').set({ status: 'submitted' }).where('engagement_id', '=', ours.engagement.id).where('id', '=', requestId).execute())
  await t.rejects(acceptPopulation(site, ours.senior.scope, number, ''), Refused)
  t.match(await stored(testApp, ours, number), { status: 'checking' })
})

t.test('who submitted a list may not accept it', async (t) => {
  const { fileId, request } = await submitList(testApp, ours, changes(5), { submitter: ours.senior })
  const number = await readList(testApp, ours, fileId)
  await t.rejects(acceptPopulation(site, ours.senior.scope, number, ''), Refused)
  t.match(await statusOf(request), { status: 'in_review' })
  await acceptPopulation(site, ours.partner.scope, number, '')
  t.match(await statusOf(request), { status: 'accepted' })
})

t.test('a file is read as one population, also when two people map it at once', async (t) => {
  const { fileId } = await submitList(testApp, ours, changes(3))
  const mapping = { name: 'Changes', occurrence: 'one change', keyColumn: 'change_id', dateColumn: 'deployed_at', dateMeaning: 'deployed', told: { order: null, zone: null } }
  const header = ['change_id', 'deployed_at', 'type', 'reviewer_count']
  const results = await Promise.allSettled([ours.staff, ours.senior].map(async ({ scope }) => mapPopulation(site, scope, fileId, header, mapping)))
  t.strictSame(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  t.match(results.find((result) => result.status === 'rejected')?.reason, { name: 'Refused', message: /read as POP-\d+ already/ })
  await t.rejects(mapPopulation(site, ours.staff.scope, fileId, header, { ...mapping, keyColumn: 'id' }), /names each row/)
  await t.rejects(mapPopulation(site, outsiders.staff.scope, fileId, header, mapping), { name: 'NotFound' })
})

t.test('two lists of one answer are accepted together or not at all', async (t) => {
  const first = await submitList(testApp, ours, changes(3))
  const number = await readList(testApp, ours, first.fileId)
  const other = await submitList(testApp, ours, changes(2, ['CHG-1001,2026-01-01T00:00:00Z,normal,1']))
  const blocked = await readList(testApp, ours, other.fileId)
  await inScope(site.db, ours.manager.scope, async (trx) => trx.updateTable('population').set({ submission_id: first.submissionId, request_id: first.requestId })
    .where('engagement_id', '=', ours.engagement.id).where('number', '=', blocked).execute())
  await t.rejects(acceptPopulation(site, ours.senior.scope, number, ''), /cannot be accepted/)
  t.match(await stored(testApp, ours, number), { status: 'checking' })
  t.match(await statusOf(first.request), { status: 'in_review' })
})

t.test('the rows of an accepted list and what was drawn from it cannot be changed by the application', async (t) => {
  const number = await acceptedList(testApp, ours, changes(12))
  const { id } = await stored(testApp, ours, number)
  const line = await planLine(testApp, ours)
  const answer = await ours.staff.post(`${ours.base}/populations/${number}/draws`, { line, method: 'random', n: '5', evidence: 'list' })
  t.equal(answer.status, 303)
  const refused = async (work: string) => await t.rejects(inScope(site.db, ours.partner.scope, async (trx) => sql.raw(work).execute(trx)), { code: /^(23001|42501|23514)$/ }, work)
  const where = `population_id = '${id}'`
  await refused(`update population_row set key = key || 'x' where ${where}`)
  await refused(`delete from population_row where ${where} and row_number = 2`)
  for (const change of ["seed = repeat('0', 32)", 'size = 1', "reason = 'x'"]) await refused(`update draw set ${change} where ${where}`)
  await refused(`delete from draw where ${where}`)
  await refused(`update sample_item set key = 'other', digest = 'other' where ${where}`)
  await refused(`delete from sample_item where ${where}`)
  for (const status of ['checking', 'accepted', 'returned']) await refused(`update population set status = '${status}', locked_at = null where id = '${id}'`)
  for (const change of ['in_scope_count = 3', "key_column = 'type'", "findings = '[]'", "corroboration = 'x'"]) await refused(`update population set ${change} where id = '${id}'`)
  await t.rejects(inScope(site.db, ours.partner.scope, async (trx) => insertRows(trx, ours.partner.scope, id, [{ row: 99, key: 'CHG-9', occurredOn: null, inScope: true, cells: [] }])), { code: '23001' }, 'no row is added')
  await refused(`insert into sample_item (engagement_id, draw_id, rank, population_id, row_number, key, digest)
    select engagement_id, id, 6, population_id, 2, 'CHG-added', 'x' from draw where ${where}`)
})
