import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { Arrangement, ResponsePlace, SentencePart } from '../database/schema/matrix.ts'
import { personOf, type EngagementScope } from '../scope.ts'

/** Every version of what was written for a line, newest first; a text of null went back to what is made from the cells. */
export async function listSentences(trx: Tx, scope: EngagementScope, lineId: string) {
  return await trx.selectFrom('result_sentence').innerJoin('person', 'person.id', 'written_by')
    .select(['part', 'result_sentence.version', 'text', 'written_at', 'person.name as writer'])
    .where('engagement_id', '=', scope.engagement.id).where('test_line_id', '=', lineId).orderBy('part').orderBy('result_sentence.version', 'desc').execute()
}

/** The newest version of one part, or 0; the line must be locked. */
export async function latestVersion(trx: Tx, scope: EngagementScope, lineId: string, part: SentencePart): Promise<number> {
  const { last } = await trx.selectFrom('result_sentence').select(sql<number>`coalesce(max(version), 0)`.as('last'))
    .where('engagement_id', '=', scope.engagement.id).where('test_line_id', '=', lineId).where('part', '=', part).executeTakeFirstOrThrow()
  return last
}

export async function insertSentence(trx: Tx, scope: EngagementScope, lineId: string, sentence: { part: SentencePart, version: number, text: string | null }): Promise<void> {
  await trx.insertInto('result_sentence').values({ engagement_id: scope.engagement.id, test_line_id: lineId, ...sentence, written_by: personOf(scope)! }).execute()
}

/** How Section IV is laid out from now on. */
export async function writeLayout(trx: Tx, scope: EngagementScope, layout: { arrangement: Arrangement, responses: ResponsePlace }): Promise<void> {
  const chosen = { ...layout, chosen_by: personOf(scope)!, chosen_at: sql<Date>`app_now()` }
  await trx.insertInto('matrix_layout').values({ engagement_id: scope.engagement.id, ...chosen })
    .onConflict((conflict) => conflict.column('engagement_id').doUpdateSet(chosen)).execute()
}
