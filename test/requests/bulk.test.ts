import t from 'tap'
import { refusalOf, acts, type Act } from '../../server/requests/bulk-rules.ts'
import { listChosen } from '../../server/requests/bulk-store.ts'
import { inScope } from '../../server/database/connect.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { statuses, writeRequests } from './rows.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const bulk = `${ours.base}/requests/bulk`
const COUNT = 300
await writeRequests(owner, ours, COUNT)
await writeRequests(owner, outsiders, 10)

const forms: Readonly<Record<Act, Record<string, string>>> = {
  issue: {}, owner: { owner: ours.lead.id }, 'due-date': { due: '2099-11-05', why: 'Holidays' }, reminder: {}, acceptance: {},
  return: { reason: 'cropped', words: 'The clock is missing.', due: '2099-11-05' }, cancellation: { reason: 'Asked twice' }, reopening: { reason: 'Needed after all' },
}

async function facts(number: number) {
  return await owner.selectFrom('request').select(['status', 'owner_id', 'due_on', 'original_due_on', 'version']).where('engagement_id', '=', ours.engagement.id).where('number', '=', number).executeTakeFirstOrThrow()
}

async function trail(): Promise<string[]> {
  const rows = await owner.selectFrom('trail_entry').select('kind').where('engagement_id', '=', ours.engagement.id).orderBy('sequence').execute()
  return rows.map(({ kind }) => kind)
}

/** A number in that state that no test has touched yet. */
const next = new Map(statuses.map((status, index) => [status, index + 1]))
function fresh(status: typeof statuses[number], step = 10): number {
  const number = next.get(status)!
  next.set(status, number + step)
  if (number > COUNT) throw new Error('more rows are needed')
  return number
}

t.test('the preview of each act in each state says what the act then does, and what it refuses', async (t) => {
  for (const act of Object.keys(acts) as Act[]) {
    for (const status of statuses) {
      const number = fresh(status)
      const before = await facts(number)
      const page = await ours.senior.get(`${bulk}/${act}?n=${number}`)
      t.equal(page.status, 200)
      const takes = page.body.includes(`value="${number}"`) || page.body.includes(`value="${number}.`)
      const hidden = /name="n" value="([^"]+)"/.exec(page.body)?.[1] ?? String(number)
      const { status: answered, body } = await ours.senior.post(`${bulk}/${act}`, { ...forms[act], n: hidden })
      t.equal(answered, takes ? 303 : 409, `${act} from ${status}`)
      if (!takes) {
        t.match(body, `R-${String(number).padStart(3, '0')}`, 'the refusal names the request')
        t.same(await facts(number), before)
      } else {
        const [chosen] = await inScope(testApp.site.db, ours.senior.scope, async (trx) => listChosen(trx, ours.senior.scope, [number]))
        if (['issue', 'acceptance', 'return', 'cancellation', 'reopening'].includes(act)) t.not(refusalOf(act, chosen!, { phase: 'fieldwork', person: ours.senior.id }), null, 'it is not done twice')
      }
    }
  }
})

t.test('many are done in one go with one append, and one that cannot be keeps all of them as they were', async (t) => {
  const open = Array.from({ length: 5 }, () => fresh('open'))
  const closed = fresh('accepted')
  const before = await trail()
  const mixed = await ours.senior.post(`${bulk}/due-date`, { ...forms['due-date'], n: [...open, closed].map(String) })
  t.equal(mixed.status, 409)
  t.match(mixed.body, 'Nothing was changed')
  t.match(mixed.body, '5 of 6 requests will be taken, 1 left')
  t.same(await trail(), before)
  for (const number of open) t.not((await facts(number)).due_on, '2099-11-05')

  const { status, location } = await ours.senior.post(`${bulk}/due-date`, { ...forms['due-date'], n: open.map(String) })
  t.equal(status, 303)
  t.same((await trail()).slice(before.length), open.map(() => 'request.due_changed'))
  for (const number of open) {
    const { due_on: dueOn, original_due_on: first } = await facts(number)
    t.equal(dueOn, '2099-11-05')
    t.not(first, '2099-11-05', 'the first date stays')
  }
  t.match(await owner.selectFrom('due_change').select(['to_on', 'reason', 'changed_by']).where('engagement_id', '=', ours.engagement.id).where('reason', '=', 'Holidays').execute(),
    open.map(() => ({ to_on: '2099-11-05', reason: 'Holidays', changed_by: ours.senior.id })))
  t.match((await ours.senior.get(location!)).body, '5 requests were moved to another due date')
})

t.test('what was cancelled can be opened again from where one is told', async (t) => {
  const open = [fresh('open'), fresh('returned')]
  const { location } = await ours.senior.post(`${bulk}/cancellation`, { ...forms.cancellation, n: open.map(String) })
  const { body } = await ours.senior.get(location!)
  t.match(body, '2 requests were cancelled')
  t.match(body, `${bulk}/reopening?n&#x3D;${Math.min(...open)}`)
  t.equal((await ours.senior.post(`${bulk}/reopening`, { ...forms.reopening, n: open.map(String) })).status, 303)
  for (const number of open) t.equal((await facts(number)).status, 'open')
})

t.test('usable evidence is accepted together', async (t) => {
  const numbers = [fresh('in_review'), fresh('in_review')]
  await owner.updateTable('request').set({ kind: 'sample' }).where('engagement_id', '=', ours.engagement.id).where('number', 'in', numbers).execute()
  const page = await ours.staff.get(`${bulk}/acceptance?n=${numbers[0]}&n=${numbers[1]}`)
  t.match(page.body, 'Accept 2 requests')
  for (const number of numbers) t.equal((await facts(number)).status, 'in_review', 'looking at what would happen does nothing')
  t.equal((await ours.staff.post(`${bulk}/acceptance`, { n: numbers.map((number) => `${number}.1`) })).status, 303)
  for (const number of numbers) t.equal((await facts(number)).status, 'accepted')
  t.same((await trail()).slice(-2), ['request.accepted', 'request.accepted'])
})

t.test('a form that lacks something comes back with what was typed; nothing chosen and nothing there say so', async (t) => {
  const number = String(fresh('open'))
  const { status, body } = await ours.senior.post(`${bulk}/cancellation`, { n: number })
  t.equal(status, 422)
  t.match(body, 'Say why')
  t.equal((await ours.senior.post(`${bulk}/due-date`, { n: number, due: 'soon' })).status, 422)
  t.equal((await ours.senior.post(`${bulk}/owner`, { n: number, owner: outsiders.owner.id })).status, 422)
  t.equal((await ours.senior.get(`${bulk}/issue`)).status, 422)
  t.equal((await ours.senior.post(`${bulk}/issue`, { n: ['x', '-1', ''] })).status, 422)
  t.equal((await ours.senior.post(`${bulk}/issue`, { n: '9999' })).status, 404)
  t.match((await ours.senior.get(`${bulk}/issue?n=9999`)).body, 'None of the chosen requests can be taken')
})

t.test('an answer that came after the preview is not accepted unseen', async (t) => {
  const number = fresh('in_review')
  const { id } = await owner.selectFrom('request').select('id').where('engagement_id', '=', ours.engagement.id).where('number', '=', number).executeTakeFirstOrThrow()
  await owner.updateTable('submission').set({ status: 'withdrawn' }).where('request_id', '=', id).execute()
  await owner.insertInto('submission').values({ engagement_id: ours.engagement.id, request_id: id, number: 2, status: 'submitted', submitted_at: new Date(), submitted_by: ours.owner.id, channel: 'login', answer: 'Again' }).execute()
  const late = await ours.senior.post(`${bulk}/return`, { ...forms.return, n: `${number}.1` })
  t.equal(late.status, 409)
  t.match(late.body, 'Version 2')
})
