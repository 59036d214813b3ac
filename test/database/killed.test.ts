import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { dataOf, folder, postmasterAt, postmasterOf, query, start, startApart } from '../support/embedded.ts'

t.test('after kill -9 of the program the next start takes its database over', async (t) => {
  const dataDir = await folder(t)
  const { child, ownerUrl } = await startApart(t, dataDir)
  await query(ownerUrl, 'create table kept as select 1 as one')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const here = await start(t, dataDir)
  t.strictSame(await query(here.ownerUrl, 'select one from kept'), [{ one: 1 }])
  await here.stop()
  t.equal(await postmasterOf(here), null, 'the killed one does not count as a holder')
})

t.test('after kill -9 of the program and its database nothing is lost', async (t) => {
  const dataDir = await folder(t)
  const { child, ownerUrl } = await startApart(t, dataDir)
  await query(ownerUrl, 'create table kept as select 1 as one')
  const pid = await postmasterAt(ownerUrl)
  child.kill('SIGKILL')
  process.kill(pid!, 'SIGKILL')
  await once(child, 'exit')
  const here = await start(t, dataDir)
  t.strictSame(await query(here.ownerUrl, 'select one from kept'), [{ one: 1 }])
  t.not(await postmasterOf(here), pid)
})

t.test('a database that is killed under a running program is started again', async (t) => {
  const lines: string[] = []
  const here = await start(t, await folder(t), lines)
  const pid = await postmasterOf(here)
  process.kill(pid!, 'SIGKILL')
  while (!await query(here.ownerUrl, 'select 1').catch(() => null)) await new Promise((resolve) => setTimeout(resolve, 20))
  t.not(await postmasterOf(here), pid)
  t.match(lines.join('\n'), /ended unexpectedly/)
})

t.test('a postmaster.pid that names another living process does not block the start', async (t) => {
  const here = await start(t)
  const data = await dataOf(here)
  const noted = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')
  await here.stop()
  // A process that lives, and one that is called postgres but serves other data.
  const bystander = spawn('sleep', ['60'], { stdio: 'ignore' })
  const namesake = spawn('sleep', ['60'], { argv0: 'postgres', stdio: 'ignore' })
  t.teardown(() => { bystander.kill(); namesake.kill() })
  const socket = new URL(here.ownerUrl).searchParams.get('host')!
  for (const pid of [bystander.pid, namesake.pid, 1, process.pid, 4_194_000]) {
    const text = [String(pid), ...noted.slice(1)].join('\n')
    await writeFile(join(data, 'postmaster.pid'), text)
    await mkdir(socket, { mode: 0o700 })
    await writeFile(join(socket, '.s.PGSQL.5432.lock'), text)
    const again = await here.again()
    t.strictSame(await query(again.ownerUrl, 'select 1 as one'), [{ one: 1 }], `with process ${pid}`)
    await again.stop()
  }
  t.equal(bystander.exitCode, null)
})
