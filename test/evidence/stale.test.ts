import t from 'tap'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { makeBench, setResult } from '../support/testing.ts'

const testApp = await openApp(t)
const { ours } = await gather(testApp)
const owner = ownerOf(t, testApp)

t.test('returning accepted evidence makes the results that cite it stale and voids their signatures', async (t) => {
  const bench = await makeBench(testApp, ours, { items: 2, rows: 5, letters: 'A' })
  for (const item of bench.draw.items) {
    const file = bench.sample.files.get(item.id)!
    t.equal((await setResult(ours.staff, ours, bench.line, item.id, 'A', 'pass', { citations: [{ file, place: 'line 1' }] })).status, 200)
  }
  const there = `${ours.base}/testing/${bench.line.reference}`
  await owner.insertInto('sign_off').values({ engagement_id: ours.engagement.id, test_line_id: bench.line.id, kind: 'prepared', person_id: ours.staff.id, line_version: 1 }).execute()
  const url = `${ours.base}/requests/R-${String(bench.sample.number).padStart(3, '0')}`
  const form = { version: '1', reason: 'altered', words: 'The log was edited.', due: '2099-12-01' }
  t.equal((await ours.staff.post(`${url}/acceptance/reversal`, form)).status, 403)
  t.equal((await ours.senior.post(`${url}/acceptance/reversal`, form)).status, 303)
  const cells = await owner.selectFrom('cell').select(['result', 'stale']).where('test_line_id', '=', bench.line.id).execute()
  t.strictSame(cells, [{ result: 'pass', stale: true }, { result: 'pass', stale: true }])
  t.match(await owner.selectFrom('sign_off').select(['voided_by', 'void_reason']).where('test_line_id', '=', bench.line.id).execute(), [{ voided_by: ours.senior.id, void_reason: /evidence of R-\d+ was returned/ }])
  const kinds = (await owner.selectFrom('trail_entry').select('kind').where('engagement_id', '=', ours.engagement.id).orderBy('sequence').execute()).map(({ kind }) => kind)
  t.match(kinds.slice(-4), ['evidence.carried_over', 'link.sent', 'result.stale', 'test.sign_off_voided'])
  t.match((await ours.staff.get(there)).body, /Stale/)
})

t.test('single files marked to go back before that are all a sample’s owner has to send anew', async (t) => {
  const request = await owner.selectFrom('request').select(['id', 'number', 'status']).where('kind', '=', 'sample').executeTakeFirstOrThrow()
  t.equal(request.status, 'returned')
  const kept = await owner.selectFrom('evidence_file').innerJoin('submission', 'submission.id', 'evidence_file.submission_id').select(['evidence_file.taken_from']).where('evidence_file.request_id', '=', request.id).where('submission.status', '=', 'draft').execute()
  t.equal(kept.length, 2, 'each item’s file is there again')
  t.ok(kept.every(({ taken_from: from }) => from !== null))
})
