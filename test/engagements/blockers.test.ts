import t from 'tap'
import { waitsOf, type Open } from '../../server/engagements/blockers.ts'
import { course } from '../../server/engagements/phases.ts'

const nothing: Open = { controls: 39, unconfirmed: 0, uncovered: 0, requests: 0, untested: 0, unsigned: 0, unevaluated: 0, unanswered: 0, unfinished: 0 }

t.test('only phases still to come are waited for, in their order', async (t) => {
  for (const [index, phase] of course.entries()) t.strictSame(waitsOf(phase, 2, nothing).map((wait) => wait.phase), course.slice(index + 1), phase)
  for (const { blockers } of waitsOf('draft', 2, nothing)) t.strictSame(blockers, [])
})

t.test('each thing that is open holds one phase, and is counted in words', async (t) => {
  const cases: readonly (readonly [Partial<Open>, string, string])[] = [
    [{ controls: 0 }, 'fieldwork', 'No control is entered'], [{ uncovered: 1 }, 'fieldwork', '1 criterion has no control'],
    [{ unconfirmed: 2 }, 'fieldwork', '2 wordings are not confirmed by the client'], [{ requests: 1 }, 'wrap_up', '1 request is not closed'],
    [{ untested: 3 }, 'wrap_up', '3 controls have no conclusion'], [{ unevaluated: 1 }, 'reporting', '1 exception is not evaluated'],
    [{ unanswered: 2 }, 'reporting', '2 responses by management are awaited'], [{ unsigned: 1 }, 'issued', '1 test is not signed twice'],
    [{ unfinished: 4 }, 'issued', '4 exceptions are neither final nor cleared'],
  ]
  for (const [open, phase, text] of cases) {
    const held = waitsOf('draft', 2, { ...nothing, ...open }).flatMap((wait) => wait.blockers.map((blocker) => `${wait.phase}: ${blocker.text}`))
    t.strictSame(held, [`${phase}: ${text}`])
  }
})

t.test('a Type 1 is not held by tests, which it has none of', async (t) => {
  t.strictSame(waitsOf('draft', 1, { ...nothing, untested: 3, unsigned: 2 }).flatMap(({ blockers }) => blockers), [])
})
