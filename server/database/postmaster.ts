import { spawn, type ChildProcess } from 'node:child_process'
import { constants } from 'node:fs'
import { open, readFile, rename, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Binaries } from './binaries.ts'
import { environment, OWNER, writeAccessRules } from './cluster.ts'
import type { Place } from './place.ts'
import { disown, findPostmaster } from './process.ts'

/** pg's types leave out whether a connection keeps the process alive. */
export type Client = pg.Client & { ref(): void, unref(): void }

const patience = 60_000
const longestLog = 5 * 1024 ** 2

/** Connects to the cluster if it runs, waiting while it comes up or goes down; null where it does not run. */
export async function adopt(place: Place): Promise<Client | null> {
  const deadline = Date.now() + patience
  for (;;) {
    const client = await tryConnect(place)
    if (client) return client
    const pid = await findPostmaster(place.data)
    if (pid === null) return null
    if (Date.now() > deadline) {
      throw new Error(`PostgreSQL (process ${pid}) runs on ${place.data} but does not answer on ${place.socket}. End it with "kill -INT ${pid}" and start again; ${logOf(place)} may say more.`)
    }
    await sleep(25)
  }
}

/** Starts the cluster, which must not be running, and connects to it. It outlives this process and its terminal. */
export async function launch(place: Place, binaries: Binaries, settings: Readonly<Record<string, string>>): Promise<Client> {
  const deadline = Date.now() + patience
  for (;;) {
    await disown(join(place.data, 'postmaster.pid'))
    await disown(join(place.socket, '.s.PGSQL.5432.lock'))
    const from = await turnLog(place)
    const child = await spawnPostmaster(place, binaries, settings)
    const client = await whileAlive(child, deadline, () => tryConnect(place))
    if (client) return client
    const said = await saidSince(place, from)
    // The processes of a killed server take a moment to notice that they are orphans.
    if (/pre-existing shared memory block/.test(said) && Date.now() < deadline) {
      await sleep(100)
      continue
    }
    throw new Error(`PostgreSQL did not start on ${place.data}: ${complaint(said)} (${logOf(place)})`)
  }
}

/** Ends the cluster as soon as its open transactions are rolled back, and waits until its files are written. */
export async function shutDown(place: Place): Promise<void> {
  const pid = await findPostmaster(place.data)
  if (pid === null) return
  process.kill(pid, 'SIGINT')
  const deadline = Date.now() + patience
  while (await findPostmaster(place.data) === pid) {
    if (Date.now() > deadline) throw new Error(`PostgreSQL (process ${pid}) was told to stop and has not; ${logOf(place)} may say why.`)
    await sleep(15)
  }
  await rmdir(place.socket).catch(() => {})
}

async function tryConnect(place: Place): Promise<Client | null> {
  const client = new pg.Client({
    host: place.socket, port: 5432, user: OWNER, database: 'postgres', ssl: false,
    application_name: 'tickmark holder', connectionTimeoutMillis: 5_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return client as Client
  } catch (error) {
    await client.end().catch(() => {})
    const code = (error as { code?: string }).code
    // Class 28 is a refused sign-in, class 53 a server out of disk, memory or connections: waiting helps neither.
    if (code?.startsWith('28') || code?.startsWith('53')) throw error
    return null
  }
}

async function spawnPostmaster(place: Place, binaries: Binaries, settings: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const { rules, accounts } = await writeAccessRules(place)
  const all = {
    listen_addresses: '', unix_socket_directories: place.socket, unix_socket_permissions: '0700', port: '5432',
    hba_file: rules, ident_file: accounts, ...settings,
  }
  const output = await open(logOf(place), constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
  try {
    const words = ['-D', place.data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
    const child = spawn(join(binaries.folder, 'bin', 'postgres'), words, {
      cwd: '/', env: environment, detached: true, stdio: ['ignore', output.fd, output.fd], ...place.runAs,
    })
    child.unref()
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    return child
  } finally {
    await output.close()
  }
}

async function whileAlive(child: ChildProcess, deadline: number, attempt: () => Promise<Client | null>): Promise<Client | null> {
  while (child.exitCode === null && child.signalCode === null) {
    const client = await attempt()
    if (client) return client
    if (Date.now() > deadline) {
      child.kill('SIGINT')
      return null
    }
    await sleep(20)
  }
  return null
}

async function turnLog(place: Place): Promise<number> {
  const size = await stat(logOf(place)).then((found) => found.size, () => 0)
  if (size < longestLog) return size
  await rename(logOf(place), `${logOf(place)}.old`)
  return 0
}

async function saidSince(place: Place, from: number): Promise<string> {
  const text = await readFile(logOf(place)).catch(() => Buffer.alloc(0))
  return text.subarray(from).toString('utf8')
}

function complaint(said: string): string {
  const lines = said.trim().split('\n')
  const worst = lines.filter((line) => /\b(FATAL|PANIC):/.test(line))
  return (worst.length > 0 ? worst : lines.slice(-3)).join(' ').trim() || 'it said nothing'
}

function logOf(place: Place): string {
  return join(place.folder, 'postgres.log')
}
