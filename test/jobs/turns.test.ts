import t from 'tap'
import { Busy, takeTurns } from '../../server/jobs/turns.ts'

/** Work that goes on until it is told to end, and notes when it began. */
function held(began: number[], number: number): { work: () => Promise<number>, end: () => void, fail: () => void } {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  return {
    work: async () => {
      began.push(number)
      return await promise
    },
    end: () => resolve(number),
    fail: () => reject(new Error(`failed ${number}`)),
  }
}

t.test('so many at once, so many in line in the order they came, and the rest is sent away', async (t) => {
  for (const [atOnce, line] of [[1, 0], [1, 3], [2, 10], [5, 2]] as const) {
    const inTurn = takeTurns({ atOnce, line, sentence: 'Too many' })
    const began: number[] = []
    const pieces = Array.from({ length: atOnce + line }, (_piece, number) => held(began, number))
    const done = pieces.map(async ({ work }) => inTurn(work))
    for (let late = 0; late < 3; late += 1) await t.rejects(inTurn(async () => began.push(-1)), new Busy('Too many'))
    for (const [number, { end }] of pieces.entries()) {
      t.strictSame(began, pieces.slice(0, number + atOnce).map((_piece, place) => place), `${atOnce} at once after ${number} ended`)
      end()
      t.equal(await done[number], number)
    }
    t.equal(await inTurn(async () => 'again'), 'again', 'afterwards there is room')
  }
})

t.test('work that fails gives its turn on', async (t) => {
  const inTurn = takeTurns({ atOnce: 1, line: 1, sentence: 'Too many' })
  const began: number[] = []
  const [first, second] = [held(began, 1), held(began, 2)]
  const answers = Promise.allSettled([inTurn(first.work), inTurn(second.work)])
  first.fail()
  second.end()
  t.match(await answers, [{ status: 'rejected', reason: { message: 'failed 1' } }, { status: 'fulfilled', value: 2 }])
  await t.rejects(inTurn(async () => { throw new Error('failed again') }), { message: 'failed again' })
  t.equal(await inTurn(async () => 3), 3)
})
