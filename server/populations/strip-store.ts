import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'

/** How many items were drawn from each week of a population, by its Monday. */
export async function countDrawnByWeek(trx: Tx, scope: EngagementScope, populationId: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ monday: string, items: number }>`select date_trunc('week', drawn.occurred_on)::date as monday, count(*)::integer as items
    from draw join sample_item item on item.engagement_id = draw.engagement_id and item.draw_id = draw.id
      join population_row drawn on drawn.engagement_id = item.engagement_id and drawn.population_id = item.population_id and drawn.row_number = item.row_number
    where draw.engagement_id = ${scope.engagement.id} and draw.population_id = ${populationId} and drawn.occurred_on is not null
    group by 1`.execute(trx)
  return new Map(rows.map(({ monday, items }) => [monday, items]))
}
