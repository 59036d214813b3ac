import type { Waiting } from '../engagements/waiting-store.ts'
import { exceptionNumber } from '../exceptions/rules.ts'
import type { DigestLine } from '../mail/messages.ts'
import { testReference } from '../testing/rules.ts'
import { plural } from '../web/helpers.ts'
import { writeDate } from '../web/times.ts'
import type { DueRequest, LooseRequest } from './digest-store.ts'
import { requestNumber } from './rules.ts'

/** A line of a digest and where it leads; `request` is there where its reader may come by a link of their own. */
export type Entry = {
  readonly engagementId: string
  readonly client: string
  readonly line: DigestLine
  readonly path: string
  readonly request: { readonly id: string, readonly number: number } | null
}

/** How many lines stand under one engagement; the rest is a number. */
export const MOST_LINES = 12

/** Everything that waits, in lines: what is late or due first, then as long as it has waited. */
export function entriesOf(waiting: readonly Waiting[], due: readonly DueRequest[], loose: readonly LooseRequest[]): Entry[] {
  const dueOf = new Map(due.map((one) => [`${one.engagementId} ${one.number}`, one]))
  const own = waiting.filter(({ kind }) => kind === 'answer').flatMap((thing) => {
    const request = dueOf.get(`${thing.engagementId} ${thing.number}`)
    return request ? [{ request, thing }] : []
  }).toSorted((a, b) => a.request.dueOn < b.request.dueOn ? -1 : 1)
  return [
    ...own.map(({ request, thing }): Entry => ({
      engagementId: thing.engagementId, client: thing.client, path: pathTo(thing.engagementId, `requests/${requestNumber(request.number)}/answer`),
      line: { text: `${requestNumber(request.number)} ${thing.title}`, ...dueWords(request) }, request: request.role === 'owner' ? request : null,
    })),
    ...loose.map((one): Entry => ({
      engagementId: one.engagementId, client: one.client, path: pathTo(one.engagementId, `requests/${requestNumber(one.number)}`),
      line: { text: `${requestNumber(one.number)} ${one.title}`, late: false, note: one.kind === 'question' ? `${one.from ?? 'Somebody'} asks a question` : `${one.from ?? 'Its owner'} has left: name another owner` },
      request: one.role === 'owner' ? one : null,
    })),
    ...waiting.filter(({ kind }) => kind !== 'answer').map((thing): Entry => ({ engagementId: thing.engagementId, client: thing.client, request: null, ...tasks[thing.kind as Exclude<Waiting['kind'], 'answer'>](thing) })),
  ]
}

function dueWords({ dueOn, status, today }: DueRequest): { note: string, late: boolean } {
  const returned = status === 'returned' ? 'returned to you, ' : ''
  if (dueOn < today) return { note: `${returned}was due ${writeDate(dueOn, undefined, 'long')}`, late: true }
  return { note: dueOn === today ? `${returned}due today` : `${returned}due ${writeDate(dueOn, undefined, 'long')}`, late: false }
}

type Words = (thing: Waiting) => Pick<Entry, 'line' | 'path'>

const at = (place: (thing: Waiting) => string, text: (thing: Waiting) => string, note: string): Words =>
  (thing) => ({ path: pathTo(thing.engagementId, place(thing)), line: { text: text(thing), note, late: false } })
const request = ({ number }: Waiting) => requestNumber(number)
const exception = ({ number }: Waiting) => exceptionNumber(number)
const line = ({ control, number }: Waiting) => testReference(control ?? '', number)
const atNotes = (thing: Waiting) => `testing/${encodeURIComponent(line(thing))}#notes`
const atRequest = (thing: Waiting) => `requests/${request(thing)}`
const atException = (thing: Waiting) => `exceptions/${exception(thing)}`

const tasks: Readonly<Record<Exclude<Waiting['kind'], 'answer'>, Words>> = {
  review: at(atRequest, (thing) => `${request(thing)} ${thing.title}`, 'submitted, to be reviewed'),
  approve: at(atRequest, (thing) => `${request(thing)} ${thing.title}`, 'goes to the auditors once you agree'),
  sign: at((thing) => `testing/${encodeURIComponent(line(thing))}`, (thing) => `${line(thing)} ${thing.title}`.trim(), 'prepared, waits for your review'),
  sign_partner: at((thing) => `testing/${encodeURIComponent(line(thing))}`, (thing) => `${line(thing)} ${thing.title}`.trim(), 'a significant matter, waits for your signature'),
  prepare: at(({ number, control }) => number === 1 ? `testing/${encodeURIComponent(control ?? '')}` : 'testing/board?mine=testing',
    ({ number, control, title }) => number === 1 ? control ?? '' : `${plural(number, 'test')}: ${title}${number > 3 ? ' …' : ''}`, 'given to you, not signed as prepared'),
  answer_note: at(atNotes, (thing) => `${line(thing)} ${thing.title}`.trim(), 'a review note waits for your answer'),
  clear_note: at(atNotes, (thing) => `${line(thing)} ${thing.title}`.trim(), 'your review note is answered'),
  confirm_wording: at(() => 'controls?wording=unconfirmed', ({ number }) => `The wording of ${plural(number, 'control')}`, 'to be confirmed by you'),
  settle_facts: at(atException, (thing) => `${exception(thing)} ${thing.title}`, 'the client has answered on the facts'),
  finish: at(atException, (thing) => `${exception(thing)} ${thing.title}`, 'management’s response has arrived'),
  agree_facts: at(atException, (thing) => `${exception(thing)} ${thing.title}`, 'are the facts right?'),
  respond: at(atException, (thing) => `${exception(thing)} ${thing.title}`, 'management’s response is asked for'),
  respond_again: at(atException, (thing) => `${exception(thing)} ${thing.title}`, 'put to you again since management’s response'),
}

function pathTo(engagementId: string, place: string): string {
  return `/engagements/${engagementId}/${place}`
}
