import { readXlsx } from 'hucre/xlsx'
import t from 'tap'
import { moves, next, statuses } from '../../server/readiness/rules.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)

t.test('a gap moves along the arrows the database knows, each by the side whose move it is', async (t) => {
  const arrows = await owner.selectFrom('state_move' as never).select(['from_status', 'to_status'] as never[]).where('subject' as never, '=', 'readiness_assessment' as never).execute() as unknown as { from_status: string, to_status: string }[]
  const known = new Set(arrows.map((one) => `${one.from_status} ${one.to_status}`))
  for (const side of ['client', 'firm'] as const) {
    for (const from of statuses) {
      for (const to of statuses) {
        if ((moves[side][from] as readonly string[]).includes(to)) t.ok(next(side, from, to) === to && known.delete(`${from} ${to}`) || side === 'firm', `${side} ${from} ${to}`)
        else t.throws(() => next(side, from, to), { name: 'Refused' })
      }
    }
  }
  t.strictSame([...known], [])
  t.throws(() => next('client', null, 'open'), { name: 'Refused' })
})

t.test('an assessment is begun by managers of the firm, ends in a list of gaps, and becomes a Type 2 draft', async (t) => {
  const form = { client: ours.engagement.clientId, system: 'Payments Platform', asOf: '2026-11-01', zone: 'America/New_York', categories: ['availability'] }
  t.equal((await ours.staff.post('/readiness', form)).status, 403)
  t.equal((await ours.lead.post('/readiness', form)).status, 404)
  t.equal((await ours.manager.post('/readiness', { ...form, asOf: 'soon' })).status, 422)
  const made = await ours.manager.post('/readiness', form)
  t.equal(made.status, 303)
  t.equal((await ours.manager.post('/readiness', form)).location, made.location, 'pressed twice, it is one assessment')
  const base = made.location!.replace(/\/readiness$/, '')
  const id = base.split('/')[2]!
  t.match(await owner.selectFrom('engagement').selectAll().where('id', '=', id).executeTakeFirstOrThrow(), { purpose: 'readiness', type: 1, as_of: '2026-11-01' })
  await owner.insertInto('membership').values((['staff', 'senior', 'lead', 'owner'] as const).map((role) => ({ engagement_id: id, person_id: ours[role].id, role }))).execute()

  const list = await ours.manager.get(`${base}/readiness`)
  t.match(list.body, 'Readiness · 2026')
  t.match(list.body, /<b>36<\/b><span>[\s\S]{0,200}Not assessed/)
  for (const place of ['testing', 'matrix', 'exceptions', 'populations']) {
    t.equal((await ours.manager.get(`${base}/${place}`)).status, 404, place)
    t.notMatch(list.body, `href="${base}/${place}"`)
  }
  t.equal((await ours.manager.get(`${ours.base}/readiness`)).status, 404, 'an examination has none')

  const one = `${base}/readiness/CC6.1`
  const gap = { state: 'missing', gap: 'Nobody reviews\nwho has access.', owner: ours.owner.id, dueOn: '2026-12-15', version: '0' }
  for (const key of ['lead', 'owner'] as const) t.equal((await ours[key].post(`${one}/assessment`, gap)).status, 403, key)
  t.equal((await outsiders.manager.post(`${one}/assessment`, gap)).status, 404)
  t.equal((await ours.staff.post(`${one}/assessment`, { ...gap, gap: '' })).status, 422)
  t.equal((await ours.staff.post(`${one}/assessment`, { ...gap, owner: ours.senior.id })).status, 422, 'gaps are the client’s')
  t.equal((await ours.staff.post(`${base}/readiness/PI1.1/assessment`, gap)).status, 404, 'out of scope')
  t.equal((await ours.staff.post(`${one}/assessment`, gap)).status, 303)
  const late = await ours.senior.post(`${one}/assessment`, { ...gap, state: 'undocumented' })
  t.match(late, { status: 422 })
  t.match(late.body, 'Lena Fischer has assessed CC6.1 meanwhile')
  t.equal((await ours.staff.post(`${base}/readiness/CC1.1/assessment`, { state: 'in_place', version: '0' })).status, 303)
  t.equal((await ours.staff.post(`${base}/readiness/A1.2/assessment`, { ...gap, gap: 'No restore tests', owner: '', version: '0' })).status, 303)
  t.match((await ours.lead.get(`${base}/readiness?state=missing`)).body, /CC6\.1[\s\S]*late|CC6\.1/)
  t.notMatch((await ours.lead.get(`${base}/readiness?state=in_place`)).body, '>CC6.1<')

  t.notMatch((await ours.owner.get(`${base}/readiness`)).body, '>A1.2<', 'an owner sees their own')
  t.equal((await ours.owner.get(`${base}/readiness/A1.2`)).status, 404)
  t.equal((await ours.owner.post(`${base}/readiness/A1.2/remediation`, { to: 'in_progress' })).status, 404)
  for (const key of ['manager', 'staff'] as const) t.equal((await ours[key].post(`${one}/remediation`, { to: 'in_progress' })).status, 403, 'the firm never writes the client’s progress')
  t.equal((await ours.owner.post(`${one}/remediation`, { to: 'in_progress', words: 'Begun' })).status, 303)
  t.equal((await ours.owner.post(`${one}/remediation`, { to: 'verified' })).status, 409, 'nor does the client close a gap')
  t.equal((await ours.owner.post(`${one}/remediation`, { to: 'remediated', words: 'A review each quarter' })).status, 303)
  t.equal((await ours.lead.post(`${one}/verification`, { to: 'verified' })).status, 403)
  t.equal((await ours.senior.post(`${one}/verification`, { to: 'in_progress' })).status, 422, 'sent back with words')
  t.equal((await ours.senior.post(`${one}/verification`, { to: 'in_progress', words: 'The second quarter is missing' })).status, 303)
  t.equal((await ours.owner.post(`${one}/remediation`, { to: 'remediated', words: 'Both are there' })).status, 303)
  t.equal((await ours.senior.post(`${one}/verification`, { to: 'verified', words: 'Seen' })).status, 303)
  t.match((await ours.lead.get(one)).body, /Seen[\s\S]*Both are there[\s\S]*The second quarter is missing[\s\S]*A review each quarter[\s\S]*Begun/)
  const told = await owner.selectFrom('trail_entry').select('event').where('engagement_id', '=', id).where('kind', '=', 'readiness.remediated').orderBy('sequence').execute()
  t.strictSame(told.map(({ event }) => (JSON.parse(event) as { facts: unknown }).facts), [{ criterion: 'CC6.1', from: 'open', to: 'in_progress' }, { criterion: 'CC6.1', from: 'in_progress', to: 'remediated' },
    { criterion: 'CC6.1', from: 'remediated', to: 'in_progress' }, { criterion: 'CC6.1', from: 'in_progress', to: 'remediated' }, { criterion: 'CC6.1', from: 'remediated', to: 'verified' }])

  t.equal((await ours.owner.get(`${base}/gap-report/xlsx`)).status, 403)
  t.equal((await ours.lead.get(`${base}/gap-report/pdf`)).status, 404)
  for (const format of ['xlsx', 'docx'] as const) t.match(await ours.lead.get(`${base}/gap-report/${format}`), { status: 200, headers: { 'content-disposition': `attachment; filename="gap-report.${format}"` } })
  const { rawPayload } = await testApp.app.inject({ method: 'GET', url: `${base}/gap-report/xlsx`, headers: await cookieOf(ours.lead.id) })
  const rows = (await readXlsx(rawPayload)).sheets[0]!.rows
  t.equal(rows.length, 1 + 36)
  t.strictSame(rows.find(([criterion]) => criterion === 'CC6.1')?.slice(3), ['Missing', 'Nobody reviews\nwho has access.', 'Noor Haddad', 'Dec 15, 2026', 'Verified'])

  await owner.updateTable('engagement').set({ phase: 'fieldwork' }).where('id', '=', id).execute()
  const overview = (await ours.manager.get(`/engagements/${id}`)).body
  t.match(overview, /\d+ criteria not assessed yet/)
  t.match(overview, /\d+ of 36 assessed/)
  t.notMatch(overview, /without a control|have no control|Draft the first requests|Exceptions/)
  for (const page of ['', '/phase']) {
    const { body } = await ours.manager.get(`/engagements/${id}${page}`)
    t.match(body, 'Assessment')
    t.notMatch(/<main[\s\S]*<\/main>/.exec(body)![0], /Fieldwork|Wrap-up|wrap-up|Issued/, 'what only an examination goes through is not shown')
  }
  const rolled = await ours.manager.post(`${base}/next`, { type: '2', periodStart: '2027-01-01', periodEnd: '2027-06-30', zone: 'UTC', categories: ['availability'] })
  t.equal(rolled.status, 303)
  t.match((await ours.manager.get(rolled.location!)).body, 'Readiness assessments of criteria')
  t.match(await owner.selectFrom('engagement').select(['purpose', 'type', 'phase']).where('id', '=', rolled.location!.split('/')[2]!).executeTakeFirstOrThrow(), { purpose: 'examination', type: 2, phase: 'draft' })
  await owner.updateTable('engagement').set({ phase: 'withdrawn' }).where('id', '=', id).execute()
  t.equal((await ours.staff.post(`${one}/assessment`, { ...gap, version: '4' })).status, 409)
})

async function cookieOf(personId: string): Promise<Record<string, string>> {
  const cookie = await testApp.site.sessions.begin(personId, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  return { cookie: `${cookie.name}=${cookie.value}`, host: testApp.site.config.publicUrl.host }
}
