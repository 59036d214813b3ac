import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { readPopulation } from '../../server/populations/read-actions.ts'
import { listKeys, listRows, returnPopulations } from '../../server/populations/store.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { changes, mappingForm, readList, runReading, stored, submitList, trailOf } from './lists.ts'

const testApp = await openApp(t)
const { site } = testApp
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)

const map = async (text: string) => {
  const list = await submitList(testApp, ours, text)
  const answer = await ours.staff.post(`${ours.base}/populations`, { ...mappingForm, file: list.fileId })
  t.equal(answer.status, 303)
  return { ...list, number: Number(answer.location?.split('POP-')[1]) }
}
const read = async (number: number, last = false) => readPopulation(site, { engagementId: ours.engagement.id, populationId: (await stored(testApp, ours, number)).id }, { attempt: last ? 3 : 1, lastAttempt: last })
const rowsOf = async (number: number) => {
  const { id } = await stored(testApp, ours, number)
  return await inScope(site.db, ours.manager.scope, async (trx) => listRows(trx, ours.manager.scope, id, 0, 5000))
}
const pathOf = async (fileId: string) => {
  const { sha256 } = await owner.selectFrom('evidence_file').select('sha256').where('id', '=', fileId).executeTakeFirstOrThrow()
  return site.vault.localPath(sha256)
}

t.test('rows are kept exactly as they stand in the file', async (t) => {
  const text = 'change_id,deployed_at,type\n007,2026-01-02, spaces kept \n"a ""quoted"", one",2026-01-03,"two\nlines"\n 鍵 ,2026-01-04,=1+1\n'
  const { fileId } = await submitList(testApp, ours, text)
  const number = await readList(testApp, ours, fileId)
  const rows = await rowsOf(number)
  t.strictSame(rows.map(({ row_number: row, key, cells, occurred_on: day }) => [row, key, day, cells]), [
    [2, '007', '2026-01-02', ['007', '2026-01-02', ' spaces kept ']],
    [3, 'a "quoted", one', '2026-01-03', ['a "quoted", one', '2026-01-03', 'two\nlines']],
    [4, ' 鍵 ', '2026-01-04', [' 鍵 ', '2026-01-04', '=1+1']],
  ])
})

t.test('a boundary row belongs to the period of one zone and not of another', async (t) => {
  await owner.updateTable('engagement').set({ zone: 'Asia/Kolkata' }).where('id', '=', outsiders.engagement.id).execute()
  // 02:30 in UTC on October 1 is still September 30 in New York, and the period ends with that day.
  const text = 'change_id,deployed_at\nCHG-1,2026-10-01T02:30:00Z\nCHG-2,2026-05-01T12:00:00Z\nCHG-3,\nCHG-4,2025-09-30T20:00:00Z\n'
  const keys = new Map<string, string[]>()
  for (const team of [ours, outsiders]) {
    const { fileId } = await submitList(testApp, team, text)
    const number = await readList(testApp, team, fileId)
    const { id } = await stored(testApp, team, number)
    const found = await inScope(site.db, team.manager.scope, async (trx) => listKeys(trx, team.manager.scope, id, null))
    keys.set(team.engagement.client, found.map(({ key }) => key))
  }
  t.strictSame(keys.get(ours.engagement.client), ['CHG-1', 'CHG-2', 'CHG-3'], 'New York')
  t.strictSame(keys.get(outsiders.engagement.client), ['CHG-2', 'CHG-3', 'CHG-4'], 'Kolkata')
})

t.test('a second attempt after an interruption reads the list once more and keeps it once', async (t) => {
  const { number } = await map(changes(2500))
  const { id } = await stored(testApp, ours, number)
  await owner.updateTable('population').set({ reading: 'running', row_count: 1000 }).where('id', '=', id).execute()
  await read(number)
  t.match(await stored(testApp, ours, number), { reading: 'done', row_count: 2500 })
  const before = await trailOf(testApp, ours)
  await read(number)
  t.equal((await rowsOf(number)).length, 2500)
  t.strictSame(await trailOf(testApp, ours), before, 'a list that is read already is not read again')
})

t.test('two readings at once keep the rows of one', async (t) => {
  const { number } = await map(changes(3000))
  await Promise.all([read(number), read(number)])
  t.match(await stored(testApp, ours, number), { reading: 'done', row_count: 3000 })
  t.equal((await rowsOf(number)).length, 3000)
})

t.test('a list that was returned meanwhile stays unread', async (t) => {
  const { number, submissionId } = await map(changes(4000))
  const { id } = await stored(testApp, ours, number)
  const reading = read(number)
  await t.resolves(until(async () => (await stored(testApp, ours, number)).reading === 'running'))
  await inScope(site.db, ours.manager.scope, async (trx) => returnPopulations(trx, ours.manager.scope, submissionId))
  await reading
  t.match(await stored(testApp, ours, number), { status: 'returned' })
  t.equal((await rowsOf(number)).length, 0)
  await readPopulation(site, { engagementId: ours.engagement.id, populationId: id })
  t.equal((await rowsOf(number)).length, 0)
})

t.test('columns mapped anew while the list is read count, whichever reading ends last', async (t) => {
  const { number } = await map(changes(3000))
  const first = read(number)
  await until(async () => (await stored(testApp, ours, number)).reading === 'running')
  const answer = await ours.staff.post(`${ours.base}/populations/${number}/columns`, { ...mappingForm, key: 'type' })
  t.equal(answer.status, 303)
  await Promise.all([first, read(number)])
  const population = await stored(testApp, ours, number)
  t.match(population, { reading: 'done', key_column: 'type' })
  t.ok((population.findings as { check: string, mark: string }[]).some(({ check, mark }) => check === 'duplicate_key' && mark === 'blocks'))
})

t.test('a file that vanished or changed on disk is not read, and the page says why', async (t) => {
  for (const harm of [(path: string) => rmSync(path), (path: string) => writeFileSync(path, 'change_id,deployed_at\nFAKE,2026-01-01\n')]) {
    const { number, fileId } = await map(changes(7 + harm.length, [`CHG-${String(harm).length},2026-01-01T00:00:00Z,x,1`]))
    const path = await pathOf(fileId)
    harm(path)
    await read(number)
    t.match(await stored(testApp, ours, number), { reading: 'failed', reading_error: /missing, or its bytes no longer give its hash/, row_count: null })
    t.equal((await rowsOf(number)).length, 0)
    const page = await ours.staff.get(`${ours.base}/populations/${number}`)
    t.match(page.body, /could not be read/)
  }
})

t.test('a failure of the program itself is tried again, and told at the last attempt', async (t) => {
  const { number } = await map(changes(3))
  const broken = { ...site, vault: { ...site.vault, verify: async () => { throw new Error('disk on fire') } } }
  const payload = { engagementId: ours.engagement.id, populationId: (await stored(testApp, ours, number)).id }
  await t.rejects(readPopulation(broken, payload, { attempt: 1, lastAttempt: false }), /disk on fire/)
  t.match(await stored(testApp, ours, number), { reading: 'running' })
  await t.rejects(readPopulation(broken, payload, { attempt: 3, lastAttempt: true }), /disk on fire/)
  t.match(await stored(testApp, ours, number), { reading: 'failed', reading_error: /several times/ })
  await runReading(testApp, ours, number)
  t.match(await stored(testApp, ours, number), { reading: 'done', reading_error: null })
})

t.test('a reading process that is killed leaves the app serving and nothing of the list, and the page says why', async (t) => {
  const { number } = await map(changes(20_000))
  const reading = read(number)
  let killed = 0
  await until(async () => {
    for (const child of children().filter((pid) => command(pid).includes('read.process'))) killed += process.kill(child, 'SIGKILL') ? 1 : 0
    return killed > 0
  })
  await reading
  t.match(await stored(testApp, ours, number), { reading: 'failed', reading_error: /stopped from outside \(SIGKILL\)/, row_count: null })
  t.equal((await rowsOf(number)).length, 0)
  t.match((await ours.staff.get(`${ours.base}/populations/${number}`)).body, /stopped from outside/)
  t.equal((await ours.staff.post(`${ours.base}/populations/${number}/columns`, mappingForm)).status, 303)
  await read(number)
  t.match(await stored(testApp, ours, number), { reading: 'done', row_count: 20_000, reading_error: null }, 'and it can be read again')
})

t.test('a list that fails in its last row leaves no row behind', async (t) => {
  const { number } = await map(changes(3000, ['CHG-1,2026-01-01T00:00:00Z']))
  await read(number)
  t.match(await stored(testApp, ours, number), { reading: 'failed', reading_error: /Row 3,002 is too short/ })
  t.equal((await rowsOf(number)).length, 0)
})

function children(): number[] {
  return readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
}

function command(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!await holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}
