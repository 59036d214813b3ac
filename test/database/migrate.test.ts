import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { connect, type Db } from '../../server/database/connect.ts'
import { isMigrated, migrate } from '../../server/database/migrate.ts'
import { inDatabase, testCluster } from '../support/cluster.ts'
import { createDatabase } from '../support/database.ts'

t.test('migrating twice at once applies every migration once, and once more none', async (t) => {
  const { urls, app } = await emptyDatabase(t)
  t.notOk(await isMigrated(app), 'an empty database is not ready')
  const applied = await Promise.all([migrate(urls), migrate(urls)])
  const files = (await readdir(new URL('../../migrations', import.meta.url))).map((name) => name.replace(/\.ts$/, ''))
  t.strictSame(applied.flat(), files.toSorted())
  t.ok(await isMigrated(app))
  t.strictSame(await migrate(urls), [])
})

t.test('a database that lacks the last migration is not ready', async (t) => {
  const { db, ownerUrl } = await createDatabase(t)
  const owner = open(t, ownerUrl)
  t.ok(await isMigrated(db))
  await sql`delete from kysely_migration where name = (select max(name) from kysely_migration)`.execute(owner)
  t.notOk(await isMigrated(db))
})

t.test('an owner that is no superuser can migrate, and the queue owns its schema and nothing else', async (t) => {
  const { urls, app, owner } = await emptyDatabase(t)
  await sql`do $$ begin
    if not exists (select from pg_roles where rolname = 'plain_owner') then create role plain_owner login createrole; end if;
  end $$`.execute(owner)
  await sql.raw(`alter database ${new URL(urls.ownerUrl).pathname.slice(1)} owner to plain_owner`).execute(owner)
  await migrate({ ...urls, ownerUrl: urls.ownerUrl.replace('tickmark_owner', 'plain_owner') })
  t.ok(await isMigrated(app))
  const { rows } = await sql<{ name: string }>`select nspname as name from pg_namespace where nspowner = 'tickmark_queue'::regrole`.execute(owner)
  t.strictSame(rows, [{ name: 'graphile_worker' }])
  const { rows: others } = await sql`select relname from pg_class where relowner = 'tickmark_queue'::regrole and relnamespace <> 'graphile_worker'::regnamespace
    and relnamespace <> 'pg_toast'::regnamespace`.execute(owner)
  t.strictSame(others, [])
})

t.test('the command says what it applied, and names a missing variable', async (t) => {
  const { urls } = await emptyDatabase(t)
  const first = await run({ OWNER_DATABASE_URL: urls.ownerUrl, QUEUE_DATABASE_URL: urls.queueUrl })
  t.match(first.output, /Applied 001_scope\n[^]*The database is up to date\.\n/)
  t.equal(first.code, 0)
  const second = await run({ OWNER_DATABASE_URL: urls.ownerUrl, QUEUE_DATABASE_URL: urls.queueUrl })
  t.equal(second.output, 'The database was up to date.\n')
  const third = await run({ OWNER_DATABASE_URL: urls.ownerUrl })
  t.match(third.output, /QUEUE_DATABASE_URL is missing/)
  t.equal(third.code, 1)
})

async function emptyDatabase(t: Test): Promise<{ urls: { ownerUrl: string, queueUrl: string }, app: Db, owner: Db }> {
  const cluster = await testCluster()
  const name = `clone_${Date.now()}_${process.pid}_empty`
  const first = open(t, inDatabase(cluster.ownerUrl, 'postgres'))
  await sql.raw(`create database ${name}`).execute(first)
  const urls = { ownerUrl: inDatabase(cluster.ownerUrl, name), queueUrl: inDatabase(cluster.queueUrl, name) }
  return { urls, app: open(t, inDatabase(cluster.appUrl, name)), owner: open(t, urls.ownerUrl) }
}

function open(t: Test, url: string): Db {
  const db = connect(url, 2)
  t.teardown(() => db.destroy())
  return db
}

async function run(environment: Record<string, string>): Promise<{ code: number | null, output: string }> {
  const command = new URL('../../server/database/migrate.command.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [command], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { output += text })
  return await new Promise((resolve) => child.once('close', (code) => resolve({ code, output })))
}
