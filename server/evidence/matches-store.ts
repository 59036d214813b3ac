import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'

/** Bits of 256 in which two pictures may differ and still count as nearly the same. */
const NEAR = 6

/** A file of this request and one that is the same, or shows nearly the same. `distance`: 0 for the same bytes, else bits of the picture that differ. */
export type Match = {
  readonly fileId: string
  readonly distance: number
  readonly same: boolean
  readonly other: { readonly id: string | null, readonly number: number, readonly title: string, readonly name: string, readonly at: Date, readonly picture: boolean, readonly year: string | null }
}

/**
 * Files elsewhere in the engagement, and in other years of the same client, with the same bytes as one of this request's
 * or with nearly the same picture. For the compliance lead and the firm only: for anybody else there are none. The firm
 * is told of what was submitted, on either side of a match.
 */
export async function listMatches(trx: Tx, scope: EngagementScope, requestId: string): Promise<Match[]> {
  if (!mayLookAround(scope)) return []
  const inside = await sql<Row>`
    select distinct on (mine.sha256, other.sha256, other.request_id) mine.id as file_id, other.id as other_id, request.number, request.title, other.name, other.uploaded_at as at,
      other.preview = 'ready' and not other.withheld as picture, null as year, mine.sha256 = other.sha256 as same, coalesce(bit_count(mine.picture_hash # other.picture_hash), 0)::integer as distance
    from evidence_file mine
      join submission version on version.engagement_id = mine.engagement_id and version.id = mine.submission_id
      join evidence_file other on other.engagement_id = mine.engagement_id and other.request_id <> mine.request_id
        and (other.sha256 = mine.sha256 or bit_count(other.picture_hash # mine.picture_hash) <= ${NEAR})
      join submission earlier on earlier.engagement_id = other.engagement_id and earlier.id = other.submission_id
      join request on request.engagement_id = other.engagement_id and request.id = other.request_id
    where mine.engagement_id = ${scope.engagement.id} and mine.request_id = ${requestId}
      and (${scope.side} <> 'firm' or (version.status <> 'draft' and earlier.status <> 'draft'))
    order by mine.sha256, other.sha256, other.request_id, mine.uploaded_at desc, other.uploaded_at desc`.execute(trx)
  const before = await sql<Row>`
    select distinct on (mine.sha256, found.other_engagement_id, found.other_number, found.other_name) mine.id as file_id, null as other_id, found.other_number as number, found.other_title as title,
      found.other_name as name, found.other_at as at, false as picture, found.other_year as year, found.distance = 0 as same, found.distance
    from matches_of_other_years(${requestId}) found
      join evidence_file mine on mine.engagement_id = ${scope.engagement.id} and mine.id = found.file_id
      join submission version on version.engagement_id = mine.engagement_id and version.id = mine.submission_id
    where ${scope.side} <> 'firm' or version.status <> 'draft'
    order by mine.sha256, found.other_engagement_id, found.other_number, found.other_name, mine.uploaded_at desc`.execute(trx)
  return [...inside.rows, ...before.rows].map((row) => ({
    fileId: row.file_id, distance: row.same ? 0 : row.distance, same: row.same,
    other: { id: row.other_id, number: row.number, title: row.title, name: row.name, at: row.at, picture: row.picture, year: row.year },
  }))
}

/** How many of them there are. */
export async function countMatches(trx: Tx, scope: EngagementScope, requestId: string): Promise<number> {
  return (await listMatches(trx, scope, requestId)).length
}

/** Whether this scope may learn that a file is elsewhere too. */
export function mayLookAround({ actor, role, side }: EngagementScope): boolean {
  return actor.kind === 'person' && (side === 'firm' || role === 'lead')
}

type Row = {
  readonly file_id: string
  readonly other_id: string | null
  readonly number: number
  readonly title: string
  readonly name: string
  readonly at: Date
  readonly picture: boolean
  readonly year: string | null
  readonly same: boolean
  readonly distance: number
}
