import { execFile } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { draw } from '../../server/populations/draw.ts'
import { keysHash, keysText } from '../../server/populations/keys.ts'
import { shellLines, strataText } from '../../server/populations/recipe.ts'
import { readPicks, refuseSize } from '../../server/populations/selection.ts'
import { readReplacementGround, refuseExtension, refuseReplacement } from '../../server/populations/steps.ts'
import { allocate, stratified } from '../../server/populations/strata.ts'
import { startOf, systematic, systematicIndexes } from '../../server/populations/systematic.ts'

const seed = '7f3c9a1e2b4d50687f3c9a1e2b4d5068'
const odd = Array.from({ length: 61 }, (_, index) => [`CHG-${1000 + index}`, ` lead ${index}`, `it's "${index}" $HOME`, `naïve\\n ${index}\t`][index % 4]!)

async function inShell(lines: readonly string[], files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tickmark-methods-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const { stdout } = await promisify(execFile)('sh', ['-c', lines.join('\n')], { cwd: folder })
  return stdout.split('\n').slice(1, -1)
}

t.test('the published systematic selections come out', async (t) => {
  t.strictSame(systematicIndexes(1000, 25, { numerator: 16n, denominator: 1n }).slice(0, 4), [16, 56, 96, 136])
  t.strictSame(systematicIndexes(103, 10, { numerator: 47n, denominator: 10n }), [4, 15, 25, 35, 45, 56, 66, 76, 87, 97])
})

t.test('a systematic selection never takes a row twice nor one that is not there, for every n up to N', async (t) => {
  for (let N = 1; N <= 150; N++) {
    for (let n = 1; n <= N; n++) {
      const start = startOf(`${seed}${N}`, N, n)
      if (start.numerator * BigInt(n) >= BigInt(N) * start.denominator) t.fail(`the start lies before the second item: ${N}, ${n}`)
      const places = systematicIndexes(N, n, start)
      if (new Set(places).size !== n || places[0]! < 0 || places.at(-1)! >= N || places.some((place, at) => at > 0 && place <= places[at - 1]!)) t.fail(`${n} of ${N}: ${places.join(' ')}`)
    }
  }
  t.throws(() => systematicIndexes(3, 4, { numerator: 0n, denominator: 1n }), /4 cannot be drawn from a population of 3/)
})

t.test('parts give their share, at least one each, never more than they have, and n in all', async (t) => {
  for (let trial = 0; trial < 400; trial++) {
    const sizes = new Map(Array.from({ length: 1 + trial % 7 }, (_, part) => [`part ${part}`, 1 + (trial * 31 + part * part * 17) % (part % 2 ? 400 : 9)]))
    const whole = [...sizes.values()].reduce((sum, size) => sum + size, 0)
    const n = sizes.size + (trial * 13) % (whole - sizes.size + 1)
    const shares = allocate(sizes, n)
    t.equal([...shares.values()].reduce((sum, share) => sum + share, 0), n, `${n} of ${whole}`)
    for (const [name, share] of shares) if (share < 1 || share > sizes.get(name)!) t.fail(`${name} gives ${share} of ${sizes.get(name)}`)
  }
  t.strictSame([...allocate(new Map([['a', 50], ['b', 30], ['c', 20]]), 10)], [['a', 5], ['b', 3], ['c', 2]])
  t.strictSame([...allocate(new Map([['large', 1275], ['emergency', 9]]), 40)], [['large', 39], ['emergency', 1]])
  t.strictSame([...allocate(new Map([['a', 10], ['b', 10], ['c', 10]]), 4)], [['a', 2], ['b', 1], ['c', 1]], 'equal remainders by name')
  t.strictSame([...allocate(new Map([['\u{1F511}', 10], ['\uFFFD', 10]]), 3)], [['\u{1F511}', 1], ['\uFFFD', 2]], 'names stand in the order of code points')
  t.throws(() => allocate(new Map([['a', 1], ['b', 1]]), 1), /2 parts.*1 are too few/)
  t.throws(() => allocate(new Map([['a', 1]]), 2), /2 cannot be drawn from a population of 1/)
})

t.test('shares are those of the plain definition, seats given one at a time', async (t) => {
  for (let trial = 0; trial < 300; trial++) {
    const sizes = Array.from({ length: 1 + trial % 5 }, (_, part) => 20 + (trial * 37 + part * 53) % 61)
    const whole = sizes.reduce((sum, size) => sum + size, 0)
    const n = 5 + (trial * 11) % (whole - 4)
    const shares = sizes.map((size) => Math.trunc((n * size) / whole))
    const rests = sizes.map((size) => (n * size) % whole)
    while (shares.reduce((sum, share) => sum + share, 0) < n) {
      const next = rests.reduce((best, rest, at) => rest > rests[best]! || (rest === rests[best]! && sizes[at]! > sizes[best]!) ? at : best, 0)
      shares[next]!++
      rests[next] = -1
    }
    if (shares.every((share) => share > 0)) t.strictSame([...allocate(new Map(sizes.map((size, at) => [`part ${at}`, size])), n).values()], shares, `${n} of ${sizes.join(' + ')}`)
  }
})

t.test('anybody with a shell comes to the same items, whatever the keys look like', async (t) => {
  const keys = { 'keys.txt': keysText(odd) }
  const keysSha256 = keysHash(odd)
  for (const n of [1, 7, 60]) {
    t.strictSame(await inShell(shellLines({ seed, n, keysSha256 }), keys), draw(odd, seed, n).map(({ key }) => key))
    t.strictSame(await inShell(shellLines({ method: 'systematic', seed, n, populationSize: odd.length, keysSha256 }), keys), systematic(odd, seed, n).map(({ key }) => key))
  }
  const rows = odd.map((key, index) => ({ key, stratum: index % 9 === 0 ? 'emergency' : index % 2 ? 'a b' : '' }))
  const sizes = new Map([...Map.groupBy(rows, ({ stratum }) => stratum)].map(([name, own]) => [name, own.length]))
  const strata = [...sizes].map(([name, size]) => ({ name, size, drawn: allocate(sizes, 12).get(name)! }))
  const lines = shellLines({ method: 'stratified', seed, n: 12, keysSha256, strata })
  t.strictSame(await inShell(lines, { ...keys, 'strata.txt': strataText(rows.map(({ stratum }) => stratum), strata) }), stratified(rows, seed, 12).map(({ key }) => key))
})

t.test('picks are read with their reasons, and words are demanded where no seed speaks', async (t) => {
  t.strictSame(readPicks('targeted', 'CHG-1 | at period end\r\n\nCHG-2 | privileged | twice'), [{ key: 'CHG-1', note: 'at period end' }, { key: 'CHG-2', note: 'privileged | twice' }])
  t.throws(() => readPicks('targeted', 'CHG-1'), { name: 'Invalid', fields: { picks: /Say why “CHG-1”/ } })
  t.throws(() => readPicks('haphazard', 'a\na'), { name: 'Invalid', fields: { picks: /twice/ } })
  t.throws(() => readPicks('haphazard', ' \n'), { name: 'Invalid', fields: { picks: /Name the items/ } })
  for (const method of ['haphazard', 'targeted', 'all'] as const) t.throws(() => refuseSize(method, 0, 10, ''), { name: 'Invalid', fields: { reason: /Say/ } })
  for (const method of ['random', 'systematic', 'stratified'] as const) t.throws(() => refuseSize(method, 11, 10, ''), { name: 'Invalid', fields: { n: /11.*10/ } })
})

t.test('missing evidence never brings another item, and only one order can be gone on with', async (t) => {
  t.throws(() => readReplacementGround('unavailable'), /counts as a deviation/)
  t.throws(() => readReplacementGround('nonsense'), { name: 'Invalid', fields: { stands: /Choose/ } })
  t.equal(readReplacementGround('void'), 'void')
  for (const method of ['systematic', 'stratified', 'haphazard', 'targeted', 'all'] as const) t.throws(() => refuseExtension(method, 5, 10, 100), { name: 'Refused' })
  t.throws(() => refuseExtension('random', 91, 10, 100), { name: 'Invalid', fields: { size: /90 are left/ } })
  t.doesNotThrow(() => refuseExtension('random', 90, 10, 100))
  for (const method of ['haphazard', 'targeted', 'all'] as const) t.throws(() => refuseReplacement(method, 10, 100), { name: 'Refused' })
  t.throws(() => refuseReplacement('random', 100, 100), /none is left/)
})
