import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export type Watch = {
  readonly queueUrl: string
  /** Names of the workers of this process, the latest last. */
  readonly own: readonly string[]
  /** Milliseconds between two looks. */
  readonly every: number
  readonly log: (line: string) => void
}

/**
 * Gives back the jobs of workers whose process is gone, which the queue itself would do only after four hours. A worker
 * lives while a connection bears its name; missing twice in a row it counts as gone, for a connection may be lost and
 * regained. Returns how to end the watch.
 */
export function watchAbandoned(watch: Watch): () => Promise<void> {
  const ending = new AbortController()
  const watching = keepWatching(watch, ending.signal)
  return async () => {
    ending.abort()
    await watching
  }
}

async function keepWatching(watch: Watch, ending: AbortSignal): Promise<void> {
  while (!ending.aborted) {
    const client = new pg.Client({ connectionString: watch.queueUrl, connectionTimeoutMillis: 10_000 })
    client.on('error', () => {})
    // A lost connection ends one round; the next round begins with a new one.
    await client.connect().then(() => look(client, watch, ending)).catch(() => {})
    await client.end().catch(() => {})
    await pause(1_000, ending)
  }
}

async function look(client: pg.Client, { own, every, log }: Watch, ending: AbortSignal): Promise<void> {
  let missing = new Set<string>()
  while (!ending.aborted) {
    const living = own.at(-1) ?? 'none'
    await client.query(`select set_config('application_name', $1, false)`, [nameOf(living)])
    const { rows } = await client.query<{ worker: string }>(`select distinct locked_by as worker from graphile_worker._private_jobs
      where locked_by is not null and locked_by <> $1
        and not exists (select from pg_stat_activity where application_name = $2 || locked_by)`, [living, nameOf('')])
    const gone = rows.map((row) => row.worker).filter((worker) => missing.has(worker))
    missing = new Set(rows.map((row) => row.worker))
    if (gone.length > 0) {
      await client.query('select graphile_worker.force_unlock_workers($1)', [gone])
      log('Taking over the jobs of a process that has ended')
    }
    await pause(every, ending)
  }
}

function nameOf(worker: string): string {
  return `tickmark queue ${worker}`
}

async function pause(milliseconds: number, ending: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal: ending }).catch(() => {})
}
