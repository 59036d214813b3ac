import { Refused } from '../errors.ts'
import { labelOf, type StateOf } from '../web/states.ts'

export type Phase = StateOf<'phase'>

/** Where an engagement may go from each phase. */
export const moves: Readonly<Record<Phase, readonly Phase[]>> = {
  draft: ['planning', 'withdrawn'],
  planning: ['fieldwork', 'withdrawn'],
  fieldwork: ['wrap_up', 'withdrawn'],
  wrap_up: ['reporting', 'fieldwork'],
  reporting: ['issued', 'wrap_up'],
  issued: ['archived'],
  archived: [],
  withdrawn: [],
}

/** The phases in the order in which an engagement lives through them. */
export const course: readonly Phase[] = ['draft', 'planning', 'fieldwork', 'wrap_up', 'reporting', 'issued', 'archived']

/** The phase after a change to `to`; throws Refused when the engagement is not where that change starts. */
export function next(phase: string, to: Phase): Phase {
  if (!isPhase(phase) || !moves[phase].includes(to)) throw new Refused(`This engagement is in ${phaseWord(phase)} by now, so it cannot go to ${phaseWord(to)}.`)
  return to
}

export function isPhase(phase: string): phase is Phase {
  return Object.hasOwn(moves, phase)
}

/** Whether the change goes back along the course, which asks for a reason. */
export function isBackward(from: string, to: Phase): boolean {
  return course.includes(to) && course.indexOf(to) < course.indexOf(from as Phase)
}

/** The phase an engagement enters next, or null at the end of the course. */
export function nextOf(phase: Phase): Phase | null {
  return moves[phase].find((to) => course.includes(to) && !isBackward(phase, to)) ?? null
}

export type Purpose = 'examination' | 'readiness'

/** What the phases are called: a readiness assessment goes the same way, but does no fieldwork and issues no opinion. */
export function phasesOf(purpose: Purpose | undefined): 'phase' | 'assessment' {
  return purpose === 'readiness' ? 'assessment' : 'phase'
}

/** 'Wrap-up', or what a readiness assessment has in its place. */
export function phaseName(phase: Phase, purpose?: Purpose): string {
  return labelOf(phasesOf(purpose), phase).word
}

/** 'wrap-up', as it reads within a sentence. */
export function phaseWord(phase: string, purpose?: Purpose): string {
  return isPhase(phase) ? phaseName(phase, purpose).toLowerCase() : phase
}
