import t from 'tap'
import { waitsOf, type Open } from '../../server/engagements/blockers.ts'
import { dateFaults } from '../../server/engagements/phase-actions.ts'
import { conditionsOf, missingFor, type PhaseFacts } from '../../server/engagements/phase-conditions.ts'
import { course, type Phase } from '../../server/engagements/phases.ts'

const nothing: Open = { unconfirmed: 0, uncovered: 0, requests: 0, unsigned: 0, unfinished: 0 }
const ready: PhaseFacts = {
  purpose: 'examination', type: 2, today: '2026-12-20', end: '2026-09-30', acceptance: true, unconfirmed: [], terms: true, controls: 39, matrix: true, unassessed: 0,
  unwalked: 0, unconcluded: 0, unrolled: 0, unevaluated: 0, unanswered: 0, reportDate: '2026-12-10', releaseDate: '2026-12-15', lastEvidence: '2026-11-30',
  assertion: true, representation: '2026-12-10', reviewRequired: true, review: '2026-12-14', assembled: true,
}

/** Every way in which one thing is not ready: what it is, the phase it keeps out of, and how that reads. */
const faults: readonly (readonly [Partial<PhaseFacts>, Phase, string])[] = [
  [{ acceptance: false }, 'planning', 'The partner has not accepted the engagement'],
  [{ unconfirmed: ['Tom Bergstrom'] }, 'planning', 'Independence is not confirmed by Tom Bergstrom'],
  [{ unconfirmed: ['A', 'B', 'C'] }, 'planning', 'Independence is not confirmed by A, B and C'],
  [{ unconfirmed: ['A', 'B', 'C', 'D', 'E', 'F'] }, 'planning', 'Independence is not confirmed by A, B, C, D and 2 more'],
  [{ terms: false }, 'planning', 'The signed terms are not on record'],
  [{ end: null }, 'planning', 'The period is not set'],
  [{ type: 1, end: null }, 'planning', 'The date it looks at is not set'],
  [{ controls: 0 }, 'fieldwork', 'No control is entered'],
  [{ matrix: false }, 'fieldwork', 'The control matrix is not approved'],
  [{ unwalked: 1 }, 'wrap_up', '1 control has no evaluation of its design'],
  [{ type: 1, unwalked: 2 }, 'wrap_up', '2 controls have no evaluation of their design'],
  [{ unconcluded: 3 }, 'wrap_up', '3 controls are not concluded'],
  [{ unrolled: 1 }, 'wrap_up', '1 interim test is not rolled forward'],
  [{ unevaluated: 2 }, 'reporting', '2 exceptions are not evaluated'],
  [{ unanswered: 1 }, 'reporting', '1 response by management is awaited'],
  [{ releaseDate: null }, 'issued', 'The release date is not set'],
  [{ releaseDate: '2026-12-21' }, 'issued', 'The release date, Dec 21, 2026, has not come yet'],
  [{ end: '2026-12-11', lastEvidence: null }, 'issued', 'The report is dated before Dec 11, 2026, the end of the period'],
  [{ lastEvidence: '2026-12-11' }, 'issued', 'The report is dated before the last evidence, of Dec 11, 2026'],
  [{ today: '2026-12-09', releaseDate: null, review: null, reviewRequired: false }, 'issued', 'The report’s date, Dec 10, 2026, has not come yet'],
  [{ assertion: false }, 'issued', 'Management’s assertion is not received'],
  [{ representation: null }, 'issued', 'The representation letter is not received'],
  [{ representation: '2026-12-09' }, 'issued', 'The representation letter is dated Dec 9, 2026, the report Dec 10, 2026'],
  [{ review: null }, 'issued', 'The quality review is not completed'],
  [{ review: '2026-12-16' }, 'issued', 'The release is before the quality review of Dec 16, 2026'],
  [{ reportDate: null }, 'issued', 'The report has no date'],
  [{ assembled: false }, 'archived', 'It is not on record that the file is assembled'],
  [{ purpose: 'readiness', type: 1, unassessed: 4 }, 'wrap_up', '4 criteria are not assessed'],
]

t.test('an engagement of which everything is ready enters every phase, and each thing that is not keeps it out of one', async (t) => {
  for (const to of course) t.strictSame(missingFor(to, ready), [], to)
  for (const [change, phase, text] of faults) {
    const facts = { ...ready, ...change }
    const found = course.flatMap((to) => missingFor(to, facts).map((condition) => ({ to, ...condition })))
    const own = found.find((one) => one.text === text)
    t.equal(own?.to, phase, text)
    t.ok(own?.href, 'and it says where to do something about it')
    t.ok(found.every(({ to }) => to === phase), `${text}: nothing else is kept waiting`)
  }
})

t.test('every pair of things that are not ready is named, none hides the other', async (t) => {
  for (const [left, to, one] of faults) {
    for (const [right, other, two] of faults) {
      const shared = Object.keys(left).some((key) => key in right)
      if (shared || to === 'issued' || other === 'issued' || left.purpose !== right.purpose || left.type !== right.type) continue
      const facts = { ...ready, ...left, ...right }
      t.ok(missingFor(to, facts).some(({ text }) => text === one) && missingFor(other, facts).some(({ text }) => text === two), `${one} / ${two}`)
    }
  }
})

t.test('less is asked where there is less: no tests in a Type 1, no report in a readiness assessment, no review where the policy wants none', async (t) => {
  t.strictSame(missingFor('wrap_up', { ...ready, type: 1, unconcluded: 3, unrolled: 2 }), [])
  const bare: PhaseFacts = { ...ready, purpose: 'readiness', type: 1, controls: 0, matrix: false, unwalked: 5, unconcluded: 5, unevaluated: 2, assertion: false, representation: null, review: null }
  for (const to of course) t.strictSame(missingFor(to, bare), [], to)
  t.strictSame(missingFor('issued', { ...ready, reviewRequired: false, review: null }), [])
  t.strictSame(conditionsOf('withdrawn', { ...ready, acceptance: false }), [], 'withdrawing waits for nothing')
})

t.test('dates of a report are refused where they cannot be', async (t) => {
  const facts = { end: '2026-09-30', lastEvidence: '2026-11-30', review: '2026-12-14' }
  const faulty = (reportDate: string | null, releaseDate: string | null) => Object.keys(dateFaults({ reportDate, releaseDate }, facts))
  t.strictSame(faulty(null, null), [])
  t.strictSame(faulty('2026-11-30', '2026-12-14'), [])
  t.strictSame(faulty('2026-09-29', null), ['reportDate'])
  t.strictSame(faulty('2026-11-29', null), ['reportDate'])
  t.strictSame(faulty(null, '2026-12-14'), ['releaseDate'])
  t.strictSame(faulty('2026-12-20', '2026-12-19'), ['releaseDate'])
  t.strictSame(faulty('2026-12-01', '2026-12-13'), ['releaseDate'], 'a release never precedes the quality review')
})

t.test('only phases still to come are waited for, and what else is open is told beside them', async (t) => {
  for (const [index, phase] of course.entries()) t.strictSame(waitsOf(phase, ready, nothing).map((wait) => wait.phase), course.slice(index + 1), phase)
  t.strictSame(waitsOf('withdrawn', ready, nothing), [])
  const cases: readonly (readonly [Partial<Open>, string, string])[] = [
    [{ uncovered: 1 }, 'fieldwork', '1 criterion has no control'], [{ unconfirmed: 2 }, 'fieldwork', '2 wordings are not confirmed by the client'],
    [{ requests: 1 }, 'wrap_up', '1 request is not closed'], [{ unsigned: 1 }, 'issued', '1 test is not signed twice'],
    [{ unfinished: 4 }, 'issued', '4 exceptions are neither final nor cleared'],
  ]
  for (const [open, phase, text] of cases) {
    const waits = waitsOf('draft', ready, { ...nothing, ...open })
    t.strictSame(waits.flatMap((wait) => wait.also.map((also) => `${wait.phase}: ${also.text}`)), [`${phase}: ${text}`])
    t.strictSame(waits.flatMap(({ missing }) => missing), [], 'and keeps nobody out')
  }
  t.strictSame(waitsOf('planning', { ...ready, unconfirmed: ['A'] }, nothing).map(({ also }) => also.length), [1, 1, 1, 1, 0], 'who joins later is reminded until the end')
})
