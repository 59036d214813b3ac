import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { DrawMethod, StepGround, Stratum } from '../database/schema/populations.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'

/** An item to be written, with its place in the draw. */
export type NewItem = { readonly rank: number, readonly key: string, readonly digest: string, readonly row: number, readonly stratum: string | null, readonly note: string }

export type NewDraw = {
  readonly number: number
  readonly populationId: string
  readonly filter: { readonly column: string, readonly value: string } | null
  readonly method: DrawMethod
  readonly stratumColumn: string | null
  readonly strata: readonly Stratum[] | null
  readonly seed: string
  readonly populationSize: number
  readonly keysSha256: string
  readonly fileSha256: string
  readonly reason: string
  readonly secondReason: string
  readonly items: readonly NewItem[]
}

/** Writes a draw with its items; returns its id and those of the items in their order. */
export async function insertDraw(trx: Tx, scope: EngagementScope, draw: NewDraw): Promise<{ id: string, items: { id: string }[] }> {
  const engagement = scope.engagement.id
  const { id } = await trx.insertInto('draw').values({
    engagement_id: engagement, number: draw.number, population_id: draw.populationId, method: draw.method, seed: draw.seed,
    filter_column: draw.filter?.column ?? null, filter_value: draw.filter?.value ?? null,
    size: draw.items.length, population_size: draw.populationSize, keys_sha256: draw.keysSha256, file_sha256: draw.fileSha256,
    stratum_column: draw.stratumColumn, strata: draw.strata === null ? null : JSON.stringify(draw.strata),
    reason: draw.reason, second_reason: draw.secondReason, drawn_by: personOf(scope)!,
  }).returning('id').executeTakeFirstOrThrow()
  return { id, items: await insertItems(trx, scope, { id, population_id: draw.populationId }, draw.items, null) }
}

/** Adds items to a draw: its own, or those of a step. Returns their ids in their order. */
export async function insertItems(trx: Tx, scope: EngagementScope, draw: { readonly id: string, readonly population_id: string }, items: readonly NewItem[], added: { readonly step: number, readonly further: boolean } | null): Promise<{ id: string }[]> {
  const written: { id: string, rank: number }[] = []
  for (let from = 0; from < items.length; from += 1000) {
    written.push(...await trx.insertInto('sample_item').values(items.slice(from, from + 1000).map((item) => ({
      engagement_id: scope.engagement.id, draw_id: draw.id, population_id: draw.population_id, rank: item.rank, row_number: item.row, key: item.key, digest: item.digest,
      stratum: item.stratum, note: item.note, step: added?.step ?? null, further: added?.further ?? false,
    }))).returning(['id', 'rank']).execute())
  }
  return written.toSorted((one, other) => one.rank - other.rank)
}

export type NewStep = { readonly number: number, readonly kind: 'extension' | 'replacement', readonly size: number, readonly ground: StepGround, readonly reason: string, readonly replacedId: string | null }

export async function insertStep(trx: Tx, scope: EngagementScope, drawId: string, { replacedId, ...step }: NewStep): Promise<void> {
  await trx.insertInto('draw_step').values({ engagement_id: scope.engagement.id, draw_id: drawId, ...step, replaced_id: replacedId, taken_by: personOf(scope)! }).execute()
}

/** Waits for whoever else goes on with the same draw. */
export async function lockDraw(trx: Tx, scope: EngagementScope, drawId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`draw:${scope.engagement.id}:${drawId}`}, 0))`.execute(trx)
}

/** What was done to a draw after it, in order, with who and which item went. */
export async function listSteps(trx: Tx, scope: EngagementScope, drawId: string) {
  return await trx.selectFrom('draw_step').innerJoin('person', 'person.id', 'draw_step.taken_by')
    .leftJoin('sample_item as replaced', (join) => join.onRef('replaced.engagement_id', '=', 'draw_step.engagement_id').onRef('replaced.id', '=', 'draw_step.replaced_id'))
    .select(['draw_step.number', 'draw_step.kind', 'draw_step.size', 'draw_step.ground', 'draw_step.reason', 'draw_step.replaced_id', 'draw_step.taken_at', 'person.name as taker', 'replaced.key as replaced_key', 'replaced.rank as replaced_rank'])
    .where('draw_step.engagement_id', '=', scope.engagement.id).where('draw_step.draw_id', '=', drawId).orderBy('draw_step.number').execute()
}

/** The items one request of a divided draw asks for. */
export async function insertRequestItems(trx: Tx, scope: EngagementScope, requestId: string, itemIds: readonly string[]): Promise<void> {
  await trx.insertInto('request_item').values(itemIds.map((id) => ({ engagement_id: scope.engagement.id, request_id: requestId, item_id: id }))).execute()
}

/** The number of the request that asks for this very item of a divided draw, or null. */
export async function findRequestOf(trx: Tx, scope: EngagementScope, itemId: string): Promise<number | null> {
  const row = await trx.selectFrom('request_item').innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'request_item.engagement_id').onRef('request.id', '=', 'request_item.request_id'))
    .select('request.number').where('request_item.engagement_id', '=', scope.engagement.id).where('request_item.item_id', '=', itemId).executeTakeFirst()
  return row?.number ?? null
}

/** The requests that ask for the items of a draw, the first one first. */
export async function listRequestsOf(trx: Tx, scope: EngagementScope, drawId: string) {
  const result = await sql<{ id: string, number: number, status: string, owner: string | null, items: number, answered: number }>`
    with asked as (select request.id, request.number, request.status, person.name as owner from request left join person on person.id = request.owner_id
        where request.engagement_id = ${scope.engagement.id} and request.draw_id = ${drawId}),
      share as (select asked.id as request_id, item.id as item_id from asked join standing_item item on item.engagement_id = ${scope.engagement.id} and item.draw_id = ${drawId}
        and (exists (select from request_item own where own.engagement_id = item.engagement_id and own.request_id = asked.id and own.item_id = item.id)
          or (not exists (select from request_item own where own.engagement_id = item.engagement_id and own.request_id = asked.id)
            and not exists (select from request_item other where other.engagement_id = item.engagement_id and other.item_id = item.id))))
    select asked.id, asked.number, asked.status, asked.owner, count(share.item_id) as items, count(share.item_id) filter (where exists (
        select from evidence_file file join submission on submission.engagement_id = file.engagement_id and submission.id = file.submission_id
        where file.engagement_id = ${scope.engagement.id} and file.item_id = share.item_id and submission.status in ('submitted', 'accepted'))
      or exists (select from item_claim claim join submission on submission.engagement_id = claim.engagement_id and submission.id = claim.submission_id
        where claim.engagement_id = ${scope.engagement.id} and claim.item_id = share.item_id and submission.status in ('submitted', 'accepted'))) as answered
    from asked left join share on share.request_id = asked.id group by asked.id, asked.number, asked.status, asked.owner order by asked.number`.execute(trx)
  return result.rows
}

/** The draws of a population, oldest first, with who drew. */
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
  return await trx.selectFrom('sample_item').select(['id', 'rank', 'key', 'digest', 'row_number', 'stratum', 'note', 'further', 'step'])
    .where('engagement_id', '=', scope.engagement.id).where('draw_id', '=', drawId).where('rank', '>', after).orderBy('rank').limit(limit).execute()
}

function draws(trx: Tx, scope: EngagementScope) {
  return trx.selectFrom('draw')
    .innerJoin('person', 'person.id', 'draw.drawn_by')
    .selectAll('draw').select(['person.name as drawer'])
    .where('draw.engagement_id', '=', scope.engagement.id)
}
