import t from 'tap'
import { hashToken, isSame, newToken, Sealer } from '../server/secrets.ts'

t.test('tokens have 256 bits and never repeat', async (t) => {
  const tokens = new Set(Array.from({ length: 1000 }, newToken))
  t.equal(tokens.size, 1000)
  for (const token of tokens) t.equal(Buffer.from(token, 'base64url').length, 32)
  t.equal(hashToken('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'SHA-256 as FIPS 180-4 prints it')
})

t.test('what is sealed opens only whole, for its purpose and under its secret', async (t) => {
  const sealer = new Sealer('one secret')
  const sealed = sealer.seal('link', 'grüße, /answer/abc')
  t.equal(sealer.unseal('link', sealed), 'grüße, /answer/abc')
  t.not(sealer.seal('link', 'x'), sealer.seal('link', 'x'), 'the same text is sealed differently each time')
  t.throws(() => sealer.unseal('two-step', sealed))
  t.throws(() => new Sealer('another secret').unseal('link', sealed))
  const bytes = Buffer.from(sealed, 'base64url')
  for (let index = 0; index < bytes.length; index++) {
    const bent = Buffer.from(bytes)
    bent[index]! ^= 1
    t.throws(() => sealer.unseal('link', bent.toString('base64url')), `byte ${index} changed`)
  }
})

t.test('texts are the same or not, whatever their length', async (t) => {
  t.ok(isSame('abc', 'abc'))
  for (const other of ['', 'ab', 'abd', 'abcd', 'ABC']) t.notOk(isSame('abc', other))
})
