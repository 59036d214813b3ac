import { z } from 'zod'
import { may, mayStill } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import type { Tx } from '../database/connect.ts'
import type { RequestStatus } from '../database/schema/requests.ts'
import { listBounces, type Bounce } from '../requests/bounce-store.ts'
import { canMove, daysLate, kinds, requestNumber } from '../requests/rules.ts'
import { readFacts, type RequestFacts } from '../requests/facts-pages.ts'
import { findRequest, listChecklist, listOwners, listRequestControls } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import { readThread, type Thread } from '../threads/pages.ts'
import { recordView } from '../trail/views.ts'
import type { Choice } from '../web/fields.ts'
import { formState, readForm, type FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { besideOf, type Beside } from './beside-pages.ts'
import { addingOf, decisions, notingOf, reasonChoices, type Adding, type Decide, type Noting } from './decide-pages.ts'
import { filePanel, type FilePanel } from './file-pages.ts'
import { manageOf, type Manage } from './manage.ts'
import { meetingOf, type Meeting } from './meeting-pages.ts'
import { observedOf, type Observed } from './observed-pages.ts'
import { listQuarantines } from './quarantine-store.ts'
import { queueOf, readList, type Queue } from './queue-pages.ts'
import { findReviewRecord, findSource, listDecisions, listObservations } from './review-store.ts'
import { statementPairs, type Pair } from './statement-pairs.ts'
import { answerOf } from './statement.ts'
import { listFiles, listSubmissions, mayOpenDrafts } from './store.ts'
import { itemLines, pickOf, versionsOf, windowOf, type ItemLine, type Pick, type Version } from './version-pages.ts'
import { isOpened, readViewer, type Viewer } from './viewer.ts'

export type ShowPage = PageModel & {
  readonly bounced: readonly Bounce[]
  readonly base: string
  readonly here: string
  readonly list: string
  readonly back: string
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
  readonly queue: Queue | null
  readonly ask: string
  readonly why: string
  readonly facts: RequestFacts
  readonly checklist: readonly { readonly text: string, readonly ticked: boolean }[]
  readonly ticked: number
  readonly stated: readonly Pair[]
  readonly words: string
  readonly beside: Beside
  readonly picks: readonly Pick[]
  readonly hidden: number
  readonly viewer: Viewer | null
  readonly file: FilePanel | null
  readonly items: readonly ItemLine[]
  readonly unsent: number
  readonly version: number | null
  readonly versions: readonly Version[]
  readonly observed: Observed | null
  readonly answer: string | null
  readonly decide: Decide
  readonly sorted: { readonly accepted: number, readonly returned: number, readonly of: number }
  readonly noting: Noting | null
  readonly returning: { readonly action: string, readonly open: boolean, readonly reasons: readonly Choice[] } | null
  readonly reasons: readonly Choice[]
  readonly form: FormState
  readonly conflict: string | null
  readonly adding: Adding
  readonly meeting: Meeting | null
  readonly thread: Thread
  readonly manage: Manage
}

declare module '../web/view.ts' {
  interface Pages {
    'requests/show': ShowPage
  }
}

/** What a person typed and what kept it from being taken, shown again: of the `return`, the `acceptance` or one `file`; `conflict` says what somebody else did meanwhile. */
export type Undecided = { readonly form: FormState, readonly conflict: string | null, readonly of?: 'return' | 'acceptance' | 'file' | undefined }

const queryForm = z.object({ file: z.uuid().optional().catch(undefined), from: z.coerce.number().int().min(0).catch(0), list: z.string().max(2000).catch('').transform(readList) })

/** One request with its evidence: what was asked beside what came, and the decision. Throws NotFound. */
export async function showPage(trx: Tx, site: Site, scope: EngagementScope, number: number, query: unknown, undecided: Undecided | null = null): Promise<ShowPage> {
  const request = await findRequest(trx, scope, number)
  const { file: fileId, from, list } = readForm(queryForm, query)
  const base = `/engagements/${scope.engagement.id}`
  const here = `${base}/requests/${requestNumber(number)}`
  const submissions = await listSubmissions(trx, scope, request.id)
  const all = await listFiles(trx, scope, request.id)
  const submitted = submissions.filter(({ status }) => status !== 'draft')
  const draft = submissions.find(({ status }) => status === 'draft')
  const readable = all.filter((one) => one.submission_id !== draft?.id || mayOpenDrafts(scope))
  const shown = submissions.find(({ id }) => id === readable.find((one) => one.id === fileId)?.submission_id) ?? submitted[0] ?? null
  const files = readable.filter((one) => one.submission_id === shown?.id)
  const file = files.find(({ id }) => id === fileId) ?? files[0] ?? null
  const viewer = file && await readViewer(site.vault, file, here, from)
  const checklist = await listChecklist(trx, scope, request.id)
  const answer = shown && answerOf(shown)
  const under = shown !== null && shown.id === submitted[0]?.id && request.status === 'in_review'
  const decided = await listDecisions(trx, scope, request.id)
  const observation = shown === null ? undefined : (await listObservations(trx, scope, request.id)).get(shown.id)
  const decide = await decisions(trx, scope, request.status, request.kind, under ? shown : submitted[0] ?? null, files, base)
  if (!undecided) await noteViews(trx, scope, request.id, viewer)
  const address = (id: string) => `${here}?file=${id}${list === '' ? '' : `&list=${encodeURIComponent(list)}`}`
  const filing = { address, decisions: decided, current: file?.id ?? null }
  const picks = files.map((one, index) => pickOf(one, index, filing))
  const goingBack = picks.find(({ mark }) => mark === 'returned')
  const typed = (of: Undecided['of']) => undecided?.of === of || (of === 'return' && undecided !== null && undecided.of === undefined) ? undecided!.form : null
  return {
    title: `${requestNumber(number)} ${request.title}`,
    tab: 'requests', frame: 'bare', scripts: ['review.js'],
    base, here, list, back: `${base}/requests${list === '' ? '' : `?${list}`}`,
    bounced: scope.role === 'owner' ? [] : await listBounces(trx, scope, request.id),
    number: requestNumber(number), heading: request.title, status: request.status, kind: kinds[request.kind],
    controls: (await listRequestControls(trx, scope, request.id)).map((control) => ({ number: control.number, wording: control.wording })),
    owner: request.owner_title || request.owner_name,
    dueOn: request.due_on, late: daysLate(request.status, request.due_on, scope.engagement.zone, new Date()),
    zone: scope.engagement.zone, reviewer: request.reviewer_name,
    queue: await queueOf(trx, scope, number, list, new Date()),
    ask: request.ask, why: request.why, facts: await readFacts(trx, scope, request),
    checklist: checklist.map((text, index) => ({ text, ticked: answer?.ticked.includes(index + 1) ?? false })),
    ticked: checklist.filter((_text, index) => answer?.ticked.includes(index + 1)).length,
    stated: answer ? statementPairs(request.kind, answer).filter(({ value }) => !observation || value !== 'Not stated') : [],
    words: answer?.words ?? '',
    beside: await besideOf(trx, scope, request.id, shown, here),
    ...windowOf(picks), viewer,
    file: file && filePanel(scope, {
      file, here, under, decide, decision: decided.get(file.id), number, typed: typed('file'),
      quarantine: file.withheld ? (await listQuarantines(trx, scope)).find(({ sha256 }) => sha256 === file.sha256) : undefined,
      source: file.taken_from === null ? null : await findSource(trx, scope, file.taken_from),
    }),
    items: request.draw_id && shown ? await itemLines(trx, scope, request, shown.id, files, picks) : [],
    unsent: draft ? all.filter((one) => one.submission_id === draft.id).length : 0,
    version: shown?.number ?? null,
    versions: versionsOf(submitted, request.status, all, filing),
    observed: observation ? observedOf(request.kind, observation) : null,
    answer: mayStill(scope, 'request.answer') && (canMove(request.status, 'submit') || canMove(request.status, 'withdraw')) ? `${here}/answer` : null,
    decide,
    sorted: { accepted: picks.filter(({ mark }) => mark === 'accepted').length, returned: picks.filter(({ mark }) => mark === 'returned').length, of: picks.length },
    noting: shown === null ? null : notingOf(request.kind, decide, await findReviewRecord(trx, scope, shown.id), typed('acceptance')),
    returning: decide.return || decide.reversal ? { action: decide.return ? `${here}/return` : `${here}/acceptance/reversal`, open: typed('return') !== null, reasons: reasonChoices } : null,
    reasons: reasonChoices,
    form: typed('return') ?? formState({ due: request.due_on ?? '', reason: (goingBack && decided.get(goingBack.id)?.reason) ?? '', words: '' }),
    conflict: undecided?.conflict ?? null,
    adding: addingOf(scope, request.status, request.kind, here),
    meeting: await meetingOf(trx, scope, request, 'request'),
    thread: await readThread(trx, scope, request, { origin: 'request', list }),
    manage: manageOf(scope, request, here, may(scope.role, 'request.assign') ? await listOwners(trx, scope) : []),
  }
}

async function noteViews(trx: Tx, scope: EngagementScope, requestId: string, viewer: Viewer | null): Promise<void> {
  await recordView(trx, scope, 'request_opened', requestId)
  if (viewer && isOpened(viewer)) await recordView(trx, scope, 'file_previewed', viewer.id)
}
