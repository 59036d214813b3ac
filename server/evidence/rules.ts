import { Temporal } from 'temporal-polyfill'
import type { RequestKind, RequestStatus } from '../database/schema/requests.ts'
import { Refused } from '../errors.ts'
import { isDay } from '../web/days.ts'

/** Where evidence comes from, in its owner's words. `at` is a local date and time in `zone`, `edits` 'none' or what was changed. */
export type Statement = {
  readonly system: string
  readonly query: string
  readonly by: string
  readonly at: string
  readonly zone: string
  readonly rows: number | null
  readonly edits: string
}

/** All an owner types: the statement, an answer in words, and which checklist items they ticked, counted from 1. */
export type Answer = Statement & {
  readonly words: string
  readonly ticked: readonly number[]
  /** Said instead of evidence; the firm decides what becomes of it. */
  readonly proposal?: Proposal | null
  /** A web address named beside the answer: never opened by this program, never evidence. */
  readonly address?: string
}

/** That a request does not apply, or that nothing can be provided, and why. */
export type Proposal = { readonly claim: 'not_applicable' | 'cannot_provide', readonly words: string }

/** One item of a sample and what was given for it. */
export type ItemAnswer = { readonly id: string, readonly key: string, readonly files: number, readonly claim: { readonly claim: string, readonly words: string } | null }

export type StatementField = keyof Statement

/** The most files one version of an answer may hold. */
export const MOST_FILES = 1000

const needed: Readonly<Record<RequestKind, readonly StatementField[]>> = {
  population: ['system', 'query', 'by', 'at', 'zone', 'rows', 'edits'],
  configuration: ['system', 'by', 'at', 'zone', 'edits'],
  sample: ['system', 'by', 'edits'],
  document: ['system', 'edits'],
  inquiry: [],
  walkthrough: [],
}

const welcome: Readonly<Partial<Record<RequestKind, readonly StatementField[]>>> = {
  sample: ['at', 'zone'],
  document: ['at'],
}

const sentences: Readonly<Record<StatementField, string>> = {
  system: 'Say which system it comes from.',
  query: 'Give the query or the parameters it was made with.',
  by: 'Say who took or generated it.',
  at: 'Say when it was taken or generated.',
  zone: 'Choose the time zone that this time is in.',
  rows: 'Say how many rows the list has, without its header.',
  edits: 'Say whether anything was changed since, and what.',
}

/** Which fields of the statement a kind of request asks for. */
export function fieldsOf(kind: RequestKind): readonly StatementField[] {
  return needed[kind]
}

/** Which fields of the statement a kind takes without demanding them. */
export function optionalFieldsOf(kind: RequestKind): readonly StatementField[] {
  return welcome[kind] ?? []
}

/** The states between handing an answer in and the word on it. */
export function isUnderWay(status: RequestStatus): boolean {
  return ['client_review', 'submitted', 'in_review'].includes(status)
}

/** The states in which an answer is still being made. */
export function isAnswerable(status: RequestStatus): boolean {
  return ['open', 'in_progress', 'returned'].includes(status)
}

/** Throws Refused when an answer can no longer be changed, with what can be done instead. */
export function refuseUnlessAnswerable(status: RequestStatus): void {
  if (isAnswerable(status)) return
  if (status === 'submitted') throw new Refused('This request was submitted, so its answer stands. You can withdraw it as long as nobody has begun to review it.')
  if (status === 'in_review') throw new Refused('This request is being reviewed, so its answer stands. If something is wrong with it, tell the auditor: they can return it.')
  if (status === 'client_review') throw new Refused('This request is with your compliance lead, so its answer stands. They send it on to the auditor or back to you.')
  if (status === 'accepted') throw new Refused('This request was accepted, so its answer stands.')
  throw new Refused('This request does not wait for an answer now. If there is something to add, ask the auditor to open it again.')
}

/** What keeps an answer from being submitted: one sentence for each field of the form. Empty when it may go; see `warningsOf` for what is only asked about. */
export function problemsOf(kind: RequestKind, answer: Answer, files: number, items: readonly ItemAnswer[], now: Date): Record<string, string> {
  if (answer.proposal) return answer.proposal.words === '' ? { proposalWords: 'Say in your words why.' } : {}
  const problems: Record<string, string> = {}
  if (items.length === 0 && files === 0 && answer.words === '') problems['files'] = 'Upload at least one file, or answer in words.'
  for (const item of items) Object.assign(problems, problemsOfItem(item))
  if (files === 0) return problems
  for (const field of fieldsOf(kind)) {
    const value = answer[field]
    if (value === '' || value === null) problems[field] = sentences[field]
  }
  if (!problems['at'] && !problems['zone'] && isToCome(answer, now)) problems['at'] = 'This time is still to come. Check the date, the time and the time zone.'
  return problems
}

/** The problems in few words for the bar beside the button: '2 ticks, system'. */
export function missingWords(problems: Readonly<Record<string, string>>, checklist: readonly string[], ticked: readonly number[]): string {
  const ticks = problems['tick'] ? checklist.filter((_text, index) => !ticked.includes(index + 1)).length : 0
  const warnings = Object.keys(problems).filter((field) => field.startsWith('why-')).length
  const items = Object.keys(problems).filter((field) => /^(item|claim|words)-/.test(field)).length
  const fields = Object.keys(problems).filter((field): field is StatementField => Object.hasOwn(short, field)).map((field) => short[field])
  return [
    ...problems['files'] ? ['a file or an answer in words'] : [],
    ...problems['proposalWords'] ? ['your reason'] : [],
    ...items > 0 ? [items === 1 ? '1 item' : `${items} items`] : [],
    ...ticks > 0 ? [ticks === 1 ? '1 tick' : `${ticks} ticks`] : [],
    ...fields,
    ...warnings > 0 ? [warnings === 1 ? 'a word on 1 warning' : `a word on ${warnings} warnings`] : [],
  ].join(', ')
}

/** What the next version starts from: where it comes from mostly stays, what was said of the files themselves does not. */
export function carriedOver(answer: Answer): Answer {
  return { ...answer, at: '', rows: null, edits: '', ticked: [], proposal: null }
}

/** Throws Refused when somebody would decide on an answer of their own. */
export function refuseOwnAnswer(submittedBy: string | null, decidingPerson: string | null): void {
  if (submittedBy !== null && submittedBy === decidingPerson) throw new Refused('You submitted this answer yourself, so somebody else decides on it.')
}

/** The moment a statement names, or null when its date, time or zone cannot be read. */
export function momentOf({ at, zone }: Pick<Statement, 'at' | 'zone'>): Date | null {
  if (!isDay(at.slice(0, 10))) return null
  try {
    return new Date(Temporal.PlainDateTime.from(at, { overflow: 'reject' }).toZonedDateTime(zone).epochMilliseconds)
  } catch {
    return null
  }
}

const short: Readonly<Record<StatementField, string>> = {
  system: 'system', query: 'query', by: 'by whom', at: 'when', zone: 'time zone', rows: 'number of rows', edits: 'changes since',
}

function problemsOfItem({ id, key, files, claim }: ItemAnswer): Record<string, string> {
  if (claim && files > 0) return { [`claim-${id}`]: `${key} has a file and a reason for having none. Remove the file or take the reason back.` }
  if (claim && claim.words === '') return { [`words-${id}`]: `Say in words why there is nothing for ${key}.` }
  return claim || files > 0 ? {} : { [`item-${id}`]: `${key}: add a file, or say why there is none.` }
}

// Clocks differ a little, and a screen may be taken seconds before it is sent.
function isToCome(statement: Statement, now: Date): boolean {
  const moment = momentOf(statement)
  return moment !== null && moment.getTime() > now.getTime() + 10 * 60_000
}
