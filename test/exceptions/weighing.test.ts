import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { findOpinion, listCriterionEffects, listCriterionExceptions } from '../../server/exceptions/opinion-store.ts'
import { listChanged } from '../../server/exceptions/release-store.ts'
import { multipart } from '../evidence/run.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { setResult } from '../support/testing.ts'
import { readTrail } from '../testing/reading.ts'
import { describe, findIn, secret } from './found.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)

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
  const changed = async () => await inScope(testApp.site.db, ours.manager.scope, async (trx) => listChanged(trx, ours.manager.scope))
  t.strictSame(await changed(), [Number(here.split('E-')[1])])
  t.equal((await ours.manager.post(`${here}/completion`)).status, 409)
  t.equal((await ours.lead.post(`${here}/response`, { answer: 'respond', text: 'Another' })).status, 409)
  t.equal((await ours.senior.post(`${here}/release`)).status, 303)
  t.match((await ours.lead.get(here)).body, '9 business days')
  t.equal((await ours.lead.post(`${here}/position`, { position: 'agreed' })).status, 303)
  t.equal((await ours.senior.post(`${here}/evaluation`, { evaluation: secret })).status, 303)
  t.match((await ours.senior.get(here)).body, 'written to earlier facts')
  t.equal((await ours.lead.post(`${here}/response`, { answer: 'respond', text: 'Three are known to us.' })).status, 303)
  t.notMatch((await ours.lead.get('/')).body, 'Put to you again')
  await describe(ours.staff, here, { cause: 'The queue was not watched on public holidays' })
  t.equal((await ours.senior.post(`${here}/release`)).status, 303)
  t.match((await ours.lead.get('/')).body, 'Put to you again since management’s response')
  t.equal((await ours.lead.post(`${here}/response`, { answer: 'respond', text: 'Three are known to us, and holidays are watched.' })).status, 303)
  t.notMatch((await ours.lead.get('/')).body, 'Put to you again')
  t.equal((await ours.manager.post(`${here}/completion`)).status, 303)
  t.strictSame(await changed(), [])
  const held = new RegExp(`href="${here}">E-\\d+</a> changed since the client was told`)
  t.notMatch((await ours.manager.get(`${ours.base}/matrix`)).body, held)
  await setResult(ours.staff, ours, bench.line, bench.draw.items[8]!.id, 'B', 'deviation', { note: '4 business days' })
  t.match((await ours.partner.get(`${ours.base}/opinion`)).body, '1 changed since released')
  t.strictSame(await changed(), [Number(here.split('E-')[1])], 'a final one too')
  t.match((await ours.manager.get(`${ours.base}/matrix`)).body, held, 'and it holds the gate')
  t.equal((await ours.senior.post(`${here}/release`)).status, 303)
  const trail = (await readTrail(testApp, ours)).filter(({ kind, facts }) => kind === 'exception.released' && facts['number'] === Number(here.split('E-')[1]))
  t.strictSame(trail.map(({ facts }) => [facts['release'], facts['deviating'], facts['tested']].join(' ')), ['1 2 10', '2 3 10', '3 3 10', '4 4 10'])
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
  await found('AC-17')
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
  t.strictSame((await readTrail(testApp, ours)).filter(({ kind }) => kind.startsWith('opinion.')).map(({ kind, facts }) => [kind, facts['version']].join(' ')),
    ['opinion.effect_recorded 1', 'opinion.effect_recorded 2', 'opinion.recorded 1', 'opinion.recorded 2'])
})

t.test('nothing of what is not released is to be found by the client anywhere', async (t) => {
  const { here, number, bench } = await found('AC-16')
  await describe(ours.staff, here, { problem: 'quokka was left in', cause: 'numbat forgot', compensating: 'bilby looked', impact: 'wombat', discussed_with: 'dunnart', discussed_on: '2026-10-02' })
  const words = ['quokka', 'numbat', 'bilby', 'wombat', 'dunnart', number, bench.line.reference]
  const sweep = async (unseen: readonly string[]) => {
    const places = ['/', ours.base, `${ours.base}/exceptions`, `${ours.base}/exceptions?side=changed`, here, `${ours.base}/controls`, `${ours.base}/controls/AC-16`, `${ours.base}/requests`, `${ours.base}/search?q=quok`, `${ours.base}/search?q=numb`, `${ours.base}/search?q=thylac`, '/digest', `${ours.base}/matrix`, `${ours.base}/trail`, `${ours.base}/opinion`, `${ours.base}/testing`, `${ours.base}/timeline`, '/waiting']
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

async function found(number: string) {
  return await findIn(testApp, ours, number)
}
