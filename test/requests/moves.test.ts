import { sql } from 'kysely'
import t from 'tap'
import { may, type EngagementPermit } from '../../server/access/policy.ts'
import type { RequestStatus } from '../../server/database/schema/requests.ts'
import { moves, type Move } from '../../server/requests/rules.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
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

t.test('every move is pressed by somebody here, or belongs to the answer', async (t) => {
  const answering: readonly Move[] = ['start', 'submit', 'submitToLead', 'sendBack', 'withdraw']
  t.same(Object.keys(moves).filter((move) => !(move in presses)).toSorted(), answering.toSorted())
  t.equal(statuses.length, requests.length)
})
