import t from 'tap'
import { Invalid, Refused } from '../../server/errors.ts'
import { asksLead, LONGEST_COMMENT, mentionsIn, readText, refuseUnknownToClient } from '../../server/threads/rules.ts'
import { statusWords } from '../../server/requests/rules.ts'
import type { RequestStatus } from '../../server/database/schema/requests.ts'

const readers = ['Tom Bergstrom', 'Lena Fischer', 'Lena Fischer-Hahn', 'Noor Haddad', 'Ánh Nguyễn', 'Tom'].map((name) => ({ id: name, name }))
const called = (text: string) => mentionsIn(text, readers).map(({ name }) => name)

t.test('a name after the sign calls somebody, whole or alone of its kind', async (t) => {
  t.strictSame(called('@Tom Bergstrom please look'), ['Tom Bergstrom'])
  t.strictSame(called('Thanks @noor haddad, and @ánh nguyễn.'), ['Noor Haddad', 'Ánh Nguyễn'])
  t.strictSame(called('@Noor: see above'), ['Noor Haddad'])
  t.strictSame(called('@Lena can you?'), [], 'two bear the name')
  t.strictSame(called('@Lena Fischer-Hahn and nobody else'), ['Lena Fischer-Hahn'])
  t.strictSame(called('@Lena Fischer, then'), ['Lena Fischer'])
  t.strictSame(called('@Tom,'), ['Tom'], 'the whole name wins over the first one')
})

t.test('an address, a longer word or a stranger calls nobody', async (t) => {
  for (const text of ['write to noor@haddad.example', '@Noorah', '@Nobody Here', 'Noor Haddad', '@', '@ Noor Haddad', 'a@Tom']) t.strictSame(called(text), [], text)
})

t.test('somebody called twice is called once', async (t) => {
  t.strictSame(called('@Noor and again @Noor Haddad'), ['Noor Haddad'])
})

t.test('a comment says something, and not without end', async (t) => {
  t.equal(readText('  a\r\nb\u0000 '), 'a\nb')
  for (const typed of [undefined, '', ' \n ', 'x'.repeat(LONGEST_COMMENT + 1)]) t.throws(() => readText(typed), Invalid)
  t.equal(readText('x'.repeat(LONGEST_COMMENT)).length, LONGEST_COMMENT)
})

t.test('the client is not written to about a draft, and a question goes where an answer can come from', async (t) => {
  t.throws(() => refuseUnknownToClient('draft'), Refused)
  const states = Object.keys(statusWords) as RequestStatus[]
  for (const status of states.filter((one) => one !== 'draft')) t.doesNotThrow(() => refuseUnknownToClient(status))
  t.strictSame(states.filter((status) => asksLead(status, true)), ['client_review', 'accepted', 'not_applicable', 'cancelled'])
  for (const status of states) t.ok(asksLead(status, false))
})
