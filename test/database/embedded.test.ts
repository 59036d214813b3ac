import { once } from 'node:events'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { startEmbedded } from '../../server/database/embedded.ts'
import { dataOf, folder, postmasterOf, query, start, startApart } from '../support/embedded.ts'

t.test('data survives a stop, in a private folder however deep', async (t) => {
  const dataDir = join(await folder(t), 'a-deep-folder'.repeat(12), 'with spaces, commas and \'quotes\'')
  const first = await start(t, dataDir)
  t.ok(Buffer.byteLength(dataDir) > 150)
  await query(first.ownerUrl, 'create table kept as select 42 as answer')
  await first.stop()
  t.equal(await postmasterOf(first), null, 'the last one out stops it')
  const second = await start(t, dataDir)
  t.strictSame(await query(second.ownerUrl, 'select answer from kept'), [{ answer: 42 }])
  t.strictSame(second.ownerUrl, first.ownerUrl)
})

t.test('each role is what it says, and only through the socket', async (t) => {
  const embedded = await start(t)
  t.strictSame(await query(embedded.appUrl, 'select current_user as role, rolsuper, rolbypassrls from pg_roles where rolname = current_user'), [{ role: 'tickmark_app', rolsuper: false, rolbypassrls: false }])
  t.strictSame(await query(embedded.queueUrl, 'select current_user as role, rolsuper, rolbypassrls from pg_roles where rolname = current_user'), [{ role: 'tickmark_queue', rolsuper: false, rolbypassrls: false }])
  t.strictSame(await query(embedded.ownerUrl, "select current_setting('listen_addresses') as addresses, current_database() as name"), [{ addresses: '', name: 'tickmark' }])
})

t.test('a second start joins the first, and the last to let go stops it', async (t) => {
  const dataDir = await folder(t)
  const { child, ownerUrl } = await startApart(t, dataDir)
  const here = await start(t, dataDir)
  t.equal(here.ownerUrl, ownerUrl)
  const pid = await postmasterOf(here)
  child.send('stop')
  await once(child, 'exit')
  t.equal(await postmasterOf(here), pid, 'it runs on for the one that still holds it')
  await here.stop()
  t.equal(await postmasterOf(here), null)
})

t.test('two first starts at once make one database', async (t) => {
  const dataDir = await folder(t)
  const [apart, here] = await Promise.all([startApart(t, dataDir), start(t, dataDir)])
  t.equal(apart.ownerUrl, here.ownerUrl)
  await query(apart.ownerUrl, 'create table shared as select 1 as one')
  t.strictSame(await query(here.ownerUrl, 'select one from shared'), [{ one: 1 }])
})

t.test('what cannot work is refused in words that say what to do', async (t) => {
  const here = await start(t)
  const data = await dataOf(here)
  const socket = new URL(here.ownerUrl).searchParams.get('host')!
  await here.stop()
  await writeFile(join(data, 'PG_VERSION'), '12\n')
  await t.rejects(here.again(), /made by PostgreSQL 12, .*pg_dump/)
  await writeFile(join(data, 'PG_VERSION'), '18\n')
  await mkdir(socket, { recursive: true })
  await chmod(socket, 0o777)
  await t.rejects(here.again(), /not a private folder/)
  await rm(socket, { recursive: true })
  await writeFile(join(data, 'postgresql.conf'), 'shared_buffers = lots\n')
  await t.rejects(here.again(), /did not start.*postgres\.log/)
  const blocked = join(await folder(t), 'file')
  await writeFile(blocked, '')
  await t.rejects(startEmbedded({ dataDir: join(blocked, 'data'), log: () => {} }), /ENOTDIR/)
})

t.test('an interrupted first start is begun anew', async (t) => {
  const here = await start(t)
  const data = await dataOf(here)
  await here.stop()
  await rm(data, { recursive: true })
  await mkdir(join(data, '..', 'draft-broken', 'base'), { recursive: true })
  const again = await here.again()
  t.strictSame(await query(again.ownerUrl, 'select 1 as one'), [{ one: 1 }])
  await t.rejects(readFile(join(data, '..', 'draft-broken')), { code: 'ENOENT' })
})
