import { createHash } from 'node:crypto'
import t from 'tap'
import { ask, bring, openRun, pressLink, sameOrigin, send, statement, tokensOf } from './run.ts'

t.test('what was submitted is read byte for byte in every version, and its fingerprint says so', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  await bring(run, ours, request, 'returned')
  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2'] }, [{ name: 'second.bin', body: Buffer.from([0, 255, 10, 13, 0]) }])
  const sent = await run.owner.selectFrom('evidence_file').innerJoin('submission', 'submission.id', 'evidence_file.submission_id').select(['evidence_file.id', 'evidence_file.sha256', 'submission.number']).orderBy('submission.number').execute()
  t.strictSame(sent.map(({ number }) => number), [1, 2])
  for (const { id, sha256 } of sent) {
    const { payload } = await run.app.inject({ method: 'GET', url: `${request.linkUrl}/files/${id}`, headers: { ...sameOrigin(run), cookie } }).then(({ rawPayload }) => ({ payload: rawPayload }))
    t.equal(createHash('sha256').update(payload).digest('hex'), sha256)
  }
})
