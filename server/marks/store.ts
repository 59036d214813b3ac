import { sql, type Selectable } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EvidenceMarkTable } from '../database/schema/marks.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { isSpot, type Place, type Tickmark } from './rules.ts'

export type Mark = {
  readonly id: string
  readonly number: number
  readonly symbol: string
  readonly note: string
  readonly place: Place
  readonly by: string
  readonly at: Date
  readonly withdrawnBy: string | null
  readonly withdrawnAt: Date | null
}

/** The signs this engagement added, in the order they came. */
export async function listTickmarks(trx: Tx, scope: EngagementScope): Promise<Tickmark[]> {
  return await trx.selectFrom('tickmark').select(['symbol', 'meaning']).where('engagement_id', '=', scope.engagement.id).orderBy('entered_at').execute()
}

/** Adds a sign; false where the engagement has it already. */
export async function insertTickmark(trx: Tx, scope: EngagementScope, { symbol, meaning }: Tickmark): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx.insertInto('tickmark').values({ engagement_id: scope.engagement.id, symbol, meaning, entered_by: personOf(scope)! })
    .onConflict((conflict) => conflict.doNothing()).executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** The marks on a file by number, those taken back too. */
export async function listMarks(trx: Tx, scope: EngagementScope, fileId: string): Promise<Mark[]> {
  const rows = await trx.selectFrom('evidence_mark').innerJoin('person', 'person.id', 'evidence_mark.made_by')
    .leftJoin('person as withdrawer', 'withdrawer.id', 'evidence_mark.withdrawn_by')
    .selectAll('evidence_mark').select(['person.name as by', 'withdrawer.name as withdrawer'])
    .where('evidence_mark.engagement_id', '=', scope.engagement.id).where('file_id', '=', fileId).orderBy('number').execute()
  return rows.map((row) => ({
    id: row.id, number: row.number, symbol: row.symbol, note: row.note, by: row.by, at: row.made_at, withdrawnBy: row.withdrawer, withdrawnAt: row.withdrawn_at,
    place: placeOf(row),
  }))
}

/** The standing marks on several files, by file and number. */
export async function listStandingMarks(trx: Tx, scope: EngagementScope, fileIds: readonly string[]): Promise<(Pick<Mark, 'number' | 'symbol' | 'note' | 'place'> & { readonly fileId: string })[]> {
  if (fileIds.length === 0) return []
  const rows = await trx.selectFrom('evidence_mark').selectAll()
    .where('engagement_id', '=', scope.engagement.id).where('file_id', 'in', fileIds).where('withdrawn_at', 'is', null).orderBy('number').execute()
  return rows.map((row) => ({ fileId: row.file_id, number: row.number, symbol: row.symbol, note: row.note, place: placeOf(row) }))
}

export type NewMark = { readonly symbol: string, readonly note: string, readonly place: Place, readonly carriedFrom: string | null }

/** Writes a mark under the next number of its file, whose row must be locked. */
export async function insertMark(trx: Tx, scope: EngagementScope, fileId: string, { symbol, note, place, carriedFrom }: NewMark): Promise<{ id: string, number: number }> {
  const spot = isSpot(place)
  return await trx.insertInto('evidence_mark').values({
    engagement_id: scope.engagement.id, file_id: fileId, symbol, note, carried_from: carriedFrom, made_by: personOf(scope)!,
    number: sql<number>`(select coalesce(max(number), 0) + 1 from evidence_mark where engagement_id = ${scope.engagement.id} and file_id = ${fileId})`,
    leaf: spot ? place.leaf : null, place_left: spot ? place.left : null, place_top: spot ? place.top : null,
    place_width: spot ? place.width : null, place_height: spot ? place.height : null,
    first_line: spot ? null : place.first, last_line: spot ? null : place.last,
  }).returning(['id', 'number']).executeTakeFirstOrThrow()
}

/** Waits for whoever is marking the same file. */
export async function lockFile(trx: Tx, scope: EngagementScope, fileId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`mark:${scope.engagement.id}:${fileId}`}, 0))`.execute(trx)
}

/** Takes a mark back; throws NotFound for one that is not on the file or is taken back already. */
export async function withdrawMark(trx: Tx, scope: EngagementScope, fileId: string, number: number): Promise<string> {
  const row = await trx.updateTable('evidence_mark').set({ withdrawn_at: sql<Date>`app_now()`, withdrawn_by: personOf(scope) })
    .where('engagement_id', '=', scope.engagement.id).where('file_id', '=', fileId).where('number', '=', number).where('withdrawn_at', 'is', null)
    .returning('id').executeTakeFirstOrThrow(() => new NotFound())
  return row.id
}

/**
 * The file of an earlier version of the same request that carries marks and whose place this file takes: the same
 * name, else the same position. Null where nothing is to be carried over.
 */
export async function findMarkedBefore(trx: Tx, scope: EngagementScope, fileId: string): Promise<{ id: string, name: string, version: number, marks: number } | null> {
  const result = await sql<{ id: string, name: string, version: number, marks: number }>`
    select earlier.id, earlier.name, before.number as version, count(*) as marks
    from evidence_file file
      join submission on submission.engagement_id = file.engagement_id and submission.id = file.submission_id
      join submission before on before.engagement_id = file.engagement_id and before.request_id = file.request_id and before.number < submission.number
      join evidence_file earlier on earlier.engagement_id = file.engagement_id and earlier.submission_id = before.id
        and (earlier.name = file.name or earlier.position = file.position)
      join evidence_mark mark on mark.engagement_id = earlier.engagement_id and mark.file_id = earlier.id and mark.withdrawn_at is null
    where file.engagement_id = ${scope.engagement.id} and file.id = ${fileId}
      and not exists (select from evidence_mark own where own.engagement_id = file.engagement_id and own.file_id = file.id)
    group by earlier.id, earlier.name, before.number, file.name
    order by before.number desc, (earlier.name = file.name) desc limit 1`.execute(trx)
  return result.rows[0] ?? null
}

function placeOf(row: Selectable<EvidenceMarkTable>): Place {
  if (row.leaf === null) return { first: row.first_line!, last: row.last_line! }
  return { leaf: row.leaf, left: row.place_left!, top: row.place_top!, width: row.place_width!, height: row.place_height! }
}
