import { readFileSync } from 'node:fs'
import t from 'tap'
import { listBenches, meets, runBench } from './bench.ts'
import { readMachine } from './machine.ts'
import { inMarkdown, tableLines } from './table.ts'

const benches = listBenches()

t.ok(benches.length > 0, 'there are benches')

for (const name of benches) {
  t.test(`${name} runs at its smallest size and says what it came to`, async (t) => {
    const result = await runBench(name, 'small', 1)
    for (const { what, ours, floor, met } of result.lines) {
      t.ok(ours.median >= 0, what)
      t.ok(floor === null || floor.median > 0)
      t.equal(met, null, 'of the small size nothing is claimed')
    }
    t.match(tableLines(result).replaceAll(/\s+/g, ' '), name)
    const page = inMarkdown(await readMachine(), [result])
    t.ok(result.lines.every(({ what }) => page.includes(what)), 'the README can show it')
  })
}

t.test('the bench runs as the program does', (t) => {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { scripts: Record<'start' | 'bench', string> }
  const flags = (script: string) => script.match(/ --\S+|\bMALLOC_\S+/g)?.toSorted()
  t.strictSame(flags(scripts.bench), flags(scripts.start), 'processes that a bench starts have what it has')
  t.end()
})

t.test('an aim is missed on its own side: more time, fewer a second, more than was allowed', async (t) => {
  const ours = { median: 10, min: 9, max: 11 }
  t.equal(meets({ ratio: 2 }, ours, 2), true)
  t.equal(meets({ ratio: 2 }, ours, 2.1), false)
  t.equal(meets({ rate: 0.7 }, ours, 0.7), true)
  t.equal(meets({ rate: 0.7 }, ours, 0.6), false)
  t.equal(meets({ most: 10 }, ours, null), true)
  t.equal(meets({ most: 9, rate: 0.7 }, ours, 0.8), false)
  t.equal(meets({}, ours, 3), null, 'without an aim there is nothing to meet')
})
