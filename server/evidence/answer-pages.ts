import { may } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import { sizeInWords } from '../files/faults.ts'
import { requestNumber, returnReasons, type ReturnReason } from '../requests/rules.ts'
import { findRequest } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import { readThread, type Thread } from '../threads/pages.ts'
import { formState, type FormState } from '../web/form.ts'
import { zonePlace } from '../web/times.ts'
import type { PageModel } from '../web/view.ts'
import { itemAnswers, type NotAdded } from './answer-actions.ts'
import { labelsOf, noticeOf, proposals, proposalWords, timeLeft, type Notice } from './answer-words.ts'
import { findLeadReturn, hasGate } from './gate-store.ts'
import { findAsked } from './handover-store.ts'
import { itemSlots, progressOf, type ItemSlot, type Progress } from './item-slots.ts'
import { listClaims, listRequestItems } from './items-store.ts'
import { countMatches } from './matches-store.ts'
import { meetingOf, type Meeting } from './meeting-pages.ts'
import { withholdingOf, type Withholding } from './quarantine-pages.ts'
import { prepare } from './prepare-actions.ts'
import { carriedOver, fieldsOf, isAnswerable, missingWords, optionalFieldsOf, problemsOf, type Answer } from './rules.ts'
import { sentFile, shownFinding, type Listing, type SentFile, type ShownFinding } from './sent-file.ts'
import { statementPairs, type Pair } from './statement-pairs.ts'
import { answerOf, firstAnswer, formValues, holdsAnswer } from './statement.ts'
import { findPersonName, listFiles, listSubmissions, type FileRow, type SubmissionRow } from './store.ts'
import { listWarnings, type KeptWarning } from './warnings-store.ts'
import { fileFindings, unansweredOf, warningsOf, type Prepared } from './warnings.ts'

/** The two ways to the same page: `/answer/requests/<id>` by link and `…/requests/R-014/answer` signed in. */
export type Way = { readonly base: string, readonly back: string | null }

type SentBack = { readonly head: string, readonly words: string, readonly by: string, readonly at: Date, readonly version: number }

export type AnswerPage = PageModel & {
  readonly base: string
  readonly back: string | null
  readonly number: string
  readonly recipient: string
  readonly ask: string
  readonly why: string
  readonly example: string
  readonly formats: string
  readonly firstVisit: boolean
  readonly dueOn: string | null
  readonly place: string
  readonly left: string
  readonly zone: string
  readonly answering: boolean
  readonly notice: Notice | null
  readonly withdrawal: string | null
  readonly returned: SentBack | null
  readonly refused: readonly NotAdded[]
  readonly form: FormState
  readonly fields: Readonly<Record<string, boolean>>
  readonly optional: Readonly<Record<string, boolean>>
  readonly labels: ReturnType<typeof labelsOf>
  readonly edited: readonly { readonly value: string, readonly label: string }[]
  readonly checklist: readonly { readonly position: number, readonly text: string, readonly checked: boolean }[]
  readonly files: readonly SentFile[]
  readonly items: readonly ItemSlot[]
  readonly progress: Progress | null
  readonly dates: ShownFinding | null
  readonly wordsFirst: boolean
  readonly proposals: typeof proposals
  readonly proposed: ReturnType<typeof proposalWords>
  readonly address: string
  readonly stated: readonly Pair[]
  readonly warned: readonly KeptWarning[]
  readonly version: number
  readonly versions: readonly { readonly number: number, readonly word: string, readonly at: Date, readonly files: readonly SentFile[] }[]
  readonly bar: { readonly files: number, readonly missing: string, readonly to: string }
  /** Where the lead lets the answer go on or gives it back; null for everybody else, and when it is not theirs. */
  readonly gate: { readonly approval: string, readonly objection: string, readonly owner: string } | null
  readonly handover: { readonly action: string, readonly asked: string | null } | null
  readonly matches: { readonly href: string, readonly count: number } | null
  readonly reuse: string | null
  readonly thread: Thread
  readonly meeting: Meeting | null
  readonly withholding: Withholding | null
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
  const newest = submissions[0] ?? null
  const draft = newest?.status === 'draft' ? newest : null
  const answering = isAnswerable(request.status)
  const shown = draft ?? (answering ? null : newest)
  const shownFiles = files.filter((file) => file.submission_id === shown?.id)
  const answer = shown ? answerOf(shown) : startingAnswer(scope, request.system, newest)
  const prepared: Prepared = { ...await prepare(trx, scope, request, shown?.id ?? null, shownFiles), answer }
  const claims = request.draw_id && shown ? await listClaims(trx, scope, shown.id) : []
  const items = await itemAnswers(trx, scope, request, shown?.id ?? null, shownFiles)
  const warnings = warningsOf(prepared)
  const problems = { ...problemsOf(request.kind, answer, shownFiles.length, items, new Date()), ...unansweredOf(warnings) }
  const stored = formValues(answer, claims, prepared.whys)
  const form = again ? shownAgain(again.form, stored) : formState(stored)
  const here = way.base.replace(/\/answer$/, '')
  const listing: Listing = {
    base: here, removals: answering && draft ? way.base : null, zone: scope.engagement.zone, submitted: !draft,
    personId: scope.actor.kind === 'link' ? scope.actor.personId : null,
  }
  const findings = (file: FileRow) => answering ? fileFindings(prepared, file).map((finding) => shownFinding(finding, file.sha256, form)) : []
  const lines = shownFiles.map((file) => ({ item: file.item_id, line: sentFile(file, listing, findings(file)) }))
  const slots = request.draw_id ? itemSlots(await listRequestItems(trx, scope, request), lines, form) : []
  const dates = warnings.find(({ code }) => code === 'dates')
  const isLead = scope.role === 'lead'
  const matched = isLead ? await countMatches(trx, scope, request.id) : 0
  const page: AnswerPage = {
    title: request.title,
    frame: 'bare',
    scripts: answering ? ['upload.js'] : [],
    base: way.base, back: way.back,
    number: requestNumber(request.number),
    recipient: scope.actor.kind === 'link' ? scope.actor.name : request.owner_name ?? '',
    ask: request.ask, why: request.why, example: request.example, formats: request.formats,
    firstVisit: submissions.length === 0,
    dueOn: request.due_on,
    place: zonePlace(scope.engagement.zone),
    left: answering ? timeLeft(request.due_on, scope.engagement.zone, new Date()) : '',
    zone: scope.engagement.zone,
    answering,
    notice: answering ? null : noticeOf(request.status, newest, scope),
    withdrawal: request.status === 'submitted' && newest?.channel !== 'auditor' ? `${here}/withdrawal` : null,
    returned: await sentBack(trx, scope, request.status, submissions),
    refused: again?.refused ?? [],
    form,
    fields: flags([...fieldsOf(request.kind), ...optionalFieldsOf(request.kind)]),
    optional: flags(optionalFieldsOf(request.kind)),
    labels: labelsOf(request.kind),
    edited: [{ value: 'no', label: 'No, it is as the system gave it' }, { value: 'yes', label: 'Yes' }],
    checklist: prepared.checklist.map((text, index) => ({ position: index + 1, text, checked: ticks(form).includes(String(index + 1)) })),
    files: lines.filter(({ item }) => item === null).map(({ line }) => line),
    items: slots,
    progress: progressOf(slots, items),
    dates: dates ? shownFinding(dates, '', form) : null,
    wordsFirst: request.kind === 'inquiry' || request.kind === 'walkthrough',
    proposals, proposed: !answering && shown ? proposalWords(shown) : null,
    address: shown?.address ?? '',
    stated: !answering && shown ? statementPairs(request.kind, answer) : [],
    warned: !answering && shown ? (await listWarnings(trx, scope, shown.id)).filter(({ words }) => words !== '') : [],
    version: draft?.number ?? (newest?.number ?? 0) + 1,
    versions: submissions.filter((submission) => submission !== shown && submission.submitted_at !== null).map((submission) => pastVersion(submission, files, listing)),
    bar: { files: shownFiles.length, missing: missingWords(problems, prepared.checklist, answer.ticked), to: scope.role === 'owner' && await hasGate(trx, scope) ? 'Hand to your compliance lead' : 'Submit to the auditor' },
    gate: request.status === 'client_review' && may(scope.role, 'gate.decide') ? { approval: `${way.base}/approval`, objection: `${way.base}/objection`, owner: request.owner_name ?? 'its owner' } : null,
    handover: answering ? { action: `${way.base}/handover`, asked: (await findAsked(trx, scope, request.id))?.name ?? null } : null,
    matches: matched > 0 ? { href: `${here}/matches`, count: matched } : null,
    reuse: answering && isLead ? `${here}/reuse` : null,
    thread: await readThread(trx, scope, request, { origin: 'answer' }),
    meeting: await meetingOf(trx, scope, request, 'answer'),
    withholding: withholdingOf(scope, here, submissions, files),
    contact: await findPersonName(trx, request.issued_by),
    firm: scope.engagement.firm,
    largest: sizeInWords(largest),
  }
  return { requestId: request.id, page }
}

// A box that was cleared sends nothing, so it must not be filled from what is stored.
function shownAgain(form: FormState, stored: FormState['values']): FormState {
  return { ...form, values: { ...stored, ...holdsAnswer(form.values) ? { tick: [] } : {}, ...form.values } }
}

function startingAnswer(scope: EngagementScope, system: string, last: SubmissionRow | null): Answer {
  if (last) return last.status === 'submitted' || last.status === 'accepted' ? answerOf(last) : carriedOver(answerOf(last))
  return firstAnswer(scope, system)
}

/** By whom the answer came back, and why: the auditor, or the client's own lead before it reached them. */
async function sentBack(trx: Tx, scope: EngagementScope, status: string, submissions: readonly SubmissionRow[]): Promise<SentBack | null> {
  if (status !== 'returned') return null
  const draft = submissions.find((submission) => submission.status === 'draft')
  const given = draft ? await findLeadReturn(trx, scope, draft.id) : null
  if (draft && given) return { head: 'Your compliance lead asks you to look at it again.', words: given.words, by: given.by, at: given.at, version: draft.number }
  const last = submissions.find((submission) => submission.status !== 'draft')
  if (last?.status !== 'returned' || !last.decided_at) return null
  return { head: `Please send it again: ${returnReasons[last.reason_code as ReturnReason] ?? 'Other'}.`, words: last.reason ?? '', by: last.decider ?? '', at: last.decided_at, version: last.number }
}

function flags(names: readonly string[]): Record<string, boolean> {
  return Object.fromEntries(['system', 'query', 'by', 'at', 'zone', 'rows', 'edits'].map((field) => [field, names.includes(field)]))
}

function ticks(form: FormState): readonly string[] {
  const value = form.values['tick'] ?? []
  return typeof value === 'string' ? [value] : value
}

const versionWords: Readonly<Record<string, string>> = { submitted: 'Submitted', withdrawn: 'Withdrawn', accepted: 'Accepted', returned: 'Returned' }

function pastVersion(submission: SubmissionRow, files: readonly FileRow[], listing: Listing) {
  return {
    number: submission.number, word: versionWords[submission.status] ?? '', at: submission.submitted_at!,
    files: files.filter((file) => file.submission_id === submission.id).map((file) => sentFile(file, { ...listing, submitted: true, removals: null })),
  }
}
