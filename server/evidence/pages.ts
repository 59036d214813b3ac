import { z } from 'zod'
import { may } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import type { Tx } from '../database/connect.ts'
import type { RequestStatus } from '../database/schema/requests.ts'
import { findReadingOf } from '../populations/store.ts'
import { canMove, daysLate, kinds, requestNumber, returnReasons, type ReturnReason } from '../requests/rules.ts'
import { findRequest, listChecklist, listOwners, listRequestControls } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import { recordView } from '../trail/views.ts'
import type { Choice } from '../web/fields.ts'
import { formState, readForm, type FormState } from '../web/form.ts'
import type { IconName } from '../web/icons.ts'
import type { StateOf } from '../web/states.ts'
import type { PageModel } from '../web/view.ts'
import { listClaims, listItems } from './items-store.ts'
import { manageOf, type Manage } from './manage.ts'
import { statementPairs, type Pair } from './statement-pairs.ts'
import { iconOf } from './sent-file.ts'
import { answerOf } from './statement.ts'
import { listFiles, listSubmissions, listWithUs, mayOpenDrafts, type FileRow, type SubmissionRow } from './store.ts'
import { isOpened, readViewer, type Viewer } from './viewer.ts'

type Pick = { readonly id: string, readonly name: string, readonly icon: IconName, readonly href: string, readonly index: number, readonly current: boolean, readonly hash: string }

type Version = {
  readonly number: number
  readonly state: StateOf<'request'>
  readonly word: string
  readonly at: Date | null
  readonly by: string
  readonly reason: string | null
  readonly words: string | null
  readonly decider: string | null
  readonly files: readonly Pick[]
}

export type ShowPage = PageModel & {
  readonly base: string
  readonly here: string
  readonly number: string
  readonly heading: string
  readonly status: RequestStatus
  readonly kind: string
  readonly controls: readonly { readonly number: string, readonly wording: string }[]
  readonly owner: string | null
  readonly dueOn: string | null
  readonly late: number
  readonly zone: string
  readonly reviewer: string | null
  readonly queue: { readonly at: number, readonly of: number, readonly previous: string | null, readonly next: string | null } | null
  readonly ask: string
  readonly why: string
  readonly example: string
  readonly checklist: readonly { readonly text: string, readonly ticked: boolean }[]
  readonly ticked: number
  readonly stated: readonly Pair[]
  readonly words: string
  readonly picks: readonly Pick[]
  readonly hidden: number
  readonly viewer: Viewer | null
  readonly items: readonly { readonly key: string, readonly rank: number, readonly files: readonly Pick[], readonly claim: string | null, readonly words: string }[]
  readonly unsent: number
  readonly version: number | null
  readonly versions: readonly Version[]
  readonly answer: string | null
  readonly decide: { readonly start: boolean, readonly release: boolean, readonly accept: boolean, readonly return: boolean, readonly reversal: boolean, readonly lists: readonly { readonly href: string, readonly label: string }[] }
  readonly returning: { readonly action: string, readonly open: boolean, readonly reasons: readonly Choice[] } | null
  readonly form: FormState
  readonly conflict: string | null
  readonly manage: Manage
}

declare module '../web/view.ts' {
  interface Pages {
    'requests/show': ShowPage
  }
}

/** What a person typed to return evidence, shown again; `conflict` says what somebody else did meanwhile. */
export type Undecided = { readonly form: FormState, readonly conflict: string | null }

const queryForm = z.object({ file: z.uuid().optional().catch(undefined), from: z.coerce.number().int().min(0).catch(0) })
const MOST_PICKS = 8

/** One request with its evidence: what was asked beside what came, and the decision. Throws NotFound. */
export async function showPage(trx: Tx, site: Site, scope: EngagementScope, number: number, query: unknown, undecided: Undecided | null = null): Promise<ShowPage> {
  const request = await findRequest(trx, scope, number)
  const { file: fileId, from } = readForm(queryForm, query)
  const base = `/engagements/${scope.engagement.id}`
  const here = `${base}/requests/${requestNumber(number)}`
  const submissions = await listSubmissions(trx, scope, request.id)
  const all = await listFiles(trx, scope, request.id)
  const submitted = submissions.filter(({ status }) => status !== 'draft')
  const draft = submissions.find(({ status }) => status === 'draft')
  const readable = all.filter((file) => file.submission_id !== draft?.id || mayOpenDrafts(scope))
  const shown = submissions.find(({ id }) => id === readable.find((file) => file.id === fileId)?.submission_id) ?? submitted[0] ?? null
  const files = readable.filter((file) => file.submission_id === shown?.id)
  const file = files.find(({ id }) => id === fileId) ?? files[0] ?? null
  const viewer = file && await readViewer(site.vault, file, here, from)
  const checklist = await listChecklist(trx, scope, request.id)
  const answer = shown && answerOf(shown)
  const decide = await decisions(trx, scope, request.status, request.kind, files, base)
  if (!undecided) await noteViews(trx, scope, request.id, viewer)
  const picks = files.map((each, index) => pick(each, index, here, file?.id ?? null))
  return {
    title: `${requestNumber(number)} ${request.title}`,
    tab: 'requests',
    frame: 'bare',
    scripts: ['review.js'],
    base, here,
    number: requestNumber(number),
    heading: request.title,
    status: request.status,
    kind: kinds[request.kind],
    controls: (await listRequestControls(trx, scope, request.id)).map((control) => ({ number: control.number, wording: control.wording })),
    owner: request.owner_title || request.owner_name,
    dueOn: request.due_on,
    late: daysLate(request.status, request.due_on, scope.engagement.zone, new Date()),
    zone: scope.engagement.zone,
    reviewer: request.reviewer_name,
    queue: scope.side === 'firm' ? queueOf(await listWithUs(trx, scope), number, base) : null,
    ask: request.ask, why: request.why, example: request.example,
    checklist: checklist.map((text, index) => ({ text, ticked: answer?.ticked.includes(index + 1) ?? false })),
    ticked: checklist.filter((_text, index) => answer?.ticked.includes(index + 1)).length,
    stated: answer ? statementPairs(request.kind, answer) : [],
    words: answer?.words ?? '',
    ...windowOf(picks),
    viewer,
    items: request.draw_id && shown ? await itemLines(trx, scope, request.draw_id, shown.id, files, picks) : [],
    unsent: draft ? all.filter((each) => each.submission_id === draft.id).length : 0,
    version: shown?.number ?? null,
    versions: submitted.map((submission) => versionOf(submission, request.status, all, here)),
    answer: may(scope.role, 'request.answer') && (canMove(request.status, 'submit') || canMove(request.status, 'withdraw')) ? `${here}/answer` : null,
    decide,
    returning: decide.return || decide.reversal ? {
      action: decide.return ? `${here}/return` : `${here}/acceptance/reversal`, open: undecided !== null,
      reasons: Object.entries(returnReasons).map(([value, label]) => ({ value, label })),
    } : null,
    form: undecided?.form ?? formState({ due: request.due_on ?? '' }),
    conflict: undecided?.conflict ?? null,
    manage: manageOf(scope, request, here, may(scope.role, 'request.assign') ? await listOwners(trx, scope) : []),
  }
}

async function decisions(trx: Tx, scope: EngagementScope, status: RequestStatus, kind: string, files: readonly FileRow[], base: string): Promise<ShowPage['decide']> {
  const reviews = may(scope.role, 'request.review')
  const lists = []
  if (kind === 'population' && may(scope.role, 'population.view')) {
    for (const file of files.filter((each) => each.kind === 'csv')) {
      const found = await findReadingOf(trx, scope, file.id)
      if (found !== null) lists.push({ href: `${base}/populations/POP-${String(found).padStart(2, '0')}`, label: `Check ${file.name} as POP-${String(found).padStart(2, '0')}` })
      else if (status === 'in_review' && may(scope.role, 'population.prepare')) lists.push({ href: `${base}/populations/new?file=${file.id}`, label: `Check ${file.name} as a population` })
    }
  }
  return {
    start: reviews && canMove(status, 'startReview'),
    release: reviews && canMove(status, 'releaseReview'),
    accept: reviews && canMove(status, 'accept') && kind !== 'population',
    return: reviews && canMove(status, 'return'),
    reversal: may(scope.role, 'request.decide') && canMove(status, 'returnAccepted'),
    lists,
  }
}

async function noteViews(trx: Tx, scope: EngagementScope, requestId: string, viewer: Viewer | null): Promise<void> {
  await recordView(trx, scope, 'request_opened', requestId)
  if (viewer && isOpened(viewer)) await recordView(trx, scope, 'file_previewed', viewer.id)
}

async function itemLines(trx: Tx, scope: EngagementScope, drawId: string, submissionId: string, files: readonly FileRow[], picks: readonly Pick[]): Promise<ShowPage['items']> {
  const claims = new Map((await listClaims(trx, scope, submissionId)).map((claim) => [claim.itemId, claim]))
  const claimed = { not_applicable: 'Said not to apply', cannot_provide: 'Said to be unavailable' }
  return (await listItems(trx, scope, drawId)).map(({ id, key, rank }) => {
    const claim = claims.get(id)
    return { key, rank, files: picks.filter((each) => files.some((file) => file.id === each.id && file.item_id === id)), claim: claim ? claimed[claim.claim] : null, words: claim?.words ?? '' }
  })
}

function queueOf(waiting: readonly number[], number: number, base: string): ShowPage['queue'] {
  const at = waiting.indexOf(number)
  const address = (other: number | undefined) => other === undefined ? null : `${base}/requests/${requestNumber(other)}`
  if (waiting.length === 0 || (at < 0 && waiting.length === 0)) return null
  return { at: at + 1, of: waiting.length, previous: at > 0 ? address(waiting[at - 1]) : null, next: address(waiting[at + 1]) }
}

function pick(file: FileRow, index: number, here: string, current: string | null): Pick {
  return { id: file.id, name: file.name, icon: iconOf(file.kind), href: `${here}?file=${file.id}`, index: index + 1, current: file.id === current, hash: file.sha256 }
}

/** Of very many files those around the one being looked at. */
function windowOf(picks: readonly Pick[]): { picks: readonly Pick[], hidden: number } {
  const at = Math.max(0, picks.findIndex(({ current }) => current))
  const start = Math.max(0, Math.min(at - MOST_PICKS / 2, picks.length - MOST_PICKS))
  const shown = picks.slice(start, start + MOST_PICKS)
  return { picks: shown, hidden: picks.length - shown.length }
}

const versionWords: Readonly<Record<SubmissionRow['status'], { state: StateOf<'request'>, word: string }>> = {
  draft: { state: 'draft', word: 'Being prepared' },
  submitted: { state: 'submitted', word: 'Submitted' },
  withdrawn: { state: 'cancelled', word: 'Withdrawn' },
  accepted: { state: 'accepted', word: 'Accepted' },
  returned: { state: 'returned', word: 'Returned' },
}

function versionOf(submission: SubmissionRow, status: RequestStatus, files: readonly FileRow[], here: string): Version {
  const reviewing = submission.status === 'submitted' && status === 'in_review'
  const { state, word } = reviewing ? { state: 'in_review' as const, word: 'Reviewing' } : versionWords[submission.status]
  return {
    number: submission.number, state, word,
    at: submission.submitted_at,
    by: `${submission.submitter ?? ''}${submission.channel === 'link' ? ', by link' : ''}`,
    reason: submission.reason_code === null ? null : returnReasons[submission.reason_code as ReturnReason] ?? 'Other',
    words: submission.reason, decider: submission.decider,
    files: files.filter((file) => file.submission_id === submission.id).map((file, index) => pick(file, index, here, null)),
  }
}
