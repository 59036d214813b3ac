import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'

/** How the items of a draw came to be tested; `extended` where any was added after the draw. */
export async function findDrawing(trx: Tx, scope: EngagementScope, drawId: string) {
  return await trx.selectFrom('draw').select(['draw.method', 'draw.population_size as populationSize',
    sql<boolean>`exists (select from standing_item where standing_item.engagement_id = draw.engagement_id and standing_item.draw_id = draw.id and standing_item.further)`.as('extended')])
    .where('draw.engagement_id', '=', scope.engagement.id).where('draw.id', '=', drawId).executeTakeFirstOrThrow()
}
