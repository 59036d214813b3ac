import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { Temporal } from 'temporal-polyfill'
import { randomUUID } from 'node:crypto'
import { routeTable } from '../../server/access/guard.ts'
import { isEngagementPermit, may } from '../../server/access/policy.ts'
import { todayIn } from '../../server/engagements/calendar.ts'
import { inScope, type Tx } from '../../server/database/connect.ts'
import { record } from '../../server/trail/record.ts'
import { openApp } from '../support/app.ts'
import { gather, type Member } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { fill } from '../database/filling.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const { id, zone } = ours.engagement
await fill(owner, ours)
await owner.transaction().execute(async (trx) => {
  // What was filled in stands, but the records are entered here.
  await sql`set local session_replication_role = replica`.execute(trx)
  await sql`delete from engagement_record`.execute(trx)
  await sql`delete from archive_addition`.execute(trx)
})
const today = todayIn(zone)
const enter = (who: Member, kind: string, form: Record<string, string> = {}) => who.post(`${ours.base}/records/${kind}`, { datedOn: today, ...form })
const go = (who: Member, to: string, form: Record<string, string> = {}) => who.post(`${ours.base}/phase`, { to, ...form })
const phaseNow = async () => (await owner.selectFrom('engagement').select('phase').where('id', '=', id).executeTakeFirstOrThrow()).phase

/** What `ask` answers when it is asked while somebody has written, and recorded it, and not yet ended the transaction. */
async function whileWriting<T>(write: (trx: Tx) => Promise<void>, ask: () => Promise<T>): Promise<T> {
  let answer: Promise<T>
  await inScope(testApp.site.db, ours.staff.scope, async (trx) => {
    await write(trx)
    await record(trx, ours.staff.scope, { kind: 'matrix.laid_out', facts: { arrangement: 'control', responses: 'beside' } })
    answer = ask()
    for (let waiting = 0; waiting === 0;) waiting = (await sql<{ count: number }>`select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(owner)).rows[0]!.count
  })
  return await answer!
}

t.test('an engagement goes from draft to its locked file by the book, refused with what is missing at every step', async (t) => {
  await owner.updateTable('engagement').set({ phase: 'draft' }).where('id', '=', id).execute()
  const { status, body } = await go(ours.manager, 'planning')
  t.equal(status, 409)
  for (const words of ['The partner has not accepted the engagement', 'Independence is not confirmed by Daniel Reyes, Lena Fischer, Miriam Okafor, Priya Natarajan and 1 more', 'The signed terms are not on record']) t.match(body, words)
  t.equal((await enter(ours.manager, 'acceptance')).status, 403, 'acceptance is the partner’s')
  t.equal((await enter(ours.partner, 'acceptance', { datedOn: '2199-01-01' })).status, 422, 'and not of a day to come')
  t.equal((await enter(ours.partner, 'acceptance')).status, 303)
  t.equal((await enter(ours.lead, 'terms')).status, 404, 'what is the firm’s own does not exist for the client')
  t.equal((await enter(outsiders.manager, 'terms')).status, 404)
  await enter(ours.manager, 'terms', { note: 'Letter of September' })
  for (const one of [ours.partner, ours.reviewer, ours.manager, ours.senior]) t.equal((await enter(one, 'independence')).status, 303)
  t.match((await go(ours.manager, 'planning')).body, 'Independence is not confirmed by Lena Fischer')
  await enter(ours.staff, 'independence')
  t.equal((await go(ours.staff, 'planning')).status, 403)
  t.equal((await go(ours.manager, 'planning')).status, 303)

  await enter(ours.manager, 'control_matrix')
  t.equal((await ours.manager.post(`${ours.base}/records/control_matrix/withdrawal`, { note: 'A control is missing' })).status, 303)
  t.match((await go(ours.manager, 'fieldwork')).body, 'The control matrix is not approved', 'what is taken back does not stand')
  await enter(ours.manager, 'control_matrix')
  t.equal((await go(ours.manager, 'fieldwork')).status, 303)

  t.match((await go(ours.manager, 'wrap_up')).body, '1 control is not concluded')
  await sql`update test_line set conclusion = 'effective' where engagement_id = ${id}`.execute(owner)
  t.match((await whileWriting(async (trx) => { await sql`update test_line set conclusion = null`.execute(trx) }, async () => go(ours.manager, 'wrap_up'))).body, '1 control is not concluded', 'what is under way is waited for')
  await sql`update test_line set conclusion = 'effective' where engagement_id = ${id}`.execute(owner)
  t.equal((await go(ours.manager, 'wrap_up')).status, 303)
  t.match((await go(ours.manager, 'reporting')).body, 'not evaluated')
  await sql`update exception set status = 'cleared', clear_reason = 'Seen', problem = 'x', released_at = coalesce(released_at, now()) where engagement_id = ${id}`.execute(owner)
  t.equal((await go(ours.manager, 'reporting')).status, 303)

  t.equal((await go(ours.manager, 'issued')).status, 403, 'the partner releases')
  t.match((await go(ours.partner, 'issued')).body, 'The representation letter is not received')
  const dates = (reportDate: string, releaseDate: string) => ours.manager.post(`${ours.base}/phase/dates`, { reportDate, releaseDate })
  t.match((await dates('2026-09-29', '')).body, 'before the end of the period')
  t.match((await dates(today, '2026-01-01')).body, 'not before the report’s date')
  t.equal((await ours.staff.post(`${ours.base}/phase/dates`, { reportDate: today })).status, 403)
  t.equal((await dates(today, today)).status, 303)
  t.equal((await enter(ours.lead, 'assertion')).status, 303, 'the client gives what is its own')
  await enter(ours.lead, 'representation', { datedOn: '2026-10-05' })
  t.match((await go(ours.partner, 'issued')).body, 'The representation letter is dated Oct 5, 2026')
  await enter(ours.manager, 'representation')
  t.equal((await go(ours.partner, 'issued')).status, 303)
  t.equal((await owner.selectFrom('answer_link').select('id').where('engagement_id', '=', id).where('ended_at', 'is', null).execute()).length, 0, 'every link ended')
  const entries = await owner.selectFrom('trail_entry').select(['kind', 'event']).where('log', '=', id).where('kind', 'in', ['phase.changed', 'closing.dated']).orderBy('sequence').execute()
  t.strictSame(entries.filter(({ event }) => event !== '{}').map(({ kind, event }) => kind === 'phase.changed' ? JSON.parse(event).facts.to : kind), ['planning', 'fieldwork', 'wrap_up', 'reporting', 'closing.dated', 'issued'])
})

t.test('what a closed engagement still takes is a short list: its way into the archive, additions, and looking at it', async (t) => {
  const taken = routeTable(testApp.app).filter(({ method, url, whileClosed }) => whileClosed && method === 'POST' && url.startsWith('/engagements/:engagement')).map(({ url }) => url.slice('/engagements/:engagement'.length)).toSorted()
  t.strictSame(taken, [
    '/additions', '/additions/:addition/authorization', '/additions/:addition/review', '/client-view', '/client-view/end', '/matrix/evidence', '/milestones/:kind/date', '/next',
    '/phase', '/phase/destruction', '/phase/hold', '/records/:kind', '/records/:kind/withdrawal',
  ])
})

t.test('of an issued engagement every write is refused unless its route says otherwise, and nothing changes', async (t) => walk(t))

t.test('the file is locked once it is on record that it is assembled', async (t) => {
  t.equal((await enter(ours.partner, 'acceptance')).status, 409, 'nothing else is recorded any more')
  t.match((await go(ours.manager, 'archived')).body, 'It is not on record that the file is assembled')
  t.equal((await enter(ours.manager, 'assembly')).status, 303)
  t.equal((await go(ours.manager, 'archived')).status, 303)
  t.equal(await phaseNow(), 'archived')
  const { body } = await ours.manager.get(`${ours.base}/phase`)
  t.match(body, 'Kept until')
  t.equal((await ours.manager.post(`${ours.base}/phase/hold`, { on: 'on', holdReason: 'A suit' })).status, 403)
  t.equal((await ours.partner.post(`${ours.base}/phase/hold`, { on: 'on', holdReason: 'A suit' })).status, 303)
})

t.test('of a locked file every write is refused as well', async (t) => walk(t))

t.test('no page of a closed engagement offers what would be refused, to anybody', async (t) => {
  const taken = new Set(routeTable(testApp.app).filter(({ whileClosed }) => whileClosed).map(({ url }) => url.slice('/engagements/:engagement'.length)))
  const shapeOf = (address: string) => address.slice(ours.base.length).replace(/[?#].*/, '').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id')
  const isTaken = (address: string) => [...taken].some((url) => new RegExp(`^${url.replaceAll(/:\\w+/g, '[^/]+')}$`).test(address.slice(ours.base.length).replace(/[?#].*/, '')))
  for (const phase of ['withdrawn', 'archived'] as const) {
    await owner.transaction().execute(async (trx) => {
      await sql`set local session_replication_role = replica`.execute(trx)
      await trx.updateTable('engagement').set({ phase }).where('id', '=', id).execute()
    })
    for (const who of { withdrawn: [ours.lead], archived: [ours.partner] }[phase]) {
      const seen = new Set<string>()
      const wrong = new Set<string>()
      const ahead = [ours.base]
      for (let at = ahead.shift(); at !== undefined; at = ahead.shift()) {
        if (seen.has(shapeOf(at))) continue
        seen.add(shapeOf(at))
        // Of the files there are rows only, so a download breaks off.
        const { status, body, location, headers } = await who.get(at).catch(() => ({ status: 0, body: '', location: undefined, headers: {} as Record<string, unknown> }))
        if (location?.startsWith(ours.base)) ahead.push(location)
        if (status !== 200 || !String(headers['content-type']).startsWith('text/html')) continue
        const offered = [...body.matchAll(/<form method="post"[^>]* action="([^"]*)"|formaction="([^"]*)"|<form [^>]*action="([^"]*)"[^>]* method="post"/g)].map((found) => (found[1] ?? found[2] ?? found[3])!)
        for (const action of offered) if (action.startsWith(`${ours.base}/`) && !isTaken(action)) wrong.add(`${shapeOf(at)} offers ${shapeOf(action)}`)
        for (const [, href] of body.matchAll(/href="([^"]*)"/g)) if (href!.startsWith(ours.base)) ahead.push(href!.replaceAll('&amp;', '&'))
      }
      t.ok(seen.size > 10, `${phase}, ${who.role}: ${seen.size} pages`)
      t.strictSame([...wrong], [], `${phase}, ${who.role}`)
    }
  }
})

t.test('an addition needs a reason, a reviewer who did not make it, and the partner; the original stays', async (t) => {
  const there = `${ours.base}/additions`
  t.equal((await ours.staff.post(there, { text: 'It came' })).status, 422)
  t.equal((await ours.senior.post(there, { reason: 'It came late' })).status, 422, 'an addition adds something')
  t.equal((await ours.senior.post(there, { reason: 'It came late', text: 'The bank’s letter of January' })).status, 303)
  t.equal((await ours.senior.post(`${there}/1/review`)).status, 409, 'not by its maker')
  t.equal((await ours.staff.post(`${there}/1/review`)).status, 403)
  t.equal((await ours.partner.post(`${there}/1/authorization`)).status, 409, 'not before it is reviewed')
  t.equal((await ours.manager.post(`${there}/1/review`)).status, 303)
  t.equal((await ours.manager.post(`${there}/1/authorization`)).status, 403)
  t.equal((await ours.partner.post(`${there}/1/authorization`)).status, 303)
  t.match((await ours.staff.get(there)).body, 'part of the file')
  t.equal((await ours.lead.get(there)).status, 403)
  t.equal((await outsiders.manager.get(there)).status, 404)
})

t.test('once its retention is over a file is named on the firm’s list, and a legal hold beside it', async (t) => {
  const ends = async (released: string, hold: boolean, phase = 'archived') => owner.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx)
    await sql`update engagement set phase = ${phase}, report_date = ${released}, release_date = ${released}, retention_years = 7, legal_hold = ${hold} where id = ${id}`.execute(trx)
  })
  const shown = async (who: Member) => /Retention ended[\s\S]*?<\/details>/.exec((await who.get('/engagements')).body)?.[0] ?? ''
  const day = (days: number) => Temporal.PlainDate.from(today).subtract({ years: 7 }).add({ days }).toString()
  await ends(day(0), false)
  t.equal(await shown(ours.partner), '', 'it is kept through its last day')
  await ends(day(-3), false)
  for (const who of [ours.partner, ours.manager, ours.staff]) t.match(await shown(who), /1 file that nothing keeps[\s\S]*no legal hold/)
  t.match(await shown(outsiders.manager), ours.engagement.client, 'managers know of every file of the firm')
  t.notMatch(await shown(outsiders.manager), ours.base, 'but open their own alone')
  t.equal(await shown(outsiders.staff), '')
  t.equal(await shown(ours.lead), '')
  t.match((await ours.manager.get(`${ours.base}/phase`)).body, 'Retention is over, and no legal hold')
  await ends(day(-3), true)
  t.match(await shown(ours.partner), /every one under a legal hold/)
  t.match((await ours.manager.get(`${ours.base}/phase`)).body, 'the legal hold keeps the file')
  await ends(day(-3), false, 'issued')
  t.equal(await shown(ours.partner), '', 'only what is locked is a file that is kept')
  await ends(day(-3), false)
})

t.test('the firm’s policy has versions, and an engagement keeps the one it began with', async (t) => {
  const terms = { version: '1', retentionYears: '10', assemblyDays: '45', linkPolicy: 'link_and_code', linkDays: '7', firmIdle: '15', clientIdle: '60', qualityReview: 'on' }
  t.equal((await ours.senior.get('/firm-policy')).status, 403)
  t.equal((await ours.manager.post('/firm-policy', { ...terms, retentionYears: '4' })).status, 422)
  t.equal((await ours.manager.post('/firm-policy', terms)).status, 303)
  t.equal((await ours.partner.post('/firm-policy', { ...terms, linkDays: '9' })).status, 409, 'somebody else was first')
  const { location } = await ours.manager.post('/engagements', { system: 'New', type: '2', periodStart: '2026-01-01', periodEnd: '2026-06-30', zone: 'UTC', client: ours.engagement.clientId })
  const begun = await owner.selectFrom('engagement').select(['phase', 'firm_policy_version', 'assembly_days', 'retention_years', 'link_policy', 'link_days']).where('id', '=', location!.split('/')[2]!).executeTakeFirstOrThrow()
  t.strictSame(begun, { phase: 'draft', firm_policy_version: 2, assembly_days: 45, retention_years: 10, link_policy: 'link_and_code', link_days: 7 })
  t.equal((await owner.selectFrom('engagement').select('firm_policy_version').where('id', '=', id).executeTakeFirstOrThrow()).firm_policy_version, 1)
  const rest = async (who: Member, minutes: number) => {
    await sql`update session set last_seen_at = now() - make_interval(mins => ${minutes}) where person_id = ${who.id}`.execute(owner)
    return (await who.get('/')).status
  }
  t.strictSame([await rest(ours.staff, 14), await rest(ours.staff, 16), await rest(ours.lead, 59), await rest(ours.lead, 61)], [200, 303, 200, 303], 'a session rests as long as the newest policy lets it')
})

t.test('the firm’s list shows managers a row of every engagement, opens their own, and shows others theirs alone', async (t) => {
  const mine = await ours.manager.get('/engagements')
  t.match(mine.body, `href="${ours.base}"`)
  t.match(mine.body, outsiders.engagement.client)
  t.notMatch(mine.body, outsiders.base, 'what they are not on they do not open')
  t.notMatch((await ours.senior.get('/engagements')).body, outsiders.engagement.client)
  const found = await ours.manager.get(`/engagements?q=larkfield&person=${outsiders.senior.id}&phase=fieldwork&sort=end&down=1`)
  t.match(found.body, '1 engagement')
  t.match((await ours.manager.get('/engagements?q=100%25_')).body, 'No engagement fits')
  t.match((await ours.manager.get('/engagements?page=zzz&client=1&sort=x')).body, ours.engagement.client)
  t.notMatch((await outsiders.lead.get('/engagements')).body, ours.engagement.client)
})

/** Calls every write route of our engagement as somebody whose role may, and looks whether a row of it changed. */
async function walk(t: Test): Promise<void> {
  const writes = routeTable(testApp.app).filter(({ method, url, permit, whileClosed }) => !['GET', 'HEAD'].includes(method) && url.startsWith('/engagements/:engagement') && isEngagementPermit(permit) && !whileClosed)
  t.ok(writes.length > 100, `${writes.length} writes`)
  const before = await fingerprint()
  for (const { url, permit } of writes) {
    const who = [ours.partner, ours.manager, ours.senior, ours.lead, ours.owner, ours.reviewer].find(({ role }) => isEngagementPermit(permit) && may(role, permit))!
    const address = url.replace('*', 'x').replace(/:(\w+)/g, (_, name: string) => name === 'engagement' ? id : name === 'number' ? 'R-001' : name === 'reference' ? 'AC-01.T1' : name === 'population' ? 'POP-01' : randomUUID())
    t.equal((await who.post(address)).status, permit.startsWith('readiness.') ? 404 : 409, url)
  }
  t.strictSame(await fingerprint(), before)
}

async function fingerprint(): Promise<Record<string, string>> {
  const { rows: tables } = await sql<{ name: string }>`select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and column_name = 'engagement_id' and table_type = 'BASE TABLE' and table_name <> 'access_entry'`.execute(owner)
  const prints: Record<string, string> = {}
  for (const { name } of tables) {
    const { rows } = await sql<{ print: string }>`select md5(coalesce(string_agg(md5(x::text), '' order by md5(x::text)), '')) as print from ${sql.table(name)} x where engagement_id = ${id}`.execute(owner)
    prints[name] = rows[0]!.print
  }
  return prints
}
