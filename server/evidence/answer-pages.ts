import { Temporal } from 'temporal-polyfill'
import type { Tx } from '../database/connect.ts'
import type { RequestKind } from '../database/schema/requests.ts'
import { sizeInWords } from '../files/faults.ts'
import { returnReasons, requestNumber, type ReturnReason } from '../requests/rules.ts'
import { findRequest, listChecklist } from '../requests/store.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { formState, type FormState } from '../web/form.ts'
import { writeDateTime, zonePlace } from '../web/times.ts'
import type { PageModel } from '../web/view.ts'
import { itemAnswers, type NotAdded } from './answer-actions.ts'
import { itemSlots, type ItemSlot } from './item-slots.ts'
import { listClaims, listItems } from './items-store.ts'
import { carriedOver, fieldsOf, isAnswerable, missingWords, problemsOf, type Answer } from './rules.ts'
import { sentFile, type SentFile } from './sent-file.ts'
import { answerOf, formValues, holdsAnswer } from './statement.ts'
import { findPersonName, listFiles, listSubmissions, type FileRow, type SubmissionRow } from './store.ts'

/** The two ways to the same page: `/answer/requests/<id>` by link and `…/requests/R-014/answer` signed in. */
export type Way = { readonly base: string, readonly back: string | null }

export type AnswerPage = PageModel & {
  readonly base: string
  readonly back: string | null
  readonly number: string
  readonly recipient: string
  readonly ask: string
  readonly why: string
  readonly example: string
  readonly firstVisit: boolean
  readonly dueOn: string | null
  readonly place: string
  readonly left: string
  readonly zone: string
  readonly answering: boolean
  readonly notice: { readonly tone: string, readonly symbol: string, readonly head: string, readonly text: string } | null
  readonly withdrawal: string | null
  readonly returned: { readonly reason: string, readonly words: string, readonly by: string, readonly at: Date, readonly version: number } | null
  readonly refused: readonly NotAdded[]
  readonly form: FormState
  readonly fields: Readonly<Record<string, boolean>>
  readonly labels: { readonly by: string, readonly at: string, readonly system: string }
  readonly edited: readonly { readonly value: string, readonly label: string }[]
  readonly checklist: readonly { readonly position: number, readonly text: string, readonly checked: boolean }[]
  readonly files: readonly SentFile[]
  readonly items: readonly ItemSlot[]
  readonly wordsFirst: boolean
  readonly version: number
  readonly versions: readonly { readonly number: number, readonly word: string, readonly at: Date, readonly files: readonly SentFile[] }[]
  readonly bar: { readonly files: number, readonly missing: string }
  readonly contact: string | null
  readonly firm: string
  readonly largest: string
}

declare module '../web/view.ts' {
  interface Pages {
    'answer/show': AnswerPage
  }
}

/** A form that was sent and could not be taken as it was: shown again with everything in it. */
export type Again = { readonly form: FormState, readonly refused: readonly NotAdded[] }

/** The owner's page: what is asked and by when first, then the files. `largest`: bytes one file may have. */
export async function answerPage(trx: Tx, scope: EngagementScope, number: number, way: Way, largest: number, again: Again | null = null): Promise<{ requestId: string, page: AnswerPage }> {
  const request = await findRequest(trx, scope, number)
  const submissions = await listSubmissions(trx, scope, request.id)
  const files = await listFiles(trx, scope, request.id)
  const checklist = await listChecklist(trx, scope, request.id)
  const newest = submissions[0] ?? null
  const draft = newest?.status === 'draft' ? newest : null
  const shown = draft ?? (isAnswerable(request.status) ? null : newest)
  const shownFiles = files.filter((file) => file.submission_id === shown?.id)
  const answering = isAnswerable(request.status)
  const answer = draft ? answerOf(draft) : startingAnswer(scope, request.system, newest)
  const claims = request.draw_id && shown ? await listClaims(trx, scope, shown.id) : []
  const items = await itemAnswers(trx, scope, request, shown?.id ?? null, shownFiles)
  const problems = problemsOf(request.kind, checklist, answer, shownFiles.length, items, new Date())
  const form = again ? shownAgain(again.form, formValues(answer, claims)) : formState(formValues(answer, claims))
  const listing = {
    base: way.base.replace(/\/answer$/, ''), removals: answering && draft ? way.base : null, zone: scope.engagement.zone, submitted: !draft,
    personId: scope.actor.kind === 'link' ? scope.actor.personId : null,
  }
  const lines = shownFiles.map((file) => ({ item: file.item_id, line: sentFile(file, listing) }))
  const fields = fieldsOf(request.kind)
  const page: AnswerPage = {
    title: request.title,
    frame: 'bare',
    scripts: answering ? ['upload.js'] : [],
    base: way.base,
    back: way.back,
    number: requestNumber(request.number),
    recipient: scope.actor.kind === 'link' ? scope.actor.name : request.owner_name ?? '',
    ask: request.ask, why: request.why, example: request.example,
    firstVisit: submissions.length === 0,
    dueOn: request.due_on,
    place: zonePlace(scope.engagement.zone),
    left: answering ? timeLeft(request.due_on, scope.engagement.zone, new Date()) : '',
    zone: scope.engagement.zone,
    answering,
    notice: answering ? null : noticeOf(request.status, newest, scope),
    withdrawal: request.status === 'submitted' ? `${way.base.replace(/\/answer$/, '')}/withdrawal` : null,
    returned: returnOf(request.status, submissions),
    refused: again?.refused ?? [],
    form,
    fields: Object.fromEntries(['system', 'query', 'by', 'at', 'zone', 'rows', 'edits'].map((field) => [field, (fields as readonly string[]).includes(field)])),
    labels: labelsOf(request.kind),
    edited: [{ value: 'no', label: 'No, it is as the system gave it' }, { value: 'yes', label: 'Yes' }],
    checklist: checklist.map((text, index) => ({ position: index + 1, text, checked: ticks(form).includes(String(index + 1)) })),
    files: lines.filter(({ item }) => item === null).map(({ line }) => line),
    items: request.draw_id ? itemSlots(await listItems(trx, scope, request.draw_id), lines, form) : [],
    wordsFirst: request.kind === 'inquiry' || request.kind === 'walkthrough',
    version: draft?.number ?? (newest?.number ?? 0) + 1,
    versions: submissions.filter((submission) => submission !== shown && submission.submitted_at !== null).map((submission) => pastVersion(submission, files, listing)),
    bar: { files: shownFiles.length, missing: missingWords(problems, checklist, answer.ticked) },
    contact: await findPersonName(trx, request.issued_by),
    firm: scope.engagement.firm,
    largest: sizeInWords(largest),
  }
  return { requestId: request.id, page }
}

/** 'Today', '2 days left' or '3 days late' for a day in a zone; '' without one and for one far off. */
export function timeLeft(dueOn: string | null, zone: string, now: Date): string {
  if (dueOn === null) return ''
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate()
  const { days } = today.until(Temporal.PlainDate.from(dueOn), { largestUnit: 'day' })
  if (days === 0) return 'Today'
  if (days > 60) return ''
  const count = Math.abs(days) === 1 ? '1 day' : `${Math.abs(days)} days`
  return days > 0 ? `${count} left` : `${count} late`
}

// A box that was cleared sends nothing, so it must not be filled from what is stored.
function shownAgain(form: FormState, stored: FormState['values']): FormState {
  return { ...form, values: { ...stored, ...holdsAnswer(form.values) ? { tick: [] } : {}, ...form.values } }
}

function startingAnswer(scope: EngagementScope, system: string, last: SubmissionRow | null): Answer {
  if (last) return last.status === 'submitted' || last.status === 'accepted' ? answerOf(last) : carriedOver(answerOf(last))
  return { system, query: '', by: personOf(scope) ? scope.actor.name : '', at: '', zone: scope.engagement.zone, rows: null, edits: '', words: '', ticked: [] }
}

function noticeOf(status: string, newest: SubmissionRow | null, scope: EngagementScope): AnswerPage['notice'] {
  const at = newest?.submitted_at ? writeDateTime(newest.submitted_at, scope.engagement.zone) : ''
  const who = scope.engagement.firm
  if (status === 'submitted') return { tone: 'green', symbol: 'pass', head: `Submitted ${at}.`, text: `${who} will look at it next. You get a mail if anything is missing; otherwise there is nothing more to do.` }
  if (status === 'in_review') return { tone: 'green', symbol: 'pass', head: `Submitted ${at}.`, text: `${who} is looking at it now. You get a mail if anything is missing.` }
  if (status === 'accepted') return { tone: 'green', symbol: 'pass', head: 'Accepted: usable evidence.', text: `Submitted ${at}. There is nothing more to do.` }
  if (status === 'client_review') return { tone: 'blue', symbol: 'note', head: 'With your compliance lead.', text: 'They look at it before it goes to the auditor.' }
  return { tone: 'blue', symbol: 'note', head: 'Nothing is needed here now.', text: 'This request does not wait for an answer.' }
}

function returnOf(status: string, submissions: readonly SubmissionRow[]): AnswerPage['returned'] {
  const last = submissions.find((submission) => submission.status !== 'draft')
  if (status !== 'returned' || last?.status !== 'returned' || !last.decided_at) return null
  return { reason: returnReasons[last.reason_code as ReturnReason] ?? 'Other', words: last.reason ?? '', by: last.decider ?? '', at: last.decided_at, version: last.number }
}

function labelsOf(kind: RequestKind): AnswerPage['labels'] {
  if (kind === 'population' || kind === 'sample') return { system: 'System', by: 'Generated by', at: 'Generated on' }
  return { system: kind === 'document' ? 'Where it is kept' : 'System', by: 'Taken by', at: 'Taken on' }
}

function ticks(form: FormState): readonly string[] {
  const value = form.values['tick'] ?? []
  return typeof value === 'string' ? [value] : value
}

const versionWords: Readonly<Record<string, string>> = { submitted: 'Submitted', withdrawn: 'Withdrawn', accepted: 'Accepted', returned: 'Returned' }

function pastVersion(submission: SubmissionRow, files: readonly FileRow[], listing: Parameters<typeof sentFile>[1]) {
  return {
    number: submission.number, word: versionWords[submission.status] ?? '', at: submission.submitted_at!,
    files: files.filter((file) => file.submission_id === submission.id).map((file) => sentFile(file, { ...listing, submitted: true, removals: null })),
  }
}
