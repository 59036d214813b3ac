import type { DesignConclusion } from '../database/schema/testing.ts'
import { Refused } from '../errors.ts'
import type { Role } from '../scope.ts'

/** What somebody found of a control's design. `requestId`: the walkthrough, inquiry or paper it was read from. */
export type DesignFinding = {
  readonly lookedAt: string
  readonly requestId: string | null
  readonly conclusion: DesignConclusion
  readonly deficiency: string
  readonly implemented: boolean
  readonly seenOn: string | null
}

/** What is wrong with a finding, by field; empty when nothing is. */
export function faultsOfDesign(found: DesignFinding, today: string): Record<string, string> {
  return {
    ...found.lookedAt === '' && found.requestId === null ? { lookedAt: 'Say what was looked at, or name the request that holds it.' } : {},
    ...found.conclusion === 'deficient' && found.deficiency === '' ? { deficiency: 'Say what the control would miss, run as written by competent people.' } : {},
    ...found.conclusion !== 'deficient' && found.deficiency !== '' ? { deficiency: 'This is for a deficient design. Clear it, or conclude that the design is deficient.' } : {},
    ...found.seenOn !== null && !found.implemented ? { implemented: 'Tick that the control was seen in place, or clear the day.' } : {},
    ...found.implemented && found.seenOn === null ? { seenOn: 'Say on which day the control was seen in place.' } : {},
    ...found.seenOn !== null && found.seenOn > today ? { seenOn: 'This day is still to come.' } : {},
  }
}

export type StandingDesign = { readonly conclusion: DesignConclusion, readonly preparedBy: string, readonly reviewed: boolean, readonly wordingVersion: number }

const reviewers: ReadonlySet<Role> = new Set(['partner', 'manager', 'senior'])

/** Throws Refused unless this person may review the evaluation that stands: concluded, of the present wording, prepared by somebody else. */
export function refuseDesignReview(standing: StandingDesign | undefined, wordingVersion: number, person: { readonly id: string, readonly role: Role | null }): void {
  if (!standing || standing.conclusion === 'not_evaluated') throw new Refused('The design is not evaluated yet, so there is nothing to review.')
  if (standing.wordingVersion !== wordingVersion) throw new Refused('The control was reworded since. Evaluate the design of the present wording first.')
  if (standing.reviewed) throw new Refused('This design is reviewed already. To change what was found, evaluate it anew.')
  if (standing.preparedBy === person.id) throw new Refused('You evaluated this design, so somebody else must review it.')
  if (person.role === null || !reviewers.has(person.role)) throw new Refused('A review is signed by a senior, a manager or the partner.')
}

/** One line on how a control's design stands; null where it is evaluated and reviewed. */
export function designRemark(standing: StandingDesign | undefined): string | null {
  if (!standing || standing.conclusion === 'not_evaluated') return 'The design of this control is not evaluated yet.'
  if (standing.conclusion === 'deficient') return 'The design of this control is deficient.'
  return standing.reviewed ? null : 'The evaluation of the design waits for its review.'
}
