import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import type { Scope } from '../scope.ts'
import { copyingPool } from './copy.ts'
import type { Schema } from './schema/schema.ts'

export type Db = Kysely<Schema>
export type Tx = Transaction<Schema>

const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, Number)
// A date is a day in somebody's calendar; a Date object would shift it by the zone of this machine.
types.setTypeParser(pg.types.builtins.DATE, (text) => text)

/** A pool of at most `max` connections; the caller ends it with `destroy()`. */
export function connect(url: string, max = 10): Db {
  const pool = new pg.Pool({ connectionString: url, max, types, application_name: 'tickmark', connectionTimeoutMillis: 10_000 })
  // An idle connection that dies is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => {})
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool: copyingPool(pool) }) })
}

/** Lets the rest of the transaction read and write rows of one engagement, one being made included. */
export async function enterEngagement(trx: Tx, engagementId: string): Promise<void> {
  await sql`select set_config('app.engagement', ${engagementId}, true)`.execute(trx)
}

/**
 * Runs `work` in one transaction that row level security lets see the scope and no more: the engagement the scope is
 * in, or, outside any, the engagements of its person. Whoever looks through somebody else's eyes can write nothing.
 */
export async function inScope<T>(db: Db, scope: Scope, work: (trx: Tx) => Promise<T>): Promise<T> {
  const person = scope.actor.kind === 'person' ? scope.actor.id : ''
  const transaction = scope.viewer ? db.transaction().setAccessMode('read only') : db.transaction()
  return await transaction.execute(async (trx) => {
    await sql`select set_config('app.engagement', ${scope.engagement?.id ?? ''}, true),
      set_config('app.person', ${person}, true),
      set_config('app.side', ${scope.side}, true),
      set_config('app.at', ${scope.at?.toISOString() ?? ''}, true)`.execute(trx)
    return await work(trx)
  })
}
