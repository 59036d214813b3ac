import t from 'tap'
import { latenessOf, obstacles, parseTestReference, refuseClosed, refuseConclusion, refuseSignature, testReference, type Nature, type Standing } from '../../server/testing/rules.ts'
import type { Conclusion } from '../../server/database/schema/testing.ts'
import type { Role } from '../../server/scope.ts'

const sound: Standing = { noOccurrence: false, items: 10, attributes: 2, pending: 0, stale: 0, deviatingItems: 0, uncited: 0, natures: ['inspection'], reworded: false, conclusion: 'effective' }
const all: readonly Conclusion[] = ['effective', 'effective_with_exceptions', 'not_effective', 'not_tested_no_occurrence', 'design_deficiency']
const kinds: readonly Nature[] = ['inquiry', 'observation', 'inspection', 'reperformance']

t.test('a reference is read back as it is written', async (t) => {
  for (const control of ['AC-02', 'X', 'A.B', 'ZZ-99.T1']) for (const sequence of [1, 2, 40]) t.strictSame(parseTestReference(testReference(control, sequence)), { control, sequence })
  for (const wrong of ['AC-02', 'AC-02.T', 'AC-02.T0', '.T1', 'A B.T1', 'AC-02.T1x']) t.equal(parseTestReference(wrong), null, wrong)
})

t.test('inquiry alone never supports a conclusion, whatever else is in order, and any other nature lifts it', async (t) => {
  for (let mask = 0; mask < 16; mask++) {
    const natures = kinds.filter((_, index) => mask & 1 << index)
    const refuses = natures.every((nature) => nature === 'inquiry')
    for (const noOccurrence of [false, true]) {
      const line = { ...sound, natures, noOccurrence, conclusion: null }
      t.equal(obstacles(line).length > 0, refuses, `${natures.join('+') || 'no procedure'} ${refuses ? 'blocks' : 'does not block'}`)
      const fitting = noOccurrence ? 'not_tested_no_occurrence' : 'effective'
      if (refuses) t.throws(() => refuseConclusion(line, fitting), { name: 'Refused' })
      else t.doesNotThrow(() => refuseConclusion(line, fitting))
    }
  }
})

t.test('each thing in the way blocks conclusion and signature by itself', async (t) => {
  const flaws: Partial<Standing>[] = [{ items: 0 }, { attributes: 0 }, { pending: 1 }, { stale: 1 }, { uncited: 1 }, { reworded: true }, { natures: [] }]
  for (const flaw of flaws) {
    const line = { ...sound, ...flaw }
    t.equal(obstacles(line).length, 1, JSON.stringify(flaw))
    for (const conclusion of all) t.throws(() => refuseConclusion(line, conclusion), { name: 'Refused' })
    t.throws(() => refuseSignature(line, [], { kind: 'prepared', personId: 'a', role: 'staff' }), { name: 'Refused' })
  }
})

t.test('a conclusion agrees with the cells, for every conclusion and both sorts of cells', async (t) => {
  const allowed = (noOccurrence: boolean, deviating: number) => all.filter((conclusion) => {
    try {
      refuseConclusion({ ...sound, noOccurrence, deviatingItems: deviating }, conclusion)
      return true
    } catch {
      return false
    }
  })
  t.strictSame(allowed(false, 0), ['effective', 'not_effective', 'design_deficiency'])
  t.strictSame(allowed(false, 2), ['effective_with_exceptions', 'not_effective', 'design_deficiency'])
  t.strictSame(allowed(true, 0), ['not_tested_no_occurrence'])
})

t.test('preparer first, then another person of senior rank: every role, either signature, own work or not', async (t) => {
  const everybody: Role[] = ['partner', 'quality_reviewer', 'manager', 'senior', 'staff', 'sponsor', 'lead', 'owner']
  for (const role of everybody) {
    for (const preparer of [null, 'me', 'somebody']) {
      const standing = preparer === null ? [] : [{ kind: 'prepared' as const, personId: preparer }]
      const tried = () => refuseSignature(sound, standing, { kind: 'reviewed', personId: 'me', role })
      if (preparer === 'somebody' && ['partner', 'manager', 'senior'].includes(role)) t.doesNotThrow(tried, `${role} reviews what somebody else prepared`)
      else t.throws(tried, { name: 'Refused' }, `${role} does not review what ${preparer ?? 'nobody'} prepared`)
    }
  }
  t.throws(() => refuseSignature({ ...sound, conclusion: null }, [], { kind: 'prepared', personId: 'me', role: 'staff' }), /Conclude first/)
  t.throws(() => refuseSignature({ ...sound, deviatingItems: 1 }, [], { kind: 'prepared', personId: 'me', role: 'staff' }), /not effective without exceptions/)
  t.throws(() => refuseSignature(sound, [{ kind: 'prepared', personId: 'x' }], { kind: 'prepared', personId: 'me', role: 'staff' }), /already signed/)
})

t.test('how late stands in a note is read only where it is said', async (t) => {
  const said: readonly (readonly [string, number, 'days' | 'business days'])[] = [
    ['3 business days', 3, 'business days'], ['Removed 6 business days after', 6, 'business days'], ['12 days late', 12, 'days'], ['1 day', 1, 'days'], ['late by 4 working days', 4, 'business days'],
  ]
  for (const [note, count, unit] of said) t.strictSame(latenessOf(note), { count, unit }, note)
  for (const note of ['', 'no approval', 'ticket 4471', '3 hours', '2.5 days', 'days']) t.equal(latenessOf(note), null, note)
})

t.test('a file that is assembled takes no changes', async (t) => {
  for (const phase of ['issued', 'archived', 'withdrawn']) t.throws(() => refuseClosed(phase), { name: 'Refused' })
  for (const phase of ['draft', 'planning', 'fieldwork', 'wrap_up', 'reporting']) t.doesNotThrow(() => refuseClosed(phase))
})
