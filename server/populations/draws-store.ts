import type { Tx } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Ranked } from './draw.ts'

export type NewDraw = {
  readonly number: number
  readonly populationId: string
  readonly filter: { readonly column: string, readonly value: string } | null
  readonly method: 'random' | 'all'
  readonly seed: string
  readonly populationSize: number
  readonly keysSha256: string
  readonly fileSha256: string
  readonly reason: string
  readonly items: readonly (Ranked & { readonly row: number })[]
}

export async function insertDraw(trx: Tx, scope: EngagementScope, draw: NewDraw): Promise<string> {
  const engagement = scope.engagement.id
  const { id } = await trx.insertInto('draw').values({
    engagement_id: engagement, number: draw.number, population_id: draw.populationId, method: draw.method, seed: draw.seed,
    filter_column: draw.filter?.column ?? null, filter_value: draw.filter?.value ?? null,
    size: draw.items.length, population_size: draw.populationSize, keys_sha256: draw.keysSha256, file_sha256: draw.fileSha256,
    reason: draw.reason, drawn_by: personOf(scope)!,
  }).returning('id').executeTakeFirstOrThrow()
  for (let from = 0; from < draw.items.length; from += 1000) {
    await trx.insertInto('sample_item').values(draw.items.slice(from, from + 1000).map((item) => ({
      engagement_id: engagement, draw_id: id, population_id: draw.populationId, rank: item.rank, row_number: item.row, key: item.key, digest: item.digest,
    }))).execute()
  }
  return id
}

/** The draws of a population, oldest first, with who drew and the sample request each one wrote. */
export async function listDraws(trx: Tx, scope: EngagementScope, populationId: string) {
  return await draws(trx, scope).where('draw.population_id', '=', populationId).orderBy('draw.number').execute()
}

export type DrawRow = Awaited<ReturnType<typeof findDraw>>

/** The draw of that number from that population; throws NotFound. */
export async function findDraw(trx: Tx, scope: EngagementScope, populationId: string, number: number) {
  return await draws(trx, scope).where('draw.population_id', '=', populationId).where('draw.number', '=', number).executeTakeFirstOrThrow(() => new NotFound())
}

/** The items of a draw in rank order from the one after `after` on, at most `limit`. */
export async function listDrawn(trx: Tx, scope: EngagementScope, drawId: string, { after = 0, limit = 100_000 }: { after?: number, limit?: number } = {}) {
  return await trx.selectFrom('sample_item').select(['id', 'rank', 'key', 'digest', 'row_number'])
    .where('engagement_id', '=', scope.engagement.id).where('draw_id', '=', drawId).where('rank', '>', after).orderBy('rank').limit(limit).execute()
}

function draws(trx: Tx, scope: EngagementScope) {
  return trx.selectFrom('draw')
    .innerJoin('person', 'person.id', 'draw.drawn_by')
    .leftJoin('request', (join) => join.onRef('request.engagement_id', '=', 'draw.engagement_id').onRef('request.draw_id', '=', 'draw.id'))
    .selectAll('draw').select(['person.name as drawer', 'request.number as request_number'])
    .where('draw.engagement_id', '=', scope.engagement.id)
}
