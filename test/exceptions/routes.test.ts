import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { findOpinion, listCriterionEffects, listCriterionExceptions } from '../../server/exceptions/opinion-store.ts'
import { multipart } from '../evidence/run.ts'
import { openApp } from '../support/app.ts'
import { gather, type Member } from '../support/cast.ts'
import { makeBench, setResult, type Bench } from '../support/testing.ts'
import { readTrail } from '../testing/reading.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const description = { problem: 'access was removed {late}', cause: 'The ticket was filed late', cause_type: 'people', spread: 'isolated', isolated_basis: 'No other ticket was late', intent: 'not_intentional', compensating: 'Accounts stood unused' }
const secret = 'Weighed against the tolerable rate'

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

t.test('a result that changes after the client was told makes the facts be released and confirmed again', async (t) => {
  const { here, bench } = await found('AC-12')
  await describe(ours.staff, here)
  await ours.senior.post(`${here}/release`)
  t.equal((await ours.senior.post(`${here}/release`)).status, 409, 'nothing has changed since')
  await ours.lead.post(`${here}/position`, { position: 'agreed' })
  await ours.senior.post(`${here}/evaluation`, { evaluation: secret })
  await ours.lead.post(`${here}/response`, { answer: 'respond', text: 'Two are known to us.', remediation_text: 'The queue alerts now', remediation: '2026-08-31' })
  await setResult(ours.staff, ours, bench.line, bench.draw.items[7]!.id, 'B', 'deviation', { note: '9 business days' })
  const { body } = await ours.senior.get(here)
  for (const words of ['Changed since released', 'deviates now: EMP-00', '3 of 10', 'The queue alerts now']) t.match(body, words)
  t.match((await ours.senior.get(`${ours.base}/exceptions?side=changed`)).body, 'changed since released')
  const read = (await ours.lead.get(here)).body
  t.match(read, '2 of 10')
  for (const words of ['3 of 10', '9 business days']) t.notMatch(read, words, 'the client does not read it before it is released')
  t.equal((await ours.manager.post(`${here}/completion`)).status, 409)
  t.equal((await ours.lead.post(`${here}/response`, { answer: 'respond', text: 'Another' })).status, 409)
  t.equal((await ours.senior.post(`${here}/release`)).status, 303)
  t.match((await ours.lead.get(here)).body, '9 business days')
  t.equal((await ours.lead.post(`${here}/position`, { position: 'agreed' })).status, 303)
  t.equal((await ours.senior.post(`${here}/evaluation`, { evaluation: secret })).status, 303)
  t.match((await ours.senior.get(here)).body, 'written to earlier facts')
  t.equal((await ours.lead.post(`${here}/response`, { answer: 'respond', text: 'Three are known to us.' })).status, 303)
  t.equal((await ours.manager.post(`${here}/completion`)).status, 303)
  const trail = (await readTrail(testApp, ours)).filter(({ kind, facts }) => kind === 'exception.released' && `E-${facts['number']}` === here.split('/').at(-1)?.replace('E-0', 'E-'))
  t.strictSame(trail.map(({ facts }) => [facts['release'], facts['deviating'], facts['tested']].join(' ')), ['1 2 10', '2 3 10'])
})

t.test('the client disputes with evidence, which stays as it was sent and is there for the firm', async (t) => {
  const { here } = await found('AC-13')
  await describe(ours.staff, here)
  await ours.senior.post(`${here}/release`)
  const { payload, headers } = multipart({ position: 'disputed', words: 'The log shows it', release: '1' }, [{ name: 'removal log.csv', body: 'who,when\nEMP-0001,2026-03-02\n', field: 'files' }])
  const { name, value } = await testApp.site.sessions.begin(ours.lead.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  const { host, origin } = testApp.site.config.publicUrl
  const sent = await testApp.app.inject({ method: 'POST', url: `${here}/position`, payload, headers: { ...headers, host, origin, cookie: `${name}=${value}` } })
  t.equal(sent.statusCode, 303)
  const { body } = await ours.senior.get(here)
  const href = /href="([^"]*\/files\/[0-9a-f-]{36})">removal log\.csv/.exec(body)?.[1]
  t.ok(href)
  t.match(body, 'Disputes the facts')
  for (const member of [ours.staff, ours.lead, ours.reviewer]) t.match(await member.get(href!), { status: 200, body: 'EMP-0001,2026-03-02' })
  for (const member of [outsiders.manager, outsiders.lead]) t.equal((await member.get(href!)).status, 404)
  t.equal((await ours.owner.get(href!)).status, 403)
  t.equal((await ours.lead.get(href!.replace(/[0-9a-f-]{36}$/, 'nothing'))).status, 404)
  const event = (await readTrail(testApp, ours)).findLast(({ kind }) => kind === 'exception.answered')!
  t.match(event.facts, { position: 'disputed', release: 1, files: [/^[0-9a-f]{64}$/] })
})

t.test('whether to extend is decided with its size before looking, and stays on record', async (t) => {
  const { here } = await found('AC-14')
  for (const [form, status] of [[{ choice: 'extend', reason: 'x' }, 422], [{ choice: 'extend', size: '0', reason: 'x' }, 422], [{ choice: 'none' }, 422], [{ choice: 'extend', size: '99999', reason: 'x' }, 422], [{ choice: 'extend', size: '10', reason: 'One department' }, 303]] as const) {
    t.equal((await ours.senior.post(`${here}/extension`, form)).status, status, JSON.stringify(form))
  }
  await describe(ours.staff, here, { spread: 'systematic' })
  t.equal((await ours.senior.post(`${here}/extension`, { choice: 'extend', size: '5', reason: 'x' })).status, 409, 'never to dilute')
  t.equal((await ours.senior.post(`${here}/extension`, { choice: 'none', reason: 'It is systematic' })).status, 303)
  const { body } = await ours.staff.get(here)
  for (const words of ['10 further items', 'One department', 'No further items', 'It is systematic', 'decided at <span class="tied">2 of 10']) t.match(body, words)
})

t.test('an exception is evaluated with its cause, its proof and its intent', async (t) => {
  const { here } = await found('AC-15')
  await describe(ours.staff, here, { isolated_basis: '', intent: '' })
  await ours.senior.post(`${here}/release`)
  await ours.lead.post(`${here}/position`, { position: 'agreed' })
  const refused = await ours.senior.post(`${here}/evaluation`, { evaluation: secret })
  t.equal(refused.status, 409)
  t.match(refused.body, 'what proves that it is isolated')
  t.match((await ours.senior.get(here)).body, 'nothing proves it yet')
})

t.test('a criterion that no control meets is an exception of its own', async (t) => {
  t.equal((await ours.staff.post(`${ours.base}/exceptions`, { criterion: 'CC6.2' })).status, 409, 'a control is mapped to it')
  t.equal((await ours.staff.post(`${ours.base}/exceptions`, { criterion: 'P1.1' })).status, 422)
  t.equal((await ours.staff.post(`${ours.base}/exceptions`, {})).status, 422)
  const opened = await ours.staff.post(`${ours.base}/exceptions`, { criterion: 'CC1.5' })
  t.equal(opened.status, 303)
  const here = String(opened.headers['location'])
  t.equal((await ours.staff.post(`${ours.base}/exceptions`, { criterion: 'CC1.5' })).status, 409, 'it stands already')
  await describe(ours.staff, here, { problem: 'nobody is held accountable in writing' })
  t.equal((await ours.senior.post(`${here}/clearance`, { reason: 'x' })).status, 409, 'nothing meets it still')
  t.equal((await ours.senior.post(`${here}/release`)).status, 303)
  t.match((await ours.lead.get(here)).body, 'No control is described that meets it')
  t.equal((await ours.lead.post(`${here}/position`, { position: 'agreed' })).status, 303)
  t.equal((await ours.senior.post(`${here}/evaluation`, { evaluation: secret })).status, 303)
  t.equal((await ours.lead.post(`${here}/response`, { answer: 'decline' })).status, 303)
  t.equal((await ours.manager.post(`${here}/completion`)).status, 303)
  const [row] = await inScope(testApp.site.db, ours.manager.scope, async (trx) => listCriterionExceptions(trx, ours.manager.scope))
  t.match(row, { criterion: 'CC1.5', status: 'final' })
  for (const key of ['lead', 'owner', 'reviewer'] as const) t.equal((await ours[key].post(`${ours.base}/exceptions`, { criterion: 'CC1.4' })).status, 403, key)
  t.equal((await outsiders.manager.post(`${ours.base}/exceptions`, { criterion: 'CC1.4' })).status, 404)
})

t.test('the partner records what a criterion comes to and the opinion, each with a memo and every version kept; the page suggests none', async (t) => {
  const here = `${ours.base}/opinion`
  const effects = `${here}/effects`
  const memo = 'Weighed with the access reviews'
  for (const key of ['manager', 'reviewer', 'partner'] as const) t.equal((await ours[key].get(here)).status, 200, key)
  for (const key of ['senior', 'staff', 'lead', 'owner'] as const) t.equal((await ours[key].get(here)).status, 403, key)
  t.equal((await outsiders.partner.get(here)).status, 404)
  t.match((await ours.partner.get(here)).body, 'None is recorded')
  for (const [address, form] of [[effects, { criterion: 'CC6.2', version: '0', effect: 'met', memo }], [`${here}/versions`, { version: '0', kind: 'unqualified', memo }]] as const) {
    for (const key of ['manager', 'reviewer', 'senior', 'staff', 'lead', 'owner'] as const) t.equal((await ours[key].post(address, form)).status, 403, key)
    t.equal((await outsiders.partner.post(address, form)).status, 404)
    t.equal((await ours.partner.post(address, { ...form, memo: '' })).status, 422)
    t.equal((await ours.partner.post(address, form)).status, 303)
    t.equal((await ours.partner.post(address, form)).status, 409, 'another version stands by now')
    t.equal((await ours.partner.post(address, { ...form, version: '1', memo: 'Weighed again' })).status, 303)
  }
  t.equal((await ours.partner.post(effects, { criterion: 'XX1.1', version: '0', effect: 'met', memo })).status, 422)
  const { body } = await ours.manager.get(here)
  for (const words of ['Unqualified', 'Met in all material respects', 'Weighed again', memo, 'version 2']) t.match(body, words)
  const kept = await inScope(testApp.site.db, ours.partner.scope, async (trx) => [await findOpinion(trx, ours.partner.scope), (await listCriterionEffects(trx, ours.partner.scope)).length])
  t.match(kept, [{ version: 2, kind: 'unqualified', memo: 'Weighed again' }, 2])
  t.strictSame((await readTrail(testApp, ours)).filter(({ kind }) => kind.startsWith('opinion.')).map(({ kind, facts }) => `${kind} ${facts['version']}`),
    ['opinion.effect_recorded 1', 'opinion.effect_recorded 2', 'opinion.recorded 1', 'opinion.recorded 2'])
})

t.test('nothing of what is not released is to be found by the client anywhere', async (t) => {
  const { here, number, bench } = await found('AC-16')
  await describe(ours.staff, here, { problem: 'quokka was left in', cause: 'numbat forgot', compensating: 'bilby looked', impact: 'wombat', discussed_with: 'dunnart', discussed_on: '2026-10-02' })
  const words = ['quokka', 'numbat', 'bilby', 'wombat', 'dunnart', number, bench.line.reference]
  const sweep = async (unseen: readonly string[]) => {
    const places = ['/', ours.base, `${ours.base}/exceptions`, `${ours.base}/exceptions?side=changed`, here, `${ours.base}/controls`, `${ours.base}/controls/AC-16`, `${ours.base}/requests`, `${ours.base}/search?q=quok`, `${ours.base}/search?q=numb`, `${ours.base}/search?q=thylac`, '/digest', `${ours.base}/matrix`, `${ours.base}/trail`, `${ours.base}/opinion`, `${ours.base}/testing`]
    for (const key of ['lead', 'owner'] as const) {
      for (const place of places) {
        const { body, status } = await ours[key].get(place)
        // A page that is not there says only which address was asked for.
        if (status < 400) for (const word of unseen) t.notMatch(body.replaceAll(/(?:value|href|action)="[^"]*"/g, ''), word, `${key} finds ${word} on ${place}`)
      }
      const mails = await inScope(testApp.site.db, ours[key].scope, async (trx) => trx.selectFrom('mail').select('facts').execute())
      for (const word of unseen) t.notMatch(JSON.stringify(mails), word, `a mail tells ${key} of ${word}`)
    }
  }
  const count = async () => (await inScope(testApp.site.db, ours.lead.scope, async (trx) => trx.selectFrom('exception').select('id').execute())).length
  const before = await count()
  await sweep(words)
  await ours.senior.post(`${here}/release`)
  t.equal(await count(), before + 1, 'the database itself holds it back until then')
  t.match((await ours.lead.get(here)).body, 'Quokka')
  await sweep(words.filter((word) => !['quokka', 'numbat', number].includes(word)))
  await describe(ours.staff, here, { problem: 'thylacine was left in' })
  await sweep(['thylacine', 'Thylacine'])
})

async function found(number: string): Promise<{ here: string, number: string, bench: Bench }> {
  const bench = await makeBench(testApp, ours, { number })
  await setResult(ours.staff, ours, bench.line, bench.draw.items[0]!.id, 'A', 'deviation', { note: '3 business days' })
  await setResult(ours.staff, ours, bench.line, bench.draw.items[1]!.id, 'A', 'deviation', { note: '6 business days' })
  for (const { id } of bench.draw.items.slice(2)) await setResult(ours.staff, ours, bench.line, id, 'A', 'pass')
  const opened = (await readTrail(testApp, ours)).findLast(({ kind }) => kind === 'exception.opened')!
  const name = `E-${String(opened.facts['number']).padStart(2, '0')}`
  return { here: `${ours.base}/exceptions/${name}`, number: name, bench }
}

async function passAll(bench: Bench): Promise<void> {
  for (const { id } of bench.draw.items.slice(0, 2)) await setResult(ours.staff, ours, bench.line, id, 'A', 'pass', { version: 1 })
}

async function describe(member: Member, here: string, change: Record<string, string> = {}) {
  return await member.post(`${here}/description`, { ...description, ...change, version: await versionOf(member, here) })
}

async function versionOf(member: Member, here: string): Promise<string> {
  return (await member.get(here)).body.match(/name="version" value="(\d+)"/)?.[1] ?? '1'
}
