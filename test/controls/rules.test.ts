import t from 'tap'
import { criteria } from '../../server/controls/criteria.ts'
import { checkConfirmation, compareNumbers, criteriaProblem, frequencyPhrase, frequencyWords, parseCriteria, rewordProblem } from '../../server/controls/rules.ts'
import type { Frequency } from '../../server/database/schema/controls.ts'
import { Refused } from '../../server/errors.ts'
import type { Role } from '../../server/scope.ts'

t.test('numbers are in the order people count in', async (t) => {
  const order = ['AC-1', 'AC-2', 'AC-02', 'AC-10', 'AC-100', 'CH-1', 'CH-1.2', 'CH-1.10']
  for (let seed = 1; seed < 50; seed++) {
    const shuffled = order.toSorted((a, b) => Math.sin(a.length * seed + a.charCodeAt(3)) - Math.sin(b.length * seed + b.charCodeAt(3)))
    t.strictSame(shuffled.toSorted(compareNumbers).filter((one) => one !== 'AC-02'), order.filter((one) => one !== 'AC-02'))
  }
  t.not(compareNumbers('AC-2', 'AC-02'), 0, 'two different numbers are never taken for one')
})

t.test('criteria are read from what people type, each once, in natural order', async (t) => {
  t.strictSame(parseCriteria('cc6.3, CC6.2;A1.1  CC6.2'), ['CC6.2', 'CC6.3', 'A1.1'])
  t.strictSame(parseCriteria(' , ; '), [])
  t.strictSame(parseCriteria(criteria.map(({ id }) => id.toLowerCase()).toReversed().join(',')), criteria.map(({ id }) => id))
})

t.test('criteria that are unknown or out of scope are named', async (t) => {
  t.match(criteriaProblem([], ['security']), /at least one/)
  t.equal(criteriaProblem(['CC9.9', 'X1'], ['security']), 'CC9.9 and X1 are not criteria of the 2017 trust services criteria.')
  t.equal(criteriaProblem(['CC6.1', 'A1.1', 'P1.1'], ['security', 'availability']), 'P1.1 belongs to a category that is not in the scope of this engagement.')
  for (const { id, category } of criteria) {
    t.equal(criteriaProblem([id], ['security', category]), null)
    t.equal(criteriaProblem([id], ['security']) === null, category === 'security', id)
  }
})

t.test('the firm words a control until the lead has confirmed it, then only the lead does', async (t) => {
  for (const role of ['partner', 'manager', 'senior', 'staff', 'lead'] as const satisfies readonly Role[]) {
    t.equal(rewordProblem(role, false), null)
    t.equal(rewordProblem(role, true) === null, role === 'lead', role)
  }
})

t.test('only the current wording is confirmed, and once', async (t) => {
  t.doesNotThrow(() => checkConfirmation({ version: 2, confirmed: false }, 2))
  t.throws(() => checkConfirmation({ version: 2, confirmed: false }, 1), Refused)
  t.throws(() => checkConfirmation({ version: 2, confirmed: true }, 2), Refused)
})

t.test('every frequency has a word, two read as one phrase', async (t) => {
  for (const frequency of Object.keys(frequencyWords) as Frequency[]) t.equal(frequencyPhrase([frequency]), frequencyWords[frequency])
  t.equal(frequencyPhrase(['annual', 'event_driven']), 'At each event, yearly')
  t.equal(frequencyPhrase(['event_driven', 'annual']), 'At each event, yearly')
  t.equal(frequencyPhrase([]), '–')
})
