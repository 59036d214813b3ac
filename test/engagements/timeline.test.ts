import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Temporal } from 'temporal-polyfill'
import t from 'tap'
import { addBusinessDays, formulaOf, kindsOf, milestonesOf } from '../../server/engagements/milestones.ts'
import { timelineOf } from '../../server/engagements/timeline.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const open = { assemblyDays: 60, releaseDate: null }
const two = { type: 2 as const, asOf: null, periodStart: '2025-10-01', periodEnd: '2026-09-30' }

t.test('milestones are proposed in business days from the end, in their order, whatever the dates', async (t) => {
  t.strictSame(milestonesOf(two, [], open).map(({ kind, on }) => `${kind} ${on}`), ['kick_off 2026-09-02', 'population_due 2026-10-07', 'sample_due 2026-10-21',
    'fieldwork_end 2026-11-04', 'draft 2026-11-18', 'report 2026-12-02', 'assembly 2027-01-31'])
  const moved = milestonesOf(two, [{ kind: 'report', on: '2026-12-21', version: 3 }], open)
  t.match(moved.at(-1), { kind: 'assembly', on: '2027-02-19', version: 0 }, 'assembly follows the report')
  const firm = { assemblyDays: 45, releaseDate: '2026-12-10' }
  t.match(milestonesOf(two, [{ kind: 'report', on: '2026-12-21', version: 3 }], firm).at(-1), { on: '2027-01-24' }, 'once it is known the release counts, and the days the engagement began with')
  t.match(milestonesOf(two, [{ kind: 'assembly', on: '2027-01-15', version: 1 }], firm).at(-1), { on: '2027-01-15', version: 1 }, 'what was moved by hand stays there')
  t.strictSame([formulaOf('assembly', open), formulaOf('assembly', firm)], ['60 calendar days after the report', '45 calendar days after the release'])
  t.equal(milestonesOf({ ...two, periodStart: '2026-09-12' }, [], open)[0]!.on, '2026-09-14', 'a short period begins with it, on a business day')
  t.strictSame(milestonesOf({ type: 1, asOf: null, periodStart: null, periodEnd: null }, [], open), [])
  for (let day = Temporal.PlainDate.from('2026-01-01'); day.year < 2027; day = day.add({ days: 1 })) {
    for (const dates of [{ ...two, periodEnd: day.toString() }, { type: 1 as const, asOf: day.toString(), periodStart: null, periodEnd: null }, { type: 1 as const, asOf: day.toString(), periodStart: null, periodEnd: null, purpose: 'readiness' as const }]) {
      const found = milestonesOf(dates, [], open)
      t.ok(found.length === kindsOf(dates).length && found.every(({ kind, on }, place) => kind === kindsOf(dates)[place] && (kind === 'assembly' || Temporal.PlainDate.from(on).dayOfWeek < 6)), day.toString())
    }
    t.equal(addBusinessDays(addBusinessDays(day, 5), -5).toString(), day.dayOfWeek < 6 ? day.toString() : day.subtract({ days: day.dayOfWeek - 5 }).toString())
  }
})

t.test('the picture keeps everything inside and counts what it shows', async (t) => {
  const days = [{ on: '2026-10-07', numbers: [1, 2, 3], open: 1 }, { on: '2026-10-21', numbers: [4], open: 0 }]
  const picture = timelineOf(milestonesOf(two, [], open), days, { start: two.periodStart, end: two.periodEnd }, '2026-10-10')!
  t.match(picture.label, '4 requests due on 2 days, at most 3 on one')
  t.strictSame(picture.bars.map(({ late }) => late), [true, false])
  for (const { x } of [...picture.bars, ...picture.marks, ...picture.months]) t.ok(x >= 2 && x <= 98)
  t.equal(timelineOf([], [], null, '2026-10-10'), null)
})

t.test('a milestone is moved by hand, by whoever plans, once for each look', async (t) => {
  const path = `${ours.base}/milestones/draft/date`
  for (const key of ['reviewer', 'staff', 'lead', 'owner'] as const) t.equal((await ours[key].post(path, { on: '2026-11-20', version: '0' })).status, 403, key)
  t.equal((await outsiders.manager.post(path, { on: '2026-11-20', version: '0' })).status, 404)
  t.equal((await ours.senior.post(path, { on: '2026-11-20', version: '0' })).status, 303)
  const second = await ours.manager.post(path, { on: '2026-11-25', version: '0' })
  t.equal(second.status, 422)
  t.match(second.body, 'Tom Bergstrom has moved draft report to Nov 20, 2026 meanwhile')
  t.equal((await ours.manager.post(path, { on: '2026-11-25', version: '1' })).status, 303)
  t.equal((await ours.manager.post(path, { on: 'soon', version: '2' })).status, 422)
  t.equal((await ours.manager.post(`${ours.base}/milestones/party/date`, { on: '2026-11-25', version: '0' })).status, 404)
  const told = await owner.selectFrom('trail_entry').select('event').where('kind', '=', 'milestone.moved').orderBy('sequence').execute()
  t.strictSame(told.map(({ event }) => (JSON.parse(event) as { facts: unknown }).facts), [{ milestone: 'draft', from: '2026-11-18', to: '2026-11-20' }, { milestone: 'draft', from: '2026-11-20', to: '2026-11-25' }])
})

t.test('the timeline shows each side the days that are its business', async (t) => {
  const of = { engagement_id: ours.engagement.id, kind: 'document' as const, ask: 'x', created_by: ours.senior.id, due_on: '2026-10-14' }
  const sent = { status: 'open' as const, owner_id: ours.owner.id, issued_at: new Date(), issued_by: ours.senior.id }
  await owner.insertInto('request').values([{ ...of, id: randomUUID(), number: 14, title: 'Board minutes of the merger', ...sent },
    { ...of, number: 15, title: 'Second', ...sent, owner_id: ours.lead.id }, { ...of, number: 16, title: 'Draft' }]).execute()
  const firm = await ours.staff.get(`${ours.base}/timeline`)
  t.match(firm.body, /R-014[\s\S]*R-015[\s\S]*R-016/)
  const lead = await ours.lead.get(`${ours.base}/timeline`)
  t.match(lead.body, /R-014[\s\S]*R-015/)
  t.notMatch(lead.body, 'R-016')
  t.notMatch(lead.body, '/next"')
  t.equal((await ours.owner.get(`${ours.base}/timeline`)).status, 403)
})

t.test('a calendar address opens one person’s days without a session, tells nothing, and ends when it should', async (t) => {
  const made = await ours.owner.post('/account/calendar')
  const path = addressIn(made.body)
  t.notMatch((await ours.owner.get('/account/calendar')).body, path, 'shown once')
  const own = await read(path)
  t.match(own.headers['content-type'], 'text/calendar')
  t.match(own.body, /SUMMARY:R-014 due/)
  t.notMatch(own.body, /R-015|Draft report/, 'an owner has their own requests only')
  const leads = await read(addressIn((await ours.lead.post('/account/calendar')).body))
  t.match(leads.body, /SUMMARY:Requests due \(2\)/)
  t.match(leads.body, /DTSTART;VALUE=DATE:20261125[\s\S]*?SUMMARY:Draft report/)
  for (const { body } of [own, leads]) t.notMatch(body, /PaySmart|Payments|merger|Second|engagements|https?:/i)
  t.notMatch(leads.body, ours.engagement.id)
  const tokens = await owner.selectFrom('calendar_token').selectAll().execute()
  t.notMatch(JSON.stringify(tokens), path.slice('/calendar/'.length, -4), 'only its hash is kept')

  t.equal((await read(`/calendar/${'A'.repeat(43)}.ics`)).statusCode, 404)
  t.equal((await read('/calendar/short')).statusCode, 404)
  const renewed = addressIn((await ours.owner.post('/account/calendar')).body)
  t.equal((await read(path)).statusCode, 404, 'the one before ends')
  t.equal((await read(renewed)).statusCode, 200)
  t.equal((await ours.owner.post('/account/calendar/end')).status, 303)
  t.equal((await read(renewed)).statusCode, 404)
  const removed = addressIn((await outsiders.staff.post('/account/calendar')).body)
  t.equal((await read(removed)).statusCode, 200)
  await owner.updateTable('membership').set({ removed_at: new Date() }).where('person_id', '=', outsiders.staff.id).execute()
  t.notMatch((await read(removed)).body, 'VEVENT', 'who left the engagement has nothing of it')
  await owner.updateTable('person').set({ removed_at: new Date() }).where('id', '=', outsiders.staff.id).execute()
  t.equal((await read(removed)).statusCode, 404)
  const told = await owner.selectFrom('trail_entry').select('kind').where('kind', 'like', 'account.calendar%').orderBy('sequence').execute()
  t.equal(told.length, 5)
})

t.test('assembly is dated from the engagement’s own days and its release, on the timeline, in the calendar and on the firm’s list', async (t) => {
  const address = addressIn((await ours.manager.post('/account/calendar')).body)
  t.match((await read(address)).body, /DTSTART;VALUE=DATE:20270131[\s\S]*?SUMMARY:File assembled/)
  await owner.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx)
    await trx.updateTable('engagement').set({ assembly_days: 30, report_date: '2026-11-30', release_date: '2026-12-04', phase: 'issued' }).where('id', '=', ours.engagement.id).execute()
  })
  t.match((await read(address)).body, /DTSTART;VALUE=DATE:20270103[\s\S]*?SUMMARY:File assembled/)
  t.match((await ours.manager.get(`${ours.base}/timeline`)).body, '30 calendar days after the release')
  t.match((await ours.manager.get('/engagements')).body, 'Jan 3, 2027')
  t.equal((await ours.manager.post(`${ours.base}/milestones/assembly/date`, { on: '2026-12-21', version: '0' })).status, 303)
  t.match((await ours.manager.get('/engagements')).body, 'Dec 21, 2026')
  t.match((await read(address)).body, /DTSTART;VALUE=DATE:20261221[\s\S]*?SUMMARY:File assembled/)
})

t.test('what is over keeps its milestones', async (t) => {
  await owner.updateTable('engagement').set({ phase: 'withdrawn' }).where('id', '=', outsiders.engagement.id).execute()
  t.equal((await outsiders.manager.post(`${outsiders.base}/milestones/draft/date`, { on: '2026-11-20', version: '0' })).status, 409)
})

function addressIn(body: string): string {
  return /\/calendar\/[\w-]{43}\.ics/.exec(body)![0]
}

async function read(url: string) {
  return await testApp.app.inject({ method: 'GET', url, headers: { host: testApp.site.config.publicUrl.host } })
}
