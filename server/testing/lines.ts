import type { Frequency } from '../database/schema/controls.ts'
import type { LineKind } from '../database/schema/testing.ts'
import { Refused } from '../errors.ts'
import { writeDate } from '../web/times.ts'

/** What each kind of line is for, in one line beside the choice. */
export const kindHints: Readonly<Record<LineKind, string>> = {
  sample: 'Items drawn from an accepted population: a sample, or every row of it.',
  configuration: 'A setting of a system at a date. The control works by itself while the setting stands.',
  walkthrough: 'One instance followed from start to end with whoever performs it.',
  observation: 'One performance watched. It shows that moment and no other.',
}

/** What the items of a kind are called in the plan, in the singular and plural. */
export const itemWords: Readonly<Record<LineKind, { readonly one: string, readonly many: string }>> = {
  sample: { one: 'item', many: 'items' },
  configuration: { one: 'setting', many: 'settings' },
  walkthrough: { one: 'instance', many: 'instances' },
  observation: { one: 'performance', many: 'performances' },
}

const nouns: Readonly<Record<Frequency, string>> = {
  annual: 'years', semiannual: 'half-years', quarterly: 'quarters', monthly: 'months', semimonthly: 'half-months', weekly: 'weeks', daily: 'days',
  multiple_daily: 'items', event_driven: 'items', continuous: 'settings',
}

/** Whether a text names a frequency. */
export function isFrequency(text: string): text is Frequency {
  return Object.hasOwn(nouns, text)
}

export type Planned = { readonly frequency: Frequency | null, readonly retest: boolean }
export type Proposal = { readonly frequency: Frequency | null, readonly kind: LineKind, readonly itemNoun: string }

/**
 * The lines a control still wants: one for each frequency that no line tests. A line planned without a frequency counts
 * for the first that is left; a retest counts for none.
 */
export function proposeLines(control: { readonly frequencies: readonly Frequency[], readonly nature: 'manual' | 'automated' | 'it_dependent_manual' }, lines: readonly Planned[]): Proposal[] {
  const standing = lines.filter(({ retest }) => !retest)
  const kind = (frequency: Frequency | null): LineKind => frequency === 'continuous' || (frequency === null && control.nature === 'automated') ? 'configuration' : 'sample'
  const propose = (frequency: Frequency | null): Proposal => ({ frequency, kind: kind(frequency), itemNoun: frequency === null ? itemWords[kind(frequency)].many : nouns[frequency] })
  if (control.frequencies.length === 0) return standing.length === 0 ? [propose(null)] : []
  const tested = new Set(standing.map(({ frequency }) => frequency))
  const left = control.frequencies.filter((frequency) => !tested.has(frequency))
  return left.slice(standing.filter(({ frequency }) => frequency === null || !control.frequencies.includes(frequency)).length).map(propose)
}

export type Span = { readonly from: string | null, readonly to: string | null }

/** The part of the period a line stands for: its own span, else the control's, within the period. Both days count. */
export function spanOf(line: Span, control: Span, period: Span): Span {
  return { from: line.from ?? later(control.from, period.from), to: line.to ?? earlier(control.to, period.to) }
}

/** The days on which a control began or ended within the period, which give its tests a span of their own. */
export function ownSpan(control: Span | undefined, period: Span): Span {
  const inside = (day: string | null | undefined) => day && !outside(day, period) ? day : null
  return { from: inside(control?.from), to: inside(control?.to) }
}

/** Why a span and an interim date cannot be, by field; empty when they can. Days are ISO, compared as text. */
export function faultsOfSpan({ from, to, interim }: { readonly from: string | null, readonly to: string | null, readonly interim: string | null }, period: Span): Record<string, string> {
  const wrong: Record<string, string> = {}
  if (from !== null && outside(from, period)) wrong['spanFrom'] = 'This day is outside the period of the engagement.'
  if (to !== null && outside(to, period)) wrong['spanTo'] = 'This day is outside the period of the engagement.'
  if (from !== null && to !== null && from > to) wrong['spanTo'] = 'The span ends before it begins.'
  if (interim === null) return wrong
  const span = { from: from ?? period.from, to: to ?? period.to }
  if (outside(interim, span)) wrong['interim'] = 'The interim date lies within what the test stands for.'
  return wrong
}

/** Whether something is still to be done for the time from the interim date to the end of the span. */
export function rollforwardDue(line: { readonly interim: string | null, readonly result: string | null }, end: string | null): boolean {
  return line.interim !== null && line.result === null && (end === null || line.interim < end)
}

/** Throws Refused where nothing is to be rolled forward, or not on that day. */
export function refuseRollforward(line: { readonly interim: string | null }, end: string | null, on: string, today: string): void {
  if (line.interim === null) throw new Refused('This test has no interim date, so nothing is to be rolled forward. Enter it in the plan first.')
  if (end !== null && line.interim >= end) throw new Refused('The test reaches the end of what it stands for, so nothing is to be rolled forward.')
  if (on < line.interim) throw new Refused(`The rollforward comes after the interim date. Give a day from ${writeDate(line.interim)} on.`)
  if (on > today) throw new Refused('This day is still to come. Give the day on which it was done.')
}

/** The clause of the wording, as it stands there; null when the wording does not hold it. Spaces and capitals do not matter. */
export function clauseIn(wording: string, clause: string): string | null {
  const pattern = clause.trim().split(/\s+/).map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join(String.raw`\s+`)
  return pattern === '' ? null : new RegExp(pattern, 'iu').exec(wording)?.[0] ?? null
}

/** The parts of a wording an attribute may be about, split where it is read with a pause. */
export function clausesOf(wording: string): string[] {
  const parts = wording.split(/[.;:,]|\s(?=and\s)/u).map((part) => part.replace(/^\s*and\s/u, '').trim()).filter((part) => part.length > 3)
  return [...new Set(parts)]
}

/** Throws Refused where a test may not be tested again from that day. `excepted`: an exception that is not cleared stands on it. */
export function refuseRetest(line: { readonly excepted: boolean, readonly reference: string }, from: string, to: string | null, span: Span): void {
  if (!line.excepted) throw new Refused(`No exception stands on ${line.reference}, so there is nothing to retest.`)
  if (outside(from, span)) throw new Refused('The retest begins within what the first test stands for.')
  if (to !== null && (to < from || outside(to, span))) throw new Refused('The retest ends within what the first test stands for, on or after its first day.')
}

function outside(day: string, { from, to }: Span): boolean {
  return (from !== null && day < from) || (to !== null && day > to)
}

function later(one: string | null, other: string | null): string | null {
  return one === null || other === null ? one ?? other : one > other ? one : other
}

function earlier(one: string | null, other: string | null): string | null {
  return one === null || other === null ? one ?? other : one < other ? one : other
}
