import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { connect, type Db } from '../../server/database/connect.ts'
import { enqueue, startQueue, type Handlers, type JobContext } from '../../server/jobs/queue.ts'
import { createDatabase } from '../support/database.ts'

type Call = { readonly name: string, readonly payload: unknown, readonly context: JobContext }

t.test('a job of a committed transaction runs once, and one of a rolled-back transaction never', async (t) => {
  const { db, queueUrl } = await createDatabase(t)
  const { calls, until } = await work(t, queueUrl)
  await db.transaction().execute(async (trx) => {
    await enqueue(trx, 'make_preview', { engagementId: 'lost', fileId: 'lost' })
    throw new Error('changed our mind')
  }).catch(() => {})
  await db.transaction().execute((trx) => enqueue(trx, 'make_preview', { engagementId: 'e', fileId: 'f' }))
  await until(() => calls.length > 0)
  await db.transaction().execute((trx) => enqueue(trx, 'load_demo', {}))
  await until(() => calls.some(({ name }) => name === 'load_demo'))
  t.strictSame(calls, [
    { name: 'make_preview', payload: { engagementId: 'e', fileId: 'f' }, context: { attempt: 1, lastAttempt: false } },
    { name: 'load_demo', payload: {}, context: { attempt: 1, lastAttempt: false } },
  ])
})

t.test('jobs with one key become one job with the last payload', async (t) => {
  const { db, queueUrl } = await createDatabase(t)
  await db.transaction().execute(async (trx) => {
    for (const populationId of ['first', 'second']) await enqueue(trx, 'read_population', { engagementId: 'e', populationId }, 'population')
    await enqueue(trx, 'read_population', { engagementId: 'e', populationId: 'apart' })
  })
  const { calls, until } = await work(t, queueUrl)
  await until(() => calls.length >= 2)
  t.strictSame(calls.map(({ payload }) => (payload as { populationId: string }).populationId).toSorted(), ['apart', 'second'])
})

t.test('a job that fails is tried again later, until its last attempt', async (t) => {
  const { db, queueUrl, ownerUrl } = await createDatabase(t)
  const owner = ownerOf(t, ownerUrl)
  const { calls, lines, until } = await work(t, queueUrl, async () => { throw new Error('no picture in it') })
  await db.transaction().execute((trx) => enqueue(trx, 'make_preview', { engagementId: 'e', fileId: 'f' }))
  for (const attempt of [1, 2, 3]) {
    await until(() => calls.length === attempt)
    await until(async () => (await sql`select from graphile_worker.jobs where locked_at is null and run_at > now()`.execute(owner)).rows.length === 1)
    await sql`update graphile_worker._private_jobs set run_at = now()`.execute(owner)
  }
  t.strictSame(calls.map(({ context }) => context), [
    { attempt: 1, lastAttempt: false }, { attempt: 2, lastAttempt: false }, { attempt: 3, lastAttempt: true },
  ])
  t.match(lines.join('\n'), /no picture in it/)
})

t.test('the queue goes on after its connections were cut', async (t) => {
  const { db, queueUrl, ownerUrl } = await createDatabase(t)
  const owner = ownerOf(t, ownerUrl)
  const { calls, until } = await work(t, queueUrl)
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'tickmark_queue' and datname = current_database()`.execute(owner)
  await db.transaction().execute((trx) => enqueue(trx, 'load_demo', {}))
  await until(() => calls.length === 1)
  t.equal(calls[0]?.name, 'load_demo')
})

t.test('stopping waits for the job at work', async (t) => {
  const { db, queueUrl } = await createDatabase(t)
  const gate = Promise.withResolvers<void>()
  let ended = false
  const { calls, queue, until } = await work(t, queueUrl, async () => {
    await gate.promise
    ended = true
  })
  await db.transaction().execute((trx) => enqueue(trx, 'load_demo', {}))
  await until(() => calls.length === 1)
  const stopping = queue.stop()
  setImmediate(gate.resolve)
  await stopping
  t.ok(ended)
})

t.test('a job of a process that was killed is taken over, and one of a living process is not', async (t) => {
  const { db, queueUrl, ownerUrl } = await createDatabase(t)
  const owner = ownerOf(t, ownerUrl)
  const other = await workInAnotherProcess(t, queueUrl)
  await db.transaction().execute((trx) => enqueue(trx, 'make_preview', { engagementId: 'e', fileId: 'f' }))
  await until(async () => (await sql`select from graphile_worker.jobs where locked_by is not null`.execute(owner)).rows.length === 1)
  const gate = Promise.withResolvers<void>()
  const first = await work(t, queueUrl, () => gate.promise)
  const second = await work(t, queueUrl, () => gate.promise)
  await db.transaction().execute((trx) => enqueue(trx, 'load_demo', {}))
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const before = [...first.calls, ...second.calls]
  t.strictSame(before.map(({ name }) => name), ['load_demo'], 'while each process lives, each job runs in one')
  other.kill('SIGKILL')
  await until(() => first.calls.length + second.calls.length === 2)
  t.strictSame([...first.calls, ...second.calls].filter((call) => !before.includes(call)), [
    { name: 'make_preview', payload: { engagementId: 'e', fileId: 'f' }, context: { attempt: 2, lastAttempt: false } },
  ])
  t.match([...first.lines, ...second.lines].join(), /has ended/)
  gate.resolve()
})

t.test('the application can put a job in and nothing else, and the queue sees none of its tables', async (t) => {
  const { db, queueUrl } = await createDatabase(t)
  const queue = ownerOf(t, queueUrl)
  const denied = { code: '42501' }
  for (const statement of [
    'select * from graphile_worker._private_jobs', 'select * from graphile_worker.jobs', 'delete from graphile_worker._private_jobs',
    "update graphile_worker._private_jobs set payload = '{}'", `select graphile_worker.add_job('load_demo')`,
    `insert into graphile_worker._private_tasks (identifier) values ('x')`, 'create table graphile_worker.mine (id int)',
  ]) await t.rejects(sql.raw(statement).execute(db), denied, statement)
  const { rows: tables } = await sql<{ name: string }>`select quote_ident(relname) as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')`.execute(queue)
  t.ok(tables.length > 10)
  for (const { name } of tables) await t.rejects(sql.raw(`select * from public.${name}`).execute(queue), denied, name)
  await t.rejects(sql`create table public.mine (id int)`.execute(queue), denied)
  await t.rejects(sql`create schema mine`.execute(queue), denied)
  await t.rejects(sql`set role tickmark_owner`.execute(queue), denied)
  await t.rejects(sql`set role tickmark_queue`.execute(db), denied)
})

async function work(t: Test, queueUrl: string, body: () => Promise<void> = async () => {}) {
  const calls: Call[] = []
  const lines: string[] = []
  const handler = (name: string) => async (payload: unknown, context: JobContext) => {
    calls.push({ name, payload, context })
    await body()
  }
  const handlers: Handlers = {
    deliver_mail: handler('deliver_mail'), make_preview: handler('make_preview'), read_evidence: async () => {}, draw_leaves: async () => {}, read_population: handler('read_population'),
    load_demo: handler('load_demo'), sweep_uploads: async () => {}, issue_series: async () => {},
    begin_mornings: async () => {}, remind_owners: async () => {}, send_digest: async () => {},
  }
  const queue = await startQueue({ queueUrl, handlers, log: (line) => lines.push(line), watchEvery: 200 })
  t.teardown(() => queue.stop())
  return { calls, lines, queue, until }
}

/** A queue that takes previews and never ends one. */
async function workInAnotherProcess(t: Test, queueUrl: string): Promise<ChildProcess> {
  const child = fork(new URL('../support/previews.process.ts', import.meta.url), [queueUrl], { execArgv: [] })
  t.teardown(() => child.kill('SIGKILL'))
  await once(child, 'message')
  return child
}

/** Resolves once the condition holds; the test's own time limit ends a wait in vain. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!await condition()) await new Promise((resolve) => setTimeout(resolve, 10))
}

function ownerOf(t: Test, url: string): Db {
  const db = connect(url, 2)
  t.teardown(() => db.destroy())
  return db
}
