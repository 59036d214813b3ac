import { answerByLink, ask, pressLink, tokensOf, type Asked, type Run } from './run.ts'

/** A sample request for three items, drawn from a list that was accepted and locked. */
export async function sampled(run: Run): Promise<{ run: Run, request: Asked, items: string[], cookie: string }> {
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
