import { sql } from 'kysely'
import t from 'tap'
import { may, type EngagementPermit } from '../../server/access/policy.ts'
import type { RequestStatus } from '../../server/database/schema/requests.ts'
import { moves, type Move } from '../../server/requests/rules.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { sessionCookie } from '../support/sign-in.ts'
import { statuses, writeRequests } from './rows.ts'

const testApp = await openApp(t)
const { ours } = await gather(testApp)
const owner = ownerOf(t, testApp)
const roles = ['partner', 'reviewer', 'manager', 'senior', 'staff', 'lead', 'owner'] as const
await writeRequests(owner, ours, 10)
// Of a sample without items nothing is asked but a look, so that what is tried here is the move.
await owner.updateTable('request').set({ kind: 'sample' }).where('engagement_id', '=', ours.engagement.id).execute()
const requests = await owner.selectFrom('request').select(['id', 'number', 'status']).where('engagement_id', '=', ours.engagement.id).execute()

/** Every move that somebody makes with one press: the noun in its address, the permission it takes and what the form says. */
const presses: Partial<Readonly<Record<Move, { noun: string, permit: EngagementPermit, form: Record<string, string> }>>> = {
  issue: { noun: 'issue', permit: 'request.issue', form: {} },
  startReview: { noun: 'review', permit: 'request.review', form: {} },
  releaseReview: { noun: 'review/release', permit: 'request.review', form: {} },
  accept: { noun: 'acceptance', permit: 'request.review', form: {} },
  return: { noun: 'return', permit: 'request.review', form: { reason: 'cropped', words: 'No clock.', due: '2099-11-05' } },
  returnAccepted: { noun: 'acceptance/reversal', permit: 'request.decide', form: { reason: 'cropped', words: 'No clock.', due: '2099-11-05' } },
  setNotApplicable: { noun: 'not-applicable', permit: 'request.decide', form: { reason: 'Not theirs' } },
  cancel: { noun: 'cancellation', permit: 'request.decide', form: { reason: 'Asked twice' } },
  reopen: { noun: 'reopening', permit: 'request.decide', form: { reason: 'Needed' } },
}

/** Puts every request back to where it started, past the rules that keep the program from doing so. */
async function restore(number: number, status: RequestStatus): Promise<void> {
  const { id } = requests.find((request) => request.number === number)!
  const answer = status === 'accepted' || status === 'returned' ? status : 'submitted'
  await owner.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx)
    await sql`delete from submission where request_id = ${id} and number > 1`.execute(trx)
    const decider = answer === 'submitted' ? null : ours.manager.id
    await sql`update submission set status = ${answer}, decided_at = case when ${answer} <> 'submitted' then now() end, decided_by = ${decider},
      reason_code = case when ${answer} = 'returned' then 'cropped' end, reason = case when ${answer} = 'returned' then 'Cropped' end where request_id = ${id}`.execute(trx)
    await sql`update request set status = ${status}, reviewer_id = case when ${status} in ('in_review', 'accepted') then ${ours.senior.id}::uuid end,
      issued_at = case when ${status} = 'draft' then null else now() end where id = ${id}`.execute(trx)
  })
}

for (const role of roles) {
  t.test(`every move from every state by the ${role} is made, or turned away, as policy and rules say`, async (t) => {
    for (const [move, { noun, permit, form }] of Object.entries(presses) as [Move, NonNullable<typeof presses[Move]>][]) {
      for (const { number, status } of requests) {
        const member = ours[role]
        const allowed = (moves[move].from as readonly RequestStatus[]).includes(status)
        // Whoever may press but is not the reviewer gives a review back only as a senior.
        const mayNow = may(member.role, permit) && !(move === 'releaseReview' && status === 'in_review' && !may(member.role, 'request.decide'))
        const { status: answered } = await member.post(`${ours.base}/requests/R-${String(number).padStart(3, '0')}/${noun}`, form)
        const { status: now } = await owner.selectFrom('request').select('status').where('engagement_id', '=', ours.engagement.id).where('number', '=', number).executeTakeFirstOrThrow()
        const what = `${move} from ${status}`
        if (!mayNow) t.equal(answered, 403, what)
        else if (allowed) t.same([answered, now], [303, moves[move].to], what)
        // Taking into review what is under the same person's review already changes nothing.
        else if (move === 'startReview' && status === 'in_review' && role === 'senior') t.equal(answered, 303, what)
        else t.equal(answered, 409, what)
        if (!mayNow || !allowed) t.equal(now, status, `${what} leaves it`)
        else await restore(number, status)
      }
    }
  })
}

/** What the client's side presses: what it sends, what it takes, and where it leads from each state it is taken in. */
const answers: Partial<Readonly<Record<Move, { noun: string, permit: EngagementPermit, gate: boolean, body: Record<string, string> | string, leads: (role: string) => Partial<Record<RequestStatus, RequestStatus>> }>>> = {
  start: { noun: 'answer/files?name=schedule.txt', permit: 'request.answer', gate: false, body: 'daily 02:00', leads: () => ({ open: 'in_progress', in_progress: 'in_progress', returned: 'returned' }) },
  submit: { noun: 'answer/submission', permit: 'request.answer', gate: false, body: words(), leads: () => ({ open: 'submitted', in_progress: 'submitted', returned: 'submitted', ...pressedTwice() }) },
  // The lead's own answer waits for no lead.
  submitToLead: { noun: 'answer/submission', permit: 'request.answer', gate: true, body: words(), leads: (role) => {
    const to = role === 'lead' ? 'submitted' : 'client_review'
    return { open: to, in_progress: to, returned: to, ...pressedTwice() }
  } },
  sendBack: { noun: 'answer/objection', permit: 'gate.decide', gate: true, body: { objection: 'The clock is missing.' }, leads: () => ({ client_review: 'returned' }) },
  withdraw: { noun: 'withdrawal', permit: 'request.answer', gate: false, body: {}, leads: () => ({ submitted: 'in_progress' }) },
}

// Another way to the same state: the lead sends on what waits for them, and once more changes nothing.
const approval = { noun: 'answer/approval', permit: 'gate.decide', gate: true, body: {}, leads: () => ({ client_review: 'submitted', submitted: 'submitted' }) } as const

function words(): Record<string, string> {
  return { words: 'Every day at two.' }
}

function pressedTwice(): Partial<Record<RequestStatus, RequestStatus>> {
  return { client_review: 'client_review', submitted: 'submitted', in_review: 'in_review' }
}

/** Puts a request back with the answer its state has: none, one that waits for the lead, or a decided one. */
async function restoreAnswer(number: number, status: RequestStatus): Promise<void> {
  const { id } = requests.find((request) => request.number === number)!
  const answered = ['submitted', 'in_review', 'accepted', 'returned'].includes(status)
  await owner.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx)
    await sql`delete from evidence_file where request_id = ${id}`.execute(trx)
    await sql`delete from submission where request_id = ${id} and (number > 1 or ${!answered})`.execute(trx)
  })
  await restore(number, status)
  if (status !== 'client_review') return
  await sql`insert into submission (engagement_id, request_id, number, answer, handed_at, handed_by, handed_channel)
    values (${ours.engagement.id}, ${id}, 1, 'In words', now(), ${ours.owner.id}, 'login')`.execute(owner)
}

for (const role of roles) {
  t.test(`every move of an answer from every state by the ${role} is made, or turned away, as policy and rules say`, async (t) => {
    const cookie = await sessionCookie(testApp, ours[role])
    for (const [move, { noun, permit, gate, body, leads }] of [...Object.entries(answers), ['submit, sent on by the lead', approval] as const]) {
      await owner.updateTable('engagement').set({ client_gate: gate }).where('id', '=', ours.engagement.id).execute()
      for (const { number, status } of requests) {
        // Whoever may not press it leaves everything where it was.
        if (may(ours[role].role, permit)) await restoreAnswer(number, status)
        const typed = typeof body === 'string'
        const { statusCode: answered } = await testApp.app.inject({
          method: 'POST', url: `${ours.base}/requests/R-${String(number).padStart(3, '0')}/${noun}`, payload: typed ? body : new URLSearchParams(body).toString(),
          headers: { cookie, host: testApp.site.config.publicUrl.host, origin: testApp.site.config.publicUrl.origin, 'content-type': typed ? 'application/octet-stream' : 'application/x-www-form-urlencoded' },
        })
        const { status: now } = await owner.selectFrom('request').select('status').where('engagement_id', '=', ours.engagement.id).where('number', '=', number).executeTakeFirstOrThrow()
        const to = (leads(role) as Partial<Record<RequestStatus, RequestStatus>>)[status]
        const what = `${move} from ${status}`
        if (!may(ours[role].role, permit)) t.same([answered, now], [403, status], what)
        else if (to) t.same([answered, now], [typed ? 201 : 303, to], what)
        // To the client's side a draft is not there.
        else t.same([answered, now], [status === 'draft' ? 404 : 409, status], what)
        if (now !== status) await restoreAnswer(number, status)
      }
    }
  })
}

t.test('what an answer leads to is what the moves say, and every move is pressed here', async (t) => {
  t.same([...Object.keys(presses), ...Object.keys(answers)].toSorted(), Object.keys(moves).toSorted())
  for (const [move, { leads }] of Object.entries(answers) as [Move, NonNullable<typeof answers[Move]>][]) {
    const changing = Object.entries(leads('owner')).filter(([from, to]) => from !== to)
    const from = (moves[move].from as readonly string[]).filter((status) => move !== 'submit' || status !== 'client_review')
    t.same(changing, from.map((status) => [status, moves[move].to]), move)
  }
  t.equal(statuses.length, requests.length)
})
