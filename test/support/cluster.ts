import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { startEmbedded, type Embedded } from '../../server/database/embedded.ts'
import { migrate } from '../../server/database/migrate.ts'

const root = new URL('../../', import.meta.url)
const dataDir = fileURLToPath(new URL('node_modules/.cache/tickmark-test', root))

/** Any number will do: it lets one process at a time create or drop databases. */
const lockNumber = 7_291_338_106

let running: Promise<Embedded> | undefined

/** The tests' own cluster; this process lets go of it when it ends, and `after` stops it. */
export async function testCluster(): Promise<Embedded> {
  running ??= startEmbedded({
    dataDir,
    log: () => {},
    // A test's data need not outlive a power cut.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
  })
  return await running
}

/** Creates a database as the migrations make it. Never dropped by its test: that would make every test wait. */
export async function cloneTemplate(): Promise<string> {
  const name = `clone_${Date.now()}_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
  await alone(async (client) => {
    const template = await findOrBuildTemplate(client)
    await client.query(`create database ${name} template ${template}`)
  })
  return name
}

/** Builds the template if the migrations have changed, and drops what earlier runs left over and nobody uses. */
export async function prepareTemplate(): Promise<void> {
  await alone(async (client) => {
    const template = await findOrBuildTemplate(client)
    const { rows } = await client.query<{ datname: string }>(`select datname from pg_database d
      where datname ~ '^(clone|draft|template)_' and datname <> $1
        and not exists (select from pg_stat_activity a where a.datid = d.oid)`, [template])
    for (const { datname } of rows.filter((row) => !isFresh(row.datname))) {
      await client.query(`drop database if exists ${datname}`).catch(unlessInUse)
    }
  })
}

/** The same address with another database. */
export function inDatabase(url: string, name: string): string {
  return url.replace('/tickmark?', `/${name}?`)
}

async function findOrBuildTemplate(client: pg.Client): Promise<string> {
  const hash = hashOfSchema()
  const template = `template_${hash}`
  const { rowCount } = await client.query('select from pg_database where datname = $1', [template])
  if (rowCount === 1) return template
  const { ownerUrl, queueUrl } = await testCluster()
  const draft = `draft_${Date.now()}`
  await client.query(`create database ${draft}`)
  await migrate({ ownerUrl: inDatabase(ownerUrl, draft), queueUrl: inDatabase(queueUrl, draft) })
  await client.query(`alter database ${draft} rename to ${template}`)
  return template
}

function hashOfSchema(): string {
  const hash = createHash('sha256')
  const migrations = readdirSync(new URL('migrations', root)).toSorted().map((name) => `migrations/${name}`)
  for (const path of [...migrations, 'server/database/queue.ts', 'node_modules/graphile-worker/package.json']) {
    hash.update(path).update(readFileSync(new URL(path, root)))
  }
  return hash.digest('hex').slice(0, 16)
}

async function alone(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const { ownerUrl } = await testCluster()
  const client = new pg.Client({ connectionString: inDatabase(ownerUrl, 'postgres') })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [lockNumber])
    await work(client)
  } finally {
    await client.end()
  }
}

// Another run beside this one may have made it a moment ago and not have connected yet.
function isFresh(name: string): boolean {
  const made = /^(?:clone|draft)_(\d+)/.exec(name)
  return made !== null && Date.now() - Number(made[1]) < 5 * 60_000
}

function unlessInUse(error: { code?: string }): void {
  if (error.code !== '55006') throw error
}
