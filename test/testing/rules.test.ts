import t from 'tap'
import type { Frequency } from '../../server/database/schema/controls.ts'
import type { DesignConclusion } from '../../server/database/schema/testing.ts'
import { designRemark, faultsOfDesign, refuseDesignReview } from '../../server/testing/design.ts'
import { clauseIn, clausesOf, faultsOfSpan, ownSpan, proposeLines, refuseRetest, refuseRollforward, rollforwardDue, spanOf } from '../../server/testing/lines.ts'
import { latenessOf, obstacles, parseTestReference, refuseClosed, refuseConclusion, refuseSignature, reviewObstacles, testReference, type Nature, type Standing } from '../../server/testing/rules.ts'
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

const everyFrequency: readonly Frequency[] = ['annual', 'semiannual', 'quarterly', 'monthly', 'semimonthly', 'weekly', 'daily', 'multiple_daily', 'event_driven', 'continuous']
const natureOf = ['manual', 'automated', 'it_dependent_manual'] as const

t.test('each frequency of a control gets one line, whatever is planned already, and a retest covers none', async (t) => {
  for (const first of everyFrequency) {
    for (const second of [null, ...everyFrequency]) {
      if (first === second) continue
      const frequencies = second === null ? [first] : [first, second]
      for (const nature of natureOf) {
        for (let mask = 0; mask < 2 ** frequencies.length; mask++) {
          const covered = frequencies.filter((_, index) => mask & 1 << index)
          const planned = covered.map((frequency) => ({ frequency, retest: false }))
          const left = proposeLines({ frequencies, nature }, [...planned, { frequency: first, retest: true }])
          t.strictSame(left.map(({ frequency }) => frequency), frequencies.filter((one) => !covered.includes(one)))
          for (const { frequency, kind } of left) t.equal(kind, frequency === 'continuous' ? 'configuration' : 'sample')
          t.equal(proposeLines({ frequencies, nature }, [...planned, { frequency: null, retest: false }]).length, Math.max(0, left.length - 1), 'a line for all of them counts for the first that is left')
        }
      }
    }
  }
  for (const nature of natureOf) {
    t.equal(proposeLines({ frequencies: [], nature }, [])[0]!.kind, nature === 'automated' ? 'configuration' : 'sample')
    t.strictSame(proposeLines({ frequencies: [], nature }, [{ frequency: null, retest: false }]), [])
  }
})

const days = [null, '2025-09-30', '2025-10-01', '2026-03-31', '2026-09-30', '2026-10-01']
const period = { from: '2025-10-01', to: '2026-09-30' }

t.test('a span lies in the period, begins before it ends, and holds its interim date', async (t) => {
  const within = (day: string | null, { from, to }: { from: string, to: string }) => day === null || (day >= from && day <= to)
  for (const from of days) for (const to of days) for (const interim of days) {
    const sound = within(from, period) && within(to, period) && (from === null || to === null || from <= to)
    const found = Object.keys(faultsOfSpan({ from, to, interim }, period))
    t.equal(found.some((field) => field.startsWith('span')), !sound, `${from} to ${to}`)
    if (sound) t.equal(found.includes('interim'), !within(interim, { from: from ?? period.from, to: to ?? period.to }), `${from} to ${to}, interim ${interim}`)
  }
})

t.test('the span is the line’s own, else the control’s cut to the period', async (t) => {
  const within = (day: string | null) => day !== null && day >= period.from && day <= period.to
  for (const from of days) for (const to of days) {
    const inside = ownSpan({ from, to }, period)
    t.strictSame(inside, { from: within(from) ? from : null, to: within(to) ? to : null })
    t.strictSame(spanOf({ from, to }, { from: null, to: null }, period), { from: from ?? period.from, to: to ?? period.to })
    t.strictSame(spanOf({ from: null, to: null }, { from, to }, period), { from: from === null || from < period.from ? period.from : from, to: to === null || to > period.to ? period.to : to })
  }
})

t.test('an interim date before the end is rolled forward before the review, and only then', async (t) => {
  for (const interim of days) for (const result of [null, 'unchanged', 'covered']) for (const end of [null, '2026-09-30']) {
    const due = rollforwardDue({ interim, result }, end)
    t.equal(due, interim !== null && result === null && (end === null || interim < end), `${interim} ${result} ${end}`)
    t.equal(reviewObstacles({ ...sound, rollforwardDue: due }).length, due ? 1 : 0)
    const prepared = [{ kind: 'prepared' as const, personId: 'other' }]
    const tried = () => refuseSignature({ ...sound, rollforwardDue: due }, prepared, { kind: 'reviewed', personId: 'me', role: 'manager' })
    if (due) t.throws(tried, /interim date/)
    else t.doesNotThrow(tried)
    t.doesNotThrow(() => refuseSignature({ ...sound, rollforwardDue: due }, [], { kind: 'prepared', personId: 'me', role: 'staff' }), 'the preparer signs what was done so far')
  }
  for (const [interim, on, allowed] of [[null, '2026-09-30', false], ['2026-03-31', '2026-03-30', false], ['2026-03-31', '2026-10-05', true], ['2026-03-31', '2026-10-07', false], ['2026-09-30', '2026-10-05', false]] as const) {
    const tried = () => refuseRollforward({ interim }, '2026-09-30', on, '2026-10-06')
    if (allowed) t.doesNotThrow(tried)
    else t.throws(tried, { name: 'Refused' }, `${interim} on ${on}`)
  }
})

t.test('a retest stands inside what the first test stood for, and only where an exception stands', async (t) => {
  for (const excepted of [true, false]) for (const from of days.slice(1) as string[]) for (const to of days) {
    const fits = excepted && from >= period.from && from <= period.to && (to === null || (to >= from && to <= period.to))
    const tried = () => refuseRetest({ excepted, reference: 'AC-02.T1' }, from, to, period)
    if (fits) t.doesNotThrow(tried, `${from} to ${to}`)
    else t.throws(tried, { name: 'Refused' }, `${excepted} ${from} to ${to}`)
  }
})

t.test('a clause is taken from the wording as it stands there, and gone when the wording is', async (t) => {
  const wording = 'Access of leavers is removed within one business day of the last working day; managers file a ticket, and the service desk confirms it.'
  for (const clause of clausesOf(wording)) t.equal(clauseIn(wording, clause), clause)
  t.ok(clausesOf(wording).length >= 3)
  for (const said of ['WITHIN one   business\nday', ' within one business day ']) t.equal(clauseIn(wording, said), 'within one business day')
  for (const gone of ['within two business days', '', '.*', 'a(b', 'businessday']) t.equal(clauseIn(wording, gone), null, gone)
  t.match(obstacles({ ...sound, lostClauses: ['B'] }), [{ about: 'attributes', words: 'Attribute B tests words that the control no longer has.' }])
})

t.test('a design is reviewed by somebody else of senior rank, once it is concluded on the present wording', async (t) => {
  const roles: readonly (Role | null)[] = ['partner', 'quality_reviewer', 'manager', 'senior', 'staff', 'sponsor', 'lead', 'owner', null]
  for (const role of roles) for (const conclusion of ['suitable', 'deficient', 'not_evaluated'] as const) for (const preparedBy of ['me', 'other']) for (const reviewed of [true, false]) for (const wordingVersion of [1, 2]) {
    const allowed = ['partner', 'manager', 'senior'].includes(role ?? '') && conclusion !== 'not_evaluated' && preparedBy === 'other' && !reviewed && wordingVersion === 2
    const tried = () => refuseDesignReview({ conclusion, preparedBy, reviewed, wordingVersion }, 2, { id: 'me', role })
    if (allowed) t.doesNotThrow(tried)
    else t.throws(tried, { name: 'Refused' }, `${role} ${conclusion} by ${preparedBy}, ${reviewed ? 'reviewed' : 'open'}, wording ${wordingVersion}`)
    t.equal(designRemark({ conclusion, preparedBy, reviewed, wordingVersion }) === null, conclusion === 'suitable' && reviewed)
  }
  t.throws(() => refuseDesignReview(undefined, 1, { id: 'me', role: 'partner' }), { name: 'Refused' })
})

t.test('a finding on the design says what it rests on, what it misses and when it was seen', async (t) => {
  for (const lookedAt of ['', 'The policy']) for (const requestId of [null, 'r']) for (const conclusion of ['suitable', 'deficient', 'not_evaluated'] as DesignConclusion[]) for (const deficiency of ['', 'Nobody compares']) for (const implemented of [true, false]) for (const seenOn of [null, '2026-06-01', '2026-06-03']) {
    const sane = (lookedAt !== '' || requestId !== null) && (conclusion === 'deficient') === (deficiency !== '') && implemented === (seenOn !== null) && seenOn !== '2026-06-03'
    t.equal(Object.keys(faultsOfDesign({ lookedAt, requestId, conclusion, deficiency, implemented, seenOn }, '2026-06-02')).length === 0, sane)
  }
})
