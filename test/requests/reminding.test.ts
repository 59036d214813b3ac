import { sql } from 'kysely'
import t from 'tap'
import { outsideScope, programScope } from '../../server/access/program.ts'
import { reminderDays } from '../../server/requests/reminders.ts'
import { sendReminders, startReminders } from '../../server/requests/reminder-actions.ts'
import type { EngagementScope } from '../../server/scope.ts'
import { ask, bring, openRun, trailOf, type Run } from '../evidence/run.ts'

const dueOn = '2099-10-21'
const { before, on, after } = reminderDays(dueOn)

t.test('each reminder goes out once, whoever sends it and however often', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours, { dueOn })
  const scope = await at(run, before)
  await Promise.all([sendReminders(run.site, scope), sendReminders(run.site, scope), sendReminders(run.site, scope)])
  t.strictSame(await steps(run), ['before'])
  await sendReminders(run.site, scope)
  for (const day of [on, on, after, after]) await sendReminders(run.site, await at(run, day))
  t.strictSame(await steps(run), ['before', 'on', 'after'])
  const mail = await run.owner.selectFrom('mail').selectAll().where('template', '=', 'reminder').orderBy('created_at').limit(1).executeTakeFirstOrThrow()
  t.match(mail, { person_id: ours.owner.id, request_id: request.id, facts: { number: 'R-001', dueOn, from: ours.engagement.firm, calendar: { uid: `request-${request.id}`, sequence: 0 } } })
  t.match(run.site.sealer.unseal('mail link', mail.link_sealed!), /^\/answer\/[\w-]{43}$/, 'with a fresh link')
  const kinds = await trailOf(run, ours)
  t.equal(kinds.filter((kind) => kind === 'request.reminded').length, 3)
  t.equal(kinds.filter((kind) => kind === 'link.sent').length, 4)
})

t.test('reminders stop when the request is answered, closed or given away, and begin anew with another due date', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  for (const status of ['submitted', 'in_review', 'accepted', 'cancelled', 'not_applicable'] as const) await bring(run, ours, await ask(run, ours, { dueOn }), status)
  await sendReminders(run.site, await at(run, on))
  t.strictSame(await steps(run), [])

  const request = await ask(run, ours, { dueOn })
  await sendReminders(run.site, await at(run, on))
  await ours.senior.post(`${request.url}/due-date`, { due: '2099-11-18' })
  await sendReminders(run.site, await at(run, on))
  t.strictSame(await steps(run), ['on'])
  await sendReminders(run.site, await at(run, reminderDays('2099-11-18').on))
  t.strictSame(await steps(run), ['on', 'on'])
  const last = await run.owner.selectFrom('mail').select('facts').where('template', '=', 'reminder').orderBy('created_at', 'desc').limit(1).executeTakeFirstOrThrow()
  t.match(last.facts, { dueOn: '2099-11-18', calendar: { sequence: 1 } })

  await run.owner.updateTable('membership').set({ removed_at: sql`now()` }).where('person_id', '=', ours.owner.id).execute()
  await sendReminders(run.site, await at(run, reminderDays('2099-11-18').after))
  t.equal((await steps(run)).length, 2, 'who has left is not written to')
})

t.test('a reminder asked for by hand comes each time, and where people sign in it leads there', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours, { dueOn })
  t.equal((await ours.lead.post(`${request.url}/links`)).status, 303)
  await ours.manager.post(`${ours.base}/link-rule`, { policy: 'account_only', days: '14' })
  t.equal((await ours.senior.post(`${request.url}/links`)).status, 303)
  t.strictSame(await steps(run), ['asked', 'asked'])
  const mail = await run.owner.selectFrom('mail').selectAll().where('template', '=', 'reminder').orderBy('created_at', 'desc').limit(1).executeTakeFirstOrThrow()
  t.equal(run.site.sealer.unseal('mail link', mail.link_sealed!), request.answerUrl)
  await bring(run, ours, request, 'cancelled')
  t.equal((await ours.senior.post(`${request.url}/links`)).status, 409)
  t.equal((await ours.staff.post(`${request.url}/links`)).status, 403)
})

t.test('an engagement’s morning begins at seven in its own zone, on both sides of a change of clocks', async (t) => {
  const run = await openRun(t)
  const { ours, outsiders } = run.cast
  await ask(run, ours, { dueOn: '2099-03-10' })
  await ask(run, outsiders, { dueOn: '2099-03-10' })
  const zones: readonly [string, string, boolean][] = [
    // The clocks of New York go forward on March 8, 2099: the Friday before is at UTC-5, the Monday after at UTC-4.
    ['America/New_York', '2099-03-06T11:59:00Z', false], ['America/New_York', '2099-03-06T12:00:00Z', true],
    ['America/New_York', '2099-03-09T10:59:00Z', false], ['America/New_York', '2099-03-09T11:00:00Z', true],
    // Where it is Monday already, or Friday still.
    ['Pacific/Kiritimati', '2099-03-08T17:00:00Z', true], ['Pacific/Kiritimati', '2099-03-08T16:59:00Z', false],
    ['Pacific/Pago_Pago', '2099-03-07T02:00:00Z', true], ['Asia/Kathmandu', '2099-03-09T01:15:00Z', true], ['Asia/Kathmandu', '2099-03-09T01:14:00Z', false],
    ['UTC', '2099-03-07T09:00:00Z', false], ['Nowhere/Atlantis', '2099-03-09T12:00:00Z', false],
  ]
  await run.owner.updateTable('engagement').set({ phase: 'archived' }).where('id', '=', outsiders.engagement.id).execute()
  for (const [zone, moment, morning] of zones) {
    await run.owner.updateTable('engagement').set({ zone }).where('id', '=', ours.engagement.id).execute()
    await sql`delete from graphile_worker._private_jobs`.execute(run.owner)
    await startReminders(run.site, { ...outsideScope('test'), at: new Date(moment) })
    await startReminders(run.site, { ...outsideScope('test'), at: new Date(moment) })
    const { rows } = await sql<{ key: string }>`select key from graphile_worker.jobs where task_identifier = 'remind_owners'`.execute(run.owner)
    t.strictSame(rows.map(({ key }) => key), morning ? [`remind ${ours.engagement.id}`] : [], `${zone} ${moment}`)
  }
})

/** The program inside our engagement at nine on a day in New York. */
async function at(run: Run, day: string): Promise<EngagementScope> {
  return { ...await programScope(run.site.db, run.cast.ours.engagement.id, 'remind_owners'), at: new Date(`${day}T14:00:00Z`) }
}

async function steps(run: Run): Promise<unknown[]> {
  const rows = await run.owner.selectFrom('mail').select('facts').where('template', '=', 'reminder').orderBy('created_at').execute()
  return rows.map(({ facts }) => facts['step'])
}
