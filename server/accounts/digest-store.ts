import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { PersonScope } from '../scope.ts'

export type DigestChoice = { readonly stopped: boolean, readonly zone: string | null }

/** When a person wants the daily mail, or that they do not; without a choice it comes, in the zone of their engagement. */
export async function findDigestChoice(trx: Tx, scope: PersonScope): Promise<DigestChoice> {
  const row = await trx.selectFrom('digest_choice').select(['zone', sql<boolean>`stopped_at is not null`.as('stopped')])
    .where('person_id', '=', scope.actor.id).executeTakeFirst()
  return row ?? { stopped: false, zone: null }
}

export async function saveDigestChoice(trx: Tx, scope: PersonScope, { stopped, zone }: DigestChoice): Promise<void> {
  const choice = { zone, stopped_at: stopped ? sql<Date>`now()` : null }
  await trx.insertInto('digest_choice').values({ person_id: scope.actor.id, ...choice })
    .onConflict((conflict) => conflict.column('person_id').doUpdateSet(choice)).execute()
}
