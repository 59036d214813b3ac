import { sql } from 'kysely'
import { copyIn } from '../database/copy.ts'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
import type { Block } from './copy-rows.ts'

/** Makes room beside the rows, for the length of the transaction: nothing is copied into a table behind row security. */
export async function openIncoming(trx: Tx): Promise<void> {
  await sql`create temporary table incoming_row (row_number integer, key text, occurred_on date, in_period boolean, cells text[]) on commit drop`.execute(trx)
}

/** Sends a block to the database, where it waits. */
export async function copyBlock(trx: Tx, { pieces }: Block): Promise<void> {
  await copyIn(trx, 'copy pg_temp.incoming_row from stdin (format binary)', pieces)
}

/** Keeps what was sent as rows of the population. */
export async function keepBlock(trx: Tx, scope: EngagementScope, populationId: string): Promise<void> {
  await sql`insert into population_row (engagement_id, population_id, row_number, key, occurred_on, in_period, cells)
    select ${scope.engagement.id}::uuid, ${populationId}::uuid, row_number, key, occurred_on, in_period, cells from pg_temp.incoming_row`.execute(trx)
  await sql`truncate pg_temp.incoming_row`.execute(trx)
}
