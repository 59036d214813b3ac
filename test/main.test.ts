import t from 'tap'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, statSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createDatabase } from './support/database.ts'
import { folder, removeOutside } from './support/embedded.ts'

const program = fileURLToPath(new URL('../server/main.ts', import.meta.url))
type Test = { teardown(work: () => unknown): void }
type Running = { readonly child: ChildProcess, readonly said: () => string, readonly ended: Promise<number | null> }

const unset = Object.fromEntries(['HOST', 'PORT', 'DATA_DIR', 'DATABASE_URL', 'QUEUE_DATABASE_URL', 'OWNER_DATABASE_URL', 'PUBLIC_URL', 'SECRET', 'SMTP_URL', 'MAIL_FROM', 'TRUSTED_PROXIES', 'MAX_UPLOAD_BYTES'].map((name) => [name, '']))

/** The program as `npm start` runs it, with this configuration and nothing of the machine's own. */
function launch(t: Test, environment: Record<string, string>): Running {
  const child = spawn(process.execPath, [program], { env: { ...process.env, ...unset, LOG_LEVEL: 'error', ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => { said += text })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  t.teardown(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await ended
  })
  return { child, said: () => said, ended }
}

async function untilReady({ child, said }: Running, port: number): Promise<Record<string, string>> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended: ${said()}`)
    try {
      const response = await fetch(`http://127.0.0.1:${port}/ready`)
      if (response.ok) return await response.json() as Record<string, string>
    } catch {}
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

t.test('a demo starts by itself, again after kill -9, and makes room for nobody on its port', async (t) => {
  const dataDir = join(await folder(t), 'data')
  t.teardown(() => removeOutside(dataDir))
  const port = await freePort()
  const environment = { DATA_DIR: dataDir, PORT: String(port) }
  const first = launch(t, environment)
  t.same(await untilReady(first, port), { status: 'ready', database: 'ok', storage: 'ok' })
  await until(() => first.said().includes(`open http://127.0.0.1:${port}/demo`))
  t.equal((await fetch(`http://127.0.0.1:${port}/demo`)).status, 200)
  t.match(await (await fetch(`http://127.0.0.1:${port}/health`)).json(), { status: 'ok' })
  t.equal(statSync(join(dataDir, 'secret')).mode & 0o077, 0, 'the secret is private')
  t.equal(statSync(dataDir).mode & 0o077, 0, 'and so is the folder')

  const beside = launch(t, environment)
  t.equal(await beside.ended, 1)
  t.match(beside.said(), `127.0.0.1:${port} is in use`)
  t.equal((await fetch(`http://127.0.0.1:${port}/ready`)).status, 200, 'the first goes on')

  const killed = once(first.child, 'exit')
  first.child.kill('SIGKILL')
  await killed
  const second = launch(t, environment)
  await untilReady(second, port)
  second.child.kill('SIGTERM')
  t.equal(await second.ended, 0)
})

t.test('what is missing or weak keeps it from starting and is named', async (t) => {
  const cases: readonly [Record<string, string>, RegExp][] = [
    [{ HOST: '0.0.0.0' }, /HOST is 0\.0\.0\.0/],
    [{ DATABASE_URL: 'postgresql://tickmark_app@127.0.0.1:1/x' }, /QUEUE_DATABASE_URL is missing[\s\S]*SECRET is missing/],
    [{ PORT: 'many' }, /PORT must be a port number/],
  ]
  await Promise.all(cases.map(async ([environment, message]) => {
    const running = launch(t, { DATA_DIR: mkdtempSync(join(tmpdir(), 'tickmark-')), ...environment })
    t.equal(await running.ended, 1)
    t.match(running.said(), message)
    t.notMatch(running.said(), /at .*\.ts:\d+/, 'a message, not a stack')
  }))
})

t.test('with DATABASE_URL the same program serves under production rules', async (t) => {
  const { appUrl, queueUrl, ownerUrl } = await createDatabase(t)
  const port = await freePort()
  const environment = {
    DATABASE_URL: appUrl, QUEUE_DATABASE_URL: queueUrl, PUBLIC_URL: `http://127.0.0.1:${port}`, PORT: String(port),
    SECRET: 'kq83Jd02mVx7Rz51Lp64Tn29Yc80Wb17', SMTP_URL: 'smtp://127.0.0.1:1', DATA_DIR: mkdtempSync(join(tmpdir(), 'tickmark-')), NODE_ENV: 'development',
  }
  const running = launch(t, environment)
  await untilReady(running, port)
  for (const path of ['/demo', '/mailbox']) t.equal((await fetch(`http://127.0.0.1:${port}${path}`)).status, 404, `${path} is not there`)
  const posted = await fetch(`http://127.0.0.1:${port}/demo/sign-in`, { method: 'POST', headers: { origin: `http://127.0.0.1:${port}` } })
  t.equal(posted.status, 404)

  const asOwner = launch(t, { ...environment, DATABASE_URL: ownerUrl, PORT: String(await freePort()) })
  t.equal(await asOwner.ended, 1)
  t.match(asOwner.said(), /so one engagement could read another/)
})
