import t from 'tap'
import { inLines, listBenches, runBench } from './bench.ts'

const benches = listBenches()

t.ok(benches.length > 0, 'there are benches')

for (const name of benches) {
  t.test(`${name} runs at its smallest size and says what it came to`, async (t) => {
    const result = await runBench(name, 'small', 1)
    t.ok(result.ours.median > 0)
    t.ok(result.floor === null || result.floor.median > 0)
    t.equal(result.met, null, 'of the small size nothing is claimed')
    t.match(inLines(result), result.what)
  })
}
