import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { RecordKind } from '../database/schema/closing.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Attached } from './attached.ts'

export type KeptRecord = Awaited<ReturnType<typeof listRecords>>[number]

/** Every entry of the kinds this scope may see, the newest of each first; the first of a kind (and person) is in force. */
export async function listRecords(trx: Tx, scope: EngagementScope, kind?: RecordKind) {
  let query = trx.selectFrom('engagement_record').innerJoin('person', 'person.id', 'engagement_record.recorded_by')
    .select(['engagement_record.id', 'engagement_record.kind', 'engagement_record.person_id', 'engagement_record.version', 'engagement_record.stands', 'engagement_record.dated_on',
      'engagement_record.note', 'engagement_record.file_name', 'engagement_record.file_size', 'engagement_record.recorded_at', 'person.name as recorder'])
    .where('engagement_record.engagement_id', '=', scope.engagement.id)
  if (kind !== undefined) query = query.where('engagement_record.kind', '=', kind)
  return await query.orderBy('engagement_record.kind').orderBy('engagement_record.recorded_at', 'desc').orderBy('engagement_record.version', 'desc').execute()
}

/** The file beside an entry; throws NotFound where it has none. */
export async function findRecordFile(trx: Tx, scope: EngagementScope, kind: RecordKind, id: string): Promise<{ sha256: string, name: string, mediaType: string }> {
  const row = await trx.selectFrom('engagement_record').select(['file_sha256', 'file_name', 'media_type'])
    .where('engagement_id', '=', scope.engagement.id).where('kind', '=', kind).where('id', '=', id).executeTakeFirst()
  if (!row?.file_sha256) throw new NotFound('There is no file beside this record.')
  return { sha256: row.file_sha256, name: row.file_name ?? '', mediaType: row.media_type ?? '' }
}

export type NewRecord = { readonly kind: RecordKind, readonly stands: boolean, readonly datedOn: string, readonly note: string, readonly file: Attached | null }

/** Adds the next entry of its kind; the engagement must be locked. */
export async function insertRecord(trx: Tx, scope: EngagementScope, { kind, stands, datedOn, note, file }: NewRecord): Promise<{ id: string, version: number }> {
  const { id: engagement } = scope.engagement
  const person = personOf(scope)!
  return await trx.insertInto('engagement_record').values({
    engagement_id: engagement, kind, person_id: person, recorded_by: person, stands, dated_on: datedOn, note,
    file_sha256: file?.file_sha256 ?? null, file_name: file?.file_name ?? null, file_size: file?.file_size ?? null, media_type: file?.media_type ?? null,
    version: sql<number>`(select coalesce(max(version), 0) + 1 from engagement_record where engagement_id = ${engagement} and kind = ${kind} and (kind <> 'independence' or person_id = ${person}))`,
  }).returning(['id', 'version']).executeTakeFirstOrThrow()
}

/** Whether the kind's last entry (of the person, where it is each one's own) stands. */
export async function standsNow(trx: Tx, scope: EngagementScope, kind: RecordKind): Promise<boolean> {
  let query = trx.selectFrom('engagement_record').select('stands').where('engagement_id', '=', scope.engagement.id).where('kind', '=', kind)
  if (kind === 'independence') query = query.where('person_id', '=', personOf(scope))
  return (await query.orderBy('version', 'desc').limit(1).executeTakeFirst())?.stands ?? false
}
