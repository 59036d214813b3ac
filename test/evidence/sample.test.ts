import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import t from 'tap'
import { ask, look, openRun, pressLink, send, statement, statusOf, tokensOf, trailOf } from './run.ts'
import { sampled } from './sampled.ts'

// One file serves two items here, which is asked about.
const form = { ...statement, tick: ['1', '2'], [`why-same_bytes-${createHash('sha256').update('same bytes').digest('hex')}`]: 'One ticket holds both' }

t.test('each item takes its own files or a reason, and the answer goes only when every item has one', async (t) => {
  const { run, request, items, cookie } = await sampled(await openRun(t))
  const [first, second, third] = items as [string, string, string]
  const page = await look(run, cookie, request.linkUrl)
  for (const words of ['CHG-1', 'CHG-2', 'CHG-3', 'title: Raise the limit 1', 'There is nothing to send for this item']) t.match(page.body, words)
  t.equal((await send(run, cookie, `${request.linkUrl}/files`, {}, [{ field: `item-${first}`, name: 'ticket.txt', body: 'same bytes' }, { field: `item-${second}`, name: 'ticket.txt', body: 'same bytes' }])).statusCode, 303, 'one picture may serve two items')
  const open = await send(run, cookie, `${request.linkUrl}/submission`, form)
  t.equal(open.statusCode, 422)
  t.match(open.body, `href="#field-item-${third}">CHG-3: add a file, or say why there is none`)
  const bar = (await look(run, cookie, request.linkUrl)).body
  t.match(bar, /Missing: 1 item\./)
  t.match(bar, `2 of 3 items answered, next <a class="mono" href="#item-${third}">CHG-3</a>`)
  const wordless = await send(run, cookie, `${request.linkUrl}/submission`, { ...form, [`claim-${third}`]: 'cannot_provide', [`words-${third}`]: '' })
  t.equal(wordless.statusCode, 422)
  const both = await send(run, cookie, `${request.linkUrl}/submission`, { ...form, [`claim-${third}`]: 'cannot_provide', [`words-${third}`]: 'Lost', [`claim-${first}`]: 'not_applicable', [`words-${first}`]: 'No' })
  t.equal(both.statusCode, 422)
  t.match(both.body, /CHG-1 has a file and a reason for having none/)
  t.match(both.body, />Lost</, 'words are kept')
  t.equal((await send(run, cookie, `${request.linkUrl}/submission`, { ...form, [`claim-${third}`]: 'cannot_provide', [`words-${third}`]: 'The ticket system was replaced.' })).statusCode, 303)
  t.match((await trailOf(run, run.cast.ours)).slice(-3), ['evidence.claimed', 'evidence.warned', 'request.submitted'])
  const desk = await run.cast.ours.staff.get(request.url)
  t.match(desk.body, /Said to be unavailable: “The ticket system was replaced\.”/)
  await t.rejects(sql`update item_claim set words = 'other'`.execute(run.owner), { code: '23001' }, 'a submitted claim stands')
  await t.rejects(sql`delete from item_claim`.execute(run.owner), { code: '23001' })
})

t.test('files go to items that were drawn, and to no other place', async (t) => {
  const { run, request, cookie } = await sampled(await openRun(t))
  for (const field of ['files', 'item-11111111-1111-4111-8111-111111111111']) {
    const response = await send(run, cookie, `${request.linkUrl}/files`, {}, [{ field, name: 'stray.txt', body: field }])
    t.equal(response.statusCode, 422)
    t.match(response.body, /was not sent to one of the items/)
  }
  const plain = await ask(run, run.cast.ours)
  const plainCookie = await pressLink(run, (await tokensOf(run, plain)).at(-1)!)
  t.equal((await send(run, plainCookie, `${plain.linkUrl}/files`, {}, [{ field: 'item-11111111-1111-4111-8111-111111111111', name: 'x.txt', body: 'x' }])).statusCode, 422)
})

t.test('after a return only the wrong item is sent again: the others and their claims come along', async (t) => {
  const { run, request, items, cookie } = await sampled(await openRun(t))
  const [first, second, third] = items as [string, string, string]
  const claim = { [`claim-${third}`]: 'not_applicable', [`words-${third}`]: 'Rolled back the same day.' }
  await send(run, cookie, `${request.linkUrl}/submission`, { ...form, ...claim }, [{ field: `item-${first}`, name: 'one.txt', body: '1' }, { field: `item-${second}`, name: 'two.txt', body: '2' }])
  t.equal(await statusOf(run, request), 'submitted')
  await run.cast.ours.staff.post(`${request.url}/review`)
  t.equal((await run.cast.ours.staff.post(`${request.url}/return`, { version: '1', reason: 'wrong_item', words: 'CHG-2 shows another ticket.', due: '2099-11-11' })).status, 303)
  const page = await look(run, cookie, request.linkUrl)
  for (const words of ['one.txt', 'two.txt', 'Rolled back the same day.', 'Wrong sample item']) t.match(page.body, words)
  const wrong = await run.owner.selectFrom('evidence_file').innerJoin('submission', 'submission.id', 'evidence_file.submission_id').select('evidence_file.id').where('submission.status', '=', 'draft').where('evidence_file.item_id', '=', second).executeTakeFirstOrThrow()
  await send(run, cookie, `${request.linkUrl}/files/${wrong.id}/removal`, {})
  t.equal((await send(run, cookie, `${request.linkUrl}/submission`, { ...form, ...claim }, [{ field: `item-${second}`, name: 'right.txt', body: 'right' }])).statusCode, 303)
  const versions = await run.owner.selectFrom('evidence_file').innerJoin('submission', 'submission.id', 'evidence_file.submission_id').select(['submission.number', 'evidence_file.name']).where('evidence_file.request_id', '=', request.id).orderBy('submission.number').orderBy('evidence_file.position').execute()
  t.strictSame(versions.map(({ number, name }) => `v${number} ${name}`), ['v1 one.txt', 'v1 two.txt', 'v2 one.txt', 'v2 right.txt'])
})
