import t from 'tap'
import { assemble, type ControlInput, type MatrixInput } from '../../server/matrix/assemble.ts'
import { isShown, tallyOf, type MatrixQuery } from '../../server/matrix/filter.ts'
import type { ConditionKey } from '../../server/matrix/conditions.ts'
import { gateOf } from '../../server/matrix/gate.ts'
import { noted, randomInput } from './random.ts'

const everything: MatrixQuery = { by: null, show: null, conclusion: null, category: null, series: [], words: '' }
const signature = { name: 'Tom Bergstrom', at: '2026-11-04T15:00:00Z' }

t.test('a settled engagement opens the gate', async (t) => {
  const gate = gateOf(assemble(settled()))
  t.same(gate.conditions.flatMap(({ blockers }) => blockers), [])
  t.ok(gate.open)
  t.equal(gate.met, 9)
})

const breaks: Record<string, [ConditionKey[], (input: MatrixInput) => void]> = {
  'wording that the lead did not confirm': [['wording'], (input) => { input.controls[0]!.wordingConfirmed = false }],
  'a test of an older wording': [['wording'], (input) => { input.controls[0]!.wordingVersion = 2 }],
  'a criterion without a control': [['covered'], (input) => { input.controls[0]!.criteria.pop() }],
  'a control of no criterion in scope': [['mapped'], (input) => { input.controls.push({ ...input.controls[0]!, number: 'ZZ-01', criteria: ['P1.1'] }) }],
  'a control without a test': [['concluded', 'signed'], (input) => { input.controls[0]!.testLines = [] }],
  'a missing conclusion': [['concluded'], (input) => { input.controls[0]!.testLines[0]!.conclusion = null }],
  'a missing reviewer': [['signed'], (input) => { input.controls[0]!.testLines[0]!.reviewed = null }],
  'a significant test without the partner': [['signed'], (input) => { input.controls[0]!.testLines[0]!.significant = true }],
  'a pending cell': [['cells', 'sentences'], (input) => { input.controls[0]!.testLines[0]!.cells.pop() }],
  'a result on returned evidence': [['cells'], (input) => { input.controls[0]!.testLines[0]!.cells[0]!.stale = true }],
  'an open review note': [['notes'], (input) => { input.controls[0]!.testLines[0]!.notes = [{ number: 3, state: 'answered', by: 'Tom Bergstrom', text: 'Agree the count' }] }],
  'an edited sentence with another count': [['sentences'], (input) => { input.controls[0]!.testLines[0]!.edited = { test: { text: 'Inspected 999 leavers.', version: 1, by: 'Lena Fischer', at: signature.at }, result: null } }],
  'a deviation nobody described': [['sentences'], (input) => { input.controls[0]!.testLines[0]!.cells[0]!.result = 'deviation' }],
}

for (const [what, [keys, change]] of Object.entries(breaks)) {
  t.test(`${what} keeps the gate closed and is named`, async (t) => {
    const input = settled()
    change(input)
    const gate = gateOf(assemble(input))
    t.notOk(gate.open)
    const open = gate.conditions.filter(({ blockers }) => blockers.length > 0)
    t.same(open.map(({ key }) => key), keys)
    t.ok(open.every(({ blockers }) => blockers.every(({ id, why }) => id !== '' && why !== '')))
  })
}

t.test('an exception holds the gate until it is final or cleared', async (t) => {
  for (const state of ['identified', 'client_confirming', 'confirmed', 'evaluated', 'response_received', 'final'] as const) {
    const input = settled()
    const line = input.controls[0]!.testLines[0]!
    line.cells[0] = { ...line.cells[0]!, result: 'deviation' }
    line.conclusion = 'effective_with_exceptions'
    line.exceptions = [noted('E-01', { state })]
    t.equal(gateOf(assemble(input)).open, state === 'final', state)
    line.exceptions = [noted('E-01', { state, changed: true })]
    t.match(gateOf(assemble(input)).conditions.flatMap(({ blockers }) => blockers), [{ kind: 'exception', id: 'E-01', why: /changed since the client was told/ }], `${state}, and changed since`)
  }
})

t.test('a criterion that no control meets is settled by an exception of its own, once it is final', async (t) => {
  for (const state of ['identified', 'evaluated', 'final'] as const) {
    const input = settled()
    input.controls[0]!.criteria = input.controls[0]!.criteria.filter((id) => id !== 'CC6.4')
    const gate = gateOf(assemble({ ...input, criterionExceptions: [{ criterion: 'CC6.4', exception: noted('E-05', { state, problem: 'no control restricts entry' }) }] }))
    t.equal(gate.open, state === 'final', state)
    t.same(gate.conditions.find(({ key }) => key === 'covered')!.blockers.length, state === 'identified' ? 1 : 0)
  }
  const input = settled()
  input.controls[0]!.criteria = input.controls[0]!.criteria.filter((id) => id !== 'CC6.4' && id !== 'CC9.2')
  const excluded = { ...input, notApplicable: ['CC6.4', 'CC9.2'].map((criterion) => ({ criterion, reason: 'there are no premises' })) }
  t.ok(gateOf(assemble(excluded)).open, 'and so is one that does not apply')
  const carvedOut = { ...input, notApplicable: excluded.notApplicable.slice(1), subservices: [{ name: 'Northgrid', service: 'Hosting', method: 'carve_out' as const, criteria: ['CC6.4'] }] }
  t.match(gateOf(assemble(carvedOut)).conditions.find(({ key }) => key === 'covered')!.blockers, [{ id: 'CC6.4', why: /only Northgrid is expected/ }])
  const assumed = [{ criterion: 'CC6.4', organization: 'Northgrid', monitor: 'RA-02' }]
  t.notOk(gateOf(assemble({ ...carvedOut, assumed: assumed.map((one) => ({ ...one, monitor: null })) })).open, 'named, and monitored by nobody')
  t.ok(gateOf(assemble({ ...carvedOut, assumed })).open, 'monitored by a control here')
})

t.test('a Type 1 waits for its designs and for no test, and an engagement without a control never opens', async (t) => {
  const input = settled()
  const type1 = { ...input, engagement: { ...input.engagement, type: 1 as const, from: null, to: null, asOf: '2026-09-30' } }
  t.same(gateOf(assemble(type1)).conditions.map(({ key }) => key), ['wording', 'covered', 'mapped', 'design', 'exceptions'])
  for (const [design, open] of [
    [null, false], [{ conclusion: 'not_evaluated', wordingVersion: 1, prepared: signature, reviewed: null }, false], [{ conclusion: 'suitable', wordingVersion: 1, prepared: signature, reviewed: null }, false],
    [{ conclusion: 'suitable', wordingVersion: 2, prepared: signature, reviewed: signature }, false], [{ conclusion: 'deficient', wordingVersion: 1, prepared: signature, reviewed: signature }, true],
  ] as const) {
    t.equal(gateOf(assemble({ ...type1, controls: input.controls.map((control) => ({ ...control, design })) })).open, open, JSON.stringify(design))
  }
  t.notOk(gateOf(assemble({ ...type1, controls: [] })).open)
})

t.test('the tally adds up to the controls, and each of its filters shows as many as it says', async (t) => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const input = randomInput(seed)
    input.controls.forEach(({ testLines }, place) => testLines.forEach((line, at) => { line.conclusion = ([null, 'effective', 'not_effective', 'effective_with_exceptions'] as const)[(seed + place + at) % 4]! }))
    const reading = assemble(input)
    const tally = tallyOf(reading)
    t.equal(tally.reduce((sum, { count }) => sum + count, 0), reading.controls.length)
    for (const { conclusion, count } of tally) t.equal(reading.controls.filter((control) => isShown(control, { ...everything, conclusion })).length, count)
    const unsettled = reading.controls.filter(({ testLines }) => testLines.length === 0 || testLines.some((line) => line.conclusion === null))
    t.equal(tally.find(({ conclusion }) => conclusion === 'not_concluded')!.count, unsettled.length)
  }
})

/** One control for every criterion in scope, tested, concluded and signed. */
function settled(): MatrixInput {
  const input = randomInput(1)
  const found = Array.from({ length: 50 }, (_, seed) => randomInput(seed + 1)).flatMap(({ controls }) => controls).flatMap(({ testLines }) => testLines)
    .find(({ exceptions, noOccurrence, cells, items, attributes }) => exceptions.length === 0 && !noOccurrence && cells.length === items.length * attributes.length)!
  const cells = found.cells.map((cell) => ({ ...cell, result: 'pass' as const }))
  const control: ControlInput = {
    ...input.controls[0]!, criteria: assemble(input).criteria.map(({ id }) => id),
    testLines: [{ ...found, sequence: 1, cells, conclusion: 'effective', prepared: signature, reviewed: { ...signature, name: 'Priya Natarajan' } }],
  }
  return { ...input, controls: [control] }
}
