import { createHash } from 'node:crypto'
import t from 'tap'
import { Refused } from '../../server/errors.ts'
import { digest, draw, newSeed, next, rank } from '../../server/populations/draw.ts'
import { keysHash, keysText } from '../../server/populations/keys.ts'
import checkpoints from './checkpoints.json' with { type: 'json' }
import { randomFrom } from './random.ts'

const keys = Array.from({ length: 400 }, (_, index) => `CHG-${index}`)

t.test('the published draws come out, and their next three', async (t) => {
  for (const { seed, firstKey, lastKey, N, n, sample, nextThree } of checkpoints.selection) {
    const prefix = firstKey.replace(/\d+$/, '')
    const width = firstKey.length - prefix.length
    const from = Number(firstKey.slice(prefix.length))
    const population = Array.from({ length: N }, (_, index) => prefix + String(from + index).padStart(width, '0'))
    t.equal(population.at(-1), lastKey)
    t.same(draw(population, seed, n).map(({ key }) => key), sample)
    t.same(next(population, seed, n, 3).map(({ key }) => key), nextThree)
  }
})

t.test('a digest is the SHA-256 of seed, colon and key in UTF-8', async (t) => {
  t.equal(digest('séed', 'Ключ 1'), createHash('sha256').update(Buffer.from('séed:Ключ 1', 'utf8')).digest('hex'))
})

t.test('a draw of any size is the beginning of the one order, whatever the order of the file', async (t) => {
  const random = randomFrom(11)
  const order = rank(keys, 'seed')
  t.same(order.map((item) => item.rank), keys.map((_, index) => index + 1))
  const sorted = [...keys].sort((one, other) => (digest('seed', one) < digest('seed', other) ? -1 : 1))
  t.same(order.map(({ key }) => key), sorted)
  for (const n of [1, 2, 3, 25, 399, 400]) {
    const shuffled = [...keys].sort(() => random.number() - 0.5)
    t.same(draw(shuffled, 'seed', n), order.slice(0, n))
    if (n < 400) t.same(next(shuffled, 'seed', n, 1), order.slice(n, n + 1))
  }
})

t.test('another seed gives another order, and seeds are 128 random bits', async (t) => {
  t.not(draw(keys, 'a', 1)[0]?.digest, draw(keys, 'b', 1)[0]?.digest)
  t.match(newSeed(), /^[0-9a-f]{32}$/)
  t.equal(new Set(Array.from({ length: 100 }, newSeed)).size, 100)
})

t.test('sizes that cannot be drawn are refused with the numbers', async (t) => {
  t.throws(() => draw(keys, 's', 401), new Refused('A sample of 401 cannot be drawn from a population of 400.'))
  for (const n of [0, -1, 1.5, Number.NaN]) t.throws(() => draw(keys, 's', n), Refused)
  t.throws(() => draw([], 's', 1), /population of 0/)
  t.throws(() => next(keys, 's', 398, 3), /398 are drawn already and 2 are left/)
  t.throws(() => next(keys, 's', 5, 0), Refused)
})

t.test('keys from which nobody could repeat the draw are refused', async (t) => {
  t.throws(() => draw(['a', 'b', 'a'], 's', 1), /keys 1 and 3 are both “a”/)
  t.throws(() => draw(['a', ' '], 's', 1), /key 2 is blank/)
  t.throws(() => draw(['a\nb'], 's', 1), /line break/)
  t.throws(() => draw(['a\rb'], 's', 1), /line break/)
  t.throws(() => draw(['a\ud800'], 's', 1), /UTF-8/)
  for (const seed of ['', 'a\nb']) t.throws(() => draw(keys, seed, 1), /seed/)
  t.equal(draw(['a', 'A', 'a ', ' a'], 's', 4).length, 4, 'keys that only look alike stay apart')
})

t.test('keys.txt has every key as it stands in the file, a line feed after each, and its hash is of these bytes', async (t) => {
  const untrimmed = [' 007', 'b ', 'é']
  t.equal(keysText(untrimmed), ' 007\nb \né\n')
  t.equal(keysHash(untrimmed), createHash('sha256').update(' 007\nb \né\n').digest('hex'))
})
