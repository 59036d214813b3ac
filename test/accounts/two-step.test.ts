import t from 'tap'
import { codeAt, drawKey, hashRecoveryCode, newKey, newRecoveryCodes, stepOf, writeKey } from '../../server/accounts/two-step.ts'

t.test('codes are those of RFC 6238', async (t) => {
  // Appendix B, SHA-1, shortened from eight digits to the last six.
  const key = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  for (const [seconds, code] of [[59, '287082'], [1_111_111_109, '081804'], [1_111_111_111, '050471'], [1_234_567_890, '005924'], [2_000_000_000, '279037']] as const) {
    t.equal(codeAt(key, new Date(seconds * 1000)), code)
    t.equal(stepOf(key, code, new Date(seconds * 1000)), Math.floor(seconds / 30))
  }
})

t.test('a code is right in its own step and the one before and after, and nowhere else', async (t) => {
  for (let round = 0; round < 50; round += 1) {
    const key = newKey()
    const now = new Date(1_790_000_000_000 + round * 7_919_000)
    const own = Math.floor(now.getTime() / 30_000)
    for (const away of [-5, -2, -1, 0, 1, 2, 5]) {
      const code = codeAt(key, new Date(now.getTime() + away * 30_000))
      const known = [-1, 0, 1].map((step) => codeAt(key, new Date(now.getTime() + step * 30_000)))
      const expected = known.includes(code) ? own + known.indexOf(code) - 1 : null
      const found = stepOf(key, code, now)
      t.equal(found === null, expected === null, `${away} steps away`)
    }
  }
})

t.test('what is not six digits is no code', async (t) => {
  const key = newKey()
  for (const code of ['', '12345', '1234567', 'abcdef', '12 34 5', '１２３４５６', '12345\n']) t.equal(stepOf(key, code, new Date()), null, JSON.stringify(code))
  const spaced = codeAt(key, new Date()).replace(/^(...)/, '$1 ')
  t.not(stepOf(key, spaced, new Date()), null, 'a space in the middle does not matter')
})

t.test('keys and recovery codes never repeat, and how a code is typed does not matter', async (t) => {
  t.equal(new Set(Array.from({ length: 200 }, newKey)).size, 200)
  t.match(newKey(), /^[A-Z2-7]{32}$/)
  t.match(writeKey(newKey()), /^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/)
  const codes = Array.from({ length: 50 }, newRecoveryCodes).flat()
  t.equal(new Set(codes).size, 500)
  for (const code of codes) t.match(code, /^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/)
  const code = codes[0]!
  t.equal(hashRecoveryCode('a', code), hashRecoveryCode('a', ` ${code.toUpperCase().replaceAll('-', ' ')} `))
  t.not(hashRecoveryCode('a', code), hashRecoveryCode('b', code), 'a code of one person is none of another')
})

t.test('the picture holds the three corners every reader looks for', async (t) => {
  const { size, path } = drawKey(newKey(), 'priya@harlowpine.example')
  const dark = new Set(path.split('z').filter(Boolean).map((square) => /^M(\d+) (\d+)/.exec(square)!.slice(1).join()))
  for (const [x, y] of [[2, 2], [size - 9, 2], [2, size - 9]] as const) {
    t.ok([0, 1, 2, 3, 4, 5, 6].every((step) => dark.has(`${x + step},${y}`)), `a corner at ${x}, ${y}`)
    t.notOk(dark.has(`${x + 1},${y + 1}`))
  }
  t.notOk([...dark].some((square) => square.startsWith('0,') || square.startsWith('1,')), 'a quiet margin')
})
