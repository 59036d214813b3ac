import { isStillAdmitted } from '../access/links.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Forbidden, Invalid, Refused } from '../errors.ts'
import { judge } from '../files/media.ts'
import { displayName, storedName } from '../files/names.ts'
import type { StoredBlob } from '../files/vault.ts'
import { enqueue } from '../jobs/queue.ts'
import { returnPopulations } from '../populations/store.ts'
import { next, requestNumber } from '../requests/rules.ts'
import { lockRequest, updateRequest, type RequestRow } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { handToLead } from './gate-actions.ts'
import { hasGate } from './gate-store.ts'
import { listClaims, listRequestItems, replaceClaims } from './items-store.ts'
import { prepare } from './prepare-actions.ts'
import { MOST_FILES, carriedOver, isUnderWay, problemsOf, refuseUnlessAnswerable, type ItemAnswer } from './rules.ts'
import { answerOf, firstAnswer, type ReadAnswer } from './statement.ts'
import { channelOf, copyParts, deleteFile, findFileStanding, findNewest, insertDraft, insertFiles, listFiles, updateAnswer, updateSubmission, type FileRow, type NewFile, type SubmissionRow } from './store.ts'
import { replaceWarnings, replaceWhys } from './warnings-store.ts'
import { unansweredOf, warningsOf, type Warning } from './warnings.ts'

/** A file whose bytes the vault already holds; `itemId` for the item of a sample it belongs to. `name` as it was sent. */
export type ArrivedFile = { readonly name: string, readonly blob: StoredBlob, readonly itemId: string | null }

/** A file that was not added, and why; `same` when its very bytes are there already. `name` is safe to show. */
export type NotAdded = { readonly name: string, readonly message: string, readonly same?: boolean }

export type Contribution = { readonly files: readonly ArrivedFile[], readonly answer: ReadAnswer | null }

/**
 * Adds files and what was typed to the answer being made, beginning its next version where none is open.
 * Returns the ids of the files added and those that were not. Throws Refused when the request takes no answer now.
 */
export async function contribute(site: Site, scope: EngagementScope, number: number, { files, answer }: Contribution): Promise<{ added: string[], notAdded: NotAdded[] }> {
  const judged = await Promise.all(files.map(judgeFile))
  return await inScope(site.db, scope, async (trx) => {
    const request = await lockOwn(trx, scope, number)
    refuseUnlessAnswerable(request.status)
    const draft = await openDraft(trx, scope, request)
    if (answer) {
      await updateAnswer(trx, scope, draft.id, answer.answer)
      if (answer.whys) await replaceWhys(trx, scope, draft.id, answer.whys)
      if (request.draw_id !== null) await replaceClaims(trx, scope, draft.id, request, answer.claims)
    }
    const { wanted, notAdded } = await sortOut(trx, scope, request, draft.id, judged)
    const added = await insertFiles(trx, scope, request.id, draft.id, wanted)
    const starts = added.length > 0 && request.status === 'open'
    if (starts) await updateRequest(trx, scope, request.id, { status: next(request.status, 'start') })
    for (const fileId of added) await enqueue(trx, 'make_preview', { engagementId: scope.engagement.id, fileId })
    const started: TrailEvent[] = starts ? [{ kind: 'request.started', facts: { requestId: request.id, number } }] : []
    await record(trx, scope, ...started, ...added.map((fileId, index): TrailEvent => ({
      kind: 'evidence.uploaded',
      facts: { fileId, requestId: request.id, sha256: wanted[index]!.sha256, size: wanted[index]!.size, channel: channelOf(scope) },
      detail: { name: wanted[index]!.name },
    })))
    return { added, notAdded }
  })
}

/** Takes a file out of an answer that was not submitted yet; one that was is evidence and stays. */
export async function removeFile(site: Site, scope: EngagementScope, number: number, fileId: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const request = await lockOwn(trx, scope, number)
    const file = await findRemovable(trx, scope, request, fileId)
    await deleteFile(trx, scope, file.id)
    await record(trx, scope, { kind: 'evidence.removed', facts: { fileId, requestId: request.id, sha256: file.sha256 }, detail: { name: file.name } })
  })
}

/** The file, when it may be taken out of the answer now. Throws NotFound, or Refused with the reason. */
export async function findRemovable(trx: Tx, scope: EngagementScope, request: Pick<RequestRow, 'id' | 'status'>, fileId: string) {
  const file = await findFileStanding(trx, scope, request.id, fileId)
  if (file.status !== 'draft') throw new Refused(`${displayName(file.name)} was submitted with version ${file.number}, so it is kept.`)
  refuseUnlessAnswerable(request.status)
  return file
}

/**
 * Hands the answer to the auditor, or to the client's lead where they look at it first. Doing it twice has the effect of
 * doing it once: the second finds it 'already' there. Throws Invalid with a sentence for each field that keeps it back.
 * `faults`: those found while reading the form; null where nobody stands before one, so that warnings are noted, not asked.
 */
export async function submit(site: Site, scope: EngagementScope, number: number, faults: Readonly<Record<string, string>> | null = null): Promise<'submitted' | 'handed' | 'already'> {
  return await inScope(site.db, scope, async (trx) => {
    const request = await lockOwn(trx, scope, number)
    if (isUnderWay(request.status)) return 'already'
    refuseUnlessAnswerable(request.status)
    const draft = await openDraft(trx, scope, request)
    const files = (await listFiles(trx, scope, request.id)).filter((file) => file.submission_id === draft.id)
    const items = await itemAnswers(trx, scope, request, draft.id, files)
    const warnings = warningsOf({ ...await prepare(trx, scope, request, draft.id, files), answer: answerOf(draft) })
    const asked = warnings.filter(({ code }) => faults !== null || code === 'unticked')
    const problems = { ...problemsOf(request.kind, answerOf(draft), files.length, items, scope.at ?? new Date()), ...unansweredOf(asked), ...faults }
    if (Object.keys(problems).length > 0) throw new Invalid(problems)
    await replaceWarnings(trx, scope, draft.id, warnings)
    const said = [...claimed(request, items), ...overruled(request, warnings), ...proposed(request, draft)]
    if (scope.role === 'owner' && await hasGate(trx, scope)) {
      await record(trx, scope, ...said, ...await handToLead(trx, scope, site.sealer, request, draft, files.length))
      return 'handed'
    }
    await updateSubmission(trx, scope, draft.id, { status: 'submitted' })
    await updateRequest(trx, scope, request.id, { status: next(request.status, 'submit'), reviewer_id: null })
    await record(trx, scope, ...said, { kind: 'request.submitted', facts: { requestId: request.id, number, version: draft.number, files: files.length, channel: channelOf(scope) } })
    return 'submitted'
  })
}

/** Takes a submitted answer back before anybody has begun to review it; the next version starts from the same files. */
export async function withdraw(site: Site, scope: EngagementScope, number: number): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const request = await lockOwn(trx, scope, number)
    const status = next(request.status, 'withdraw')
    const newest = await findNewest(trx, scope, request.id)
    if (newest?.status !== 'submitted') throw new Refused(`${requestNumber(number)} has no submitted answer to withdraw.`)
    await updateSubmission(trx, scope, newest.id, { status: 'withdrawn' })
    await updateRequest(trx, scope, request.id, { status })
    await beginAgain(trx, scope, newest)
    await record(trx, scope, ...await returnLists(trx, scope, newest.id), { kind: 'request.withdrawn', facts: { requestId: request.id, number, version: newest.number } })
  })
}

/** Begins the version after `last` with what was typed, its files and its claims; ticks are for the owner to make anew. */
export async function beginAgain(trx: Tx, scope: EngagementScope, last: SubmissionRow): Promise<void> {
  const id = await insertDraft(trx, scope, last.request_id, { ...answerOf(last), ticked: [] })
  await copyParts(trx, scope, last.id, id)
}

/** The populations read from a version that goes back are no longer under examination. Returns what the caller records. */
export async function returnLists(trx: Tx, scope: EngagementScope, submissionId: string): Promise<TrailEvent[]> {
  return (await returnPopulations(trx, scope, submissionId)).map(({ id, number }) => ({ kind: 'population.returned', facts: { populationId: id, number } }))
}

/** What was given for each item of a sample, in the order drawn; no items for a request of another kind. */
export async function itemAnswers(trx: Tx, scope: EngagementScope, request: Pick<RequestRow, 'id' | 'draw_id'>, submissionId: string | null, files: readonly Pick<FileRow, 'item_id'>[]): Promise<ItemAnswer[]> {
  if (request.draw_id === null) return []
  const claims = new Map(submissionId === null ? [] : (await listClaims(trx, scope, submissionId)).map((claim) => [claim.itemId, claim]))
  return (await listRequestItems(trx, scope, request)).map(({ id, key }) => ({
    id, key, files: files.filter((file) => file.item_id === id).length, claim: claims.get(id) ?? null,
  }))
}

async function lockOwn(trx: Tx, scope: EngagementScope, number: number): Promise<RequestRow> {
  const request = await lockRequest(trx, scope, number)
  if (!await isStillAdmitted(trx, scope)) throw new Forbidden('While this was on its way, the link it came by was ended or you left the engagement’s team, so nothing was taken in.')
  return request
}

function claimed(request: RequestRow, items: readonly ItemAnswer[]): TrailEvent[] {
  return items.filter(({ claim }) => claim !== null).map((item) => ({
    kind: 'evidence.claimed', facts: { requestId: request.id, itemId: item.id, claim: item.claim!.claim as 'not_applicable' | 'cannot_provide' }, detail: { words: item.claim!.words },
  }))
}

function overruled(request: RequestRow, warnings: readonly Warning[]): TrailEvent[] {
  return warnings.map(({ code, sha256, words, head }) => ({ kind: 'evidence.warned', facts: { requestId: request.id, code, sha256 }, detail: { finding: head, words } }))
}

function proposed(request: RequestRow, draft: SubmissionRow): TrailEvent[] {
  return draft.proposal === null ? [] : [{ kind: 'request.proposed', facts: { requestId: request.id, number: request.number, proposal: draft.proposal }, detail: { words: draft.proposal_words } }]
}

async function openDraft(trx: Tx, scope: EngagementScope, request: RequestRow): Promise<SubmissionRow> {
  const newest = await findNewest(trx, scope, request.id)
  if (newest?.status === 'draft') return newest
  await insertDraft(trx, scope, request.id, newest ? carriedOver(answerOf(newest)) : firstAnswer(scope, request.system))
  return (await findNewest(trx, scope, request.id))!
}

/** What the bytes of a file are, whatever its name says. */
export async function judgeFile({ name, blob, itemId }: ArrivedFile): Promise<NewFile> {
  const { mediaType, kind, warnings } = await judge(blob.head, blob.size, name)
  return { name: storedName(name), item_id: itemId, size: blob.size, sha256: blob.sha256, media_type: mediaType, kind, warnings }
}

/** The files that may join the draft: no bytes twice, no more than a version holds, and only for items that were drawn. */
async function sortOut(trx: Tx, scope: EngagementScope, request: RequestRow, draftId: string, files: readonly NewFile[]): Promise<{ wanted: NewFile[], notAdded: NotAdded[] }> {
  const drawn = request.draw_id === null || files.length === 0 ? null : new Set((await listRequestItems(trx, scope, request)).map(({ id }) => id))
  const there: Pick<FileRow, 'name' | 'sha256' | 'item_id'>[] = (await listFiles(trx, scope, request.id)).filter((file) => file.submission_id === draftId)
  const wanted: NewFile[] = []
  const notAdded: NotAdded[] = []
  for (const file of files) {
    const same = there.find(({ sha256, item_id: itemId }) => sha256 === file.sha256 && itemId === file.item_id)
    const message = same ? `The very same file is already here as ${displayName(same.name)}, so it was not added twice.` : refusal(file, there.length, drawn)
    if (message !== null) {
      notAdded.push({ name: displayName(file.name), message, same: same !== undefined })
      continue
    }
    there.push(file)
    wanted.push(file)
  }
  return { wanted, notAdded }
}

function refusal(file: NewFile, count: number, drawn: ReadonlySet<string> | null): string | null {
  if (drawn ? file.item_id === null || !drawn.has(file.item_id) : file.item_id !== null) return 'It was not sent to one of the items asked for, so it was not added. Load the page again and choose its item.'
  return count >= MOST_FILES ? `An answer holds at most ${MOST_FILES} files, so it was not added. Put the rest into one archive.` : null
}
