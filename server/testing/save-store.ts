import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { CellResult } from '../database/schema/testing.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'

export type CellKey = { readonly lineId: string, readonly itemId: string, readonly letter: string }
export type Ground = Awaited<ReturnType<typeof findGround>>
export type LockedCell = Awaited<ReturnType<typeof lockCells>>[number]

/**
 * What a save needs to know of its line, in one statement: its attributes' letters, the file its list was read from, and
 * the cells, as 'item letter', about which a review note is not cleared. Throws NotFound.
 */
export async function findGround(trx: Tx, scope: EngagementScope, control: string, sequence: number) {
  return await trx.selectFrom('test_line')
    .innerJoin('control', (join) => join.onRef('control.engagement_id', '=', 'test_line.engagement_id').onRef('control.id', '=', 'test_line.control_id'))
    .leftJoin('draw', (join) => join.onRef('draw.engagement_id', '=', 'test_line.engagement_id').onRef('draw.id', '=', 'test_line.draw_id'))
    .leftJoin('population', (join) => join.onRef('population.engagement_id', '=', 'draw.engagement_id').onRef('population.id', '=', 'draw.population_id'))
    .select(['test_line.id', 'test_line.sequence', 'test_line.kind', 'test_line.draw_id', 'control.number as control_number', 'population.file_id as list_file',
      sql<string[]>`array(select letter from attribute where attribute.engagement_id = test_line.engagement_id and attribute.test_line_id = test_line.id order by letter)`.as('letters'),
      sql<string[]>`array(select item_id || ' ' || letter from review_note where review_note.engagement_id = test_line.engagement_id and review_note.test_line_id = test_line.id
        and review_note.status <> 'cleared' and review_note.item_id is not null)`.as('noted')])
    .where('test_line.engagement_id', '=', scope.engagement.id).where('control.number', '=', control).where('test_line.sequence', '=', sequence)
    .executeTakeFirstOrThrow(() => new NotFound())
}

/** Holds a line, so that nobody writes to its cells or signs it meanwhile. */
export async function holdLine(trx: Tx, scope: EngagementScope, lineId: string) {
  return await trx.selectFrom('test_line').select('conclusion').where('engagement_id', '=', scope.engagement.id).where('id', '=', lineId).forUpdate().executeTakeFirstOrThrow()
}

/** The cells of these items as they stand, locked; one that was never written is absent. */
export async function lockCells(trx: Tx, scope: EngagementScope, lineId: string, itemIds: readonly string[]) {
  return await trx.selectFrom('cell').selectAll().where('engagement_id', '=', scope.engagement.id).where('test_line_id', '=', lineId)
    .where('item_id', 'in', itemIds).orderBy('item_id').orderBy('letter').forUpdate().execute()
}

/** Writes a result and what it cites, replacing both; returns the cell's new version. */
export async function writeCell(trx: Tx, scope: EngagementScope, key: CellKey, cell: { result: CellResult, note: string, citations: readonly { fileId: string, place: string }[] }): Promise<number> {
  const id = { engagement_id: scope.engagement.id, test_line_id: key.lineId, item_id: key.itemId, letter: key.letter }
  const { version } = await trx.insertInto('cell').values({ ...id, result: cell.result, note: cell.note, set_by: personOf(scope)! })
    .onConflict((conflict) => conflict.columns(['engagement_id', 'test_line_id', 'item_id', 'letter']).doUpdateSet((row) => ({
      result: cell.result, note: cell.note, stale: false, set_by: personOf(scope)!, set_at: sql<Date>`app_now()`, version: row('cell.version', '+', 1),
    }))).returning('version').executeTakeFirstOrThrow()
  // One that was written for the first time cites nothing yet.
  if (version > 1) {
    await trx.deleteFrom('citation').where('engagement_id', '=', id.engagement_id).where('test_line_id', '=', key.lineId)
      .where('item_id', '=', key.itemId).where('letter', '=', key.letter).execute()
  }
  if (cell.citations.length > 0) await trx.insertInto('citation').values(cell.citations.map(({ fileId, place }) => ({ ...id, file_id: fileId, place }))).execute()
  return version
}

/** Every result of a line and nothing beside it: what its counts are made of. */
export async function listResults(trx: Tx, scope: EngagementScope, lineId: string) {
  return await trx.selectFrom('cell').select(['item_id', 'letter', 'result']).where('engagement_id', '=', scope.engagement.id).where('test_line_id', '=', lineId).execute()
}
