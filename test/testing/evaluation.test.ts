import t, { type Test } from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { makeControl, makeDraw, makeLine, makePopulation } from '../support/testing.ts'

const testApp = await openApp(t)
const { ours } = await gather(testApp)
const control = await makeControl(testApp, ours)

/** A line whose cells are all set: the first `deviations` items deviate, the next `aside` do not apply, one is left pending if asked. */
async function tested(t: Test, size: number, of: number, { deviations = 0, aside = 0, pending = 0, extended = false } = {}): Promise<string> {
  const population = await makePopulation(testApp, ours, control, { count: of })
  const draw = await makeDraw(testApp, ours, population, size)
  const line = await makeLine(testApp, ours, control, { draw, population, letters: 'A' })
  await inScope(testApp.site.db, ours.staff.scope, async (trx) => {
    const cells = draw.items.slice(pending).map(({ id }, index) => ({
      engagement_id: ours.engagement.id, test_line_id: line.id, item_id: id, letter: 'A', set_by: ours.staff.id, version: 1,
      ...index < deviations ? { result: 'deviation' as const, note: 'late' } : index < deviations + aside ? { result: 'not_applicable' as const, note: 'no account' } : { result: 'pass' as const },
    }))
    await trx.insertInto('cell').values(cells).execute()
  })
  if (extended) {
    await inScope(testApp.site.db, ours.staff.scope, async (trx) => {
      const key = { engagement_id: ours.engagement.id, draw_id: draw.id }
      await trx.insertInto('draw_step').values({ ...key, number: 1, kind: 'extension', size: 1, ground: 'deviation', reason: 'The cause is one person', taken_by: ours.staff.id }).execute()
      const item = await trx.insertInto('sample_item').values({ ...key, rank: size + 1, population_id: population.populationId, row_number: size + 1, key: population.rows[size]![0]!, digest: 'f'.repeat(64), further: true, step: 1 }).returning('id').executeTakeFirstOrThrow()
      await trx.insertInto('cell').values({ engagement_id: ours.engagement.id, test_line_id: line.id, item_id: item.id, letter: 'A', result: 'pass', set_by: ours.staff.id, version: 1 }).execute()
    })
  }
  const { status, body } = await ours.staff.get(`${ours.base}/testing/${line.reference}`)
  t.equal(status, 200)
  return /<section[^>]*id="evaluation".*?<\/section>/s.exec(body)?.[0].replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ') ?? ''
}
t.test('while a cell is pending nothing is evaluated', async (t) => {
  t.equal(await tested(t, 25, 300, { pending: 1 }), '')
})

t.test('a tested sample says its rate and its limit against the policy of the engagement', async (t) => {
  const panel = await tested(t, 40, 450, { deviations: 1 })
  for (const said of ['default policy', '1 of 40', '2.5 %', '11.4 %', 'Tolerable rate10 %', 'do not support the planned reliance at 95 % confidence', 'concluding is your judgment']) t.match(panel, said)
})

t.test('items to which no attribute applied are not counted', async (t) => {
  t.match(await tested(t, 22, 300, { aside: 3 }), /0 of 19 3 items to which no attribute applied not counted.*Not shown.*too few/)
})

t.test('a full test has no sampling risk, an extended one is only indicative', async (t) => {
  t.match(await tested(t, 40, 450, { deviations: 1, extended: true }), /1 of 41.*indicative, not statistical.*extended after results were known/)
  t.match(await tested(t, 12, 12), /0 of 12.*Exact rate.*no sampling risk/)
})
