import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { openApp } from '../support/app.ts'
import { gather, type Member } from '../support/cast.ts'
import { setResult, type Bench } from '../support/testing.ts'
import { readTrail } from '../testing/reading.ts'
import { describe, description, findIn, secret, versionOf } from './found.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)

t.test('an exception goes from the first deviation to final, each step in the trail', async (t) => {
  const { here } = await found('AC-02')
  t.equal((await ours.senior.post(`${here}/release`)).status, 409, 'not before it is described')
  await describe(ours.staff, here)
  t.match((await ours.staff.get(here)).body, /For <\/?.*2 of 10.*leavers selected, access was removed 3 to 6 business days after the limit/s, 'the sentence is counted from the cells')
  t.equal((await ours.senior.post(`${here}/release`)).status, 303)
  t.equal((await ours.lead.post(`${here}/position`, { position: 'disputed', words: '' })).status, 422)
  t.equal((await ours.lead.post(`${here}/position`, { position: 'disputed', words: 'One left a week later' })).status, 303)
  t.match((await ours.senior.get(here)).body, 'One left a week later')
  t.equal((await ours.senior.post(`${here}/confirmation`)).status, 303)
  t.equal((await ours.manager.post(`${here}/completion`)).status, 409, 'not before it is evaluated and answered')
  t.equal((await ours.senior.post(`${here}/evaluation`, { evaluation: secret })).status, 303)
  t.equal((await ours.lead.post(`${here}/response`, { answer: 'respond', text: '' })).status, 422)
  t.equal((await ours.lead.post(`${here}/response`, { answer: 'respond', text: 'Deputies are named.', remediation: '2026-13-01' })).status, 422)
  t.equal((await ours.lead.post(`${here}/response`, { answer: 'respond', text: 'Deputies are named.', remediation: '2026-08-31' })).status, 303)
  t.equal((await ours.lead.post(`${here}/response`, { answer: 'respond', text: 'Deputies are named and trained.' })).status, 303, 'a second version')
  const { body } = await ours.staff.get(here)
  for (const words of ['Deputies are named.', 'Deputies are named and trained.', 'Version 2', secret]) t.match(body, words)
  t.equal((await ours.senior.post(`${here}/completion`)).status, 403, 'a senior does not close it')
  t.equal((await ours.manager.post(`${here}/completion`)).status, 303)
  t.equal((await ours.lead.post(`${here}/response`, { answer: 'respond', text: 'Too late' })).status, 409)
  t.equal((await describe(ours.staff, here, { cause: 'Another' })).status, 409, 'and nothing changes any more')
  const steps = (await readTrail(testApp, ours)).filter(({ kind }) => kind === 'exception.moved').map(({ facts }) => [facts['from'], facts['to']].join(' '))
  t.strictSame(steps, ['identified client_confirming', 'client_confirming confirmed', 'confirmed evaluated', 'evaluated response_received', 'response_received final'])
})

t.test('the lead is written to when the facts are shared and when a response is wanted, and nobody else', async (t) => {
  const mails = await inScope(testApp.site.db, ours.lead.scope, async (trx) => trx.selectFrom('mail').select(['template', 'person_id', 'facts']).execute())
  const ourMails = mails.filter(({ template }) => template === 'facts_wanted' || template === 'response_wanted')
  t.strictSame(ourMails.map(({ template }) => template).toSorted(), ['facts_wanted', 'response_wanted'])
  t.ok(ourMails.every(({ person_id: to }) => to === ours.lead.id))
  t.ok(ourMails.every(({ facts }) => !JSON.stringify(facts).includes(secret)), 'no evaluation travels')
})

t.test('until it is put to them the client knows of nothing, and afterwards of the facts alone', async (t) => {
  const { here, number, bench } = await found('AC-03')
  await describe(ours.staff, here, { problem: 'access stayed open' })
  const unseen = async () => {
    for (const key of ['lead', 'owner'] as const) {
      const list = await ours[key].get(`${ours.base}/exceptions`)
      t.equal(list.status, key === 'owner' ? 403 : 200)
      t.notMatch(list.body, number, `${key} does not find ${number} in the list`)
      t.equal((await ours[key].get(here)).status, key === 'owner' ? 403 : 404)
      t.equal((await ours[key].post(`${here}/position`, { position: 'agreed' })).status, key === 'owner' ? 403 : 404)
    }
  }
  await unseen()
  await ours.senior.post(`${here}/release`)
  const { body } = await ours.lead.get(here)
  for (const words of ['access stayed open', '3 business days', '2 of 10', 'EMP-0001']) t.match(body, words)
  for (const words of [bench.line.reference, 'Accounts stood unused', 'Isolated', 'Evaluation', '/testing']) t.notMatch(body, words, `the client does not read ${words}`)
  await ours.senior.post(`${here}/confirmation`)
  await ours.senior.post(`${here}/evaluation`, { evaluation: secret })
  t.notMatch((await ours.lead.get(here)).body, secret)
  t.notMatch((await ours.lead.get(`${ours.base}/exceptions`)).body, secret)
})

t.test('one that is cleared before it was shared stays unknown to the client', async (t) => {
  const { here, number, bench } = await found('AC-04')
  const refused = await ours.senior.post(`${here}/clearance`, { reason: 'The log was found' })
  t.equal(refused.status, 409)
  t.match(refused.body, '2 items still deviate')
  await passAll(bench)
  t.match((await ours.staff.get(here)).body, 'No cell deviates now')
  t.match((await ours.staff.get(`${ours.base}/testing/${bench.line.reference}`)).body, 'clear it with the reason')
  t.equal((await ours.senior.post(`${here}/release`)).status, 409, 'there is nothing to put to the client')
  t.equal((await ours.senior.post(`${here}/clearance`, { reason: '' })).status, 422)
  t.equal((await ours.senior.post(`${here}/clearance`, { reason: 'The log was found' })).status, 303)
  t.equal((await ours.lead.get(here)).status, 404)
  t.notMatch((await ours.lead.get(`${ours.base}/exceptions`)).body, number)
  const again = await setResult(ours.staff, ours, bench.line, bench.draw.items[0]!.id, 'A', 'deviation', { note: 'late', version: 2 })
  t.equal(again.status, 200)
  const open = (await ours.staff.get(`${ours.base}/testing/${bench.line.reference}`)).body.match(/exceptions\/(E-\d+)/g)
  t.equal(new Set(open).size, 2, 'a new deviation opens a new one beside the cleared')
})

t.test('the client’s agreement confirms the facts at once', async (t) => {
  const { here } = await found('AC-05')
  await describe(ours.staff, here)
  await ours.senior.post(`${here}/release`)
  t.equal((await ours.lead.post(`${here}/position`, { position: 'agreed', words: '' })).status, 303)
  t.match((await ours.staff.get(here)).body, 'Agrees to the facts')
  t.equal((await describe(ours.staff, here, { problem: 'something else' })).status, 409, 'what was agreed to is not reworded')
  t.equal((await describe(ours.staff, here, { cause: 'Looked at again' })).status, 303)
  await ours.senior.post(`${here}/evaluation`, { evaluation: secret })
  t.equal((await ours.lead.post(`${here}/response`, { answer: 'decline', text: '' })).status, 303)
  t.match((await ours.staff.get(here)).body, 'No response given')
})

t.test('the client agrees to the words they read, never to others put in their place meanwhile', async (t) => {
  const { here } = await found('AC-77')
  await describe(ours.staff, here, { problem: 'access was removed late' })
  await ours.senior.post(`${here}/release`)
  const readRelease = async () => /action="[^"]*\/position"><input type="hidden" name="release" value="(\d+)">/.exec((await ours.lead.get(here)).body)?.[1]
  const read = await readRelease()
  t.equal(read, '1', 'the form says which release it is about')
  t.equal((await describe(ours.staff, here, { problem: 'access was never removed' })).status, 303)
  const { body } = await ours.lead.get(here)
  t.match(body, 'Access was removed late', 'what was put to them stays as it was put')
  t.notMatch(body, 'never removed')
  t.match(body, 'The auditors are looking at this again')
  t.equal((await ours.senior.post(`${here}/confirmation`)).status, 409, 'the firm does not confirm other words than the client read')
  for (const position of ['agreed', 'disputed']) t.equal((await ours.lead.post(`${here}/position`, { position, words: 'So it is', release: read! })).status, 409, position)
  t.equal((await ours.senior.post(`${here}/release`)).status, 303)
  t.match((await ours.lead.get(here)).body, 'Access was never removed')
  for (const position of ['agreed', 'disputed']) t.equal((await ours.lead.post(`${here}/position`, { position, words: 'So it is', release: read! })).status, 409, `${position} to the old release`)
  t.notMatch((await ours.senior.get(here)).body, 'So it is')
})

t.test('management’s response is the client’s alone, and every write asks for its role', async (t) => {
  const { here } = await found('AC-06')
  await describe(ours.staff, here)
  await ours.senior.post(`${here}/release`)
  const firm = ['partner', 'manager', 'senior', 'staff', 'reviewer'] as const
  const tries: readonly (readonly [string, Record<string, string>, readonly (keyof typeof ours)[]])[] = [
    ['response', { answer: 'respond', text: 'x' }, [...firm, 'owner']], ['position', { position: 'agreed' }, [...firm, 'owner']],
    ['evaluation', { evaluation: 'x' }, ['staff', 'reviewer', 'lead', 'owner']], ['clearance', { reason: 'x' }, ['staff', 'reviewer', 'lead', 'owner']],
    ['release', {}, ['staff', 'reviewer', 'lead', 'owner']], ['confirmation', {}, ['staff', 'reviewer', 'lead', 'owner']],
    ['completion', {}, ['senior', 'staff', 'reviewer', 'lead', 'owner']], ['description', { version: '1' }, ['reviewer', 'lead', 'owner']], ['extension', { choice: 'none', reason: 'x' }, ['staff', 'reviewer', 'lead', 'owner']],
  ]
  for (const [noun, form, turnedAway] of tries) {
    for (const key of turnedAway) t.equal((await (ours[key] as Member).post(`${here}/${noun}`, form)).status, 403, `${key} ${noun}`)
    for (const key of ['manager', 'lead'] as const) t.equal((await outsiders[key].post(`${here}/${noun}`, form)).status, 404, `another client’s ${key} ${noun}`)
  }
})

t.test('two who describe it at once both keep their words', async (t) => {
  const { here } = await found('AC-09')
  const version = await versionOf(ours.staff, here)
  const answers = await Promise.all([ours.staff, ours.senior].map((member, index) => member.post(`${here}/description`, { ...description, version, cause: `cause ${index}` })))
  t.strictSame(answers.map(({ status }) => status).toSorted((a, b) => a - b), [303, 409])
  const loser = answers.findIndex(({ status }) => status === 409)
  t.match(answers[loser]!.body, `cause ${loser}`)
  t.match(answers[loser]!.body, `cause ${1 - loser}`, 'and sees the other’s')
})

t.test('a count typed into the problem is pointed out', async (t) => {
  const { here } = await found('AC-10')
  await describe(ours.staff, here, { problem: 'access of 2 leavers was late' })
  t.match((await ours.staff.get(here)).body, 'A number is typed.')
  await describe(ours.staff, here, { problem: 'access was late' })
  t.notMatch((await ours.staff.get(here)).body, 'A number is typed.')
})

t.test('counts follow the cells at once, on the list, the card and the workpaper', async (t) => {
  const { here, bench } = await found('AC-11')
  const count = async () => Promise.all([`${ours.base}/exceptions`, here, `${ours.base}/testing/${bench.line.reference}`].map(async (path) => (await ours.staff.get(path)).body))
  for (const page of await count()) t.match(page, '2 of 10')
  await setResult(ours.staff, ours, bench.line, bench.draw.items[7]!.id, 'B', 'deviation', { note: '9 business days' })
  for (const page of await count()) t.match(page, '3 of 10')
})

async function found(number: string) {
  return await findIn(testApp, ours, number)
}

async function passAll(bench: Bench): Promise<void> {
  for (const { id } of bench.draw.items.slice(0, 2)) await setResult(ours.staff, ours, bench.line, id, 'A', 'pass', { version: 1 })
}
