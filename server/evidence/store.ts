import { sql, type Selectable } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { Channel, EvidenceFileTable, SubmissionStatus } from '../database/schema/evidence.ts'
import { NotFound, Refused } from '../errors.ts'
import { displayName } from '../files/names.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Answer } from './rules.ts'

export type SubmissionRow = Awaited<ReturnType<typeof listSubmissions>>[number]
export type FileRow = Selectable<EvidenceFileTable>

/**
 * Every version of a request's answer, newest first, with who submitted and who decided it. What the client had begun
 * when the firm went ahead without it is left out until the request comes back to them.
 */
export async function listSubmissions(trx: Tx, scope: EngagementScope, requestId: string) {
  return await trx.selectFrom('submission')
    .innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'submission.engagement_id').onRef('request.id', '=', 'submission.request_id'))
    .leftJoin('person as submitter', 'submitter.id', 'submission.submitted_by')
    .leftJoin('person as decider', 'decider.id', 'submission.decided_by')
    .selectAll('submission').select(['submitter.name as submitter', 'decider.name as decider'])
    .where('submission.engagement_id', '=', scope.engagement.id).where('submission.request_id', '=', requestId)
    .where((eb) => eb.or([eb('submission.status', '<>', 'draft'), eb('request.status', 'not in', ['submitted', 'in_review', 'accepted'])]))
    .orderBy('submission.number', 'desc').execute()
}

/** The newest version, or null when nothing was begun. */
export async function findNewest(trx: Tx, scope: EngagementScope, requestId: string): Promise<SubmissionRow | null> {
  return (await listSubmissions(trx, scope, requestId))[0] ?? null
}

/** The files of a request's versions in the order they came. */
export async function listFiles(trx: Tx, scope: EngagementScope, requestId: string): Promise<FileRow[]> {
  return await trx.selectFrom('evidence_file').selectAll()
    .where('engagement_id', '=', scope.engagement.id).where('request_id', '=', requestId)
    .orderBy('submission_id').orderBy('position').execute()
}

/**
 * One file of a request as this scope may open it: a link opens its recipient's own, the firm what was submitted. Throws
 * NotFound, and Refused for a file in quarantine, whose bytes nobody opens.
 */
export async function findFile(trx: Tx, scope: EngagementScope, requestId: string, fileId: string): Promise<FileRow> {
  const file = await findFileRecord(trx, scope, requestId, fileId)
  if (file.withheld) throw new Refused(`${displayName(file.name)} is withheld: somebody said that it should not have been sent. Its record and its fingerprint stay.`)
  return file
}

/** The record of such a file, in quarantine or not; throws NotFound. */
export async function findFileRecord(trx: Tx, scope: EngagementScope, requestId: string, fileId: string): Promise<FileRow> {
  let query = trx.selectFrom('evidence_file')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'evidence_file.engagement_id').onRef('submission.id', '=', 'evidence_file.submission_id'))
    .selectAll('evidence_file')
    .where('evidence_file.engagement_id', '=', scope.engagement.id).where('evidence_file.request_id', '=', requestId).where('evidence_file.id', '=', fileId)
  if (scope.actor.kind === 'link') query = query.where('evidence_file.uploaded_by', '=', scope.actor.personId)
  else if (!mayOpenDrafts(scope)) query = query.where('submission.status', '<>', 'draft')
  return await query.executeTakeFirstOrThrow(() => new NotFound())
}

/** Whether this scope prepares answers; others see a file from its submission on. */
export function mayOpenDrafts(scope: EngagementScope): boolean {
  return scope.role === 'owner' || scope.role === 'lead'
}

/** A file of an answer that is still being made, or what became of its version. Throws NotFound. */
export async function findFileStanding(trx: Tx, scope: EngagementScope, requestId: string, fileId: string) {
  return await trx.selectFrom('evidence_file')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'evidence_file.engagement_id').onRef('submission.id', '=', 'evidence_file.submission_id'))
    .select(['evidence_file.id', 'evidence_file.name', 'evidence_file.sha256', 'submission.status', 'submission.number'])
    .where('evidence_file.engagement_id', '=', scope.engagement.id).where('evidence_file.request_id', '=', requestId).where('evidence_file.id', '=', fileId)
    .executeTakeFirstOrThrow(() => new NotFound())
}

/** The number of the request a link opens; throws NotFound. */
export async function findNumber(trx: Tx, scope: EngagementScope, requestId: string): Promise<number> {
  const row = await trx.selectFrom('request').select('number').where('engagement_id', '=', scope.engagement.id).where('id', '=', requestId)
    .executeTakeFirstOrThrow(() => new NotFound())
  return row.number
}

/** Name of the person who issued the request, to whom questions go. */
export async function findPersonName(trx: Tx, personId: string | null): Promise<string | null> {
  if (personId === null) return null
  return (await trx.selectFrom('person').select('name').where('id', '=', personId).executeTakeFirst())?.name ?? null
}

/** Begins the client's next version, or one of the firm's own with the number `own`; the request must be locked, so that two begin one after the other. */
export async function insertDraft(trx: Tx, scope: EngagementScope, requestId: string, answer: Answer | null, own: number | null = null): Promise<string> {
  const { id } = await trx.insertInto('submission').values({
    engagement_id: scope.engagement.id, request_id: requestId,
    ...own === null ? { number: sql<number>`next_version(${scope.engagement.id}, ${requestId})` } : { number: own, channel: 'auditor' as const },
    ...answer ? columnsOf(answer) : {},
  }).returning('id').executeTakeFirstOrThrow()
  return id
}

export async function updateAnswer(trx: Tx, scope: EngagementScope, submissionId: string, answer: Answer): Promise<void> {
  await trx.updateTable('submission').set(columnsOf(answer)).where('engagement_id', '=', scope.engagement.id).where('id', '=', submissionId).execute()
}

export type SubmissionChange = { readonly status: SubmissionStatus, readonly reason_code?: string | null, readonly reason?: string | null }

/** Moves a version: submitted by this scope's person, or decided by them. The moment is the transaction's. */
export async function updateSubmission(trx: Tx, scope: EngagementScope, submissionId: string, change: SubmissionChange): Promise<void> {
  await trx.updateTable('submission').set({
    ...change,
    ...change.status === 'submitted' ? { submitted_at: sql<Date>`app_now()`, submitted_by: personOf(scope), channel: channelOf(scope) } : {},
    ...change.status === 'accepted' || change.status === 'returned' ? { decided_at: sql<Date>`app_now()`, decided_by: personOf(scope) } : {},
  }).where('engagement_id', '=', scope.engagement.id).where('id', '=', submissionId).execute()
}

export type NewFile = Pick<FileRow, 'item_id' | 'name' | 'size' | 'sha256' | 'media_type' | 'kind' | 'warnings'>

/** Adds files to a draft and returns their ids in the same order. */
export async function insertFiles(trx: Tx, scope: EngagementScope, requestId: string, submissionId: string, files: readonly NewFile[]): Promise<string[]> {
  if (files.length === 0) return []
  const { last } = await trx.selectFrom('evidence_file').select((eb) => eb.fn.coalesce(eb.fn.max('position'), sql<number>`0`).as('last'))
    .where('engagement_id', '=', scope.engagement.id).where('submission_id', '=', submissionId).executeTakeFirstOrThrow()
  const rows = await trx.insertInto('evidence_file').values(files.map((file, index) => ({
    ...file, engagement_id: scope.engagement.id, request_id: requestId, submission_id: submissionId, position: last + 1 + index,
    uploaded_by: personOf(scope)!, channel: channelOf(scope),
  }))).returning(['id', 'position']).execute()
  return rows.toSorted((a, b) => a.position - b.position).map(({ id }) => id)
}

/** Removes a file of a draft; its bytes stay in the vault, where other rows may point to them. */
export async function deleteFile(trx: Tx, scope: EngagementScope, fileId: string): Promise<void> {
  await trx.deleteFrom('evidence_file').where('engagement_id', '=', scope.engagement.id).where('id', '=', fileId).execute()
}

/**
 * Puts files of one version (those of `only`, or all) and its claims into another by reference, with who sent them and
 * when as they were; what is there already is not added twice. Returns the number of files added.
 */
export async function copyParts(trx: Tx, scope: EngagementScope, from: string, to: string, only: readonly string[] | null = null): Promise<number> {
  const engagement = scope.engagement.id
  const { numAffectedRows } = await sql`insert into evidence_file (engagement_id, request_id, submission_id, item_id, position, name, size, sha256, media_type, kind, warnings,
      uploaded_at, uploaded_by, channel, preview, preview_sha256, preview_reason, width, height, taken_from)
    select file.engagement_id, target.request_id, target.id, item_id, row_number() over (order by position) + (select coalesce(max(position), 0) from evidence_file there where there.engagement_id = ${engagement} and there.submission_id = target.id),
      name, size, sha256, media_type, kind, warnings, uploaded_at, uploaded_by, file.channel, preview, preview_sha256, preview_reason, width, height,
      case when taken_from is null or exists (select from file_decision where file_decision.engagement_id = ${engagement} and file_decision.file_id = file.id) then file.id else taken_from end
    from evidence_file file join submission target on target.engagement_id = file.engagement_id and target.id = ${to}
    where file.engagement_id = ${engagement} and file.submission_id = ${from} and (${only === null} or file.id = any (${sql`${[...only ?? []]}::uuid[]`}))
      and not exists (select from evidence_file there where there.engagement_id = ${engagement} and there.submission_id = ${to}
        and there.sha256 = file.sha256 and there.item_id is not distinct from file.item_id)`.execute(trx)
  await sql`insert into item_claim (engagement_id, submission_id, item_id, claim, words, claimed_at, claimed_by)
    select engagement_id, ${to}, item_id, claim, words, claimed_at, claimed_by
    from item_claim where engagement_id = ${engagement} and submission_id = ${from} on conflict do nothing`.execute(trx)
  return Number(numAffectedRows ?? 0n)
}

/** Gives the client's unfinished version the number after its own, to make room for one of the firm's. */
export async function moveDraftOn(trx: Tx, scope: EngagementScope, requestId: string): Promise<void> {
  await trx.updateTable('submission').set((row) => ({ number: row('number', '+', 1) }))
    .where('engagement_id', '=', scope.engagement.id).where('request_id', '=', requestId).where('status', '=', 'draft').execute()
}

export type PreviewFacts = Partial<Pick<FileRow, 'preview_sha256' | 'preview_reason' | 'width' | 'height' | 'lines' | 'picture_hash'>> & { readonly preview: 'ready' | 'none' }

/** Notes the preview of every row that holds these bytes in the request, a copied one too. */
export async function updatePreview(trx: Tx, scope: EngagementScope, file: Pick<FileRow, 'request_id' | 'sha256'>, facts: PreviewFacts): Promise<void> {
  await trx.updateTable('evidence_file').set(facts)
    .where('engagement_id', '=', scope.engagement.id).where('request_id', '=', file.request_id).where('sha256', '=', file.sha256)
    .where('preview', '=', 'pending').execute()
}

/** A file whose content a job looks at; null when it is gone or in quarantine. */
export async function findFileForPreview(trx: Tx, scope: EngagementScope, fileId: string): Promise<FileRow | null> {
  return await trx.selectFrom('evidence_file').selectAll().where('engagement_id', '=', scope.engagement.id).where('id', '=', fileId).where('withheld', '=', false).executeTakeFirst() ?? null
}

/** The files of a draft that nobody has looked at yet, of the kinds something is found in. */
export async function listUnseen(trx: Tx, scope: EngagementScope, requestId: string): Promise<{ id: string, size: number }[]> {
  return await trx.selectFrom('evidence_file')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'evidence_file.engagement_id').onRef('submission.id', '=', 'evidence_file.submission_id'))
    .select(['evidence_file.id', 'evidence_file.size'])
    .where('evidence_file.engagement_id', '=', scope.engagement.id).where('evidence_file.request_id', '=', requestId).where('submission.status', '=', 'draft')
    .where('evidence_file.preview', '=', 'pending').where('evidence_file.kind', 'in', ['image', 'csv', 'text']).orderBy('evidence_file.position').execute()
}

/** Numbers of the requests that wait for the firm's decision, longest waiting first. */
export async function listWithUs(trx: Tx, scope: EngagementScope): Promise<number[]> {
  const rows = await trx.selectFrom('request').select('number').where('engagement_id', '=', scope.engagement.id)
    .where('status', 'in', ['submitted', 'in_review']).orderBy('status_since').orderBy('number').execute()
  return rows.map(({ number }) => number)
}

/** How this scope hands something in: by a link or signed in. */
export function channelOf(scope: EngagementScope): Channel {
  return scope.actor.kind === 'link' ? 'link' : scope.side === 'firm' ? 'auditor' : 'login'
}

function columnsOf(answer: Answer) {
  return {
    source_system: answer.system, query: answer.query, generated_by: answer.by, generated_at: answer.at, generated_zone: answer.zone,
    row_count: answer.rows, edits: answer.edits, answer: answer.words, ticked: [...answer.ticked],
    ...answer.proposal === undefined ? {} : { proposal: answer.proposal?.claim ?? null, proposal_words: answer.proposal?.words ?? '' },
    ...answer.address === undefined ? {} : { address: answer.address },
  }
}

/** Whether this person opened the request in the last five minutes. */
export async function hasJustOpened(trx: Tx, scope: EngagementScope, requestId: string): Promise<boolean> {
  const row = await trx.selectFrom('access_entry').select('id')
    .where('engagement_id', '=', scope.engagement.id).where('kind', '=', 'request_opened').where('subject', '=', requestId).where('person_id', '=', personOf(scope))
    .where(sql<boolean>`at > now() - interval '5 minutes'`).limit(1).executeTakeFirst()
  return row !== undefined
}

/** Whether a living link went to this recipient in the last five minutes. */
export async function hasFreshLink(trx: Tx, scope: EngagementScope, requestId: string): Promise<boolean> {
  const row = await trx.selectFrom('answer_link').select('id')
    .where('engagement_id', '=', scope.engagement.id).where('request_id', '=', requestId).where('person_id', '=', personOf(scope))
    .where('ended_at', 'is', null).where(sql<boolean>`created_at > now() - interval '5 minutes'`).executeTakeFirst()
  return row !== undefined
}
