import { setTimeout as sleep } from 'node:timers/promises'
import { findBinaries } from './binaries.ts'
import { initialize, OWNER, provide } from './cluster.ts'
import { alone } from './lock.ts'
import { choosePlace, secureSocket, type Place } from './place.ts'
import { adopt, launch, shutDown, type Client } from './postmaster.ts'

export type EmbeddedOptions = {
  readonly dataDir: string
  readonly log: (line: string) => void
  /** Settings of PostgreSQL beside our own, used when this call is the one that starts it. */
  readonly settings?: Readonly<Record<string, string>>
}

export type Embedded = {
  readonly ownerUrl: string
  readonly appUrl: string
  readonly queueUrl: string
  /** Lets go of PostgreSQL; the last of its holders ends it. Call it after the pools have ended. */
  stop(): Promise<void>
}

/**
 * Starts the program's own PostgreSQL on `dataDir`, or joins the one that already runs there. While it is held here it
 * is started again if it dies. Throws an Error that says what is wrong and what to do.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  try {
    const place = await choosePlace(options.dataDir, options.log)
    const holder = new Holder(place, options)
    await holder.begin()
    return {
      ownerUrl: urlOf(place, OWNER), appUrl: urlOf(place, 'tickmark_app'), queueUrl: urlOf(place, 'tickmark_queue'),
      stop: async () => await holder.end(),
    }
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, options.dataDir)
  }
}

class Holder {
  readonly #place: Place
  readonly #options: EmbeddedOptions
  #client: Client | null = null
  #ending = false
  #reviving: Promise<void> = Promise.resolve()

  constructor(place: Place, options: EmbeddedOptions) {
    this.#place = place
    this.#options = options
  }

  async begin(): Promise<void> {
    const client = await alone(this.#place.name, () => bringUp(this.#place, this.#options))
    this.#client = client
    client.once('end', () => {
      if (!this.#ending) this.#reviving = this.#revive()
    })
    // Holding must not keep a process alive that has nothing else to do.
    client.unref()
  }

  async end(): Promise<void> {
    this.#ending = true
    await this.#reviving
    const client = this.#client
    this.#client = null
    if (!client) return
    client.ref()
    await alone(this.#place.name, async () => {
      const others = await countOthers(client)
      await client.end().catch(() => {})
      if (others === 0) await shutDown(this.#place)
    })
  }

  async #revive(): Promise<void> {
    this.#client = null
    this.#options.log('PostgreSQL has ended unexpectedly; starting it again')
    for (let wait = 100; !this.#ending; wait = Math.min(wait * 2, 30_000)) {
      try {
        return await this.begin()
      } catch (error) {
        this.#options.log(explain(error as NodeJS.ErrnoException, this.#options.dataDir).message)
        await sleep(wait, undefined, { ref: false })
      }
    }
  }
}

async function bringUp(place: Place, { log, settings = {} }: EmbeddedOptions): Promise<Client> {
  await secureSocket(place)
  const running = await adopt(place)
  const client = running ?? await startFresh(place, log, settings)
  try {
    await provide(client)
    return client
  } catch (error) {
    await client.end().catch(() => {})
    if (!running) await shutDown(place)
    throw error
  }
}

async function startFresh(place: Place, log: (line: string) => void, settings: Readonly<Record<string, string>>): Promise<Client> {
  const binaries = await findBinaries(place.copyInto)
  await initialize(place, binaries, log)
  return await launch(place, binaries, settings)
}

// A server that no longer answers has no holders worth counting.
async function countOthers(client: Client): Promise<number> {
  const counted = client.query<{ others: number }>(`select count(*)::int as others from pg_stat_activity
    where application_name = 'tickmark holder' and pid <> pg_backend_pid()`)
  return await counted.then(({ rows }) => rows[0]?.others ?? 0, () => 0)
}

function urlOf(place: Place, role: string): string {
  return `postgresql://${role}@localhost:5432/tickmark?host=${encodeURIComponent(place.socket)}&sslmode=disable`
}

function explain(error: NodeJS.ErrnoException, dataDir: string): Error {
  const { code, message } = error
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === '53100' || /No space left on device|Disk quota exceeded/.test(message)) {
    return new Error(`The disk is full: the database of ${dataDir} cannot be started. Free some space and start again; nothing that was saved is lost. (${message})`, { cause: error })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new Error(`The database of ${dataDir} cannot be started, because this account may not use ${error.path ?? 'its folder'}. Give it the right to, or set DATA_DIR to a folder of its own. (${message})`, { cause: error })
  }
  return error
}
