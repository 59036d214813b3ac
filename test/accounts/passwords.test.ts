import { randomInt } from 'node:crypto'
import t from 'tap'
import { hashPassword, isRightPassword, MAX_PASSWORD, MIN_PASSWORD, refusePassword, typedPassword } from '../../server/accounts/passwords.ts'

const owner = { email: 'priya.natarajan@harlowpine.example', name: 'Priya Natarajan', organization: 'Harlow & Pine CPAs LLP' }

t.test('a password is kept as argon2id and only the same password matches', async (t) => {
  const stored = await hashPassword('seven quiet herons at noon')
  t.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  t.not(stored, await hashPassword('seven quiet herons at noon'), 'every hash has a salt of its own')
  t.equal(await isRightPassword(stored, 'seven quiet herons at noon'), true)
  t.equal(await isRightPassword(stored, 'Seven quiet herons at noon'), false)
  t.equal(await isRightPassword(stored, 'seven quiet herons at noon '), false, 'nothing is trimmed')
  t.equal(await isRightPassword(stored, ''), false)
  t.equal(await isRightPassword(stored, 'x'.repeat(100_000)), false)
  t.equal(await isRightPassword(null, 'seven quiet herons at noon'), false, 'nobody has no password')
  t.equal(await isRightPassword(null, ''), false)
})

t.test('the same letters match however the keyboard composes them', async (t) => {
  const stored = await hashPassword('Zürcher Übersee é'.normalize('NFD'))
  t.equal(await isRightPassword(stored, 'Zürcher Übersee é'.normalize('NFC')), true)
})

t.test('refusing nobody costs as much work as refusing somebody', async (t) => {
  const stored = await hashPassword('seven quiet herons at noon')
  const work = async (who: string | null) => {
    const spent: number[] = []
    for (let round = 0; round < 9; round += 1) {
      const before = process.cpuUsage()
      await isRightPassword(who, `wrong guess ${round}`)
      const { user, system } = process.cpuUsage(before)
      spent.push(user + system)
    }
    return spent.toSorted((a, b) => a - b)[4]!
  }
  await work(null)
  const [nobody, somebody] = [await work(null), await work(stored)]
  t.ok(nobody > somebody / 2 && nobody < somebody * 2, `${nobody} µs against ${somebody} µs of processor time`)
})

t.test('length is the only rule about what a password is made of', async (t) => {
  for (let round = 0; round < 300; round += 1) {
    const length = randomInt(1, 260)
    const password = Array.from({ length }, () => String.fromCodePoint(randomInt(0x4e00, 0x9fa5))).join('')
    const refused = refusePassword(password, owner) !== null
    t.equal(refused, length < MIN_PASSWORD || length > MAX_PASSWORD, `${length} characters`)
  }
  t.equal(refusePassword('seven quiet herons at noon', owner), null)
  t.equal(refusePassword('lowercaseonlybutlong', owner), null)
  t.match(refusePassword('', owner), /Choose a password/)
})

t.test('a password that rests on its owner or on what everybody takes is refused', async (t) => {
  for (const password of [
    'PriyaNatarajan1', 'natarajan2026!', 'priya.natarajan@harlowpine.example', 'Harlow & Pine CPAs LLP', 'HarlowPine2026', 'harlowpine!!!!!', 'PriyaPassword1',
  ]) t.match(refusePassword(password, owner), /name, your address or your company/, password)
  for (const password of ['password1234', 'Password2026!', 'passwordpassword', '123456789012', 'qwertyuiop12', 'aaaaaaaaaaaa', 'letmein123456', 'Summer2026!!', 'abababababab', 'welcome123456']) {
    t.match(refusePassword(password, owner), /commonest/, password)
  }
})

t.test('a password comes out of a form exactly as typed, or not at all', async (t) => {
  t.equal(typedPassword({ password: '  two spaces  ' }, 'password'), '  two spaces  ')
  for (const body of [null, undefined, {}, { password: ['a', 'b'] }, { password: { length: 12 } }]) t.equal(typedPassword(body, 'password'), '')
})
