import type { EffectKind, ExceptionStatus, OpinionKind } from '../database/schema/exceptions.ts'
import { Refused } from '../errors.ts'

/**
 * Every move of an exception and the states it may start from; the database holds the same arrows. `share` starts from
 * later states too: facts that changed are put to the client again, and what rested on the old ones is done anew.
 */
export const moves = {
  share: { from: ['identified', 'confirmed', 'evaluated', 'response_received', 'final'], to: 'client_confirming' },
  agree: { from: ['client_confirming'], to: 'confirmed' },
  confirm: { from: ['client_confirming'], to: 'confirmed' },
  clear: { from: ['identified', 'client_confirming', 'confirmed', 'evaluated', 'response_received', 'final'], to: 'cleared' },
  evaluate: { from: ['confirmed'], to: 'evaluated' },
  respond: { from: ['evaluated'], to: 'response_received' },
  finish: { from: ['response_received'], to: 'final' },
} as const satisfies Record<string, { from: readonly ExceptionStatus[], to: ExceptionStatus }>

export type Move = keyof typeof moves
export type Position = 'agreed' | 'disputed'

export const statusWords: Readonly<Record<ExceptionStatus, string>> = {
  identified: 'identified',
  client_confirming: 'with the client to confirm the facts',
  confirmed: 'confirmed',
  cleared: 'cleared',
  evaluated: 'evaluated',
  response_received: 'responded to',
  final: 'final',
}

export const causeTypes = { people: 'People', process: 'Process', system: 'System', design: 'Design' } as const
export const spreads = { isolated: 'Isolated, shown to be so', systematic: 'Systematic' } as const
export const effects: Readonly<Record<EffectKind, string>> = { met: 'Met in all material respects', not_met: 'Not met', not_determined: 'Not determined' }
export const opinions: Readonly<Record<OpinionKind, string>> = { unqualified: 'Unqualified', qualified: 'Qualified', adverse: 'Adverse', disclaimer: 'Disclaimer' }
export const intents = { not_intentional: 'Not intentional', intentional: 'Intentional' } as const

export function canMove(status: ExceptionStatus, move: Move): boolean {
  return (moves[move].from as readonly ExceptionStatus[]).includes(status)
}

/** The state after `move`; throws Refused when the exception is not where the move starts. */
export function next(status: ExceptionStatus, move: Move): ExceptionStatus {
  if (!canMove(status, move)) throw new Refused(`This exception is ${statusWords[status]} by now, so it cannot be ${participles[move]}.`)
  return moves[move].to
}

const participles: Readonly<Record<Move, string>> = {
  share: 'put to the client',
  agree: 'agreed to',
  confirm: 'confirmed',
  clear: 'cleared',
  evaluate: 'evaluated',
  respond: 'responded to',
  finish: 'made final',
}

/** What an exception rests on now: items that deviate, or, of a criterion no control meets, whether one is mapped by now. */
export type Ground = { readonly criterion: string | null, readonly deviatingItems: number, readonly met: boolean }

/** Throws Refused while what was found cannot be put to the client. */
export function refuseSharing(exception: { readonly problem: string }, { criterion, deviatingItems, met }: Ground): void {
  if (exception.problem === '') throw new Refused('Describe the problem first: the client is asked to agree to it.')
  if (criterion !== null && met) throw new Refused(`A control is mapped to ${criterion} now, so there is nothing to put to the client. Clear it with the reason.`)
  if (criterion === null && deviatingItems === 0) throw new Refused('No cell deviates now, so there is nothing to put to the client. Clear it with the reason.')
}

/** Throws Refused when somebody would take a position on another release than they read, or while its facts changed; null when nobody says what they read. */
export function refuseUnread(newest: number, read: number | null, changed: boolean): void {
  if (changed) throw new Refused('The auditors are looking at these facts again. They will put them to you anew, and then ask whether they are right.')
  if (read !== null && read !== newest) throw new Refused('The auditors changed these facts while you had them open. Read them as they stand now, then say whether they are right.')
}

/** Throws Refused while something stands that the exception is about: it is cleared because there is none, never although there is. */
export function refuseClearing({ criterion, deviatingItems, met }: Ground): void {
  if (criterion !== null && !met) throw new Refused(`Still no control is mapped to ${criterion}. Map one first; then clear the exception.`)
  if (criterion === null && deviatingItems > 0) throw new Refused(`${deviatingItems} ${deviatingItems === 1 ? 'item still deviates' : 'items still deviate'}. Set the results right first, citing the evidence that settles it; then clear the exception.`)
}

/** Throws Refused where the client was told something else than the cells say now. */
export function refuseChanged(changed: boolean): void {
  if (changed) throw new Refused('What was found has changed since it was put to the client. Release it again first.')
}

type Weighed = { readonly cause: string, readonly spread: string | null, readonly isolated_basis: string, readonly intent: string | null }

/** What is still to be written before an exception is evaluated, in the order it is weighed; empty when nothing is. */
export function unweighed({ cause, spread, isolated_basis: proof, intent }: Weighed): string[] {
  return [
    ...cause === '' ? ['the cause'] : [], ...spread === null ? ['whether it is isolated or systematic'] : [],
    ...spread === 'isolated' && proof === '' ? ['what proves that it is isolated'] : [], ...intent === null ? ['whether it was intentional'] : [],
  ]
}

/** Throws Refused while it is not known why it happened, how far it reaches and whether anybody meant it. */
export function refuseEvaluation(exception: Weighed): void {
  const missing = unweighed(exception)
  if (missing.length > 0) throw new Refused(`Write down ${missing.join(', ')} before you evaluate.`)
}

/** What of a description may still change: everything until the facts are confirmed, then all but the problem, and in the end nothing. */
export function changeable(status: ExceptionStatus): 'everything' | 'all_but_problem' | 'nothing' {
  if (status === 'identified' || status === 'client_confirming') return 'everything'
  return status === 'final' || status === 'cleared' ? 'nothing' : 'all_but_problem'
}

/** Who has the next step: the firm, the client, or nobody any more. With facts that changed since their release it is the firm. */
export function waitsFor(status: ExceptionStatus, position: Position | null, changed = false): 'firm' | 'client' | 'nobody' {
  if (status === 'cleared') return 'nobody'
  if (changed) return 'firm'
  if (status === 'final') return 'nobody'
  if (status === 'client_confirming') return position === null ? 'client' : 'firm'
  return status === 'evaluated' ? 'client' : 'firm'
}

/** The systems a control names, one by one: they are written as a list with commas, semicolons or a line each. */
export function systemsOf(text: string | null): string[] {
  return [...new Set((text ?? '').split(/[,;\n]/).map((system) => system.trim()).filter((system) => system !== ''))]
}

/** 'E-03' */
export function exceptionNumber(number: number): string {
  return `E-${String(number).padStart(2, '0')}`
}

/** The number in 'E-03' or '3', or null. */
export function parseExceptionNumber(text: string): number | null {
  const match = /^(?:E-?)?0*([1-9]\d{0,5})$/i.exec(text)
  return match ? Number(match[1]) : null
}

/** Counts that are typed into the problem although the sentence brings them from the cells; they would stand there when the cells have changed. */
export function typedCounts(problem: string, counts: readonly number[]): number[] {
  const typed = new Set((problem.match(/(?<![\d.,-])\d{1,6}(?![\d.,-]*\d|-)/g) ?? []).map(Number))
  return [...new Set(counts)].filter((count) => typed.has(count))
}

type Lateness = { readonly count: number, readonly unit: 'days' | 'business days' }

/**
 * A problem may end in `{late}`: then how late stands in the notes of the deviating cells, and the sentence brings the
 * range from there ("3 to 6 business days after the limit"). `latenesses` has one entry for each deviating cell. Where
 * one of them does not say, or the units differ, it reads "late".
 */
export function readProblem(problem: string, latenesses: readonly (Lateness | null)[]): { readonly problem: string, readonly late: { readonly action: string, readonly unit: Lateness['unit'] } | null } {
  if (!problem.includes('{late}')) return { problem, late: null }
  const units = new Set(latenesses.map((lateness) => lateness?.unit ?? null))
  const unit = units.size === 1 ? [...units][0] ?? null : null
  const action = problem.slice(0, problem.indexOf('{late}')).trim()
  return { problem: problem.replaceAll('{late}', 'late'), late: unit === null ? null : { action, unit } }
}

/** The problem as a heading: it begins with a capital, and `{late}` reads "late". */
export function headingOf(problem: string): string {
  const clause = problem.replaceAll('{late}', 'late')
  return clause.charAt(0).toUpperCase() + clause.slice(1)
}
