import { sql } from 'kysely'
import t from 'tap'
import { answerByLink, ask, look, openRun, pressLink, send, statement, statusOf, tokensOf, trailOf, type Asked, type Run } from './run.ts'

const form = { ...statement, tick: ['1', '2'] }

t.test('each item takes its own files or a reason, and the answer goes only when every item has one', async (t) => {
  const { run, request, items, cookie } = await sampled(t)
  const [first, second, third] = items as [string, string, string]
  const page = await look(run, cookie, request.linkUrl)
  for (const words of ['CHG-1', 'CHG-2', 'CHG-3', 'title: Raise the limit 1', 'There is nothing to send for this item']) t.match(page.body, words)
  t.equal((await send(run, cookie, `${request.linkUrl}/files`, {}, [{ field: `item-${first}`, name: 'ticket.txt', body: 'same bytes' }, { field: `item-${second}`, name: 'ticket.txt', body: 'same bytes' }])).statusCode, 303, 'one picture may serve two items')
  const open = await send(run, cookie, `${request.linkUrl}/submission`, form)
  t.equal(open.statusCode, 422)
  t.match(open.body, `href="#field-item-${third}">CHG-3: add a file, or say why there is none`)
  t.match((await look(run, cookie, request.linkUrl)).body, /Missing: 1 item\./)
  const wordless = await send(run, cookie, `${request.linkUrl}/submission`, { ...form, [`claim-${third}`]: 'cannot_provide', [`words-${third}`]: '' })
  t.equal(wordless.statusCode, 422)
  const both = await send(run, cookie, `${request.linkUrl}/submission`, { ...form, [`claim-${third}`]: 'cannot_provide', [`words-${third}`]: 'Lost', [`claim-${first}`]: 'not_applicable', [`words-${first}`]: 'No' })
  t.equal(both.statusCode, 422)
  t.match(both.body, /CHG-1 has a file and a reason for having none/)
  t.match(both.body, />Lost</, 'words are kept')
  t.equal((await send(run, cookie, `${request.linkUrl}/submission`, { ...form, [`claim-${third}`]: 'cannot_provide', [`words-${third}`]: 'The ticket system was replaced.' })).statusCode, 303)
  t.match((await trailOf(run, run.cast.ours)).slice(-2), ['evidence.claimed', 'request.submitted'])
  const desk = await run.cast.ours.staff.get(request.url)
  t.match(desk.body, /Said to be unavailable: “The ticket system was replaced\.”/)
  await t.rejects(sql`update item_claim set words = 'other'`.execute(run.owner), { code: '23001' }, 'a submitted claim stands')
  await t.rejects(sql`delete from item_claim`.execute(run.owner), { code: '23001' })
})

t.test('files go to items that were drawn, and to no other place', async (t) => {
  const { run, request, cookie } = await sampled(t)
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
  const { run, request, items, cookie } = await sampled(t)
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

/** A sample request for three items, drawn from a list that was accepted and locked. */
async function sampled(t: Parameters<typeof openRun>[0]): Promise<{ run: Run, request: Asked, items: string[], cookie: string }> {
  const run = await openRun(t)
  const { ours } = run.cast
  const listing = await ask(run, ours, { kind: 'document', title: 'The list' })
  await answerByLink(run, listing, [{ name: 'changes.csv', body: 'id,title\nCHG-1,a\n' }])
  const file = await run.owner.selectFrom('evidence_file').select(['id', 'submission_id']).executeTakeFirstOrThrow()
  const engagement = { engagement_id: ours.engagement.id }
  const { id: population } = await run.owner.insertInto('population').values({
    ...engagement, number: 1, request_id: listing.id, submission_id: file.submission_id, file_id: file.id, name: 'Changes', occurrence: 'a change',
    header: ['id', 'title'], key_column: 'id', date_column: null, created_by: ours.staff.id, row_count: 3, in_scope_count: 3, reading: 'done', status: 'checking',
  }).returning('id').executeTakeFirstOrThrow()
  await run.owner.insertInto('population_row').values([1, 2, 3].map((row) => ({
    ...engagement, population_id: population, row_number: row, key: `CHG-${row}`, occurred_on: '2026-01-05', in_period: true, cells: [`CHG-${row}`, `Raise the limit ${row}`],
  }))).execute()
  await run.owner.updateTable('population').set({ status: 'accepted', accepted_at: new Date(), accepted_by: ours.staff.id }).execute()
  await run.owner.updateTable('population').set({ status: 'locked', locked_at: new Date() }).execute()
  const { id: draw } = await run.owner.insertInto('draw').values({
    ...engagement, number: 1, population_id: population, method: 'random', seed: 'a'.repeat(32), size: 3, population_size: 3, keys_sha256: 'b'.repeat(64), file_sha256: 'c'.repeat(64), drawn_by: ours.staff.id,
  }).returning('id').executeTakeFirstOrThrow()
  await run.owner.insertInto('sample_item').values([1, 2, 3].map((rank) => ({ ...engagement, draw_id: draw, rank, population_id: population, row_number: rank, key: `CHG-${rank}`, digest: 'd'.repeat(64) }))).execute()
  const items = await run.owner.selectFrom('sample_item').select('id').orderBy('rank').execute()
  const request = await ask(run, ours, { kind: 'sample', title: 'Three changes', drawId: draw })
  return { run, request, items: items.map(({ id }) => id), cookie: await pressLink(run, (await tokensOf(run, request)).at(-1)!) }
}
