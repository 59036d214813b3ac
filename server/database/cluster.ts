import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, lchown, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import type { Binaries } from './binaries.ts'
import type { Place } from './place.ts'

export const OWNER = 'tickmark_owner'

/** PostgreSQL's programs see no variable of ours, least of all PGDATA or PGPORT. */
export const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C' }

/** Creates the cluster where there is none; a draft is renamed once it is whole, so that a broken one is never used. */
export async function initialize(place: Place, binaries: Binaries, log: (line: string) => void): Promise<void> {
  await removeDrafts(place.folder)
  const version = await readFile(join(place.data, 'PG_VERSION'), 'utf8').catch(unlessMissing)
  if (version !== null) {
    if (version.trim() === binaries.major) return
    throw new Error(`The database in ${place.data} was made by PostgreSQL ${version.trim()}, and this program brings PostgreSQL ${binaries.major}. Go back to the release that made it, or copy the data over with pg_dump and pg_restore.`)
  }
  log(`Creating the database in ${place.folder}`)
  const draft = await mkdtemp(join(place.folder, 'draft-'))
  if (place.runAs) await lchown(draft, place.runAs.uid, place.runAs.gid)
  await runInitdb(place, binaries, draft)
  await rename(draft, place.data)
}

/** Lets the account of this program in as any role, through the socket only, and nobody else. */
export async function writeAccessRules(place: Place): Promise<{ rules: string, accounts: string }> {
  const rules = join(place.folder, 'access.conf')
  const accounts = join(place.folder, 'accounts.conf')
  await writeFile(rules, 'local all all peer map=tickmark\n')
  await writeFile(accounts, `tickmark "${place.account.replaceAll('"', '""')}" all\n`)
  // PostgreSQL may run under another account than the one writing here.
  for (const path of [rules, accounts]) await chmod(path, 0o644)
  return { rules, accounts }
}

/** Creates the application's database and its two roles where they are missing. */
export async function provide(client: pg.Client): Promise<void> {
  await client.query(`do $$ declare name text;
    begin
      foreach name in array array['tickmark_app', 'tickmark_queue'] loop
        if not exists (select from pg_roles where rolname = name) then
          execute format('create role %I login nosuperuser nobypassrls nocreatedb nocreaterole', name);
        end if;
      end loop;
    end $$`)
  const { rowCount } = await client.query(`select from pg_database where datname = 'tickmark'`)
  if (rowCount === 0) await client.query('create database tickmark')
}

async function removeDrafts(folder: string): Promise<void> {
  const drafts = (await readdir(folder)).filter((name) => name.startsWith('draft-'))
  for (const draft of drafts) await rm(join(folder, draft), { recursive: true, force: true })
}

async function runInitdb(place: Place, binaries: Binaries, draft: string): Promise<void> {
  const child = spawn(join(binaries.folder, 'bin', 'initdb'), [
    '--pgdata', draft, '--username', OWNER, '--auth', 'peer', '--encoding', 'UTF8',
    // Sorting by the builtin provider is the same on every machine.
    '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8',
  ], { cwd: '/', env: environment, stdio: ['ignore', 'ignore', 'pipe'], ...place.runAs })
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => { complaints += text })
  const [code] = await once(child, 'close') as [number | null]
  if (code === 0) return
  await rm(draft, { recursive: true, force: true })
  throw new Error(`The database could not be created in ${place.folder}: ${complaints.trim()}`)
}

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
