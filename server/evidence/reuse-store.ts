import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { containing } from '../database/pattern.ts'
import { NotFound } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'

export type ReusableFile = Awaited<ReturnType<typeof listReusable>>[number]

/** Files accepted for other requests of the engagement that may stand as evidence for this one too, newest first; `words` narrows by name, title or number. */
export async function listReusable(trx: Tx, scope: EngagementScope, requestId: string, { words = '', limit = 20 }: { readonly words?: string, readonly limit?: number } = {}) {
  const pattern = containing(words)
  return await reusable(trx, scope, requestId)
    .where((eb) => eb.or([
      eb('evidence_file.name', 'ilike', pattern), eb('request.title', 'ilike', pattern),
      sql<boolean>`'R-' || lpad(request.number::text, 3, '0') ilike ${pattern}`,
    ]))
    .orderBy('submission.decided_at', 'desc').orderBy('evidence_file.position').limit(limit).execute()
}

/** One of them; throws NotFound. */
export async function findReusable(trx: Tx, scope: EngagementScope, requestId: string, fileId: string): Promise<ReusableFile> {
  return await reusable(trx, scope, requestId).where('evidence_file.id', '=', fileId).executeTakeFirstOrThrow(() => new NotFound())
}

/** Puts a reference to a file into a version that is being made; null when those bytes are there already. */
export async function insertReference(trx: Tx, scope: EngagementScope, submissionId: string, fileId: string, itemId: string | null): Promise<string | null> {
  const engagement = scope.engagement.id
  const { rows } = await sql<{ id: string }>`insert into evidence_file (engagement_id, request_id, submission_id, item_id, position, name, size, sha256, media_type, kind,
      warnings, uploaded_at, uploaded_by, channel, preview, preview_sha256, preview_reason, width, height, taken_from)
    select source.engagement_id, target.request_id, target.id, ${itemId}, (select coalesce(max(position), 0) + 1 from evidence_file there where there.engagement_id = ${engagement} and there.submission_id = target.id),
      name, size, sha256, media_type, kind, warnings, uploaded_at, uploaded_by, source.channel, preview, preview_sha256, preview_reason, width, height, source.id
    from evidence_file source join submission target on target.engagement_id = source.engagement_id and target.id = ${submissionId}
    where source.engagement_id = ${engagement} and source.id = ${fileId} and not exists (select from evidence_file there where there.engagement_id = ${engagement}
      and there.submission_id = target.id and there.sha256 = source.sha256 and there.item_id is not distinct from ${itemId})
    returning id`.execute(trx)
  return rows[0]?.id ?? null
}

function reusable(trx: Tx, scope: EngagementScope, requestId: string) {
  return trx.selectFrom('evidence_file')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'evidence_file.engagement_id').onRef('submission.id', '=', 'evidence_file.submission_id'))
    .innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'evidence_file.engagement_id').onRef('request.id', '=', 'evidence_file.request_id'))
    .select(['evidence_file.id', 'evidence_file.name', 'evidence_file.size', 'evidence_file.sha256', 'evidence_file.kind', 'evidence_file.request_id',
      'request.number as request_number', 'request.title as request_title', 'submission.number as version', 'submission.decided_at'])
    .where('evidence_file.engagement_id', '=', scope.engagement.id).where('evidence_file.request_id', '<>', requestId)
    .where('submission.status', '=', 'accepted').where('request.status', '=', 'accepted').where('evidence_file.withheld', '=', false)
}
