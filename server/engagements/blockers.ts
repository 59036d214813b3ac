import { conditionsOf, type Condition, type PhaseFacts } from './phase-conditions.ts'
import { course, type Phase } from './phases.ts'

/** What an engagement has open that keeps it from no phase, by count; see `countOpen` for what each of them counts. */
export type Open = {
  readonly unconfirmed: number
  readonly uncovered: number
  readonly requests: number
  readonly unsigned: number
  readonly unfinished: number
}

export type Blocker = { readonly text: string, readonly href: string }

/** A phase to come: its conditions, met and not, and what else should not be left open though it keeps nobody from entering. */
export type PhaseWait = { readonly phase: Phase, readonly conditions: readonly Condition[], readonly missing: readonly Condition[], readonly also: readonly Blocker[] }

/** What stands between an engagement and each phase it has still to enter, with where to do something about it. */
export function waitsOf(phase: Phase, facts: PhaseFacts, open: Open): PhaseWait[] {
  if (!course.includes(phase)) return []
  return course.slice(course.indexOf(phase) + 1).map((to) => {
    const conditions = conditionsOf(to, facts)
    return { phase: to, conditions, missing: conditions.filter(({ met }) => !met), also: alsoOpen(to, facts, open) }
  })
}

function alsoOpen(to: Phase, facts: PhaseFacts, open: Open): Blocker[] {
  const found: Blocker[] = []
  const add = (count: number, one: string, many: string, href: string) => {
    if (count > 0) found.push({ text: `${count} ${count === 1 ? one : many}`, href })
  }
  if (to !== 'planning' && to !== 'archived' && facts.unconfirmed.length > 0) add(facts.unconfirmed.length, 'person of the team has not confirmed independence', 'people of the team have not confirmed independence', 'records/independence')
  if (facts.purpose === 'readiness') return found
  if (to === 'fieldwork') {
    add(open.uncovered, 'criterion has no control', 'criteria have no control', 'team#scope')
    add(open.unconfirmed, 'wording is not confirmed by the client', 'wordings are not confirmed by the client', 'controls?wording=unconfirmed')
  }
  if (to === 'wrap_up') add(open.requests, 'request is not closed', 'requests are not closed', 'requests')
  if (to === 'issued') {
    if (facts.type === 2) add(open.unsigned, 'test is not signed twice', 'tests are not signed twice', 'testing')
    add(open.unfinished, 'exception is neither final nor cleared', 'exceptions are neither final nor cleared', 'exceptions')
  }
  return found
}
