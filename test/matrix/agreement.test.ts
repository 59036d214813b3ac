import t from 'tap'
import { numbersInProblem } from '../../server/matrix/agreement.ts'
import { assemble, type LineInput } from '../../server/matrix/assemble.ts'
import { attribute, randomInput } from './random.ts'

t.test('a typed clause may hold dates, limits and references, never a count', async (t) => {
  for (const clause of [
    'access was removed 3 and 6 business days after the last working day', 'the review was finished 12 to 19 days late', 'training was finished 11 days after the 30-day limit',
    'approval was dated March 3, 2026', 'the quarter ended June 2026 was missed', 'approval followed on 2026-03-03', 'TLS 1.2 was not enforced', 'ticket OPS-4471 had no approver',
    'the control CC6.2 asks for was absent', 'backups older than 30 days were kept', 'approval by someone other than the author was not evidenced', '',
  ]) t.same(numbersInProblem(clause), [], clause)
  for (const [clause, numbers] of [
    ['2 of 10 were late', ['2', '10']], ['3 leavers kept access', ['3']], ['of the 1,284 changes some were late', ['1,284']],
    ['two of ten were late', ['two of']], ['2 of 12 days were missed', ['2']], ['7 were 3 days late', ['7']],
  ] as const) t.same(numbersInProblem(clause), numbers, clause)
})

t.test('random lines with a described exception agree with their cells', async (t) => {
  for (let seed = 1; seed <= 50; seed += 1) {
    for (const { testLines } of assemble(randomInput(seed)).controls) for (const { reference, disagreements } of testLines) t.same(disagreements, [], `${seed} ${reference}`)
  }
})

t.test('each way to disagree is named', async (t) => {
  const base = lineWith('deviation')
  t.match(disagreementsOf({ ...base, exceptions: [] }), ['Cells deviate, but no exception is open'])
  t.match(disagreementsOf({ ...base, exceptions: base.exceptions.map((one) => ({ ...one, state: 'cleared' as const })) }), ['Cells deviate, but no exception is open'])
  t.match(disagreementsOf({ ...base, exceptions: base.exceptions.map((one) => ({ ...one, problem: ' ' })) }), [/does not say what was wrong/])
  t.match(disagreementsOf({ ...base, exceptions: base.exceptions.map((one) => ({ ...one, problem: '4 were late' })) }), [/types a count \(4\)/])
  t.match(disagreementsOf({ ...base, conclusion: 'effective' }), ['Concluded effective, but cells deviate'])
  const clean = lineWith('pass')
  t.match(disagreementsOf({ ...clean, exceptions: base.exceptions }), [/is open, but no cell deviates/])
  t.match(disagreementsOf({ ...clean, conclusion: 'effective_with_exceptions' }), ['Concluded with exceptions, but no cell deviates'])
  t.match(disagreementsOf({ ...clean, cells: [], conclusion: 'effective' }), ['Concluded, but results are pending'])
  t.match(disagreementsOf({ ...clean, attributes: [], cells: [], draw: null, conclusion: 'effective' }), ['Concluded, but nothing was tested'])
  t.match(disagreementsOf({ ...clean, draw: { ...clean.draw!, size: 99 } }), [/3 items in the grid, 99 in draw/])
})

function lineWith(result: 'pass' | 'deviation'): LineInput {
  const found = Array.from({ length: 50 }, (_, seed) => randomInput(seed + 1)).flatMap(({ controls }) => controls).flatMap(({ testLines }) => testLines)
    .find(({ exceptions, draw }) => draw && exceptions.length > 0)!
  const items = ['a', 'b', 'c'].map((key) => ({ key, further: false }))
  return {
    ...found, items, attributes: [attribute('A')], draw: { ...found.draw!, size: 3 },
    cells: items.map(({ key }) => ({ item: key, attribute: 'A', result })), exceptions: result === 'deviation' ? found.exceptions : [],
  }
}

function disagreementsOf(line: LineInput): string[] {
  const input = randomInput(1)
  const control = { number: 'AC-01', ownerTitle: '', wording: '', wordingVersion: 1, wordingConfirmed: true, criteria: ['CC6.1'], testLines: [{ ...line, sequence: 1 }] }
  return assemble({ ...input, controls: [control] }).controls[0]!.testLines[0]!.disagreements
}
