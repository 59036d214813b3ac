import type { CellResult, Conclusion, LineKind, SignatureKind } from '../database/schema/testing.ts'
import { Refused } from '../errors.ts'
import type { Role } from '../scope.ts'

export type Nature = 'inquiry' | 'observation' | 'inspection' | 'reperformance'

export const natures: Readonly<Record<Nature, string>> = {
  inspection: 'Inspection',
  reperformance: 'Reperformance',
  observation: 'Observation',
  inquiry: 'Inquiry',
}

export const kindWords: Readonly<Record<LineKind, string>> = {
  sample: 'Items of a population',
  configuration: 'Configuration',
  walkthrough: 'Walkthrough',
  observation: 'Observation',
}

export const conclusions: Readonly<Record<Conclusion, string>> = {
  effective: 'Effective',
  effective_with_exceptions: 'Effective with exceptions',
  not_effective: 'Not effective',
  not_tested_no_occurrence: 'Not tested, no occurrence',
  design_deficiency: 'Design deficiency',
}

export const results: readonly CellResult[] = ['pass', 'deviation', 'not_applicable', 'pending']

/** What a line is known by: 'AC-02.T1'. */
export function testReference(control: string, sequence: number): string {
  return `${control}.T${sequence}`
}

/** The control number and sequence in 'AC-02.T1', or null. */
export function parseTestReference(text: string): { control: string, sequence: number } | null {
  const match = /^(\S{1,20})\.T([1-9]\d{0,3})$/.exec(text)
  return match ? { control: match[1]!, sequence: Number(match[2]) } : null
}

/** A result that needs words: what deviates, or why the attribute does not apply. */
export function needsNote(result: CellResult): boolean {
  return result === 'deviation' || result === 'not_applicable'
}

/** A result that rests on something looked at. */
export function needsCitation(result: CellResult): boolean {
  return result === 'pass' || result === 'deviation'
}

/** How a line stands, as far as concluding and signing need to know. */
export type Standing = {
  readonly noOccurrence: boolean
  readonly items: number
  readonly attributes: number
  readonly pending: number
  readonly stale: number
  readonly deviatingItems: number
  readonly uncited: number
  readonly natures: readonly Nature[]
  /** Whether the control was reworded after the line was planned. */
  readonly reworded: boolean
  readonly conclusion: Conclusion | null
  /** Letters of attributes that test words the control no longer has. */
  readonly lostClauses?: readonly string[]
  /** Whether the time from an interim date to the end of the span is still open. */
  readonly rollforwardDue?: boolean
  /** Review notes that nobody has cleared yet. */
  readonly openNotes?: number
  /** Whether the partner signs as well. */
  readonly significant?: boolean
}

/** What keeps a line from being concluded, and which part of the page it is about. */
export type Obstacle = { readonly about: 'notes' | 'procedures' | 'attributes' | 'wording' | 'items' | 'cells' | 'rollforward', readonly words: string }

/**
 * What still keeps a line from being concluded, one sentence each; empty when nothing does. Inquiry alone never
 * supports a conclusion on operation.
 */
export function obstacles(line: Standing): Obstacle[] {
  const found: Obstacle[] = []
  const say = (about: Obstacle['about'], words: string) => found.push({ about, words })
  if (line.natures.length === 0) say('procedures', 'No procedure is written yet.')
  else if (line.natures.every((nature) => nature === 'inquiry')) say('procedures', 'Inquiry alone does not support a conclusion: add inspection, observation or reperformance.')
  if (line.reworded) say('wording', 'The control was reworded since this test was planned.')
  for (const letter of line.lostClauses ?? []) say('attributes', `Attribute ${letter} tests words that the control no longer has.`)
  if (line.noOccurrence) return found
  if (line.attributes === 0) say('attributes', 'No attribute is defined yet.')
  if (line.items === 0) say('items', 'There are no items yet.')
  if (line.pending > 0) say('cells', `${line.pending} ${line.pending === 1 ? 'cell is' : 'cells are'} pending.`)
  if (line.stale > 0) say('cells', `${line.stale} ${line.stale === 1 ? 'result rests' : 'results rest'} on evidence that was returned.`)
  if (line.uncited > 0) say('cells', `${line.uncited} ${line.uncited === 1 ? 'result cites' : 'results cite'} no evidence.`)
  return found
}

/** What keeps everybody from signing, though the line may be concluded. */
export function signObstacles({ openNotes = 0 }: Standing): Obstacle[] {
  return openNotes === 0 ? [] : [{ about: 'notes', words: `${openNotes} review ${openNotes === 1 ? 'note is' : 'notes are'} not cleared.` }]
}

/** What keeps the reviewer from signing what the preparer may sign already. */
export function reviewObstacles(line: Standing): Obstacle[] {
  return line.rollforwardDue ? [{ about: 'rollforward', words: 'Nothing is recorded for the time from the interim date to the end of the period.' }] : []
}

/** Throws Refused when `conclusion` contradicts the cells or the line is not complete. Which one fits is the auditor's judgment. */
export function refuseConclusion(line: Standing, conclusion: Conclusion): void {
  const open = obstacles(line)
  if (open.length > 0) throw new Refused(wordsOf(open))
  if (line.noOccurrence !== (conclusion === 'not_tested_no_occurrence')) {
    throw new Refused(line.noOccurrence
      ? 'Nothing occurred that this control could act on, so it was not tested: that is its conclusion.'
      : '“Not tested, no occurrence” is for a population that is empty and corroborated.')
  }
  if (conclusion === 'effective' && line.deviatingItems > 0) {
    throw new Refused(`${line.deviatingItems} of the items deviate, so the control is not effective without exceptions.`)
  }
  if (conclusion === 'effective_with_exceptions' && line.deviatingItems === 0) throw new Refused('No item deviates, so there is no exception to name.')
}

export type StandingSignOff = { readonly kind: SignatureKind, readonly personId: string }

const reviewers: ReadonlySet<Role> = new Set(['partner', 'manager', 'senior'])

/** Throws Refused when this person may not put this signature now: preparer first, a different reviewer of senior rank after and, on a significant matter, the partner last. */
export function refuseSignature(line: Standing, standing: readonly StandingSignOff[], signature: { kind: SignatureKind, personId: string, role: Role | null }): void {
  const open = [...obstacles(line), ...signObstacles(line)]
  if (open.length > 0) throw new Refused(`This test cannot be signed yet. ${wordsOf(open)}`)
  if (line.conclusion === null) throw new Refused('Conclude first: a signature is on the conclusion.')
  refuseConclusion(line, line.conclusion)
  if (standing.some(({ kind }) => kind === signature.kind)) throw new Refused(`It is already signed as ${signature.kind}.`)
  if (signature.kind === 'prepared') return
  const due = reviewObstacles(line)
  if (due.length > 0) throw new Refused(`This test cannot be reviewed yet. ${wordsOf(due)}`)
  const preparer = standing.find(({ kind }) => kind === 'prepared')
  if (!preparer) throw new Refused('The preparer signs first.')
  if (signature.kind === 'partner') {
    if (!line.significant) throw new Refused('This is not marked as a significant matter, so preparer and reviewer sign it.')
    if (signature.role !== 'partner') throw new Refused('A significant matter is signed by the partner.')
    if (preparer.personId === signature.personId) throw new Refused('You prepared this test, so another partner must sign it.')
    if (!standing.some(({ kind }) => kind === 'reviewed')) throw new Refused('The reviewer signs before the partner.')
    return
  }
  if (preparer.personId === signature.personId) throw new Refused('You prepared this test, so somebody else must review it.')
  if (signature.role === null || !reviewers.has(signature.role)) throw new Refused('A review is signed by a senior, a manager or the partner.')
}

/** Throws Refused when the engagement's file no longer takes changes. */
export function refuseClosed(phase: string): void {
  if (['issued', 'archived', 'withdrawn'].includes(phase)) throw new Refused(`This engagement is ${phase}, so its workpapers no longer change.`)
}

/** How late something was, as the note of a deviation says it: '3 business days', '12 days late'; null when it does not. */
export function latenessOf(note: string): { readonly count: number, readonly unit: 'days' | 'business days' } | null {
  const match = /(?:^|[^\d.,])(\d{1,4}) (business |working )?days?\b/i.exec(note)
  return match ? { count: Number(match[1]), unit: match[2] ? 'business days' : 'days' } : null
}

function wordsOf(found: readonly Obstacle[]): string {
  return found.map(({ words }) => words).join(' ')
}
