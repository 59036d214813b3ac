import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'

export type BundleVersion = {
  id: string, number: number, status: 'draft' | 'submitted' | 'withdrawn' | 'accepted' | 'returned', files: number
  source_system: string, query: string, generated_by: string, generated_at: string, generated_zone: string, row_count: number | null, edits: string, answer: string
  submitted_at: string | null, submitter: string | null, decided_at: string | null, decider: string | null, reason: string | null
}
export type BundleFile = { id: string, submission_id: string, position: number, name: string, size: number, sha256: string, media_type: string, uploaded_at: Date, withheld: boolean, marks: number }

/** The requests that were issued, by number. */
export async function listBundled(trx: Tx, scope: EngagementScope): Promise<{ id: string, number: number, title: string }[]> {
  return await trx.selectFrom('request').select(['id', 'number', 'title']).where('engagement_id', '=', scope.engagement.id).where('status', '<>', 'draft').orderBy('number').execute()
}

/** The versions of a request's answer, oldest first; of a draft only how many files it has. */
export async function listBundledVersions(trx: Tx, scope: EngagementScope, requestId: string): Promise<BundleVersion[]> {
  const { rows } = await sql<BundleVersion>`select submission.id, submission.number, submission.status, source_system, query, generated_by, generated_at, generated_zone, row_count, edits, answer,
      submitted_at::text, submitter.name as submitter, decided_at::text, decider.name as decider, reason,
      (select count(*) from evidence_file file where file.engagement_id = submission.engagement_id and file.submission_id = submission.id)::integer as files
    from submission left join person submitter on submitter.id = submission.submitted_by left join person decider on decider.id = submission.decided_by
    where submission.engagement_id = ${scope.engagement.id} and submission.request_id = ${requestId} order by submission.number`.execute(trx)
  return rows
}

/** The files of a request's submitted versions, with how many standing marks are on each. */
export async function listBundledFiles(trx: Tx, scope: EngagementScope, requestId: string): Promise<BundleFile[]> {
  const { rows } = await sql<BundleFile>`select file.id, file.submission_id, file.position, file.name, file.size, file.sha256, file.media_type, file.uploaded_at, file.withheld,
      (select count(*) from evidence_mark mark where mark.engagement_id = file.engagement_id and mark.file_id = file.id and mark.withdrawn_at is null)::integer as marks
    from evidence_file file join submission on submission.engagement_id = file.engagement_id and submission.id = file.submission_id
    where file.engagement_id = ${scope.engagement.id} and file.request_id = ${requestId} and submission.status <> 'draft' order by submission.number, file.position`.execute(trx)
  return rows
}

/** How much a copy of all of it would hold: submitted files, their bytes, and how many are withheld. */
export async function measureBundle(trx: Tx, scope: EngagementScope): Promise<{ files: number, bytes: number, withheld: number }> {
  const { rows } = await sql<{ files: number, bytes: number, withheld: number }>`select count(*)::integer as files, coalesce(sum(file.size), 0)::float8 as bytes, count(*) filter (where file.withheld)::integer as withheld
    from evidence_file file join submission on submission.engagement_id = file.engagement_id and submission.id = file.submission_id
      join request on request.engagement_id = file.engagement_id and request.id = file.request_id
    where file.engagement_id = ${scope.engagement.id} and submission.status not in ('draft', 'withdrawn') and request.status <> 'draft'`.execute(trx)
  return rows[0]!
}
