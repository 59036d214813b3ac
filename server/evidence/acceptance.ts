import { Temporal } from 'temporal-polyfill'
import type { SeenPart } from '../database/schema/evidence.ts'
import type { RequestKind } from '../database/schema/requests.ts'

/** What a reviewer noted while looking: for a configuration the parts they saw, for a document what it says of itself. */
export type ReviewRecord = { readonly seen: readonly SeenPart[], readonly documentVersion: string, readonly approver: string, readonly effectiveOn: string | null }

/** A question with its answer, or a step with what was seen of it. */
export type ObservedLine = { readonly text: string, readonly answer: string }

/** What an auditor obtained or saw: from where, by whom, when (local date and time in `zone`), and with whom. */
export type Observation = {
  readonly source: string
  readonly observer: string
  readonly at: string
  readonly zone: string
  /** Who was asked, or who performed what was watched, and their role. */
  readonly subject: string
  readonly subjectRole: string
  readonly lines: readonly ObservedLine[]
}

/** The parts of a screen without which a setting proves nothing. */
export const seenParts: Readonly<Record<SeenPart, string>> = {
  system: 'The system, in production',
  account: 'The account signed in',
  value: 'The value asked for',
  moment: 'Date and time',
}

export const emptyRecord: ReviewRecord = { seen: [], documentVersion: '', approver: '', effectiveOn: null }

type Looked = { readonly kind: RequestKind, readonly record: ReviewRecord, readonly observation: Observation | null, readonly files: number, readonly lastDay: string | null }

/**
 * What keeps evidence from being accepted as usable: a sentence for each field of the form, empty when it may be. The
 * rules for each kind are those of the request list; `lastDay` is the last day in scope, ISO.
 */
export function faultsOfAcceptance({ kind, record, observation, files, lastDay }: Looked): Record<string, string> {
  if (kind === 'configuration') return faultsOfScreen(record)
  if (kind === 'document') return faultsOfDocument(record, lastDay)
  if (kind === 'inquiry' || kind === 'walkthrough') return faultsOfMeeting(kind, observation, files)
  return {}
}

/** Whether a kind is accepted only after the reviewer noted something of their own. */
export function wantsRecord(kind: RequestKind): boolean {
  return kind === 'configuration' || kind === 'document'
}

/** Whether a kind is accepted only with what the auditor wrote down of it. */
export function wantsObservation(kind: RequestKind): boolean {
  return kind === 'inquiry' || kind === 'walkthrough'
}

function faultsOfScreen({ seen }: ReviewRecord): Record<string, string> {
  const missing = (Object.keys(seenParts) as SeenPart[]).filter((part) => !seen.includes(part))
  return missing.length === 0 ? {} : { seen: `A setting is accepted once all of this was seen. Not ticked: ${missing.map((part) => seenParts[part].toLowerCase()).join('; ')}.` }
}

function faultsOfDocument({ documentVersion, approver, effectiveOn }: ReviewRecord, lastDay: string | null): Record<string, string> {
  return {
    ...documentVersion === '' ? { documentVersion: 'Note which version of the document this is.' } : {},
    ...approver === '' ? { approver: 'Note who approved it.' } : {},
    ...effectiveOn === null ? { effective: 'Note from when on it is in effect.' } : isAfter(effectiveOn, lastDay) ? { effective: `It takes effect on ${effectiveOn}, after ${lastDay}, the last day in scope. Return it and ask for what was in effect.` } : {},
  }
}

function faultsOfMeeting(kind: 'inquiry' | 'walkthrough', observation: Observation | null, files: number): Record<string, string> {
  if (!observation) return { form: `${kind === 'inquiry' ? 'An inquiry' : 'A walkthrough'} is accepted with the auditor’s own record of it. Add the record first.` }
  const faults = faultsOfObservation(kind, observation, files)
  return Object.keys(faults).length === 0 ? {} : { form: `The record is not complete. ${Object.values(faults).join(' ')}` }
}

/** What a record of what was obtained, asked or watched still lacks, by field of its form. */
export function faultsOfObservation(kind: RequestKind, observation: Observation, files: number): Record<string, string> {
  const faults: Record<string, string> = {}
  if (observation.source === '') faults['source'] = 'Say where it comes from: a screen share, a mail, a visit.'
  if (observation.observer === '') faults['observer'] = 'Say who obtained or observed it.'
  if (observation.at === '') faults['at'] = 'Say when that was.'
  if (observation.zone === '') faults['zone'] = 'Choose the time zone that this time is in.'
  if (!wantsObservation(kind)) return files === 0 ? { ...faults, files: 'Add at least one file.' } : faults
  const inquiry = kind === 'inquiry'
  if (observation.subject === '') faults['subject'] = inquiry ? 'Say who was asked.' : 'Say who performed it.'
  if (inquiry && observation.subjectRole === '') faults['subjectRole'] = 'Say which role they have.'
  if (observation.lines.length === 0) faults['lines'] = inquiry ? 'Write down at least one question with its answer.' : 'Write down the steps, at least one.'
  else if (inquiry && observation.lines.some(({ answer }) => answer === '')) faults['lines'] = 'Write down the answer to each question.'
  if (!inquiry && files === 0) faults['files'] = 'Add what was seen: at least one file.'
  return faults
}

/** The lines of a form, one by one: a text of its own for each question and answer; lines without a text are left out. */
export function readLines(texts: readonly string[], answers: readonly string[]): ObservedLine[] {
  return texts.map((text, index) => ({ text: text.trim(), answer: (answers[index] ?? '').trim() })).filter(({ text, answer }) => text !== '' || answer !== '')
}

function isAfter(day: string, last: string | null): boolean {
  return last !== null && Temporal.PlainDate.compare(Temporal.PlainDate.from(day), Temporal.PlainDate.from(last)) > 0
}
