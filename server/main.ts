import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { openSessions } from './access/session.ts'
import type { Site } from './access/site.ts'
import { build, handlersOf } from './app.ts'
import { BadConfig, processEnvironment, readConfig, type Config } from './config.ts'
import { connect } from './database/connect.ts'
import { startEmbedded } from './database/embedded.ts'
import { refusePrivilegedRole } from './database/identity.ts'
import { isMigrated, migrate } from './database/migrate.ts'
import { startDemo } from './demo/start.ts'
import { openVault } from './files/vault.ts'
import { startQueue } from './jobs/queue.ts'
import { Sealer } from './secrets.ts'

type Closing = () => Promise<void>

/** Milliseconds each part gets to end in good order. */
const PATIENCE = 5000

const closings: Closing[] = []
let closed: Promise<void> | undefined

process.on('SIGINT', () => leave(0))
process.on('SIGTERM', () => leave(0))
try {
  await start(readConfig(processEnvironment()))
} catch (error) {
  say(error instanceof BadConfig ? error.message : `Tickmark could not start: ${(error as Error).message}`)
  leave(1)
}

/** Brings the parts up one after another; each adds how it is let go of, and leaving undoes them backwards. */
async function start(config: Config): Promise<void> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const urls = config.demo ? await startOwnDatabase(config) : { appUrl: config.databaseUrl!, queueUrl: config.queueDatabaseUrl!, ownerUrl: null }
  const db = connect(urls.appUrl)
  closings.push(async () => db.destroy())
  await refusePrivilegedRole(db)
  if (!await isMigrated(db)) throw new Error('the database is behind this program. Run "npm run migrate" with OWNER_DATABASE_URL, then start again.')
  const site: Site = {
    config,
    db,
    vault: await openVault({ folder: join(config.dataDir, 'evidence'), maxBytes: config.maxUploadBytes, minFreeBytes: 256 * 1024 ** 2 }),
    sealer: new Sealer(config.secret ?? await keepSecret(config.dataDir)),
    sessions: openSessions(db, config.publicUrl.protocol === 'https:'),
  }
  const app = await build(site)
  closings.push(async () => app.close())
  const queue = await startQueue({ queueUrl: urls.queueUrl, handlers: handlersOf(site), log: (line) => app.log.warn(line) })
  closings.push(async () => queue.stop())
  await listen(app, config)
  say(config.demo
    ? `Tickmark runs as a demo: open ${config.publicUrl.origin}/demo`
    : `Tickmark listens on ${config.host}:${config.port} for ${config.publicUrl.origin}`)
  if (urls.ownerUrl !== null) await startDemo(site, { ownerUrl: urls.ownerUrl })
}

async function startOwnDatabase(config: Config): Promise<{ appUrl: string, queueUrl: string, ownerUrl: string }> {
  const embedded = await startEmbedded({ dataDir: config.dataDir, log: say })
  closings.push(async () => embedded.stop())
  await migrate({ ownerUrl: embedded.ownerUrl, queueUrl: embedded.queueUrl })
  return embedded
}

async function listen(app: FastifyInstance, { host, port }: Config): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new Error(`${host}:${port} is in use, perhaps by another Tickmark. Stop that one, or start with another PORT.`, { cause: error })
    }
    throw error
  }
}

/** The demo's own secret, made once and kept beside its data. */
async function keepSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, 'secret')
  try {
    const file = await open(path, 'wx', 0o600)
    await file.writeFile(randomBytes(32).toString('base64url'))
    await file.sync()
    await file.close()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return await readFile(path, 'utf8')
}

function leave(code: number): void {
  closed ??= letGo().finally(() => process.exit(code))
}

async function letGo(): Promise<void> {
  for (const close of closings.toReversed()) {
    const closing = close().catch((error: Error) => say(`While stopping: ${error.message}`))
    // A long job is not waited for: whatever is cut off is whole or undone, and the next start takes it up again.
    await Promise.race([closing, sleep(PATIENCE)])
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
