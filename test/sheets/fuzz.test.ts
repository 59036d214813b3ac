import { join } from 'node:path'
import t from 'tap'
import { comesBack, datesAreRead, daysComeBack, fuzz, readsOrRefuses } from './fuzz.ts'

const seed = Math.floor(Date.now() / 1000) % 1_000_000_000

for (const [what, trial] of Object.entries({ readsOrRefuses, comesBack, datesAreRead, daysComeBack })) {
  t.test(`${what}, for two and a half seconds from seed ${seed}`, async (t) => {
    const { trials, wrong } = await fuzz(trial, seed, 2500, join(t.testdir(), 'list'))
    t.equal(wrong, null)
    t.ok(trials > 10, `${trials} trials`)
  })
}
