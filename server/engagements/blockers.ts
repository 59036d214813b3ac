import type { StateOf } from '../web/states.ts'
import { course } from './phases.ts'

/** What an engagement has open, by count; see `countOpen` for what each of them counts. */
export type Open = {
  readonly controls: number
  readonly unconfirmed: number
  readonly uncovered: number
  readonly requests: number
  readonly untested: number
  readonly unsigned: number
  readonly unevaluated: number
  readonly unanswered: number
  readonly unfinished: number
}

export type Blocker = { readonly text: string, readonly href: string }
export type PhaseWait = { readonly phase: StateOf<'phase'>, readonly blockers: readonly Blocker[] }

/** What stands between an engagement and each phase it has still to enter, with where to do something about it. */
export function waitsOf(phase: StateOf<'phase'>, type: 1 | 2, open: Open): PhaseWait[] {
  return course.slice(course.indexOf(phase) + 1).map((to) => ({ phase: to, blockers: blockersOf(to, type, open) }))
}

function blockersOf(to: StateOf<'phase'>, type: 1 | 2, open: Open): Blocker[] {
  const waits: Blocker[] = []
  const add = (count: number, one: string, many: string, href: string) => {
    if (count > 0) waits.push({ text: `${count} ${count === 1 ? one : many}`, href })
  }
  if (to === 'fieldwork') {
    if (open.controls === 0) waits.push({ text: 'No control is entered', href: 'controls' })
    add(open.uncovered, 'criterion has no control', 'criteria have no control', 'team#scope')
    add(open.unconfirmed, 'wording is not confirmed by the client', 'wordings are not confirmed by the client', 'controls?wording=unconfirmed')
  }
  if (to === 'wrap_up') {
    add(open.requests, 'request is not closed', 'requests are not closed', 'requests')
    if (type === 2) add(open.untested, 'control has no conclusion', 'controls have no conclusion', 'testing')
  }
  if (to === 'reporting') {
    add(open.unevaluated, 'exception is not evaluated', 'exceptions are not evaluated', 'exceptions')
    add(open.unanswered, 'response by management is awaited', 'responses by management are awaited', 'exceptions')
  }
  if (to === 'issued') {
    if (type === 2) add(open.unsigned, 'test is not signed twice', 'tests are not signed twice', 'testing')
    add(open.unfinished, 'exception is neither final nor cleared', 'exceptions are neither final nor cleared', 'exceptions')
  }
  return waits
}
