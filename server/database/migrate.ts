import { promises as fs } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { FileMigrationProvider, Migrator } from 'kysely/migration'
import pg from 'pg'
import { connect, type Db } from './connect.ts'
import { installQueue } from './queue.ts'

export type MigrateOptions = {
  /** A role that owns the database and may create roles. */
  readonly ownerUrl: string
  /** The role that will own the queue's schema, and nothing else. */
  readonly queueUrl: string
}

/** Any number will do that nothing else in the database locks. */
const lockNumber = 7_291_338_105

/**
 * Brings the database and the queue's schema up to date, one process at a time, and returns the names of the
 * migrations it applied. Throws the first failure, with everything before it in place.
 */
export async function migrate({ ownerUrl, queueUrl }: MigrateOptions): Promise<string[]> {
  const lock = new pg.Client({ connectionString: ownerUrl, application_name: 'tickmark migrate' })
  lock.on('error', () => {})
  await lock.connect()
  try {
    await lock.query('select pg_advisory_lock($1)', [lockNumber])
    const applied = await applyMigrations(ownerUrl)
    await lock.query('grant select on kysely_migration to tickmark_app')
    await withCreate(lock, () => installQueue(queueUrl))
    return applied
  } finally {
    await lock.end()
  }
}

/** Whether every migration of this program has been applied; callable as the application's role. */
export async function isMigrated(db: Db): Promise<boolean> {
  const known = Object.keys(await provider().getMigrations())
  const { rows: [found] } = await sql<{ table: boolean, queue: boolean }>`select
    to_regclass('kysely_migration') is not null as table,
    exists (select from pg_proc where proname = 'enqueue' and pronamespace = to_regnamespace('graphile_worker')) as queue`.execute(db)
  if (!found?.table || !found.queue) return false
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  const applied = new Set(rows.map((row) => row.name))
  return known.every((name) => applied.has(name))
}

async function applyMigrations(ownerUrl: string): Promise<string[]> {
  const db = connect(ownerUrl, 2)
  try {
    const { error, results = [] } = await new Migrator({ db, provider: provider() }).migrateToLatest()
    const failed = results.find((result) => result.status === 'Error')
    if (error) throw new Error(`${failed ? `Migration ${failed.migrationName}` : 'Migrating'} failed: ${(error as Error).message}`, { cause: error })
    return results.map((result) => result.migrationName)
  } finally {
    await db.destroy()
  }
}

// The queue's role creates its schema itself and so owns it; afterwards it may create no other.
async function withCreate(owner: pg.Client, work: () => Promise<void>): Promise<void> {
  const { rows: [row] } = await owner.query<{ name: string }>('select quote_ident(current_database()) as name')
  await owner.query(`grant create on database ${row?.name} to tickmark_queue`)
  try {
    await work()
  } finally {
    await owner.query(`revoke create on database ${row?.name} from tickmark_queue`)
  }
}

function provider(): FileMigrationProvider {
  return new FileMigrationProvider({ fs, path, migrationFolder: fileURLToPath(new URL('../../migrations', import.meta.url)) })
}
