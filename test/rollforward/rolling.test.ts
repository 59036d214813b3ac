import { sql } from 'kysely'
import t from 'tap'
import { nextDates, shiftDue } from '../../server/rollforward/period.ts'
import { fill } from '../database/filling.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
await fill(owner, ours)
const next = `${ours.base}/next`
const plan = { type: '2', periodStart: '2026-10-01', periodEnd: '2027-09-30', zone: 'America/New_York', categories: ['availability'] }

t.test('the next dates follow at once and are as long', async (t) => {
  const period = (periodStart: string, periodEnd: string) => ({ type: 2 as const, asOf: null, periodStart, periodEnd })
  for (const [from, to] of [
    [['2025-10-01', '2026-09-30'], ['2026-10-01', '2027-09-30']], [['2025-07-01', '2025-12-31'], ['2026-01-01', '2026-06-30']],
    [['2023-03-01', '2024-02-29'], ['2024-03-01', '2025-02-28']], [['2026-01-15', '2026-04-14'], ['2026-04-15', '2026-07-14']],
    [['2026-01-01', '2026-02-10'], ['2026-02-11', '2026-03-23']], [['2026-05-05', '2026-05-05'], ['2026-05-06', '2026-05-06']],
  ] as [[string, string], [string, string]][]) t.strictSame(nextDates(period(...from)), period(...to), from.join())
  t.equal(nextDates({ type: 1, asOf: '2024-02-29', periodStart: null, periodEnd: null }).asOf, '2025-02-28')
  t.equal(nextDates({ type: 1, asOf: '2026-01-31', periodStart: null, periodEnd: null, purpose: 'readiness' }).asOf, '2026-07-31')
  t.strictSame(['2026-10-07', '2026-09-25', '2026-10-14'].map((due) => shiftDue(due, '2026-09-30', '2027-09-30')), ['2027-10-07', '2027-09-27', '2027-10-14'])
})

t.test('only managers of the engagement roll it forward, and never a draft', async (t) => {
  for (const key of ['reviewer', 'senior', 'staff', 'lead', 'owner'] as const) t.equal((await ours[key].post(next, plan)).status, 403, key)
  t.equal((await outsiders.manager.post(next, plan)).status, 404)
  t.match(await ours.manager.post(next, { ...plan, periodEnd: '2026-01-01' }), { status: 422 })
  await owner.updateTable('engagement').set({ phase: 'withdrawn' }).where('id', '=', outsiders.engagement.id).execute()
  t.equal((await outsiders.manager.post(`${outsiders.base}/next`, plan)).status, 409)
  t.equal((await owner.selectFrom('engagement').select('id').execute()).length, 2, 'nothing was made')
})

t.test('the form proposes the next period and says what would come along; looking writes nothing', async (t) => {
  const { body } = await ours.manager.get(next)
  t.match(body, 'value="2026-10-01"')
  t.match(body, 'value="2027-09-30"')
  t.match(body, /<b class="count-of">1<\/b><span>Controls, with the wording last in force/)
  t.match(body, /Files of evidence/)
  const asOne = await ours.manager.get(`${next}?type=1&asOf=2026-12-31&zone=UTC`)
  t.match(asOne.body, 'Requests for populations, samples and series')
  t.equal((await owner.selectFrom('engagement').select('id').execute()).length, 2)
})

t.test('the draft holds what plans and describes, and of every other table nothing', async (t) => {
  const of = { engagement_id: ours.engagement.id }
  await owner.insertInto('control').values([
    { ...of, number: 'AC-90', frequencies: ['daily'], type: 'preventive', nature: 'manual', effective_to: '2026-03-31' },
    { ...of, number: 'PI-01', frequencies: ['daily'], type: 'preventive', nature: 'manual' }]).execute()
  const outside = await owner.selectFrom('control').select('id').where('number', '=', 'PI-01').executeTakeFirstOrThrow()
  await owner.insertInto('control_criterion').values({ ...of, control_id: outside.id, criterion: 'PI1.1' }).execute()
  const series = await owner.selectFrom('recurrence').select('id').where('title', '=', 'Restore tests').executeTakeFirstOrThrow()
  await owner.insertInto('request').values([
    { ...of, number: 2, kind: 'document', title: 'Restore test of October', ask: 'The log', recurrence_id: series.id, span_start: '2025-10-01', span_end: '2025-10-31', created_by: ours.staff.id },
    { ...of, number: 3, kind: 'document', title: 'Not needed', ask: 'x', status: 'cancelled', created_by: ours.staff.id }]).execute()
  const { location, status } = await ours.manager.post(next, plan)
  t.equal(status, 303)
  const id = location!.split('/')[2]!
  t.match(await owner.selectFrom('engagement').selectAll().where('id', '=', id).executeTakeFirstOrThrow(), {
    phase: 'draft', rolled_from: ours.engagement.id, purpose: 'examination', type: 2, period_start: '2026-10-01', period_end: '2027-09-30', categories: ['security', 'availability'], client_id: ours.engagement.clientId,
  })

  const tables = (await sql<{ name: string }>`select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and column_name = 'engagement_id' and table_type = 'BASE TABLE'`.execute(owner)).rows.map(({ name }) => name)
  const allowed = new Set(['membership', 'counter', 'system_fact', 'subservice', 'subservice_criterion', 'csoc', 'csoc_criterion', 'cuec', 'cuec_criterion', 'criterion_exclusion',
    'control', 'control_wording', 'control_criterion', 'recurrence', 'request', 'request_control', 'checklist_item', 'test_line', 'test_procedure', 'attribute', 'tickmark',
    'roll_report', 'trail_head', 'trail_entry', 'trail_detail'])
  for (const table of tables) {
    const { rows: [row] } = await sql<{ count: number }>`select count(*) from ${sql.table(table)} where engagement_id = ${id}`.execute(owner)
    if (allowed.has(table)) t.ok(row!.count > 0 || ['counter', 'criterion_exclusion'].includes(table), `${table} came along`)
    else t.equal(row!.count, 0, `${table} did not`)
  }

  const here = { engagement_id: id }
  t.strictSame((await owner.selectFrom('control').select(['number', 'wording_version', 'version']).where('engagement_id', '=', here.engagement_id).execute()), [{ number: 'AC-01', wording_version: 1, version: 1 }])
  t.match(await owner.selectFrom('control_wording').selectAll().where('engagement_id', '=', id).executeTakeFirstOrThrow(), { text: 'Done daily.', source: 'carried over from SOC 2 Type 2 · FY26', confirmed_at: null, version: 1, entered_by: ours.manager.id })
  const requests = await owner.selectFrom('request').selectAll().where('engagement_id', '=', id).orderBy('number').execute()
  t.equal(requests.length, 1 + 12, 'one, and one for each month')
  t.ok(requests.every((request) => request.status === 'draft' && request.issued_at === null && request.reviewer_id === null && request.draw_id === null))
  t.match(requests[0], { number: 1, title: 'List', owner_id: ours.owner.id, due_on: '2027-10-14' })
  t.strictSame(requests.slice(1).map(({ span_start: start }) => String(start)).toSorted(), Array.from({ length: 12 }, (_, month) => `${month < 3 ? 2026 : 2027}-${String((month + 9) % 12 + 1).padStart(2, '0')}-01`))
  t.equal(requests.find(({ span_start: start }) => start === '2026-10-01')?.due_on, '2026-11-10', 'as many days after its part as the series says')
  t.equal((await owner.selectFrom('counter').select('last').where('engagement_id', '=', id).where('series', '=', 'request').executeTakeFirstOrThrow()).last, 14)
  t.match(await owner.selectFrom('test_line').selectAll().where('engagement_id', '=', id).executeTakeFirstOrThrow(), { control_wording_version: 1, population_id: null, draw_id: null, conclusion: null })
  t.strictSame((await owner.selectFrom('membership').select(['person_id', 'role']).where('engagement_id', '=', id).execute()).map(({ role }) => role).toSorted(), ['lead', 'manager', 'owner'])
  const told = await owner.selectFrom('trail_entry').select('kind').where('engagement_id', '=', id).orderBy('sequence').execute()
  t.strictSame(told.map(({ kind }) => kind), ['engagement.created', 'engagement.rolled_forward', 'member.added', 'member.added', 'member.added'])

  const report = await ours.manager.get(location!)
  t.match(report.body, /Controls that ended in the period: <span class="ref">AC-90/)
  t.match(report.body, /serve no criterion in scope any more: <span class="ref">PI-01/)
  t.match(report.body, 'Results of tests')
  t.equal((await ours.staff.get(location!)).status, 404, 'the team is put together anew')
  t.equal((await ours.lead.get(`/engagements/${id}/requests`)).status, 200)
  t.notMatch((await ours.lead.get(`/engagements/${id}/requests`)).body, 'Restore test', 'drafts stay with the firm')
  t.equal((await outsiders.manager.get(`${outsiders.base}/carried`)).status, 404)

  await owner.updateTable('engagement').set({ phase: 'archived' }).where('id', '=', ours.engagement.id).execute()
  t.equal((await ours.manager.post(next, plan)).status, 303, 'a locked file is rolled forward as well')
  t.equal((await ours.manager.post(`${ours.base}/client-view`, { person: ours.lead.id })).status, 409, 'but nobody looks at it as the client')
  t.equal((await ours.manager.post(`${ours.base}/milestones/draft/date`, { on: '2026-11-20', version: '1' })).status, 409)
  t.equal((await ours.staff.post(`${ours.base}/team/${ours.staff.id}/departure`, { successor: ours.senior.id })).status, 409)
})

t.test('pressed twice at once, it makes one draft; other dates and one withdrawn make another', async (t) => {
  const made = async () => (await owner.selectFrom('engagement').select('id').where('rolled_from', '=', ours.engagement.id).execute()).length
  const [before, twice] = [await made(), { ...plan, periodStart: '2028-10-01', periodEnd: '2029-09-30' }]
  const answers = await Promise.all(Array.from({ length: 6 }, async () => ours.manager.post(next, twice)))
  t.same(answers.map(({ status }) => status), [303, 303, 303, 303, 303, 303])
  t.equal(new Set(answers.map(({ location }) => location)).size, 1)
  t.equal(await made(), before + 1)
  t.match(await ours.manager.post(next, { ...twice, categories: ['privacy'] }), { status: 409 }, 'what was chosen otherwise is not lost silently')
  t.match(await ours.partner.post(next, twice), { status: 409 }, 'nor does a colleague who is not on its team learn which it is')
  const id = answers[0]!.location!.split('/')[2]!
  await owner.updateTable('engagement').set({ phase: 'withdrawn' }).where('id', '=', id).execute()
  t.not((await ours.manager.post(next, twice)).location, answers[0]!.location)
  t.equal(await made(), before + 2)
})

t.test('a date outside our time, or a period without end, is refused in its field', async (t) => {
  for (const day of ['0001-01-01', '1066-10-14', '9999-12-31', '275760-09-13', '+275760-09-13', '-000001-01-01', '2026-02-30', '2026-13-01', '20260930', '2026-09-30T00:00', 'NaN', '1e9']) {
    t.equal((await ours.manager.post(next, { ...plan, periodEnd: day })).status, 422, day)
    t.equal((await ours.manager.post(next, { ...plan, type: '1', asOf: day })).status, 422, day)
  }
  t.match(await ours.manager.post(next, { ...plan, periodStart: '1970-01-01', periodEnd: '2099-12-31' }), { status: 422, body: 'A period has at most three years' })
})
