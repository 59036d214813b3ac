import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CompiledQuery, type PostgresPool, type PostgresPoolClient, type PostgresQueryResult } from 'kysely'
import type pg from 'pg'
import { from } from 'pg-copy-streams'
import { nameStatements } from './prepared.ts'

type Transaction = { readonly executeQuery: (query: CompiledQuery) => Promise<unknown> }

/** Bytes to copy, in the place where a statement has its first parameter. */
class Source {
  readonly bytes: Iterable<Buffer> | AsyncIterable<Buffer>

  constructor(bytes: Iterable<Buffer> | AsyncIterable<Buffer>) {
    this.bytes = bytes
  }
}

/** Sends bytes into a table inside the transaction, by a `copy … from stdin` statement; memory stays flat. Not for tables behind row security, which PostgreSQL refuses to copy into. */
export async function copyIn(trx: Transaction, statement: string, bytes: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<void> {
  await trx.executeQuery(CompiledQuery.raw(statement, [new Source(bytes)]))
}

/**
 * The pool as the query builder sees it. Its connections can copy, because only so a copy joins the transaction it
 * belongs to, and keep the plans of the statements that come often.
 */
export function copyingPool(pool: pg.Pool): PostgresPool {
  const nameOf = nameStatements()
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    end: async () => pool.end(),
    connect: async () => {
      const client = await pool.connect()
      const copying = known.get(client) ?? copyingClient(client, nameOf)
      known.set(client, copying)
      return copying
    },
  }
}

function copyingClient(client: pg.PoolClient, nameOf: (statement: string) => string | undefined): PostgresPoolClient {
  const query = async (statement: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<unknown>> => {
    const [source] = parameters
    if (!(source instanceof Source)) return await client.query({ text: statement, values: parameters as unknown[], name: source === undefined ? undefined : nameOf(statement) }) as unknown as PostgresQueryResult<unknown>
    await pipeline(Readable.from(source.bytes), client.query(from(statement)))
    return { command: 'INSERT', rowCount: 0, rows: [] }
  }
  return { query: query as PostgresPoolClient['query'], release: (destroy) => client.release(destroy) }
}
