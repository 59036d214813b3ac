import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Forbidden, Invalid, Refused } from '../errors.ts'
import { enqueue } from '../jobs/queue.ts'
import { next, requestNumber, statusWords } from '../requests/rules.ts'
import { lockRequest, updateRequest, type RequestRow } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { faultsOfObservation, type Observation } from './acceptance.ts'
import { judgeFile, type ArrivedFile } from './answer-actions.ts'
import { insertObservation } from './review-store.ts'
import { isAnswerable, momentOf } from './rules.ts'
import { answerOf } from './statement.ts'
import { copyParts, findNewest, insertDraft, insertFiles, listFiles, moveDraftOn, updateSubmission } from './store.ts'

/**
 * Hands in what the firm obtained, saw or was told itself, as a version of its own: it holds the files of the version
 * under review by reference, and is accepted by somebody else of the firm. The request waits for that review from then
 * on. Returns the version's number. Throws Invalid naming the fields, Refused when the request takes no evidence now.
 */
export async function observe(site: Site, scope: EngagementScope, number: number, observation: Observation, files: readonly ArrivedFile[]): Promise<number> {
  if (scope.side !== 'firm') throw new Forbidden()
  const judged = await Promise.all(files.map(judgeFile))
  return await inScope(site.db, scope, async (trx) => {
    const request = await lockRequest(trx, scope, number)
    const { draft, version } = await beginOwn(trx, scope, request)
    const kept = (await listFiles(trx, scope, request.id)).filter((file) => file.submission_id === draft)
    const faults = { ...faultsOfObservation(request.kind, observation, files.length + kept.length), ...faultsOfMoment(observation, scope.at ?? new Date()) }
    if (Object.keys(faults).length > 0) throw new Invalid(faults)
    const added = await insertFiles(trx, scope, request.id, draft, judged.filter((file) => !kept.some(({ sha256 }) => sha256 === file.sha256)))
    await insertObservation(trx, scope, draft, observation)
    for (const fileId of added) await enqueue(trx, 'make_preview', { engagementId: scope.engagement.id, fileId })
    await record(trx, scope, ...await handIn(trx, scope, request, draft, version, observation.zone))
    return version
  })
}

/** Begins a version of the firm's own, with the files of the one under review in it; `version` is its number. Throws Refused. */
export async function beginOwn(trx: Tx, scope: EngagementScope, request: RequestRow): Promise<{ draft: string, version: number }> {
  refuseUnlessOpen(request)
  const before = await findNewest(trx, scope, request.id)
  // What the client has begun comes after what the firm hands in now.
  if (before?.status === 'draft') await moveDraftOn(trx, scope, request.id)
  const version = before?.status === 'draft' ? before.number : (before?.number ?? 0) + 1
  const under = before?.status === 'submitted' ? before : null
  const draft = await insertDraft(trx, scope, request.id, under && answerOf(under), version)
  if (under) await copyParts(trx, scope, under.id, draft)
  return { draft, version }
}

/** Submits such a version. Returns what the caller records. */
export async function handIn(trx: Tx, scope: EngagementScope, request: RequestRow, draft: string, version: number, zone: string): Promise<TrailEvent[]> {
  const files = (await listFiles(trx, scope, request.id)).filter((file) => file.submission_id === draft).length
  await updateSubmission(trx, scope, draft, { status: 'submitted' })
  if (isAnswerable(request.status)) await updateRequest(trx, scope, request.id, { status: next(request.status, 'submit'), reviewer_id: null })
  return [{ kind: 'evidence.observed', facts: { requestId: request.id, number: request.number, version, files, zone } }]
}

function refuseUnlessOpen(request: RequestRow): void {
  const { kind, status } = request
  if (isAnswerable(status)) return
  if (status !== 'submitted' && status !== 'in_review') throw new Refused(`${requestNumber(request.number)} is ${statusWords[status].toLowerCase()}, so it takes no evidence now.`)
  if (kind === 'population') throw new Refused(`${requestNumber(request.number)} has a list under examination. Return it first; a list that you obtained yourself replaces it then.`)
}

// Clocks differ a little, and a record may be typed minutes after.
function faultsOfMoment({ at, zone }: Observation, now: Date): Record<string, string> {
  if (at === '' || zone === '') return {}
  const moment = momentOf({ at, zone })
  if (moment === null) return { at: 'Give a date and a time, such as 2026-10-19 09:31.' }
  return moment.getTime() > now.getTime() + 10 * 60_000 ? { at: 'This time is still to come. Check the date, the time and the time zone.' } : {}
}
