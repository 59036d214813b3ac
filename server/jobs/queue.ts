import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Logger, run, type Runner, type TaskList, type WorkerEvents } from 'graphile-worker'
import { sql } from 'kysely'
import pg from 'pg'
import type { Tx } from '../database/connect.ts'
import { watchAbandoned } from './abandoned.ts'
import { attemptsOf, type JobName, type Payloads } from './names.ts'

export type JobContext = {
  /** 1 the first time. */
  readonly attempt: number
  /** If this attempt fails there will be no other. */
  readonly lastAttempt: boolean
}

/** What each job does; a handler that throws is called again later. */
export type Handlers = { readonly [Name in JobName]: (payload: Payloads[Name], context: JobContext) => Promise<void> }

export type QueueOptions = {
  readonly queueUrl: string
  readonly handlers: Handlers
  readonly log: (line: string) => void
  /** Milliseconds between two looks for jobs of a process that has ended. */
  readonly watchEvery?: number
}

export type Queue = {
  /** Takes no more jobs and waits for those at work. */
  stop(): Promise<void>
}

/**
 * Puts a job in the queue when `trx` commits, and never if it rolls back. A job with the same key that has not begun
 * yet is replaced.
 */
export async function enqueue<Name extends JobName>(trx: Tx, name: Name, payload: Payloads[Name], key?: string): Promise<void> {
  await sql`select graphile_worker.enqueue(${name}, ${JSON.stringify(payload)}::json, ${key ?? null}::text, ${attemptsOf[name]}::integer)`.execute(trx)
}

/** Works through the queue in this process, two jobs at a time, until stopped; a lost database is waited for. */
export async function startQueue(options: QueueOptions): Promise<Queue> {
  const pool = openPool(options)
  const stopping = new AbortController()
  const own: string[] = []
  let runner = await begin(pool, own, options).catch(async (error: unknown) => {
    await pool.end()
    throw error
  })
  const working = keepWorking()
  const endWatch = watchAbandoned({ queueUrl: options.queueUrl, own, every: options.watchEvery ?? 5_000, log: options.log })
  let stopped: Promise<void> | undefined
  return { stop: async () => await (stopped ??= stop()) }

  async function keepWorking(): Promise<void> {
    for (;;) {
      await runner.promise.catch(() => {})
      if (stopping.signal.aborted) return
      options.log('The queue has ended unexpectedly; starting it again')
      const next = await beginAgain(pool, own, options, stopping.signal)
      if (!next) return
      runner = next
    }
  }

  async function stop(): Promise<void> {
    stopping.abort()
    await runner.stop().catch(() => {})
    await working
    await endWatch()
    await pool.end()
  }
}

async function beginAgain(pool: pg.Pool, own: string[], options: QueueOptions, stopping: AbortSignal): Promise<Runner | null> {
  while (!stopping.aborted) {
    await sleep(1_000, undefined, { signal: stopping }).catch(() => {})
    const runner = await begin(pool, own, options).catch(() => null)
    if (runner && stopping.aborted) await runner.stop()
    else if (runner) return runner
  }
  return null
}

function openPool({ queueUrl, log }: QueueOptions): pg.Pool {
  const pool = new pg.Pool({ connectionString: queueUrl, max: 5, application_name: 'tickmark queue', connectionTimeoutMillis: 10_000 })
  // A connection that dies, idle or at work, is replaced; without these listeners it would end the process.
  pool.on('error', (error) => log(`The queue lost a connection: ${error.message}`))
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

async function begin(pool: pg.Pool, own: string[], { handlers, log }: QueueOptions): Promise<Runner> {
  const events: WorkerEvents = new EventEmitter()
  events.on('pool:create', ({ workerPool }) => own.push(workerPool.id))
  const runner = await run({
    pgPool: pool,
    events,
    taskList: tasks(handlers),
    crontab: '*/15 * * * * sweep_uploads ?max=1 {}\n5 * * * * issue_series ?max=1 {}\n*/15 * * * * begin_mornings ?max=1 {}',
    concurrency: 2,
    noHandleSignals: true,
    logger: new Logger(() => (level, message) => {
      if (level === 'error' || level === 'warning') log(message)
    }),
  })
  endWhenStuck(runner, events)
  return runner
}

// A worker remembers for good that its very first look at the database failed; only a new one gets over it.
function endWhenStuck(runner: Runner, events: WorkerEvents): void {
  let failures = 0
  events.on('worker:getJob:error', () => {
    failures += 1
    if (failures === 5) runner.stop().catch(() => {})
  })
  for (const event of ['worker:getJob:empty', 'job:start'] as const) events.on(event, () => { failures = 0 })
}

function tasks(handlers: Handlers): TaskList {
  return Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [name, async (payload, { job }) => {
    const context = { attempt: job.attempts, lastAttempt: job.attempts >= job.max_attempts }
    await (handler as (payload: unknown, context: JobContext) => Promise<void>)(payload, context)
  }]))
}
