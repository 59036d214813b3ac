import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import type { RequestStatus } from '../../server/database/schema/requests.ts'
import { acceptSubmission, returnAccepted } from '../../server/evidence/actions.ts'
import { contribute } from '../../server/evidence/answer-actions.ts'
import { draftRequest } from '../../server/requests/actions.ts'
import { canMove, requestNumber, returnReasons, statusWords, type Move } from '../../server/requests/rules.ts'
import type { Member, Team } from '../support/cast.ts'
import { answerByLink, ask, bring, look, noted, openRun, pressLink, send, statement, statusOf, tokensOf, trailOf, type Asked, type Run } from './run.ts'

const returned = { version: '1', reason: 'wrong_system', words: 'Take it from production.', due: '2099-12-01' }
const team = ['partner', 'manager', 'senior', 'staff']
const decisions: readonly { readonly noun: string, readonly move: Move, readonly form: Record<string, string | readonly string[]>, readonly roles: readonly string[], readonly to: RequestStatus, readonly trail: readonly string[] }[] = [
  { noun: 'review', move: 'startReview', form: {}, roles: team, to: 'in_review', trail: ['request.review_started'] },
  { noun: 'review/release', move: 'releaseReview', form: {}, roles: team, to: 'submitted', trail: ['request.review_released'] },
  { noun: 'acceptance', move: 'accept', form: { version: '1', ...noted }, roles: team, to: 'accepted', trail: ['request.accepted', 'link.ended'] },
  { noun: 'return', move: 'return', form: returned, roles: team, to: 'returned', trail: ['request.returned', 'link.sent'] },
  { noun: 'acceptance/reversal', move: 'returnAccepted', form: returned, roles: ['partner', 'manager', 'senior'], to: 'returned', trail: ['request.returned', 'link.sent'] },
]

t.test('every decision in every state by every role does what the rules say, and nothing else', async (t) => {
  const run = await openRun(t)
  const { ours, outsiders } = run.cast
  for (const status of Object.keys(statusWords) as RequestStatus[]) {
    const standing = await requestIn(run, ours, status)
    for (const { noun, move, form, roles, to, trail } of decisions) {
      for (const member of membersOf(ours)) {
        const allowed = roles.includes(member.role) && canMove(status, move)
        const request = allowed ? await requestIn(run, ours, status) : standing
        const since = (await trailOf(run, ours)).length
        const answer = await member.post(`${request.url}/${noun}`, form)
        const title = `${member.role} ${noun} while ${status}`
        // Starting a review twice is not an error for the one who is at it.
        const again = move === 'startReview' && status === 'in_review' && member.role === 'staff'
        t.equal(answer.status, allowed || again ? 303 : roles.includes(member.role) ? 409 : 403, title)
        t.equal(await statusOf(run, request), allowed ? to : status, title)
        t.strictSame(await trailOf(run, ours, since), allowed ? trail : roles.includes(member.role) ? [] : ['account.refused'], title)
      }
      for (const member of membersOf(outsiders)) t.equal((await member.post(`${standing.url}/${noun}`, form)).status, 404, `outside ${member.role} ${noun}`)
    }
  }
})

t.test('a return needs a reason of the list, words and a day from today on, and shows again what was typed', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await requestIn(run, ours, 'in_review')
  const cases: [Record<string, string>, RegExp][] = [
    [{ ...returned, reason: '' }, /Choose why it goes back/], [{ ...returned, reason: 'nonsense' }, /Choose why it goes back/], [{ ...returned, words: '  ' }, /in your own words/],
    [{ ...returned, due: '' }, /Give the new due date/], [{ ...returned, due: '2020-01-01' }, /from today on/], [{ ...returned, due: '2099-02-30' }, /a day of the calendar/],
  ]
  for (const [form, message] of cases) {
    const answer = await ours.staff.post(`${request.url}/return`, form)
    t.equal(answer.status, 422)
    t.match(answer.body, message)
    if (form['words']!.trim() !== '') t.match(answer.body, /Take it from production\./)
  }
  t.equal(await statusOf(run, request), 'in_review')
  t.equal(Object.keys(returnReasons).length, 16, 'every ground of the trade')
})

t.test('a return mails the owner the reason with a fresh link, moves the date and keeps the first one', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await requestIn(run, ours, 'in_review')
  await ours.staff.post(`${request.url}/return`, returned)
  const mail = await run.owner.selectFrom('mail').selectAll().where('template', '=', 'request_returned').executeTakeFirstOrThrow()
  t.match(mail, { person_id: ours.owner.id, facts: { reason: 'Wrong system or environment', words: 'Take it from production.', dueOn: '2099-12-01', number: requestNumber(request.number) } })
  t.match(await run.owner.selectFrom('request').select(['due_on', 'original_due_on']).executeTakeFirstOrThrow(), { due_on: '2099-12-01', original_due_on: '2099-10-21' })
  const tokens = await tokensOf(run, request)
  t.equal(tokens.length, 2)
  t.equal((await look(run, await pressLink(run, tokens[1]!), request.linkUrl)).statusCode, 200)
})

t.test('of two who decide at once one wins, and the other is told by whom, what and when, with their words kept', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  for (let race = 0; race < 6; race++) {
    const request = await requestIn(run, ours, 'in_review')
    const accept = async (member: Member) => member.post(`${request.url}/acceptance`, { version: '1', ...noted })
    const giveBack = async (member: Member) => member.post(`${request.url}/return`, returned)
    const answers = await Promise.all(race % 2 ? [giveBack(ours.senior), accept(ours.staff)] : [accept(ours.senior), accept(ours.staff)])
    t.strictSame(answers.map(({ status }) => status).toSorted((a, b) => a - b), [303, 409])
    const lost = answers.find(({ status }) => status === 409)!
    t.match(lost.body, /was already (accepted|returned) by (Tom Bergstrom|Lena Fischer) at \w{3} \d+, \d{4}, \d\d:\d\d/)
    if (answers[0] === lost && race % 2) t.match(lost.body, /Your words, which were not sent: “Take it from production\.”/)
    t.ok(['accepted', 'returned'].includes(await statusOf(run, request)))
  }
})

t.test('a decision falls on the version that was looked at', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await requestIn(run, ours, 'returned')
  await answerByLink(run, request, [{ name: 'second.txt', body: 'second' }])
  await ours.staff.post(`${request.url}/review`)
  for (const noun of ['acceptance', 'return']) {
    const stale = await ours.senior.post(`${request.url}/${noun}`, { ...returned, ...noted, version: '1' })
    t.equal(stale.status, 409)
    t.match(stale.body, /Version 2 of R-001 came in while you looked at version 1/)
  }
  t.equal((await ours.senior.post(`${request.url}/acceptance`, { version: '2', ...noted })).status, 303)
})

t.test('only one is the reviewer; a colleague of the same rank may not give their review back', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await requestIn(run, ours, 'submitted')
  await ours.senior.post(`${request.url}/review`)
  const second = await ours.staff.post(`${request.url}/review`)
  t.equal(second.status, 409)
  t.match(second.body, /Tom Bergstrom is already reviewing R-001/)
  t.equal((await ours.staff.post(`${request.url}/review/release`)).status, 403)
  t.equal((await ours.manager.post(`${request.url}/review/release`)).status, 303)
  t.match(await run.owner.selectFrom('request').select(['status', 'reviewer_id']).executeTakeFirstOrThrow(), { status: 'submitted', reviewer_id: null })
})

t.test('nobody accepts what they submitted, by the rules and by the database', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await requestIn(run, ours, 'in_review')
  const both = { ...ours.staff.scope, actor: ours.owner.scope.actor }
  await t.rejects(inScope(run.site.db, both, async (trx) => acceptSubmission(trx, both, request.number)), /submitted this answer yourself/)
  await t.rejects(run.owner.updateTable('submission').set({ status: 'accepted', decided_at: new Date(), decided_by: ours.owner.id }).execute(), { code: '23514' })
})

t.test('a population is not accepted by itself', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours, { kind: 'population' })
  await bring(run, ours, request, 'in_review')
  const answer = await ours.staff.post(`${request.url}/acceptance`, { version: '1' })
  t.equal(answer.status, 409)
  t.match(answer.body, /run the checks and accept the population/)
  t.notMatch((await ours.staff.get(request.url)).body, /\/acceptance"/)
})

t.test('acceptance ends the links; its reversal by a senior sends a new one', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await requestIn(run, ours, 'accepted')
  const [first] = await tokensOf(run, request)
  t.equal((await look(run, '', `/answer/${first}`)).statusCode, 410)
  await returnAccepted(run.site, ours.senior.scope, request.number, { reason: 'altered', words: 'The log shows another value.', dueOn: '2099-12-24' })
  t.equal(await statusOf(run, request), 'returned')
  const tokens = await tokensOf(run, request)
  t.equal((await look(run, await pressLink(run, tokens.at(-1)!), request.linkUrl)).statusCode, 200)
  t.match(await run.owner.selectFrom('submission').select(['status', 'decided_by', 'reason_code']).executeTakeFirstOrThrow(), { status: 'returned', decided_by: ours.senior.id, reason_code: 'altered' })
})

t.test('the page shows each what they may do, and every opening stands in the access log', async (t) => {
  const run = await openRun(t)
  const { ours, outsiders } = run.cast
  const request = await requestIn(run, ours, 'in_review')
  for (const member of membersOf(ours)) {
    const page = await member.get(request.url)
    t.equal(page.status, 200, member.role)
    t.equal(page.body.includes('/acceptance"'), team.includes(member.role), `${member.role} and the button to accept`)
    t.match(page.body, /Backups|schedule\.txt/)
  }
  for (const member of membersOf(outsiders)) t.equal((await member.get(request.url)).status, 404)
  const file = await run.owner.selectFrom('evidence_file').select(['id']).executeTakeFirstOrThrow()
  t.equal((await ours.staff.get(`${request.url}/files/${file.id}`)).status, 200)
  t.equal((await outsiders.staff.get(`${request.url}/files/${file.id}`)).status, 404)
  t.equal((await outsiders.staff.get(`${request.url.replace(ours.base, outsiders.base)}/files/${file.id}`)).status, 404)
  const seen = await run.owner.selectFrom('access_entry').select(['kind', 'person_id']).where('person_id', '=', ours.staff.id).orderBy('id').execute()
  t.strictSame(seen.map(({ kind }) => kind), ['request_opened', 'file_previewed', 'file_downloaded'])
})

t.test('text is shown in numbered lines from any line on, a table as a table, the rest as a download', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  await answerByLink(run, request, [
    { name: 'long.log', body: Array.from({ length: 700 }, (_line, index) => `line ${index + 1} <b>`).join('\n') },
    { name: 'runs.csv', body: 'database,runs\npayments,02:00\nledger,02:30\n' }, { name: 'policy.pdf', body: '%PDF-1.7\n%\xe2\xe3' },
  ])
  const [text, table, document] = await run.owner.selectFrom('evidence_file').select('id').orderBy('position').execute()
  const first = await ours.staff.get(request.url)
  t.match(first.body, /line 500 &lt;b&gt;/)
  t.notMatch(first.body, /line 501 /)
  t.match((await ours.staff.get(`${request.url}?file=${text!.id}&from=500`)).body, /line 700 /)
  t.match((await ours.staff.get(`${request.url}?file=${table!.id}`)).body, /<th scope="col">database<\/th>.*<td class="nowrap">payments<\/td>/s)
  t.match((await ours.staff.get(`${request.url}?file=${document!.id}`)).body, /a PDF document\. It is not opened here/)
  for (const query of ['?file=nonsense', '?file=11111111-1111-4111-8111-111111111111', '?from=-5', '?from=x', '?file=a&file=b']) t.equal((await ours.staff.get(`${request.url}${query}`)).status, 200, query)
})

t.test('previous and next lead through what waits for the firm, longest waiting first', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const [first, second, third] = [await requestIn(run, ours, 'submitted'), await requestIn(run, ours, 'submitted'), await requestIn(run, ours, 'in_review')]
  const page = await ours.staff.get(second.url)
  t.match(page.body, /2 of 3 with us/)
  t.match(page.body, `href="${first.url}" aria-label="Previous request"`)
  t.match(page.body, `href="${third.url}" aria-label="Next request"`)
  t.notMatch((await ours.owner.get(second.url)).body, /with us/, 'the client is not told of the firm’s queue')
})

t.test('bytes that are missing from the store are said to be missing, and the page stands', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  const blob = { sha256: 'a'.repeat(64), size: 3, head: Buffer.from('abc') }
  await contribute(run.site, ours.owner.scope, request.number, { files: [{ name: 'gone.txt', blob, itemId: null }], answer: null })
  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2'] })
  t.match((await ours.staff.get(request.url)).body, /bytes of this file are missing/)
})

function membersOf(one: Team): Member[] {
  return Object.values(one).filter((member): member is Member => typeof member === 'object' && 'post' in member)
}

async function requestIn(run: Run, one: Team, status: RequestStatus): Promise<Asked> {
  if (status === 'draft') return await drafted(run, one)
  const request = await ask(run, one)
  if (status === 'client_review') await run.owner.updateTable('request').set({ status }).where('id', '=', request.id).execute()
  else await bring(run, one, request, status)
  return request
}

async function drafted(run: Run, one: Team): Promise<Asked> {
  const { scope } = one.senior
  const { id, number } = await inScope(run.site.db, scope, async (trx) => draftRequest(trx, scope, {
    kind: 'configuration', title: 'Draft', ask: 'Draft', why: '', system: '', example: '', priority: 'normal', ownerId: one.owner.id, dueOn: '2099-10-21', controlIds: [], checklist: [], drawId: null,
  }))
  const url = `${one.base}/requests/${requestNumber(number)}`
  return { id, number, url, answerUrl: `${url}/answer`, linkUrl: `/answer/requests/${id}` }
}
