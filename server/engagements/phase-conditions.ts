import { writeDate } from '../web/times.ts'
import type { Phase } from './phases.ts'

/** What entering a phase depends on, counted; days are ISO in the engagement's zone. See `findPhaseFacts` for what each counts. */
export type PhaseFacts = {
  readonly purpose: 'examination' | 'readiness'
  readonly type: 1 | 2
  readonly today: string
  /** The as-of date or the last day of the period; null while the dates are open. */
  readonly end: string | null
  readonly acceptance: boolean
  /** Names of the team at the firm that have not confirmed their independence. */
  readonly unconfirmed: readonly string[]
  readonly terms: boolean
  readonly controls: number
  readonly matrix: boolean
  readonly unassessed: number
  readonly unwalked: number
  readonly unconcluded: number
  readonly unrolled: number
  readonly unevaluated: number
  readonly unanswered: number
  readonly reportDate: string | null
  readonly releaseDate: string | null
  readonly lastEvidence: string | null
  readonly assertion: boolean
  /** The date the representation letter bears. */
  readonly representation: string | null
  /** Whether the firm's policy asks for a quality review, and when one was completed. */
  readonly reviewRequired: boolean
  readonly review: string | null
  readonly assembled: boolean
}

/** One condition on entering a phase, and where to do something about it, below the engagement's address. */
export type Condition = { readonly met: boolean, readonly text: string, readonly href: string }

/**
 * What has to be so before an engagement enters a phase, met or not, in the order in which it is done. A readiness
 * assessment tests nothing and reports on nothing, so less is asked of it.
 */
export function conditionsOf(to: Phase, facts: PhaseFacts): Condition[] {
  return (facts.purpose === 'readiness' ? { ...conditions, ...readinessConditions } : conditions)[to]?.(facts) ?? []
}

const conditions: Readonly<Partial<Record<Phase, (facts: PhaseFacts) => Condition[]>>> = { planning, fieldwork, wrap_up: wrapUp, reporting, issued, archived }
const readinessConditions: typeof conditions = { fieldwork: () => [], wrap_up: assessed, reporting: () => [] }

/** What of them is not so yet; empty when the phase may be entered. */
export function missingFor(to: Phase, facts: PhaseFacts): Condition[] {
  return conditionsOf(to, facts).filter(({ met }) => !met)
}

function planning(facts: PhaseFacts): Condition[] {
  const { unconfirmed: names } = facts
  return [
    is(facts.acceptance, 'The partner accepted the engagement', 'The partner has not accepted the engagement', 'records/acceptance'),
    is(names.length === 0, 'Everybody on the team confirmed their independence', `Independence is not confirmed by ${listed(names)}`, 'records/independence'),
    is(facts.terms, 'The signed terms are on record', 'The signed terms are not on record', 'records/terms'),
    is(facts.end !== null, 'The scope is set', facts.type === 1 ? 'The date it looks at is not set' : 'The period is not set', 'setup'),
  ]
}

function fieldwork(facts: PhaseFacts): Condition[] {
  return [
    is(facts.controls > 0, `${counted(facts.controls, 'control')} entered`, 'No control is entered', 'controls'),
    is(facts.matrix, 'The manager approved the control matrix', 'The control matrix is not approved', 'records/control_matrix'),
  ]
}

function wrapUp(facts: PhaseFacts): Condition[] {
  return [
    none(facts.unwalked, 'Every control was walked through', 'control has no evaluation of its design', 'controls have no evaluation of their design', 'controls'),
    ...facts.type === 1 ? [] : [
      none(facts.unconcluded, 'Every control is concluded', 'control is not concluded', 'controls are not concluded', 'testing'),
      none(facts.unrolled, 'Every interim test is rolled forward', 'interim test is not rolled forward', 'interim tests are not rolled forward', 'testing'),
    ],
  ]
}

function reporting(facts: PhaseFacts): Condition[] {
  return [
    none(facts.unevaluated, 'Every exception is evaluated', 'exception is not evaluated', 'exceptions are not evaluated', 'exceptions'),
    none(facts.unanswered, 'Every response is received or declined', 'response by management is awaited', 'responses by management are awaited', 'exceptions'),
  ]
}

function assessed(facts: PhaseFacts): Condition[] {
  return [none(facts.unassessed, 'Every criterion is assessed', 'criterion is not assessed', 'criteria are not assessed', 'readiness')]
}

/** Never before the end of the period or the last evidence, and of the letter's date; release never before the quality review. */
function issued(facts: PhaseFacts): Condition[] {
  const { reportDate: report, releaseDate: release, representation: letter, review } = facts
  const dated = [
    is(report !== null, 'The report is dated', 'The report has no date', 'phase#dates'),
    is(release !== null, 'The release date is set', 'The release date is not set', 'phase#dates'),
    ...report === null ? [] : dateConditions(report, facts),
    ...release === null ? [] : [is(release <= facts.today, `Released on ${writeDate(release)}`, `The release date, ${writeDate(release)}, has not come yet`, 'phase#dates')],
  ]
  if (facts.purpose === 'readiness') return dated
  return [
    ...dated,
    is(facts.assertion, 'Management’s assertion is received', 'Management’s assertion is not received', 'records/assertion'),
    letter === null ? is(false, '', 'The representation letter is not received', 'records/representation')
      : is(report === null || letter === report, 'The representation letter is received and bears the report’s date', `The representation letter is dated ${writeDate(letter)}, the report ${writeDate(report ?? letter)}`, 'records/representation'),
    ...facts.reviewRequired && review === null ? [is(false, '', 'The quality review is not completed', 'records/quality_review')] : [],
    ...review === null ? [] : [is(release === null || release >= review, `Quality review completed on ${writeDate(review)}`, `The release is before the quality review of ${writeDate(review)}`, 'phase#dates')],
  ]
}

function dateConditions(report: string, { end, lastEvidence: last, today }: PhaseFacts): Condition[] {
  return [
    is(end === null || report >= end, 'The report is not dated before the end of the period', `The report is dated before ${writeDate(end ?? report)}, the end of the period`, 'phase#dates'),
    is(last === null || report >= last, 'The report is not dated before the last evidence', `The report is dated before the last evidence, of ${writeDate(last ?? report)}`, 'phase#dates'),
    is(report <= today, `The report is dated ${writeDate(report)}`, `The report’s date, ${writeDate(report)}, has not come yet`, 'phase#dates'),
  ]
}

function archived(facts: PhaseFacts): Condition[] {
  return [is(facts.assembled, 'The file is assembled', 'It is not on record that the file is assembled', 'records/assembly')]
}

function is(met: boolean, done: string, missing: string, href: string): Condition {
  return { met, text: met ? done : missing, href }
}

function none(count: number, done: string, one: string, many: string, href: string): Condition {
  return is(count === 0, done, `${count} ${count === 1 ? one : many}`, href)
}

function counted(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4)
  const more = names.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ').replace(/, ([^,]*)$/, ' and $1')
}
