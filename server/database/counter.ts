import type { Tx } from './connect.ts'

export type Series = 'request' | 'population' | 'draw' | 'exception' | 'export' | 'review_note' | 'addition'

/** The next number of a series in the engagement; whoever asks second waits until the first has committed or not. */
export async function takeNumber(trx: Tx, engagementId: string, series: Series): Promise<number> {
  const { last } = await trx.insertInto('counter').values({ engagement_id: engagementId, series, last: 1 })
    .onConflict((conflict) => conflict.columns(['engagement_id', 'series']).doUpdateSet((row) => ({ last: row('counter.last', '+', 1) })))
    .returning('last').executeTakeFirstOrThrow()
  return last
}
