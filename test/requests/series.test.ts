import t from 'tap'
import { issueSeries } from '../../server/requests/series-actions.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const requests = `${ours.base}/requests`
const ask = { kind: 'document', title: 'Restore test record', ask: 'The record of the month’s restore test.', owner: ours.owner.id, checklist: 'Date', every: 'month', days: '10' }

async function rows() {
  return await owner.selectFrom('request').selectAll().where('engagement_id', '=', ours.engagement.id).orderBy('number').execute()
}

t.test('a request that repeats is planned for each month of the period at once, as drafts', async (t) => {
  t.equal((await ours.staff.post(requests, { ...ask, every: 'hourly' })).status, 422)
  t.equal((await ours.staff.post(requests, { ...ask, days: '500' })).status, 422)
  t.equal((await ours.staff.post(requests, ask)).location, `${requests}/series`)
  const planned = await rows()
  t.equal(planned.length, 12)
  t.match(planned[0], { title: 'Restore test record, Oct 2025', status: 'draft', span_start: '2025-10-01', span_end: '2025-10-31', due_on: '2025-11-10', owner_id: ours.owner.id })
  t.match(planned[11], { title: 'Restore test record, Sep 2026', span_end: '2026-09-30', due_on: '2026-10-10' })
  const { body } = await ours.staff.get(`${requests}/series`)
  t.match(body, 'Oct 2025')
  t.match(body, 'Not issued')
  t.match((await ours.staff.get(`${requests}?series=${planned[0]!.recurrence_id}`)).body, '12 requests')
  t.match(await owner.selectFrom('trail_entry').select(['kind', 'event']).where('engagement_id', '=', ours.engagement.id).orderBy('sequence').limit(2).execute(),
    [{ kind: 'series.planned', event: /"every":"month","requests":12/ }, { kind: 'request.drafted' }])
})

t.test('switched on, each goes out by itself once its month has ended, in the name of who switched it on', async (t) => {
  const [first] = await rows()
  const at = `${requests}/series/${first!.recurrence_id}`
  t.equal((await ours.staff.post(`${at}/start`)).status, 403)
  t.equal((await outsiders.senior.post(`${at}/start`)).status, 404)
  await issueSeries(testApp.site)
  t.ok((await rows()).every(({ status }) => status === 'draft'), 'nothing goes out before')

  t.equal((await ours.senior.post(`${at}/start`)).status, 303)
  const today = new Date().toISOString().slice(0, 10)
  for (const { status, span_end: end, issued_by: by, due_on: dueOn } of await rows()) {
    t.equal(status, end! < today ? 'open' : 'draft', end!)
    if (status !== 'open') continue
    t.equal(by, ours.senior.id)
    t.ok(dueOn! >= today, 'nobody is asked for yesterday')
  }
  t.equal((await ours.senior.post(`${at}/pause`)).status, 303)
  t.same((await owner.selectFrom('trail_entry').select('kind').where('engagement_id', '=', ours.engagement.id).where('kind', '=', 'series.switched').execute()).length, 2)
})

t.test('the hourly job finds what has ended since, once', async (t) => {
  const [first] = await rows()
  await ours.senior.post(`${requests}/series/${first!.recurrence_id}/start`)
  await ours.staff.post(requests, { ...ask, title: 'Access review', every: 'quarter' })
  const quarters = (await rows()).filter(({ title }) => title.startsWith('Access review'))
  t.equal(quarters.length, 4)
  await owner.updateTable('recurrence').set({ switched_on_by: ours.manager.id }).where('id', '=', quarters[0]!.recurrence_id!).execute()
  await issueSeries(testApp.site)
  const issued = (await rows()).filter(({ title, status }) => title.startsWith('Access review') && status === 'open')
  t.ok(issued.length > 0)
  t.ok(issued.every(({ issued_by: by }) => by === ours.manager.id))
  const { count } = await owner.selectFrom('mail').select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  await issueSeries(testApp.site)
  t.equal((await owner.selectFrom('mail').select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()).count, count, 'a second run sends nothing')
})

t.test('saved and issued, a series goes out at once; staff may only draft it', async (t) => {
  const before = (await rows()).length
  t.equal((await ours.staff.post(requests, { ...ask, title: 'Vendor review', every: 'half_year', save: 'issue' })).status, 403)
  t.equal((await rows()).length, before)
  t.equal((await ours.senior.post(requests, { ...ask, title: 'Vendor review', every: 'half_year', save: 'issue' })).status, 303)
  t.ok((await rows()).some(({ title, status }) => title.startsWith('Vendor review') && status === 'open'))
})

t.test('a month that nothing covers shows at once', async (t) => {
  const march = (await rows()).find(({ title }) => title === 'Restore test record, Mar 2026')!
  await ours.senior.post(`${requests}/R-${String(march.number).padStart(3, '0')}/cancellation`, { reason: 'Mistake' })
  const { body } = await ours.senior.get(`${requests}/series`)
  t.match(body, /class="gone"[^>]*>[\s\S]{0,80}Mar 2026[\s\S]*?Cancelled/)
  t.match(body, '1 part of the period is not asked for')
})
