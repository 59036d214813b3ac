import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { ProcedureKind, Tick } from '../database/schema/populations.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Outcome } from './procedures.ts'

export type NewMark = { readonly check: string, readonly tick: Tick, readonly note: string, readonly sentence: string }

export async function insertMark(trx: Tx, scope: EngagementScope, populationId: string, { check, ...mark }: NewMark): Promise<void> {
  await trx.insertInto('population_mark').values({ engagement_id: scope.engagement.id, population_id: populationId, check_name: check, ...mark, made_by: personOf(scope)! }).execute()
}

export type MarkRow = Awaited<ReturnType<typeof listMarks>>[number]

/** The marks on a population's findings, newest first. */
export async function listMarks(trx: Tx, scope: EngagementScope, populationId: string) {
  return await trx.selectFrom('population_mark').innerJoin('person', 'person.id', 'population_mark.made_by')
    .select(['check_name', 'tick', 'note', 'sentence', 'made_at', 'person.name as maker'])
    .where('population_mark.engagement_id', '=', scope.engagement.id).where('population_id', '=', populationId)
    .orderBy('made_at', 'desc').orderBy('population_mark.id').execute()
}

export type NewProcedure = {
  readonly kind: ProcedureKind
  readonly performedOn: string
  readonly words: string
  readonly conclusion: 'agrees' | 'differs'
  readonly shown: number | null
  readonly otherId: string | null
  readonly outcome: Outcome
}

/** Keeps a procedure; its number counts within the population, which the caller has locked. */
export async function insertProcedure(trx: Tx, scope: EngagementScope, populationId: string, procedure: NewProcedure): Promise<{ id: string, number: number }> {
  const engagement = scope.engagement.id
  const { last } = await trx.selectFrom('population_procedure').select((eb) => eb.fn.coalesce(eb.fn.max('number'), eb.val(0)).as('last'))
    .where('engagement_id', '=', engagement).where('population_id', '=', populationId).executeTakeFirstOrThrow()
  return await trx.insertInto('population_procedure').values({
    engagement_id: engagement, population_id: populationId, number: last + 1, kind: procedure.kind, performed_on: procedure.performedOn, words: procedure.words,
    conclusion: procedure.conclusion, shown: procedure.shown, other_id: procedure.otherId, outcome: JSON.stringify(procedure.outcome), made_by: personOf(scope)!,
  }).returning(['id', 'number']).executeTakeFirstOrThrow()
}

export type ProcedureRow = Awaited<ReturnType<typeof listProcedures>>[number]

/** The auditor's procedures on a population in the order they were recorded. */
export async function listProcedures(trx: Tx, scope: EngagementScope, populationId: string) {
  return await recorded(trx, scope, populationId).orderBy('population_procedure.number').execute()
}

/** One of them; throws NotFound. */
export async function findProcedure(trx: Tx, scope: EngagementScope, populationId: string, number: number) {
  return await recorded(trx, scope, populationId).where('population_procedure.number', '=', number).executeTakeFirstOrThrow(() => new NotFound())
}

/** Each item with the row of this list whose key it is. */
export async function lookUp(trx: Tx, scope: EngagementScope, populationId: string, items: readonly string[]): Promise<NonNullable<Outcome['items']>> {
  const rows = await trx.selectFrom('population_row').select(['key', 'row_number', 'in_period']).where('engagement_id', '=', scope.engagement.id)
    .where('population_id', '=', populationId).where(sql<boolean>`key = any (${[...items]}::text[])`).orderBy('row_number').execute()
  return items.map((item) => {
    const found = rows.find(({ key }) => key === item)
    return { item, row: found?.row_number ?? null, inScope: found?.in_period ?? false }
  })
}

const KEPT = 200

/** Two lists compared by key, rows in scope only. */
export async function compareKeys(trx: Tx, scope: EngagementScope, hereId: string, thereId: string): Promise<Outcome> {
  const side = (id: string) => sql`(select distinct key from population_row where engagement_id = ${scope.engagement.id} and population_id = ${id} and in_period)`
  const { rows } = await sql<{ both: number, missing_here: number, missing_there: number }>`select count(*) filter (where here.key is not null and there.key is not null)::integer as both,
      count(*) filter (where here.key is null)::integer as missing_here, count(*) filter (where there.key is null)::integer as missing_there
    from ${side(hereId)} here full join ${side(thereId)} there on there.key = here.key`.execute(trx)
  const counts = rows[0]!
  return {
    both: counts.both, missingHere: counts.missing_here, missingThere: counts.missing_there,
    keysHere: counts.missing_here === 0 ? [] : await onlyIn(trx, scope, thereId, hereId),
    keysThere: counts.missing_there === 0 ? [] : await onlyIn(trx, scope, hereId, thereId),
  }
}

async function onlyIn(trx: Tx, scope: EngagementScope, id: string, otherId: string): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`select distinct key from population_row one where engagement_id = ${scope.engagement.id} and population_id = ${id} and in_period
    and not exists (select from population_row other where other.engagement_id = one.engagement_id and other.population_id = ${otherId} and other.in_period and other.key = one.key)
    order by key limit ${KEPT}`.execute(trx)
  return rows.map(({ key }) => key)
}

function recorded(trx: Tx, scope: EngagementScope, populationId: string) {
  return trx.selectFrom('population_procedure').innerJoin('person', 'person.id', 'population_procedure.made_by')
    .leftJoin('population as other', (join) => join.onRef('other.engagement_id', '=', 'population_procedure.engagement_id').onRef('other.id', '=', 'population_procedure.other_id'))
    .select(['population_procedure.number', 'kind', 'performed_on', 'words', 'conclusion', 'shown', 'outcome', 'made_at', 'person.name as performer',
      'other.number as other_number', 'other.name as other_name', 'other.in_scope_count as other_count'])
    .where('population_procedure.engagement_id', '=', scope.engagement.id).where('population_procedure.population_id', '=', populationId)
}
